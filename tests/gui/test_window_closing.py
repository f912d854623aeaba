"""The window closed while something runs: it ends soon, nothing is half recorded, the rest is offered again."""

# ruff: noqa: F401, F811 - the fixtures come from `windows`

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from time import monotonic

from PySide6.QtGui import QCloseEvent

from gui.batch_runner import BatchState
from gui.page_bar import Page
from gui.session import WindowSession
from station.batches import load_unfinished
from storage import database
from tests.gui.windows import (
    CLOSING_SECONDS,
    DATABASE,
    LOCKED_CLOSING_SECONDS,
    PATIENCE_MS,
    count_records,
    drop,
    held,
    impatient,
    inspect,
    make_window,
    product,
    session,
    window,
)


def test_closing_during_an_inspection_ends_soon_with_nothing_half_recorded(
    qtbot, session: WindowSession, parts, home, held
):
    drop(session.window, parts / "spot.png", parts / "other.png")
    qtbot.waitUntil(held.begun.is_set, timeout=PATIENCE_MS)
    begun = monotonic()
    with qtbot.waitSignal(session.window.closed, timeout=1000):
        session.window.close()
    threading.Timer(0.2, held.go_on.set).start()
    assert session.close()
    assert monotonic() - begun < CLOSING_SECONDS
    assert held.calls == 1
    assert count_records(home) == 0


def test_closing_during_a_batch_keeps_what_is_recorded_and_offers_the_rest(
    qtbot, session, parts: Path, home, held, monkeypatch
):
    monkeypatch.setattr("gui.main_window.confirm", lambda *_: True)
    window = session.window
    drop(window, parts)
    qtbot.waitUntil(lambda: window.pages.currentIndex() == Page.BATCH, timeout=PATIENCE_MS)
    qtbot.waitUntil(held.begun.is_set, timeout=PATIENCE_MS)
    begun = monotonic()
    with qtbot.waitSignal(window.closed, timeout=1000):
        window.close()
    threading.Timer(0.2, held.go_on.set).start()
    assert session.close()
    assert monotonic() - begun < CLOSING_SECONDS
    assert count_records(home) <= 1
    assert len(load_unfinished(home)) == 1


def test_a_batch_goes_on_when_a_person_decides_not_to_close(qtbot, session, parts: Path, home: Path, held, monkeypatch):
    monkeypatch.setattr("gui.main_window.confirm", lambda *_: False)
    window = session.window
    drop(window, parts)
    qtbot.waitUntil(held.begun.is_set, timeout=PATIENCE_MS)
    event = QCloseEvent()
    window.closeEvent(event)
    assert not event.isAccepted()
    held.go_on.set()
    qtbot.waitUntil(lambda: window.batch.batch.runner.state == BatchState.FINISHED, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not session.operations.is_busy(), timeout=PATIENCE_MS)
    assert count_records(home) == 3


def test_closing_while_the_database_is_locked_ends_soon_and_shows_nothing_as_saved(
    qtbot, session: WindowSession, parts: Path, home: Path, monkeypatch
):
    """Whoever waits for the lock has the usual patience, until the window closes."""
    monkeypatch.setattr(database, "LOCK_PATIENCE", 20.0)
    window = session.window
    inspect(qtbot, window, parts / "good.png")
    shown = window.page.opened
    with closing(sqlite3.connect(home / DATABASE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        drop(window, parts / "spot.png")
        qtbot.waitUntil(lambda: window.flow.is_busy, timeout=PATIENCE_MS)
        qtbot.wait(500)
        assert window.flow.is_busy
        begun = monotonic()
        with qtbot.waitSignal(window.closed, timeout=1000):
            window.close()
        assert session.close()
        assert monotonic() - begun < LOCKED_CLOSING_SECONDS
        assert window.page.opened is shown
        assert window.page.banner.opened in (shown, None)
        other.execute("ROLLBACK")
    assert count_records(home) == 1

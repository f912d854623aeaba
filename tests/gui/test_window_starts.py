"""A second start, screens that go away, and what the window remembers from one start to the next."""

# ruff: noqa: F401, F811 - the fixtures come from `windows`

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QPoint
from PySide6.QtGui import QGuiApplication

from gui.main_window import MainWindow
from gui.session import WindowSession
from gui.single_instance import SingleInstance, StartKind
from gui.window_state import STATE_FILE
from tests.gui.windows import (
    PATIENCE_MS,
    assert_still_works,
    choose,
    impatient,
    make_window,
    product,
    session,
    wait_for_message,
    window,
)

SECOND_START = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from gui.single_instance import SingleInstance
app = QCoreApplication([])
print(SingleInstance(Path(sys.argv[1])).start([Path(name) for name in sys.argv[2:]]).value)
"""


def test_a_second_start_hands_its_files_over_and_what_is_missing_is_said(
    qtbot, session: WindowSession, home: Path, parts: Path, project: Path
):
    first = SingleInstance(home)
    first.files_received.connect(session.take_files)
    assert first.start() is StartKind.FIRST
    given = [sys.executable, "-c", SECOND_START, str(home), str(parts / "spot.png"), str(parts / "no.png")]
    second = subprocess.Popen(given, stdout=subprocess.PIPE, text=True, cwd=project)
    qtbot.waitUntil(lambda: session.window.page.opened is not None, timeout=PATIENCE_MS)
    assert second.communicate()[0].strip() == StartKind.HANDED_OVER.value
    assert "no.png" in wait_for_message(qtbot, session.window)
    first.close()


def test_a_window_on_a_screen_that_is_taken_away_comes_back(window: MainWindow):
    window.move(QPoint(-9000, 4000))
    screen = QGuiApplication.primaryScreen()
    QGuiApplication.instance().screenRemoved.emit(screen)
    assert screen.availableGeometry().contains(window.geometry().center())


@pytest.mark.qt_log_ignore("QVariant::load: unknown user type")
@pytest.mark.parametrize(
    "state",
    [
        b"\x00\xff\xfe no ini at all [[[",
        b"[window]\ngeometry=@ByteArray(\\x1\\x2 broken)\ndocks=17\nproduct=@Invalid()\n",
        b"[window]\nrecent=@Variant(\\0\\0\\0\\x7f)\n",
        b"[window]\nproduct=Retired long ago\nrecent=/gone/away.png\n",
    ],
)
def test_a_broken_memory_of_the_window_costs_nothing_but_the_memory(
    qtbot, make_window, product, parts, home, state: bytes
):
    (home / STATE_FILE).write_bytes(state)
    window = make_window()
    screen = QGuiApplication.primaryScreen().availableGeometry()
    assert screen.contains(window.geometry().center())
    assert all(pane.isVisible() for pane in window.page.docks.panes.values())
    choose(qtbot, window, product)
    assert_still_works(qtbot, window, parts)


def test_a_memory_that_cannot_be_written_costs_nothing_but_the_memory(qtbot, make_window, product, parts, home: Path):
    (home / STATE_FILE).mkdir()
    window = make_window()
    choose(qtbot, window, product)
    assert_still_works(qtbot, window, parts)
    window.state.settings.setValue("window/geometry", QByteArray(b"x"))

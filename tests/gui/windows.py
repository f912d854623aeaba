"""A whole window on a home folder with the dummy backbone, for tests of what the world can do to it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel

from gui.main_window import MainWindow
from gui.operations import Operations
from gui.session import WindowSession
from inference.detector import Detector
from station.products import Addition, add_product
from station.settings import Settings, write_settings
from station.station import Station
from storage import database

PATIENCE_MS = 20_000
CLOSING_SECONDS = 10.0
LOCKED_CLOSING_SECONDS = 2.5
DATABASE = "audit.sqlite"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a locked database up after a moment instead of half a minute."""
    monkeypatch.setattr(database, "LOCK_PATIENCE", 0.1)
    monkeypatch.setitem(database._SETTINGS, "busy_timeout", (50, (50,)))


@pytest.fixture
def product(home: Path, parts: Path) -> str:
    with Station(home, Settings(backbone="dummy", user="Ada")) as station:
        return add_product(station, Addition("Flange", (parts / "good.png",))).name


@pytest.fixture
def make_window(qtbot, operations: Operations, home: Path) -> Iterator[Callable[..., MainWindow]]:
    made: list[MainWindow] = []

    def make(*, operator_mode: bool = False) -> MainWindow:
        settings = Settings(backbone="dummy", user="Ada", operator_mode=operator_mode)
        window = MainWindow(operations, home, settings, "Ada")
        made.append(window)
        with qtbot.waitExposed(window):
            window.show()
        window.start()
        qtbot.waitUntil(lambda: not operations.is_busy(), timeout=PATIENCE_MS)
        return window

    yield make
    for window in made:
        window.leave()
        window.deleteLater()


@pytest.fixture
def bare_window(make_window) -> MainWindow:
    """Return a window without a product."""
    return make_window()


@pytest.fixture
def window(qtbot, make_window, product: str) -> MainWindow:
    """Return a window that judges by a product."""
    window = make_window()
    choose(qtbot, window, product)
    return window


@pytest.fixture
def used_window(qtbot, window: MainWindow, parts: Path) -> MainWindow:
    """Return a window that shows a recorded part."""
    inspect(qtbot, window, parts / "spot.png")
    return window


@pytest.fixture
def session(qtbot, qapp: QApplication, home: Path, product: str) -> Iterator[WindowSession]:
    write_settings(home, {"backbone": "dummy", "user": "Ada", "language": "en", "theme": "light"})
    session = WindowSession(qapp, home)
    session.start()
    qtbot.waitUntil(lambda: session.window.status.engine_text.startswith("Ready"), timeout=PATIENCE_MS)
    choose(qtbot, session.window, product)
    yield session
    session.window.leave()
    assert session.close()
    session.window.deleteLater()


class HeldDetector:
    """What the detector of every station waits for."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.calls = 0


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[HeldDetector]:
    """Hold the detector up until a test lets it go on."""
    held, original = HeldDetector(), Detector.inspect

    def inspect_later(detector: Detector, *arguments, **named):
        held.calls += 1
        held.begun.set()
        held.go_on.wait(5)
        return original(detector, *arguments, **named)

    monkeypatch.setattr(Detector, "inspect", inspect_later)
    yield held
    held.go_on.set()


def choose(qtbot, window: MainWindow, product: str) -> None:
    window.page.references.choose_product(product)
    qtbot.waitUntil(lambda: window.steering.product == product, timeout=PATIENCE_MS)


def drop_urls(window: MainWindow, urls: Sequence[QUrl]) -> None:
    data = QMimeData()
    data.setUrls(list(urls))
    event = QDropEvent(
        QPointF(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    window.dropEvent(event)


def drop(window: MainWindow, *paths: Path) -> None:
    """Drag files over the window, which must say that it takes them, and let them go."""
    urls = [QUrl.fromLocalFile(str(path)) for path in paths]
    data = QMimeData()
    data.setUrls(urls)
    entering = QDragEnterEvent(
        QPoint(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    window.dragEnterEvent(entering)
    assert entering.isAccepted()
    drop_urls(window, urls)


def inspect(qtbot, window: MainWindow, path: Path) -> None:
    """Drop a photo and wait until it is judged, recorded and shown."""
    before = window.page.opened
    drop(window, path)
    qtbot.waitUntil(lambda: window.page.opened is not before and not window.flow.is_busy, timeout=PATIENCE_MS)
    assert window.page.opened.record.file_name == path.name
    assert window.page.banner.opened is window.page.opened


def wait_for_message(qtbot, window: MainWindow) -> str:
    """Return the one sentence that is said about a fault, once nothing runs any more."""
    qtbot.waitUntil(lambda: window.messages.current is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not window.operations.is_busy(), timeout=PATIENCE_MS)
    assert window.messages.isVisible()
    assert len(window.messages.messages) == 1
    assert window.messages.current.kind in ("warning", "error")
    return window.messages.current.text


def count_records(home: Path) -> int:
    """Return how many inspections there are, and make sure that none is half kept."""
    with Station(home, Settings(backbone="dummy", user="Ada")) as station:
        assert station.store.verify().ok
        kept = station.store.list_inspections(limit=1000)
        for summary in kept:
            record = station.store.get_inspection(summary.id)
            for blob in (record.photo, record.map, record.mask):
                station.store.read_blob(blob)
        return len(kept)


def say_saved(window: MainWindow) -> bool:
    """Whether the banner offers what can only be done to a recorded part, and does not say that it is not saved."""
    chips = [label for label in window.page.banner.findChildren(QLabel) if label.text() == "Not saved"]
    return window.page.banner.opened is not None and not any(chip.isVisible() for chip in chips)


def assert_still_works(qtbot, window: MainWindow, parts: Path) -> None:
    """Inspect a good photo: the fault is gone and left nothing behind."""
    window.messages.clear()
    inspect(qtbot, window, parts / "other.png")
    assert window.page.banner.verdict_text in ("ACCEPT", "REVIEW", "REJECT")
    assert say_saved(window)
    assert window.messages.current is None or window.messages.current.kind in ("info", "success")

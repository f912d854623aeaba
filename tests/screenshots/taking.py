"""Brings the window into each scene in turn and saves what it shows."""

from __future__ import annotations

import tempfile
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from gui.app import make_application
from gui.main_window import MainWindow
from gui.operations import Operations
from gui.theme import apply_theme
from station.language import use_language
from station.settings import Settings
from station.station import Station
from tests.screenshots.scenes import SCENES, find_pictured
from tests.screenshots.seeding import copy_home

SETTLE_MS, LONGEST_MS = 250, 30_000


def take_pictures(
    seeded: Path, out: Path, language: str, theme: str, size: tuple[int, int], scale: str, only: str
) -> None:
    """Save one picture for each scene whose name holds `only`."""
    use_language(language)
    app = make_application()
    apply_theme(app, theme)
    for name, scene in SCENES.items():
        if only in name:
            _take(app, seeded, out / f"{name}-{language}-{theme}-{size[0]}-x{scale}.png", scene, size)


def _take(app: QApplication, seeded: Path, path: Path, scene, size: tuple[int, int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        copy_home(seeded, home)
        settings = Settings(user="Anna Meier")
        operations = Operations(lambda: Station(home, settings))
        window = MainWindow(operations, home, settings, "Anna Meier")
        window.resize(*size)
        window.show()
        window.start()
        _settle(operations)
        scene(window, lambda: _settle(operations))
        _settle(operations)
        for number, widget in enumerate(find_pictured(window)):
            widget.grab().save(str(path if not number else path.with_stem(f"{path.stem}-{number}")))
        _close(app, window, operations)


def _close(app: QApplication, window: MainWindow, operations: Operations) -> None:
    for widget in app.topLevelWidgets():
        if widget is not window:
            widget.close()
    window.leave()
    operations.close()
    window.deleteLater()
    _wait(50)


def _settle(operations: Operations) -> None:
    """Wait until nothing runs, and a moment longer for what follows from it."""
    waited = 0
    _wait(SETTLE_MS)
    while operations.is_busy() and waited < LONGEST_MS:
        _wait(50)
        waited += 50
    _wait(SETTLE_MS)


def _wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()

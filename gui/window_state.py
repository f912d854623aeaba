"""What the window remembers from one start to the next: place, size, docks, page, product, recent files.

Kept in an ini file of the home folder, so that every home folder has its own. A file that cannot be read or written
costs nothing but the memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QRect, QSettings
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QMainWindow, QWidget

STATE_FILE = "window.ini"
LAYOUT_VERSION = 1
"""Raised when the docks change so much that an older layout would make no sense."""
MOST_RECENT = 10
_LEAST_VISIBLE = 80
"""Pixels of a window's top edge that must be on a screen for it to be taken hold of."""


class WindowState:
    """The memory of one home folder's window."""

    def __init__(self, home: Path) -> None:
        self.settings = QSettings(str(home / STATE_FILE), QSettings.Format.IniFormat)

    def keep_place(self, window: QWidget) -> None:
        """Remember where the window is and how large."""
        self.settings.setValue("window/geometry", window.saveGeometry())

    def restore_place(self, window: QWidget) -> None:
        """Put the window where it was, or in the middle of the screen; never out of reach."""
        kept = self.settings.value("window/geometry")
        if not (isinstance(kept, QByteArray) and window.restoreGeometry(kept)):
            place_in_middle(window)
        bring_on_screen(window)

    def keep_docks(self, docks: QMainWindow) -> None:
        """Remember how the docks lie."""
        self.settings.setValue("window/docks", docks.saveState(LAYOUT_VERSION))

    def restore_docks(self, docks: QMainWindow) -> bool:
        """Lay the docks as they were; False when that is not known."""
        kept = self.settings.value("window/docks")
        return isinstance(kept, QByteArray) and docks.restoreState(kept, LAYOUT_VERSION)

    @property
    def product(self) -> str | None:
        """The product last used."""
        return _text(self.settings.value("window/product")) or None

    @product.setter
    def product(self, name: str | None) -> None:
        self.settings.setValue("window/product", name or "")

    @property
    def recent(self) -> tuple[Path, ...]:
        """Photos and folders inspected last, the newest first."""
        kept = self.settings.value("window/recent")
        names = kept if isinstance(kept, list) else [kept] if isinstance(kept, str) and kept else []
        return tuple(Path(str(name)) for name in names)[:MOST_RECENT]

    def add_recent(self, paths: Sequence[Path]) -> None:
        """Remember what was just opened."""
        new = [str(path) for path in paths[:MOST_RECENT]]
        older = [str(path) for path in self.recent if str(path) not in new]
        self.settings.setValue("window/recent", (new + older)[:MOST_RECENT])

    def clear_recent(self) -> None:
        """Forget what was opened."""
        self.settings.remove("window/recent")


def place_in_middle(window: QWidget) -> None:
    """Give a window a good size in the middle of the main screen."""
    screen = QGuiApplication.primaryScreen()
    if screen is None:
        return
    room = screen.availableGeometry()
    width, height = min(1480, round(room.width() * 0.94)), min(940, round(room.height() * 0.92))
    place = QRect(0, 0, width, height)
    place.moveCenter(room.center())
    window.setGeometry(place)


def bring_on_screen(window: QWidget) -> None:
    """Move a window that no screen shows enough of, as after a screen was taken away."""
    top = window.geometry().adjusted(0, 0, 0, 0)
    top.setHeight(_LEAST_VISIBLE)
    for screen in QGuiApplication.screens():
        seen = screen.availableGeometry().intersected(top)
        if seen.width() >= _LEAST_VISIBLE and seen.height() >= _LEAST_VISIBLE // 2:
            return
    if not window.isMaximized() and not window.isFullScreen():
        place_in_middle(window)


class ScreenKeeper(QObject):
    """Brings a window back when its screen is taken away. A method hears of it: a closure would outlive the window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        app = QGuiApplication.instance()
        if isinstance(app, QGuiApplication):
            app.screenRemoved.connect(self._bring_back)

    def _bring_back(self, _: QScreen) -> None:
        bring_on_screen(self._window)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""

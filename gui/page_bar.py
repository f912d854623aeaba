"""The slim bar at the left edge that switches between the pages of the window."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QToolButton, QVBoxLayout, QWidget

from gui.icons import icon
from gui.theme import SPACING
from gui.translated import tr

WIDTH = 84
_ICON = QSize(24, 24)


class Page(IntEnum):
    """The pages, in the order of the bar."""

    INSPECT = 0
    HISTORY = 1
    BATCH = 2


@dataclass(frozen=True)
class _Entry:
    """A page as the bar shows it."""

    title: str
    icon: str
    shortcut: str
    """Only told in the tool tip; `commands` makes it work."""


class PageBar(QFrame):
    """One button per page; the arrow keys move between them."""

    page_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "page-bar")
        self.setAccessibleName(tr("Pages"))
        self.setFixedWidth(WIDTH)
        self._group = QButtonGroup(self)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(SPACING - 2, SPACING, SPACING - 2, SPACING)
        self._layout.setSpacing(SPACING // 2)
        for page, entry in _list_entries().items():
            self._group.addButton(self._make_button(entry), page)
        self._layout.addStretch(1)
        self._group.idClicked.connect(self.page_wanted)

    def show_page(self, number: int) -> None:
        """Mark a page as the one on show."""
        button = self._group.button(number)
        if button is not None:
            button.setChecked(True)

    def _make_button(self, entry: _Entry) -> QToolButton:
        button = QToolButton(self)
        button.setText(entry.title)
        button.setIcon(icon(entry.icon))
        button.setIconSize(_ICON)
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        button.setFixedSize(WIDTH - 2 * SPACING + 4, 58)
        button.setAccessibleName(entry.title)
        button.setToolTip(f"{entry.title} ({entry.shortcut})")
        self._layout.addWidget(button)
        return button


def _list_entries() -> dict[Page, _Entry]:
    return {
        Page.INSPECT: _Entry(tr("Inspect"), "magnify-scan", "Ctrl+1"),
        Page.HISTORY: _Entry(tr("History"), "history", "Ctrl+2"),
        Page.BATCH: _Entry(tr("Batch"), "layers-triple-outline", "Ctrl+3"),
    }

"""The row above a report's pages: which parts have pages of their own, where one is, and how large it is shown."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QToolButton, QWidget

from gui.theme import SPACING, icon
from gui.translated import format_share, mark, tr
from station.reporting import choose_details
from storage.reports.contents import Details

_DETAILS: tuple[tuple[Details, str], ...] = (
    ("all", mark("Pages for every part")),
    ("not accepted", mark("Pages for parts that were not accepted")),
    ("none", mark("Summary only")),
)


class ReportToolbar(QWidget):
    """Choices and buttons; what they do is the dialog's affair."""

    details_changed = Signal()
    """Somebody chose other parts to have pages."""

    def __init__(self, count: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.details_box = QComboBox(self)
        self.details_box.setAccessibleName(tr("Which parts have pages of their own"))
        for details, text in _DETAILS:
            self.details_box.addItem(tr(text), details)
        self.details_box.setCurrentIndex(self.details_box.findData(choose_details(count)))
        self.details_box.setVisible(count > 1)
        self.details_box.activated.connect(self.details_changed)
        self.zoom_out_button = self._make_tool("magnify-minus-outline", tr("Smaller"), "Ctrl+-")
        self._zoom = QLabel(self)
        self._zoom.setMinimumWidth(48)
        self._zoom.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.zoom_in_button = self._make_tool("magnify-plus-outline", tr("Larger"), "Ctrl++")
        self.fit_button = self._make_tool("arrow-expand-horizontal", tr("As wide as the window"), "Ctrl+0")
        self._where = QLabel(self)
        self._where.setProperty("role", "muted")
        self._lay_out()

    @property
    def details(self) -> Details:
        """Which parts have pages of their own."""
        details: Details = self.details_box.currentData()
        return details

    def show_zoom(self, zoom: float) -> None:
        """Say how large the pages are."""
        self._zoom.setText(format_share(zoom))

    def show_place(self, page: int, count: int) -> None:
        """Say which of how many pages is in view; nothing where there is none."""
        self._where.setText(tr("Page {page} of {count}", page=page + 1, count=count) if count else "")

    def set_zoomable(self, is_zoomable: bool) -> None:
        """Allow zooming, which takes pages."""
        for button in (self.zoom_in_button, self.zoom_out_button, self.fit_button):
            button.setEnabled(is_zoomable)

    def _make_tool(self, name: str, text: str, shortcut: str) -> QToolButton:
        button = QToolButton(self)
        button.setIcon(icon(name))
        button.setAccessibleName(text)
        button.setShortcut(QKeySequence(shortcut))
        button.setToolTip(f"{text} ({button.shortcut().toString(QKeySequence.SequenceFormat.NativeText)})")
        return button

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self.details_box)
        layout.addStretch(1)
        for widget in (self._where, self.zoom_out_button, self._zoom, self.zoom_in_button, self.fit_button):
            layout.addWidget(widget)

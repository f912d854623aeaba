"""What the pages of the first start are made of: texts, buttons, a card, a picture that fits itself in."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.pixmaps import fit_pixmap
from gui.theme import SPACING
from gui.translated import tr


class FittedPicture(QLabel):
    """A picture as large as there is room."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._pixmap = QPixmap()
        self.setMinimumHeight(120)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName(tr("Photo of the sample part with what was found"))

    def show_pixmap(self, pixmap: QPixmap) -> None:
        """Show a picture."""
        self._pixmap = pixmap
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fit it in again."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Need little room, whatever is shown."""
        return QSize(120, 120)

    def _fit(self) -> None:
        if not self._pixmap.isNull():
            self.setPixmap(fit_pixmap(self._pixmap, self.size(), self.devicePixelRatioF()))


def make_text(text: str, parent: QWidget, role: str = "") -> QLabel:
    """Return a text that wraps."""
    label = QLabel(text, parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    return label


def make_line(text: str, parent: QWidget) -> QLabel:
    """Return a short text that does not wrap."""
    label = QLabel(text, parent)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def make_button(text: str, parent: QWidget) -> QPushButton:
    """Return a button that Return does not press by itself."""
    button = QPushButton(text, parent)
    button.setAutoDefault(False)
    return button


def make_card(parent: QWidget) -> QFrame:
    """Return a frame for results."""
    card = QFrame(parent)
    card.setProperty("role", "card")
    return card


def lay_out(page: QWidget) -> QVBoxLayout:
    """Return a column for a page."""
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(SPACING + 2)
    return layout

"""What lies over a pane while files are held over it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.theme import colour
from gui.translated import tr


class DropHint(QWidget):
    """A frame in the accent's colour and a word, over the whole of its parent."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._covered = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self) -> None:
        """Show it over the whole parent."""
        self.setGeometry(self._covered.rect())
        self.raise_()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint frame and word."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QColor(colour("accent_soft"))
        ground.setAlpha(215)
        room = QRectF(self.rect()).adjusted(8, 8, -8, -8)
        painter.setBrush(ground)
        painter.setPen(QPen(colour("accent"), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(room, 8, 8)
        font = painter.font()
        font.setPointSizeF(15)
        painter.setFont(font)
        painter.setPen(colour("text"))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, tr("Drop to inspect"))

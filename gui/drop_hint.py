"""Takes files and folders dropped on a widget, and lies over it with a word while they are held there."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.dropped_files import list_files
from gui.messages import Message
from gui.theme import colour
from gui.translated import tr


class DropHint(QWidget):
    """A frame in the accent's colour and a word, over the whole of a widget that takes files."""

    dropped = Signal(list)
    """Paths of files and folders of this computer."""
    message = Signal(object)

    def __init__(self, covered: QWidget, words: str) -> None:
        super().__init__(covered)
        self._covered, self._words = covered, words
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        covered.setAcceptDrops(True)
        covered.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Take what concerns dropping."""
        kind = event.type()
        if kind == QEvent.Type.DragEnter and isinstance(event, QDragEnterEvent):
            self._greet(event)
        elif kind == QEvent.Type.DragLeave:
            self.hide()
        elif kind == QEvent.Type.Drop and isinstance(event, QDropEvent):
            self._take(event)
        else:
            return False
        return True

    def cover(self) -> None:
        """Show it over the whole widget."""
        self.setGeometry(self._covered.rect())
        self.raise_()
        self.show()

    def _greet(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()
            self.cover()
        else:
            event.ignore()

    def _take(self, event: QDropEvent) -> None:
        self.hide()
        paths = list_files(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)
        else:
            self.message.emit(Message(tr("Only files of this computer can be dropped here."), "warning"))

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
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self._words)

"""The field a question is typed into: Enter sends, Shift+Enter begins a line, Up brings back what was asked before."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from gui.translated import tr

MOST_LINES = 6
"""Lines up to which the field grows."""
MOST_REMEMBERED = 50
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ALT = Qt.KeyboardModifier.AltModifier


class QuestionField(QPlainTextEdit):
    """Plain text, whatever is pasted or dropped; as high as what is in it."""

    sent = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hint = ""
        self._asked: list[str] = []
        self._recalled = 0
        """How many steps back; 0 is what is being typed."""
        self.setAccessibleName(tr("Question, or words to highlight"))
        self.setToolTip(tr("Enter sends, Shift+Enter begins a new line, Up brings back the last question"))
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().documentLayout().documentSizeChanged.connect(lambda _: self._fit())
        self.textChanged.connect(self._forget_recall)
        self._fit()

    @property
    def text(self) -> str:
        """What is in it, verbatim."""
        return self.toPlainText()

    def show_hint(self, text: str) -> None:
        """Say what the field is for while it is empty, in one line however narrow it is."""
        self._hint = text
        self._fit_hint()

    def fill(self, text: str) -> None:
        """Replace what is in it, the cursor behind it."""
        self.setPlainText(text)
        self.moveCursor(self.textCursor().MoveOperation.End)

    def remember(self, text: str) -> None:
        """Keep a question that was sent, for Up."""
        self._asked = [*(each for each in self._asked if each != text), text][-MOST_REMEMBERED:]

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Send, begin a line, or bring back an earlier question."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & (_SHIFT | _ALT):
            self.sent.emit()
        elif event.key() == Qt.Key.Key_Up and self._may_recall():
            self._recall(1)
        elif event.key() == Qt.Key.Key_Down and self._recalled:
            self._recall(-1)
        else:
            super().keyPressEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:  # noqa: N802 - Qt's name
        """Take text; files are for the viewer."""
        return source.hasText() and not source.hasUrls()

    def insertFromMimeData(self, source: QMimeData) -> None:  # noqa: N802 - Qt's name
        """Take the plain text of whatever it is."""
        self.insertPlainText(source.text())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Wrap anew."""
        super().resizeEvent(event)
        self._fit()
        self._fit_hint()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask for the height of its lines."""
        return QSize(160, self._measure_height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Never be lower than one line."""
        return QSize(60, self._measure_height())

    def _fit(self) -> None:
        self.setFixedHeight(self._measure_height())

    def _fit_hint(self) -> None:
        room = self.viewport().width() - 2 * round(self.document().documentMargin()) - 2
        self.setPlaceholderText(self.fontMetrics().elidedText(self._hint, Qt.TextElideMode.ElideRight, room))

    def _measure_height(self) -> int:
        # A plain text document counts its height in lines.
        lines = min(max(round(self.document().size().height()), 1), MOST_LINES)
        return self.fontMetrics().lineSpacing() * lines + 2 * round(self.document().documentMargin()) + 14

    def _may_recall(self) -> bool:
        is_untouched = not self.text or self._recalled
        return bool(is_untouched) and self._recalled < len(self._asked)

    def _recall(self, steps: int) -> None:
        recalled = self._recalled + steps
        text = self._asked[-recalled] if recalled else ""
        self.fill(text)
        self._recalled = recalled

    def _forget_recall(self) -> None:
        self._recalled = 0

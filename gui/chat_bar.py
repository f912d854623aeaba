"""Below a conversation: ready-made questions, the field, the button that sends or stops, and a line of hints."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.chat_input import QuestionField
from gui.chat_ready import ReadyQuestions
from gui.icons import icon
from gui.theme import SPACING
from gui.translated import tr

_PATIENCE_MS = 400
"""What keeps questions waiting for longer is told without being asked."""
_CALM_MS = 200
"""How long nothing must keep questions waiting until the line that told it goes."""


class AskBar(QWidget):
    """Knows whether something can be asked now, and says why not."""

    sent = Signal(str)
    """What was typed; it stays in the field until it is taken out."""
    ready_asked = Signal(str)
    """A ready-made question."""
    stop_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reason = ""
        self._is_answering = False
        self._tells_reason = False
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._tell_reason)
        self._calm = QTimer(self, singleShot=True, interval=_CALM_MS)
        self._calm.timeout.connect(self._take_reason_away)
        self.ready = ReadyQuestions(self)
        self.field = QuestionField(self)
        self.field.show_hint(tr("Ask, or name what to highlight"))
        self.send_button = QPushButton(self)
        self.send_button.setAutoDefault(False)
        self.hint = QLabel(self)
        self.hint.setWordWrap(True)
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        self._place()
        self.ready.asked.connect(self.ready_asked)
        self.field.sent.connect(lambda: self.sent.emit(self.field.text))
        self.field.textChanged.connect(self._take_fault_away)
        self.field.textChanged.connect(self._enable)
        self.send_button.clicked.connect(self._press)
        self.say("")

    def say(self, text: str, *, is_error: bool = False) -> None:
        """Say something below the field; "" takes it away."""
        self._tells_reason = bool(text) and text == self._reason
        self.hint.setText(text)
        self.hint.setProperty("role", "error" if is_error else "muted")
        self.hint.style().polish(self.hint)
        self.hint.setVisible(bool(text))

    def set_state(self, reason: str, is_answering: bool) -> None:
        """Take why nothing can be asked now, "" when it can, and whether there is an answer to stop."""
        self._reason, self._is_answering = reason, is_answering
        if not reason or is_answering:
            self._patience.stop()
        elif not self._patience.isActive():
            self._patience.start()
        if self._tells_reason and self.hint.text() != reason:
            # A batch is busy with one photo after the other; the line stays between them.
            if reason:
                self.say(reason)
            else:
                self._calm.start()
        self.ready.set_can_ask(not reason, reason)
        self._enable()

    def take_out(self, text: str) -> None:
        """Empty the field if this is what is in it."""
        if text and self.field.text == text:
            self.field.clear()

    def _place(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(SPACING - 2)
        row.addWidget(self.field, 1)
        row.addWidget(self.send_button, 0, Qt.AlignmentFlag.AlignBottom)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING, SPACING // 2, SPACING, SPACING)
        layout.setSpacing(SPACING - 2)
        layout.addWidget(self.ready)
        layout.addLayout(row)
        layout.addWidget(self.hint)

    def _press(self) -> None:
        if self._is_answering:
            self.stop_requested.emit()
        else:
            self.sent.emit(self.field.text)

    def _tell_reason(self) -> None:
        if not self.hint.text():
            self.say(self._reason)

    def _take_fault_away(self) -> None:
        """What was wrong with a question is no longer so once it is changed."""
        if self.hint.property("role") == "error":
            self.say("")

    def _take_reason_away(self) -> None:
        if self._tells_reason and not self._reason:
            self.say("")

    def _enable(self) -> None:
        button, stops = self.send_button, self._is_answering
        name = tr("Stop the answer (Esc)") if stops else tr("Send (Enter)")
        button.setIcon(icon("stop" if stops else "send", "text" if stops else "accent_text"))
        button.setProperty("kind", "" if stops else "primary")
        button.style().polish(button)
        button.setAccessibleName(name)
        button.setToolTip(name if stops or not self._reason else self._reason)
        button.setEnabled(stops or (not self._reason and bool(self.field.text.strip())))

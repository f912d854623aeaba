"""A field for a remark on an inspection; it is recorded by itself, whether or not a person decides."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QWidget

from gui.icon_button import make_icon_button
from gui.operations import Failure, Lane, Operation, Operations
from gui.theme import SPACING
from gui.translated import tr
from station.reviewing import comment
from storage.records import Comment

_HEIGHT = 58
_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class CommentField(QWidget):
    """Text, and a button that records it; on failure the text stays."""

    recorded = Signal(object)
    """A `Comment`."""
    failed = Signal(object)
    """A `Failure`."""

    def __init__(self, operations: Operations, inspection_id: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._number = inspection_id
        self._recording: Operation | None = None
        self._is_allowed = True
        self.edit = _CommentEdit(self)
        self.button = make_icon_button("comment-plus-outline", tr("Add comment"), self)
        self.button.setAutoDefault(False)
        self.button.setToolTip(tr("Ctrl+Return in the field adds it too"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(self.edit, 1)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        self.edit.textChanged.connect(self._enable)
        self.edit.finished.connect(self.record)
        self.button.clicked.connect(self.record)
        self._enable()

    @property
    def is_recording(self) -> bool:
        """Whether a remark is on its way into the record."""
        return self._recording is not None

    @property
    def has_text(self) -> bool:
        """Whether something was written that is not recorded yet."""
        return bool(self.edit.toPlainText().strip())

    def set_allowed(self, is_allowed: bool) -> None:
        """Let a person write, or not."""
        self._is_allowed = is_allowed
        self._enable()

    def record(self) -> None:
        """Record what was written."""
        text, number = self.edit.toPlainText(), self._number
        if not self.has_text or self.is_recording or not self._is_allowed:
            return
        self._recording = self._operations.run(
            tr("Recording a comment"),
            lambda station, control: comment(station, number, text),
            lane=Lane.DATABASE,
            owner=self,
            on_success=self._finish,
            on_failure=self._fail,
        )
        self._enable()

    def _finish(self, made: Comment) -> None:
        self._recording = None
        self.edit.clear()
        self._enable()
        self.recorded.emit(made)

    def _fail(self, failure: Failure) -> None:
        self._recording = None
        self._enable()
        self.failed.emit(failure)

    def _enable(self) -> None:
        self.edit.setEnabled(self._is_allowed and not self.is_recording)
        self.button.setEnabled(self._is_allowed and self.has_text and not self.is_recording)


class _CommentEdit(QPlainTextEdit):
    finished = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Comment"))
        self.setPlaceholderText(tr("A remark; it decides nothing."))
        self.setTabChangesFocus(True)
        self.setFixedHeight(_HEIGHT)

    def event(self, event: QEvent) -> bool:
        """Keep Ctrl+Return from the dialog, where it means something else."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_end(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Ctrl+Return ends the remark."""
        if _is_end(event):
            self.finished.emit()
        else:
            super().keyPressEvent(event)


def _is_end(event: QKeyEvent) -> bool:
    return event.key() in _RETURN and bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)

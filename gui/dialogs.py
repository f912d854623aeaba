"""What all dialogs share: margins, a button row, Escape closes, the size comes back; and two small questions.

`ask_reason` asks why, `confirm` asks whether. Errors are never said in a dialog: they go to the message area.
"""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSettings, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from gui.theme import SPACING
from gui.translated import tr, trn
from storage.records import MIN_REASON


class BaseDialog(QDialog):
    """A modal dialog with a `body` layout and a row of buttons below it.

    Subclasses fill `body` and call `add_button`. The size is kept for as long as the program runs, and in the window's
    own state file when `BaseDialog.state` is set.
    """

    state: QSettings | None = None
    """Where sizes are kept; the window sets it."""

    def __init__(self, parent: QWidget | None, title: str, size: tuple[int, int] | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setSizeGripEnabled(True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(3 * SPACING, 2 * SPACING + 4, 3 * SPACING, 2 * SPACING)
        outer.setSpacing(2 * SPACING)
        self.body = QVBoxLayout()
        self.body.setSpacing(SPACING + 4)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(SPACING)
        self._buttons.addStretch(1)
        self._left_buttons = 0
        outer.addLayout(self.body, 1)
        outer.addLayout(self._buttons)
        if size is not None:
            self.resize(*size)
        self._restore_size()

    def add_button(self, text: str, kind: str = "", *, is_default: bool = False, is_left: bool = False) -> QPushButton:
        """Add a button to the row, right of those before it or at the row's left end, and return it."""
        button = QPushButton(text, self)
        if kind:
            button.setProperty("kind", kind)
        button.setAutoDefault(is_default)
        button.setDefault(is_default)
        self._buttons.insertWidget(self._left_buttons if is_left else self._buttons.count(), button)
        self._left_buttons += is_left
        return button

    def add_close_button(self) -> QPushButton:
        """Add a button that closes the dialog."""
        button = self.add_button(tr("Close"), is_default=True)
        button.clicked.connect(self.reject)
        return button

    def done(self, result: int) -> None:
        """Keep the size, then close."""
        if BaseDialog.state is not None:
            BaseDialog.state.setValue(self._state_key(), self.saveGeometry())
        super().done(result)

    def _restore_size(self) -> None:
        kept = BaseDialog.state.value(self._state_key()) if BaseDialog.state is not None else None
        if isinstance(kept, QByteArray):
            self.restoreGeometry(kept)

    def _state_key(self) -> str:
        return f"dialogs/{type(self).__name__}"


class ReasonEdit(QWidget):
    """A field for a reason, and what is still missing from it."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.edit = QPlainTextEdit(self)
        self.edit.setAccessibleName(tr("Reason"))
        self.edit.setTabChangesFocus(True)
        self.edit.setPlaceholderText(tr("Why? This is kept in the record."))
        self.edit.setMinimumHeight(64)
        self._hint = QLabel(self)
        self._hint.setProperty("role", "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING // 2)
        layout.addWidget(self.edit, 1)
        layout.addWidget(self._hint)
        self.setFocusProxy(self.edit)
        self.edit.textChanged.connect(self._check)
        self._check()

    @property
    def reason(self) -> str:
        """What was typed, blanks at both ends cut off."""
        return self.edit.toPlainText().strip()

    @property
    def is_enough(self) -> bool:
        """Whether the record takes it."""
        return len(self.reason) >= MIN_REASON

    def _check(self) -> None:
        missing = max(0, MIN_REASON - len(self.reason))
        more = trn("{count} more character is needed.", "{count} more characters are needed.", missing)
        self._hint.setText(more if missing else " ")
        self.changed.emit()


class _ReasonDialog(BaseDialog):
    def __init__(self, parent: QWidget | None, title: str, text: str) -> None:
        super().__init__(parent, title, (460, 260))
        self.body.addWidget(_wrapped(text, self))
        self.edit = ReasonEdit(self)
        self.body.addWidget(self.edit, 1)
        self.add_button(tr("Cancel")).clicked.connect(self.reject)
        self._ok = self.add_button(tr("Save"), "primary", is_default=True)
        self._ok.setToolTip(tr("Ctrl+Return saves too"))
        self._ok.clicked.connect(self.accept)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self._ok.click)
        self.edit.changed.connect(self._check)
        self._check()
        self.edit.setFocus()

    @property
    def reason(self) -> str:
        return self.edit.reason

    def _check(self) -> None:
        self._ok.setEnabled(self.edit.is_enough)


def ask_reason(parent: QWidget | None, title: str, text: str) -> str | None:
    """Ask why, in at least `MIN_REASON` characters; None when the person would rather not."""
    dialog = _ReasonDialog(parent, title, text)
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    reason = dialog.reason
    dialog.deleteLater()
    return reason if accepted else None


def confirm(parent: QWidget | None, title: str, text: str, yes_text: str) -> bool:
    """Ask whether to do what `yes_text` names; the safe answer is the default."""
    dialog = BaseDialog(parent, title)
    dialog.body.addWidget(_wrapped(text, dialog))
    dialog.body.addStretch(1)
    cancel = dialog.add_button(tr("Cancel"), is_default=True)
    cancel.clicked.connect(dialog.reject)
    dialog.add_button(yes_text, "danger").clicked.connect(dialog.accept)
    cancel.setFocus()
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    dialog.deleteLater()
    return accepted


def _wrapped(text: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setWordWrap(True)
    label.setMinimumWidth(360)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label

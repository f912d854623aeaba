"""What the pages of the database dialog share: they run work in the background, show how far it is and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.labels import make_label
from gui.operations import Failure, Lane, Operation, Operations, Work
from gui.theme import SPACING
from gui.translated import tr
from gui.work_progress import WorkProgress


class DatabasePage(QWidget):
    """Subclasses fill `body`, read with `read` and do with `do`; while something is done their buttons rest."""

    changed = Signal()
    """Something was recorded: other pages may show something else now."""

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._running: Operation | None = None
        self.progress = WorkProgress(self)
        self.outcome = make_words(self)
        self.body = QVBoxLayout()
        self.body.setSpacing(SPACING + 4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING + 4)
        layout.addLayout(self.body, 1)
        layout.addWidget(self.progress)
        layout.addWidget(self.outcome)
        self.outcome.hide()

    @property
    def is_busy(self) -> bool:
        """Whether something is under way."""
        return self._running is not None

    def refresh(self) -> None:
        """Read anew what is shown."""
        raise NotImplementedError

    def enable(self) -> None:
        """Offer what can be done now."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop what is under way for this page alone."""
        if self._running is not None:
            self._running.cancel()

    def say(self, text: str, role: str = "muted") -> None:
        """Show a sentence at the foot of the page."""
        self.outcome.setText(text)
        self.outcome.setProperty("role", role)
        self.outcome.style().polish(self.outcome)
        self.outcome.setVisible(bool(text))

    def read(self, title: str, work: Work[Any], on_success: Callable[[Any], object]) -> None:
        """Read something that is shown."""
        self._operations.run(
            title,
            work,
            lane=Lane.FILES,
            owner=self,
            on_success=on_success,
            on_failure=lambda failure: self.say(failure.sentence, "error"),
        )

    def do(self, title: str, work: Work[Any], on_success: Callable[[Any], object]) -> None:
        """Do something that a person asked for, with its progress; afterwards everything is read anew."""
        if self._running is not None:
            return
        self.say("")
        self._running = self._operations.run(
            title,
            work,
            lane=Lane.FILES,
            owner=self,
            on_success=lambda value: self._end(lambda: on_success(value)),
            on_failure=lambda failure: self._end(lambda: self._fail(failure)),
            on_cancelled=lambda: self._end(lambda: self.say(tr("Stopped."))),
        )
        self.progress.follow(self._running)
        self.enable()

    def _fail(self, failure: Failure) -> None:
        self.say(failure.sentence, "error")

    def _end(self, tell: Callable[[], object]) -> None:
        self._running = None
        tell()
        self.enable()
        self.refresh()
        self.changed.emit()


def make_words(parent: QWidget, role: str = "muted") -> QLabel:
    """Return a label for sentences that can be selected and copied."""
    label = make_label(role, parent)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def make_button(text: str, run: Callable[[], object], parent: QWidget, kind: str = "") -> QPushButton:
    """Return a button of a page."""
    button = QPushButton(text, parent)
    button.setAutoDefault(False)
    if kind:
        button.setProperty("kind", kind)
    button.clicked.connect(lambda _: run())
    return button


def put_in_row(*buttons: QWidget) -> QHBoxLayout:
    """Return buttons side by side, at the left."""
    row = QHBoxLayout()
    row.setSpacing(SPACING)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row

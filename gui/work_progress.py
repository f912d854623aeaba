"""A line that shows how far one operation is and stops it; hidden while there is none."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QProgressBar, QToolButton, QWidget
from shiboken6 import isValid

from gui.elided_label import ElidedLabel
from gui.icons import icon
from gui.operations import Operation
from gui.theme import SPACING
from gui.translated import format_number, tr, trn

LEAST_SECONDS_SAID = 3.0
"""Time left below which nothing is said about it."""


class WorkProgress(QWidget):
    """Follows the newest operation handed to it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operation: Operation | None = None
        self.words = ElidedLabel("", self)
        self.words.setProperty("role", "muted")
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(tr("Progress"))
        self.stop_button = QToolButton(self)
        self.stop_button.setIcon(icon("close"))
        self.stop_button.setToolTip(tr("Stop"))
        self.stop_button.setAccessibleName(tr("Stop"))
        self.stop_button.clicked.connect(self.stop)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(SPACING // 2)
        grid.addWidget(self.words, 0, 0)
        grid.addWidget(self._bar, 1, 0)
        grid.addWidget(self.stop_button, 0, 1, 2, 1)
        self.hide()

    def follow(self, operation: Operation) -> None:
        """Show this operation until it ends."""
        self._operation = operation
        self.words.setText(operation.title)
        self._bar.setRange(0, 0)
        operation.progressed.connect(lambda share, what: self._show(operation, share, what))
        operation.finished.connect(lambda: self._end(operation))
        self.stop_button.setEnabled(True)
        self.show()

    def stop(self) -> None:
        """Ask the operation to stop; it stays on show until it has."""
        if self._operation is not None:
            self._operation.cancel()
            self.words.setText(tr("Stopping…"))
            self.stop_button.setEnabled(False)

    def _show(self, operation: Operation, share: float, what: str) -> None:
        # A widget may be gone before the operation that it followed has ended.
        if not isValid(self) or operation is not self._operation or operation.is_cancelled:
            return
        self._bar.setRange(0, 1000)
        self._bar.setValue(round(1000 * share))
        self.words.setText(describe_progress(operation, what))

    def _end(self, operation: Operation) -> None:
        if isValid(self) and operation is self._operation:
            self._operation = None
            self.hide()


def describe_progress(operation: Operation, what: str) -> str:
    """Say what is done, and how long it still takes where that can be told."""
    said, left = what or operation.title, operation.seconds_left
    if left is None or left < LEAST_SECONDS_SAID:
        return said
    if left < 90:
        seconds = trn("{count} second left", "{count} seconds left", round(left))
        return tr("{what}, about {time}", what=said, time=seconds)
    return tr("{what}, about {count} minutes left", what=said, count=format_number(round(left / 60)))

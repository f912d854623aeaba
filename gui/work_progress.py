"""A line that shows how far one operation is and stops it; hidden while there is none."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QProgressBar, QToolButton, QWidget

from gui.elided_label import ElidedLabel
from gui.icons import icon
from gui.operations import Operation
from gui.theme import SPACING
from gui.translated import tr


class WorkProgress(QWidget):
    """Follows the newest operation handed to it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operation: Operation | None = None
        self._words = ElidedLabel("", self)
        self._words.setProperty("role", "muted")
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
        grid.addWidget(self._words, 0, 0)
        grid.addWidget(self._bar, 1, 0)
        grid.addWidget(self.stop_button, 0, 1, 2, 1)
        self.hide()

    def follow(self, operation: Operation) -> None:
        """Show this operation until it ends."""
        self._operation = operation
        self._words.setText(operation.title)
        self._bar.setRange(0, 0)
        operation.progressed.connect(lambda share, what: self._show(operation, share))
        operation.finished.connect(lambda: self._end(operation))
        self.show()

    def stop(self) -> None:
        """Ask the operation to stop."""
        if self._operation is not None:
            self._operation.cancel()

    def _show(self, operation: Operation, share: float) -> None:
        if operation is self._operation:
            self._bar.setRange(0, 1000)
            self._bar.setValue(round(1000 * share))

    def _end(self, operation: Operation) -> None:
        if operation is self._operation:
            self._operation = None
            self.hide()

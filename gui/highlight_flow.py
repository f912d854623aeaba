"""Turns words such as "crack" into coloured layers on the photo on show: one operation per query, in turn with
what else the engine does."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from gui.operations import Failure, Operation, Operations
from gui.translated import tr
from station.highlighting import highlight


class HighlightFlow(QObject):
    """Highlights in one inspection at a time; what comes back for an earlier one is dropped."""

    found = Signal(object)
    """A tuple of `QueryResult`, recorded."""
    recorded = Signal(int)
    failed = Signal(object)
    """A `Failure`."""

    def __init__(self, operations: Operations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._inspection: int | None = None
        self._running: Operation | None = None

    def choose_inspection(self, inspection_id: int | None) -> None:
        """Highlight in this one from now on; a query still under way for another is stopped."""
        if inspection_id != self._inspection and self._running is not None:
            self._running.cancel()
        self._inspection = inspection_id

    def ask(self, text: str) -> None:
        """Highlight what the words name."""
        number = self._inspection
        if number is None:
            return
        self._running = self._operations.run(
            tr("Highlighting {text}", text=text),
            lambda station, control: highlight(station, number, text, control.progress, lambda: control.is_cancelled),
            owner=self,
            on_success=lambda results: self._show(number, results),
            on_failure=self._fail,
        )
        self._running.finished.connect(self._forget)

    def _show(self, number: int, results: object) -> None:
        self.recorded.emit(number)
        if number == self._inspection:
            self.found.emit(results)

    def _fail(self, failure: Failure) -> None:
        self.failed.emit(failure)

    def _forget(self) -> None:
        self._running = None

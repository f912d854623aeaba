"""Follows the engine's lane and says in words what it does; loads the models when there is nothing else to do."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from gui.operations import Control, Failure, Lane, Operation, Operations
from gui.translated import tr, trn
from station.station import Station


class EngineState(QObject):
    """One per window."""

    changed = Signal(str)
    """What the engine does, in a few words."""
    failed = Signal(object)
    """The models could not be loaded: a `Failure`."""

    def __init__(self, operations: Operations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._running: list[Operation] = []
        self._resting = tr("Models are not loaded yet")
        operations.began.connect(self._watch)

    def load_models(self) -> None:
        """Load the models in the background, so that the first inspection need not wait for them."""
        self._operations.run(
            tr("Loading the models"),
            _open_models,
            owner=self,
            on_success=self._rest,
            on_failure=self._give_up,
        )

    def _watch(self, operation: Operation) -> None:
        if operation.lane != Lane.ENGINE:
            return
        operation.started.connect(lambda: self._begin(operation))
        operation.finished.connect(lambda: self._end(operation))

    def _begin(self, operation: Operation) -> None:
        if isValid(self):
            self._running.append(operation)
            self._say()

    def _end(self, operation: Operation) -> None:
        # The window may have gone before the last work of the engine ends.
        if isValid(self) and operation in self._running:
            self._running.remove(operation)
            self._say()

    def _rest(self, packs: int) -> None:
        self._resting = trn("Ready, {count} model pack loaded", "Ready, {count} model packs loaded", packs)
        self._say()

    def _give_up(self, failure: Failure) -> None:
        self._resting = tr("Models could not be loaded")
        self._say()
        self.failed.emit(failure)

    def _say(self) -> None:
        self.changed.emit(self._running[-1].title if self._running else self._resting)


def _open_models(station: Station, control: Control) -> int:
    """Return how many model packs are loaded."""
    detector = station.find_detector(None, control.progress)
    packs = detector.describe()["model_packs"]
    return len(packs) if isinstance(packs, list) else 0

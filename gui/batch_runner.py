"""Runs a batch photo by photo: each is one operation on the engine's lane, so that a person's own come in between.

Pause lets the photo under way finish; cancel stops it within the detector's next step, with nothing half recorded. What
is noted where is `station.batches`' affair; what a person sees of it is `batch_panel`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from gui.operations import Control, Failure, Lane, Operation, Operations
from gui.translated import tr
from station.batch import PreparedOnce
from station.batches import (
    Batch,
    BatchEnd,
    discard,
    finish,
    inspect_next,
    load_unfinished,
    next_photo,
    plan_batch,
    recover,
    summarise_batch,
)
from station.station import Station


class BatchState(StrEnum):
    """Where a batch stands."""

    IDLE = "idle"
    """There is none."""
    PLANNING = "planning"
    """The photos are being gathered."""
    RUNNING = "running"
    PAUSING = "pausing"
    """The photo under way is finished first."""
    PAUSED = "paused"
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    FINISHED = "finished"


ACTIVE = (BatchState.PLANNING, BatchState.RUNNING, BatchState.PAUSING, BatchState.CANCELLING)
OPEN = (*ACTIVE, BatchState.PAUSED)
"""States in which no other batch can begin."""


class BatchRunner(QObject):
    """One batch at a time."""

    state_changed = Signal(object)
    """A `BatchState`."""
    begun = Signal(object)
    """The `Batch`, before its first photo or before it goes on."""
    photo_done = Signal(int, object)
    """The place of a photo and its `PhotoResult`; the result is recorded."""
    progressed = Signal(object)
    """The `BatchSummary` so far."""
    working = Signal(float, str)
    """Share of the present photo or of learning the product, and what is done."""
    ended = Signal(object)
    """The `Batch`, finished or cancelled."""
    failed = Signal(object)
    """Why it stands still: a `Failure`. It can go on when the cause is gone."""
    unfinished_found = Signal(object)
    """A `Batch` of an earlier start."""

    def __init__(self, operations: Operations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._state = BatchState.IDLE
        self._batch: Batch | None = None
        self._operation: Operation | None = None
        self._prepared = PreparedOnce(is_pinned=True)
        self._is_to_recover = False

    @property
    def state(self) -> BatchState:
        """Where the batch stands."""
        return self._state

    @property
    def batch(self) -> Batch | None:
        """The batch that runs, or the last one that did."""
        return self._batch

    def start(self, sources: Sequence[Path], product: str, *, recursive: bool = False) -> bool:
        """Gather the photos of files and folders and inspect them; False while another batch is open."""
        if self._state in OPEN:
            return False
        self._batch = None
        self._set_state(BatchState.PLANNING)
        self._operation = self._operations.run(
            tr("Gathering photos"),
            lambda station, control: plan_batch(station, sources, product, recursive),
            lane=Lane.FILES,
            owner=self,
            on_success=self._begin,
            on_failure=self._fail,
            on_cancelled=self._drop,
        )
        return True

    def resume(self, batch: Batch) -> bool:
        """Go on with an unfinished batch of an earlier start; False while another batch is open."""
        if self._state in OPEN:
            return False
        self._is_to_recover = True
        self._open(batch)
        return True

    def pause(self) -> None:
        """Stop after the photo under way."""
        if self._state == BatchState.RUNNING:
            self._set_state(BatchState.PAUSING)

    def go_on(self) -> None:
        """Continue after a pause, or after what made it stand still."""
        if self._state == BatchState.PAUSING:
            self._set_state(BatchState.RUNNING)
        elif self._state == BatchState.PAUSED and self._batch is not None:
            self._is_to_recover = True
            self._set_state(BatchState.RUNNING)
            self._inspect_next()

    def cancel(self) -> None:
        """End the batch; the photo under way is given up, what is recorded stays."""
        if self._state in (BatchState.PLANNING, BatchState.RUNNING, BatchState.PAUSING):
            self._set_state(BatchState.CANCELLING)
            if self._operation is not None:
                self._operation.cancel()
        elif self._state == BatchState.PAUSED:
            self._end("cancelled")

    def look_for_unfinished(self) -> None:
        """Say by `unfinished_found` when an earlier start left a batch behind; the newest of several."""
        self._operations.run(
            tr("Looking for an interrupted batch"),
            lambda station, control: load_unfinished(station.home),
            lane=Lane.FILES,
            owner=self,
            on_success=self._offer,
        )

    def forget(self, batch: Batch) -> None:
        """Discard an unfinished batch; what was inspected stays in the history."""
        self._operations.run(
            tr("Discarding a batch"),
            lambda station, control: discard(station.home, batch),
            lane=Lane.FILES,
            owner=self,
        )

    def _offer(self, unfinished: list[Batch]) -> None:
        current = self._batch.id if self._batch is not None else None
        others = [batch for batch in unfinished if batch.id != current]
        if others and self._state not in OPEN:
            self.unfinished_found.emit(others[-1])

    def _begin(self, batch: Batch) -> None:
        if self._state == BatchState.CANCELLING:
            self.forget(batch)
            self._drop()
            return
        self._open(batch)

    def _open(self, batch: Batch) -> None:
        self._batch = batch
        self.begun.emit(batch)
        self.progressed.emit(summarise_batch(batch))
        self._set_state(BatchState.RUNNING)
        self._inspect_next()

    def _inspect_next(self) -> None:
        """Queue the next photo, or end where there is none."""
        batch = self._batch
        if batch is None or (place := next_photo(batch)) is None:
            self._end("finished")
            return
        is_to_recover, self._is_to_recover = self._is_to_recover, False
        name = batch.items[place].path.name
        self._operation = self._operations.run(
            tr("Batch: {name}", name=name),
            lambda station, control: self._work(station, control, batch, is_to_recover),
            owner=self,
            on_success=self._take,
            on_failure=self._fail,
            on_progress=self.working.emit,
            on_cancelled=self._stop,
        )

    def _work(self, station: Station, control: Control, batch: Batch, is_to_recover: bool) -> Batch:
        """Runs in the engine's thread: one photo, or none where it turns out to be recorded already."""
        if is_to_recover:
            recovered = recover(station, batch)
            if recovered is not batch:
                return recovered
        product = self._prepared.prepare(station, batch.product, control.progress)
        place = next_photo(batch)
        if place is None:
            return batch
        noted, _ = inspect_next(station, batch, place, product, control.progress, lambda: control.is_cancelled)
        return noted

    def _take(self, batch: Batch) -> None:
        """Show what is recorded, then go on, stop or end."""
        before, self._batch = self._batch, batch
        place = next_photo(before) if before is not None else None
        result = batch.items[place].result if place is not None else None
        if place is not None and result is not None:
            self.photo_done.emit(place, result)
            self.progressed.emit(summarise_batch(batch))
        if self._state == BatchState.CANCELLING:
            self._end("cancelled")
        elif self._state == BatchState.PAUSING and next_photo(batch) is not None:
            self._set_state(BatchState.PAUSED)
        else:
            self._inspect_next()

    def _stop(self) -> None:
        """A person cancelled the batch; or everything stopped, as when the window closes, and it may go on later."""
        if self._state == BatchState.CANCELLING:
            self._end("cancelled")
        else:
            self._set_state(BatchState.PAUSED)

    def _fail(self, failure: Failure) -> None:
        """Stand still; a batch that could not even be planned is none."""
        cancelling = self._state == BatchState.CANCELLING
        self._set_state(BatchState.IDLE if self._batch is None else BatchState.PAUSED)
        self.failed.emit(failure)
        if cancelling and self._batch is not None:
            self._end("cancelled")

    def _drop(self) -> None:
        self._batch = None
        self._set_state(BatchState.IDLE)

    def _end(self, end: BatchEnd) -> None:
        """Close the batch in the journal and the audit database, then say so."""
        batch = self._batch
        self._operation = None
        self._prepared = PreparedOnce(is_pinned=True)
        if batch is None:
            self._drop()
            return
        self._operations.run(
            tr("Closing the batch"),
            lambda station, control: finish(station, batch, end),
            lane=Lane.DATABASE,
            owner=self,
        )
        self._set_state(BatchState.FINISHED if end == "finished" else BatchState.CANCELLED)
        self.ended.emit(batch)

    def _set_state(self, state: BatchState) -> None:
        self._state = state
        self.state_changed.emit(state)

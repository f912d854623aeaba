"""Turns photos into inspections on screen: one operation per photo, a queue in front of it, cancel at any time.

It shows nothing itself. The window tells it which product is chosen and connects its signals; what the engine's thread
does for a photo lies in `inspecting_work`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

from gui.inspecting_work import InspectionRequest, PhotoInspector, SortedPaths, sort_paths
from gui.messages import Message
from gui.operations import Failure, Lane, Operation, Operations
from gui.translated import tr
from inference.results import Judgement
from station.errors import NotRecordedError
from station.opening import OpenedInspection, open_inspection

Phase = Literal["idle", "preparing", "inspecting", "opening"]


@dataclass(frozen=True)
class FlowState:
    """What is going on now, for the banner."""

    phase: Phase = "idle"
    file_name: str = ""
    what: str = ""
    """The step in words."""
    share: float = 0.0
    seconds_left: float | None = None
    waiting: int = 0
    """Photos that wait behind this one."""


@dataclass(frozen=True)
class NotRecorded:
    """A judgement that could not be saved, and why."""

    judgement: Judgement
    file_name: str
    sentence: str


@dataclass(frozen=True)
class NotInspected:
    """A photo without a verdict, and why."""

    file_name: str
    sentence: str


class InspectionFlow(QObject):
    """The way of photos through the engine."""

    inspection_shown = Signal(object)
    """An `OpenedInspection` that was just made and is recorded."""
    inspection_opened = Signal(object)
    """An `OpenedInspection` from the history."""
    inspection_recorded = Signal(int)
    not_recorded = Signal(object)
    """A `NotRecorded`."""
    not_inspected = Signal(object)
    """A `NotInspected`."""
    state_changed = Signal(object)
    """A `FlowState`."""
    folders_given = Signal(list)
    """Folders (list[Path]) among what was to be inspected."""
    product_needed = Signal(list)
    """Photos (list[Path]) that no product was chosen for."""
    message = Signal(object)

    def __init__(self, operations: Operations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._inspector = PhotoInspector()
        self._queue: deque[InspectionRequest] = deque()
        self._running: Operation | None = None
        self._state = FlowState()
        self._product: str | None = None

    @property
    def state(self) -> FlowState:
        """What is going on now."""
        return self._state

    @property
    def product(self) -> str | None:
        """The product that photos are judged by."""
        return self._product

    @property
    def is_busy(self) -> bool:
        """Whether a photo is being inspected or waits."""
        return self._running is not None or bool(self._queue)

    def choose_product(self, name: str | None) -> None:
        """Judge photos that come from now on by this product."""
        self._product = name

    def inspect(self, paths: Sequence[Path], serial: str = "") -> None:
        """Inspect photos, one after the other; the serial number belongs to the first. Folders are handed on."""
        self._operations.run(
            tr("Looking for photos"),
            lambda station, control: sort_paths(paths),
            lane=Lane.FILES,
            owner=self,
            on_success=lambda found: self._take(found, serial),
        )

    def cancel(self) -> None:
        """Stop the inspection under way and forget those that wait; what is recorded stays."""
        self._queue.clear()
        if self._running is not None:
            self._running.cancel()
            self._set_state(FlowState(self._state.phase, self._state.file_name, tr("Stopping"), self._state.share))

    def open(self, inspection_id: int) -> None:
        """Open a recorded inspection with its pictures."""
        self._operations.run(
            tr("Opening inspection {number}", number=inspection_id),
            lambda station, control: open_inspection(station, inspection_id),
            lane=Lane.DATABASE,
            owner=self,
            on_success=self._take_opened,
        )

    def _take_opened(self, opened: OpenedInspection) -> None:
        self.inspection_opened.emit(opened)
        if opened.purged:
            self.message.emit(Message(opened.purged, "warning"))

    def _take(self, found: SortedPaths, serial: str) -> None:
        for path in found.missing:
            self.message.emit(Message(tr("There is no file {name} any more; check its folder.", name=path), "error"))
        if found.folders:
            self.folders_given.emit(list(found.folders))
        if not found.photos:
            return
        if self._product is None:
            self.product_needed.emit(list(found.photos))
            return
        product = self._product
        serials = (serial, *("" for _ in found.photos[1:]))
        pairs = zip(found.photos, serials, strict=True)
        self._queue.extend(InspectionRequest(path, product, one) for path, one in pairs)
        self._start_next()

    def _start_next(self) -> None:
        if self._running is not None:
            self._count_waiting()
            return
        if not self._queue:
            self._set_state(FlowState())
            return
        request = self._queue.popleft()
        self._running = self._operations.run(
            tr("Inspecting {name}", name=request.path.name),
            lambda station, control: self._inspector.inspect(station, control, request),
            owner=self,
            on_success=self._show,
            on_failure=lambda failure: self._fail(request, failure),
            on_progress=self._progress,
        )
        self._running.finished.connect(self._finish)
        state = FlowState("preparing", request.path.name, tr("Waiting for the engine"), waiting=len(self._queue))
        self._set_state(state)

    def _finish(self) -> None:
        self._running = None
        self._start_next()

    def _progress(self, share: float, what: str) -> None:
        left = self._running.seconds_left if self._running is not None else None
        phase: Phase = "preparing" if share == 0.0 else "inspecting"
        self._set_state(FlowState(phase, self._state.file_name, what, share, left, len(self._queue)))

    def _count_waiting(self) -> None:
        now = self._state
        self._set_state(FlowState(now.phase, now.file_name, now.what, now.share, now.seconds_left, len(self._queue)))

    def _show(self, opened: OpenedInspection) -> None:
        self.inspection_shown.emit(opened)
        self.inspection_recorded.emit(opened.record.id)

    def _fail(self, request: InspectionRequest, failure: Failure) -> None:
        name = request.path.name
        if isinstance(failure.error, NotRecordedError):
            self.not_recorded.emit(NotRecorded(failure.error.judgement, name, failure.sentence))
        else:
            self.not_inspected.emit(NotInspected(name, failure.sentence))
        if self._running is not None:
            self._operations.failed.emit(self._running, failure)

    def _set_state(self, state: FlowState) -> None:
        self._state = state
        self.state_changed.emit(state)

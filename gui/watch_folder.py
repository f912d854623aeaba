"""A watched folder in the window: each photo that appears is inspected, one operation each, in the order of arrival.

How photos are noticed is `station.watching`'s affair. What cannot be recorded, because the disk is full or the like, is
kept waiting and tried again; nothing is dropped silently.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from gui.messages import Message
from gui.operations import Control, Failure, Lane, Operations
from gui.translated import tr
from station.batch import PreparedOnce, inspect_one
from station.batches import PhotoResult, read_result
from station.errors import RequestError
from station.station import Station
from station.watching import FolderWatcher, WatchState, WatchTiming

RETRY_MS = 10_000
"""How long a photo waits that could not be inspected or recorded."""


@dataclass(frozen=True)
class WatchedPhoto:
    """A photo that appeared in the folder, and what became of it."""

    path: Path
    result: PhotoResult


class WatchedFolder(QObject):
    """One watch at a time. Use it from the window's thread."""

    state_changed = Signal(object)
    """A `WatchState`; kind "stopped" when the watch is off."""
    photo_done = Signal(object)
    """A `WatchedPhoto`; its result is recorded."""
    waiting_changed = Signal(int)
    """How many photos wait."""
    message = Signal(object)
    settled = Signal(object)
    """A `Message` of this watch that is not true any more."""
    _said = Signal(object, object)
    _found = Signal(object, object)

    def __init__(
        self, operations: Operations, parent: QObject | None = None, timing: WatchTiming | None = None
    ) -> None:
        super().__init__(parent)
        self._operations = operations
        self._timing = timing
        self._watcher: FolderWatcher | None = None
        self._product = ""
        self._waiting: deque[Path] = deque()
        self._prepared = PreparedOnce()
        self._is_working = False
        self._complaint: Message | None = None
        self._retry = QTimer(self, singleShot=True, interval=RETRY_MS)
        self._retry.timeout.connect(self._inspect_next)
        # The watch's thread speaks through queued signals; a word of a watch that was stopped meanwhile is dropped.
        self._said.connect(self._show_state, Qt.ConnectionType.QueuedConnection)
        self._found.connect(self._take_in, Qt.ConnectionType.QueuedConnection)

    @property
    def is_on(self) -> bool:
        """Whether a folder is watched."""
        return self._watcher is not None

    @property
    def waiting(self) -> int:
        """Photos that were noticed and are not inspected yet."""
        return len(self._waiting)

    def start(self, folder: Path, product: str, pixel_limit: int) -> None:
        """Watch a folder from now on; an earlier watch ends."""
        self.stop()
        self._product = product
        watcher = FolderWatcher(
            folder,
            lambda path: self._found.emit(watcher, path),
            lambda state: self._said.emit(watcher, state),
            pixel_limit,
            self._timing,
        )
        self._watcher = watcher
        watcher.start()

    def stop(self) -> None:
        """End the watch. Photos that still wait are not inspected; the message says how many."""
        watcher, self._watcher = self._watcher, None
        if watcher is None:
            return
        watcher.stop(patience=0.5)
        self._retry.stop()
        self._settle()
        left = [path.name for path in self._waiting]
        self._waiting.clear()
        self._prepared = PreparedOnce()
        self.waiting_changed.emit(0)
        self.state_changed.emit(WatchState("stopped", watcher.folder))
        if left:
            text = tr("The watch ended before {names} could be inspected.", names=", ".join(left[:5]))
            self.message.emit(Message(text, "warning"))

    def _show_state(self, watcher: FolderWatcher, state: WatchState) -> None:
        if watcher is self._watcher:
            self.state_changed.emit(state)

    def _take_in(self, watcher: FolderWatcher, path: Path) -> None:
        if watcher is self._watcher:
            self._waiting.append(path)
            self.waiting_changed.emit(self.waiting)
            self._inspect_next()

    def _inspect_next(self) -> None:
        """Queue the oldest photo unless one is under way, so that a person's own photos come in between."""
        if self._is_working or self._retry.isActive() or not self._waiting or self._watcher is None:
            return
        self._is_working = True
        watcher, path, product, prepared = self._watcher, self._waiting[0], self._product, self._prepared
        self._operations.run(
            tr("Watched folder: {name}", name=path.name),
            lambda station, control: _inspect(station, control, path, product, prepared),
            lane=Lane.ENGINE,
            owner=self,
            on_success=lambda done: self._take(watcher, done),
            on_failure=lambda failure: self._wait(watcher, failure),
            on_cancelled=lambda: self._wait(watcher, None),
        )

    def _take(self, watcher: FolderWatcher, done: WatchedPhoto) -> None:
        self._is_working = False
        self._settle()
        self.photo_done.emit(done)
        if watcher is self._watcher:
            self._waiting.popleft()
            self.waiting_changed.emit(self.waiting)
        self._inspect_next()

    def _wait(self, watcher: FolderWatcher, failure: Failure | None) -> None:
        """Keep the photo and try again later; complain once until something works again."""
        self._is_working = False
        if watcher is not self._watcher:
            self._inspect_next()
            return
        self._retry.start()
        if failure is not None and self._complaint is None:
            text = tr("The watched folder waits and tries again: {reason}", reason=failure.sentence)
            self._complaint = Message(text, "error")
            self.message.emit(self._complaint)

    def _settle(self) -> None:
        """What was complained about is over."""
        complaint, self._complaint = self._complaint, None
        if complaint is not None:
            self.settled.emit(complaint)


def _inspect(station: Station, control: Control, path: Path, product: str, prepared: PreparedOnce) -> WatchedPhoto:
    """Runs in the engine's thread: one photo, recorded. Raises what keeps it from being recorded."""
    started = perf_counter()
    compared = prepared.prepare(station, product, control.progress)
    item = inspect_one(station, path, compared, "", control.progress, lambda: control.is_cancelled)
    if not item.is_saved:
        raise RequestError(item.failure)
    return WatchedPhoto(path, read_result(item, perf_counter() - started))

"""A watched folder: hands out each photo that appears in it, once, as soon as it is complete.

What is already there is ignored. A photo is complete when its size and time of change have held still for a moment and
it can be decoded; one that never can be is handed out after a while all the same, so that its failure is recorded. The
folder may go away, as network shares do: the watch says so, keeps trying, and when it is back hands out what came
meanwhile. Runs in a thread of its own; what happens to the photos is the affair of whoever listens.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread, current_thread
from time import monotonic
from typing import Literal

import inference.errors
from inference.images import DEFAULT_PIXEL_LIMIT, SUPPORTED_SUFFIXES, read_photo
from station.file_memory import FileMemory, Stamp
from station.folder_events import FolderEvents, is_on_network
from station.outputs import is_written_by_us

WatchKind = Literal["starting", "watching", "away", "failed", "stopped"]


@dataclass(frozen=True)
class WatchTiming:
    """How patient a watch is, in seconds."""

    settle: float = 0.8
    """A file that does not change for so long may be complete."""
    patience: float = 30.0
    """A file that cannot be decoded for so long after its last change is handed out as it is."""
    look: float = 2.0
    """How often is looked whether the folder is there."""
    listing: float = 10.0
    """How often the folder is listed for what events have missed; more seldom where listing is slow."""
    step: float = 0.2


@dataclass(frozen=True)
class WatchState:
    """How a watch is doing."""

    kind: WatchKind
    folder: Path
    ignored: int = 0
    """Photos that were there when the watch began."""
    polling: bool = False
    """Whether the folder is listed again and again because it sends no events."""
    reason: str = ""
    """Why the folder is away or the watch failed, in the system's words."""


@dataclass
class _Candidate:
    stamp: Stamp
    still_since: float
    look_at: float


class FolderWatcher:
    """One watch on one folder; files in folders inside it are not looked at.

    `on_photo` and `on_state` are called in the watch's own thread and must return soon.
    """

    def __init__(
        self,
        folder: Path,
        on_photo: Callable[[Path], object],
        on_state: Callable[[WatchState], object],
        pixel_limit: int = DEFAULT_PIXEL_LIMIT,
        timing: WatchTiming | None = None,
    ) -> None:
        self.folder = folder.absolute()
        self.state = WatchState("stopped", self.folder)
        self._on_photo = on_photo
        self._on_state = on_state
        self._pixel_limit = pixel_limit
        self._timing = timing or WatchTiming()
        self._memory: FileMemory | None = None
        self._ignored = 0
        self._candidates: dict[Path, _Candidate] = {}
        self._named: dict[Path, None] = {}
        self._events: FolderEvents | None = None
        self._identity: tuple[int, int] | None = None
        self._was_on_network = False
        self._look_at = self._list_at = 0.0
        self._stopping = Event()
        self._thread = Thread(target=self._run, name="watch", daemon=True)

    def start(self) -> None:
        """Begin to watch; the state follows."""
        self._thread.start()

    def stop(self, patience: float = 3.0) -> None:
        """End the watch; a share that hangs is not waited for longer than `patience` seconds."""
        self._stopping.set()
        if self._thread.is_alive() and self._thread is not current_thread():
            self._thread.join(patience)

    def _run(self) -> None:
        self._tell(WatchState("starting", self.folder))
        try:
            while not self._stopping.is_set():
                self._step(monotonic())
                self._stopping.wait(self._timing.step)
        except Exception as error:  # noqa: BLE001 - the thread's last word; nobody else would notice that it ended
            self._tell(WatchState("failed", self.folder, reason=f"{type(error).__name__}: {error}"))
        else:
            self._tell(WatchState("stopped", self.folder))
        finally:
            self._close_events()

    def _step(self, now: float) -> None:
        try:
            if now >= self._look_at:
                self._look_at = now + self._timing.look
                self._look_for_folder(now)
            self._take_named(now)
            self._settle(now)
        except OSError as error:
            self._note_away(error.strerror or type(error).__name__)

    def _look_for_folder(self, now: float) -> None:
        """Notice that the folder went, came or was replaced; list it when it came and from time to time."""
        found = self.folder.stat()
        if not stat.S_ISDIR(found.st_mode):
            raise NotADirectoryError(0, "it is not a folder")
        if self._was_on_network and not is_on_network(self.folder):
            raise FileNotFoundError(0, "the network share is not connected")
        identity = (found.st_dev, found.st_ino)
        is_back = self.state.kind != "watching" or identity != self._identity
        if is_back or self._events is None or not self._events.is_alive:
            self._open_events()
            self._identity = identity
            self._list_at = 0.0
        if now >= self._list_at:
            self._list_folder()
            self._list_at = now + max(self._timing.listing, 50.0 * (monotonic() - now))
        if is_back:
            polling = self._events is not None and self._events.polling
            self._tell(WatchState("watching", self.folder, self._ignored, polling))

    def _open_events(self) -> None:
        self._close_events()
        self._was_on_network = is_on_network(self.folder)
        self._events = FolderEvents(self.folder, self._note_name, polling=self._was_on_network)

    def _close_events(self) -> None:
        if self._events is not None:
            self._events.close()
            self._events = None

    def _note_name(self, path: Path) -> None:
        """Called by the thread of the events: only put down the name (one step, so that no lock is needed)."""
        self._named[self.folder / path.name] = None

    def _note_away(self, reason: str) -> None:
        if self._stopping.is_set() or self.state.kind == "away":
            return
        self._close_events()
        self._tell(WatchState("away", self.folder, self._ignored, reason=reason))

    def _tell(self, state: WatchState) -> None:
        self.state = state
        self._on_state(state)

    def _list_folder(self) -> None:
        """Find what is new; the first time everything is taken as known."""
        with os.scandir(self.folder) as entries:
            paths = [Path(entry.path) for entry in entries if _is_photo_name(entry.name)]
        is_first = self._memory is None
        memory = self._memory = self._memory or FileMemory()
        for path in paths:
            stamp = _read_stamp(path)
            if is_first and stamp is not None:
                memory.remember(path, stamp)
            elif stamp is not None and not memory.knows(path, stamp):
                self._named[path] = None
        if is_first:
            self._ignored = len(memory)
        memory.forget_others({path.name for path in paths})

    def _take_named(self, now: float) -> None:
        """Make candidates of the files that events or the listing named."""
        while self._named and self._memory is not None:
            path, _ = self._named.popitem()
            stamp = _read_stamp(path) if _is_photo_name(path.name) else None
            if stamp is None or path in self._candidates:
                continue
            if self._memory.knows(path, stamp):
                self._memory.remember(path, stamp)
            else:
                self._candidates[path] = _Candidate(stamp, now, now + self._timing.settle)

    def _settle(self, now: float) -> None:
        """Hand out the candidates that hold still and can be decoded, oldest first."""
        for path, candidate in sorted(self._candidates.items(), key=lambda each: each[1].stamp.changed_ns):
            if self._stopping.is_set():
                return
            if now >= candidate.look_at:
                self._look_at_candidate(path, candidate, now)

    def _look_at_candidate(self, path: Path, candidate: _Candidate, now: float) -> None:
        candidate.look_at = now + self._timing.settle
        stamp = _read_stamp(path)
        if stamp is None:
            del self._candidates[path]
            return
        if stamp != candidate.stamp:
            candidate.stamp, candidate.still_since = stamp, now
            return
        sha256 = self._read_hash(path)
        if sha256 or now - candidate.still_since >= self._timing.patience:
            del self._candidates[path]
            self._hand_out(path, stamp, sha256)

    def _read_hash(self, path: Path) -> str:
        """Return the SHA-256 of a photo that can be decoded, else ""."""
        try:
            return read_photo(path, self._pixel_limit).sha256
        except (inference.errors.KnownError, MemoryError):
            return ""

    def _hand_out(self, path: Path, stamp: Stamp, sha256: str) -> None:
        memory = self._memory
        if memory is None or memory.knows(path, stamp):
            return
        memory.remember(path, stamp)
        if not (sha256 and memory.is_repeated(path, sha256)):
            self._on_photo(path)


def _is_photo_name(name: str) -> bool:
    path = Path(name)
    return path.suffix.lower() in SUPPORTED_SUFFIXES and not name.startswith(".") and not is_written_by_us(path)


def _read_stamp(path: Path) -> Stamp | None:
    """Return a file's stamp; None when it is gone, locked or no file. Raises `OSError` when the disk or share fails."""
    try:
        found = path.stat()
    except (FileNotFoundError, PermissionError):
        return None
    return Stamp.of(found) if stat.S_ISREG(found.st_mode) else None

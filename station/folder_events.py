"""What the system says about files of one folder: names of files that appeared, changed or were renamed.

Kernel events where they work; network shares do not send them for what other computers write, so there the folder is
listed again and again. Events may come twice, late or not at all: whoever uses them looks for itself as well.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from watchdog.events import (
    FileClosedEvent,
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserver

POLLING_SECONDS = 2.0
"""How often a network share is listed."""
_JOIN_SECONDS = 2.0
_NETWORK_SYSTEMS = ("nfs", "cifs", "smb", "afs", "ncpfs", "9p", "ceph", "glusterfs", "lustre", "davfs", "fuse.")
_MOUNTS = Path("/proc/self/mounts")


class FolderEvents:
    """Listens to one folder until it is closed; `on_file` is called in a thread of its own."""

    def __init__(self, folder: Path, on_file: Callable[[Path], None], *, polling: bool) -> None:
        """Raises `OSError` when the folder cannot be listened to."""
        self._observer, self.polling = _start(folder, _Handler(on_file), polling)

    @property
    def is_alive(self) -> bool:
        """Whether events still arrive; a folder that was removed ends them."""
        return self._observer.is_alive() and all(emitter.is_alive() for emitter in self._observer.emitters)

    def close(self) -> None:
        """Stop listening. A share that hangs is not waited for long."""
        with suppress(OSError):
            self._observer.stop()
            self._observer.join(_JOIN_SECONDS)


class _Handler(FileSystemEventHandler):
    def __init__(self, on_file: Callable[[Path], None]) -> None:
        self._on_file = on_file

    def on_any_event(self, event: FileSystemEvent) -> None:
        if isinstance(event, FileMovedEvent):
            self._on_file(Path(os.fsdecode(event.dest_path)))
        elif isinstance(event, (FileCreatedEvent, FileModifiedEvent, FileClosedEvent)):
            self._on_file(Path(os.fsdecode(event.src_path)))


def _start(folder: Path, handler: _Handler, polling: bool) -> tuple[BaseObserver, bool]:
    """Start an observer; where the kernel has no more watches to give, the folder is listed instead."""
    if not polling:
        observer = Observer()
        try:
            _begin(observer, folder, handler)
        except OSError:
            folder.stat()
        else:
            return observer, False
    listing = PollingObserver(timeout=POLLING_SECONDS)
    _begin(listing, folder, handler)
    return listing, True


def _begin(observer: BaseObserver, folder: Path, handler: _Handler) -> None:
    observer.daemon = True
    observer.schedule(handler, str(folder), recursive=False)
    observer.start()


def is_on_network(folder: Path) -> bool:
    """Tell whether a folder lies on a network share, as far as the system says."""
    if sys.platform == "win32":
        return _is_remote_drive(folder)
    return _find_file_system(folder, _read_mounts()).startswith(_NETWORK_SYSTEMS)


def _is_remote_drive(folder: Path) -> bool:
    import ctypes  # noqa: PLC0415 - Windows only

    anchor = folder.absolute().anchor
    drive_remote = 4
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009 - only there on Windows
    return anchor.startswith("\\\\") or kernel.GetDriveTypeW(anchor) == drive_remote


def _read_mounts() -> list[tuple[Path, str]]:
    """Return mount points and the kinds of their file systems; none where the system has no such list."""
    try:
        lines = os.fsdecode(_MOUNTS.read_bytes()).splitlines()
    except OSError:
        return []
    fields = (line.split(" ") for line in lines)
    return [(Path(_unescape(field[1])), field[2]) for field in fields if len(field) > 2]


def _unescape(text: str) -> str:
    """Blanks and the like stand as octal numbers in the list of mounts."""
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, character)
    return text


def _find_file_system(folder: Path, mounts: list[tuple[Path, str]]) -> str:
    """Return the kind of the file system a folder lies on: that of the longest mount point above it, the newest."""
    place = folder.absolute()
    above = [(len(point.parts), number, kind) for number, (point, kind) in enumerate(mounts) if _lies_in(place, point)]
    return max(above)[2] if above else ""


def _lies_in(folder: Path, point: Path) -> bool:
    return folder == point or point in folder.parents

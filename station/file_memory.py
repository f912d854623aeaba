"""Which files of a watched folder are known already, under whatever name they come back.

A file is recognised by its number, size and time of change, which a rename leaves alone; by its name, size and time,
which survive a share that is mounted again; and a photo also by its bytes.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

_MOST_HASHES = 20_000
"""Photos whose bytes are remembered; the oldest are forgotten first."""


@dataclass(frozen=True)
class Stamp:
    """What changes when a file changes. `number` is the file system's own for the file, 0 where it has none."""

    size: int
    changed_ns: int
    number: int

    @classmethod
    def of(cls, status: os.stat_result) -> Stamp:
        """Return the stamp in what the system says about a file."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ino)


class FileMemory:
    """The files of one folder that were there before or were handed out."""

    def __init__(self) -> None:
        self._by_name: dict[str, Stamp] = {}
        self._stamps: set[Stamp] = set()
        self._hashes: OrderedDict[str, Path] = OrderedDict()

    def __len__(self) -> int:
        return len(self._by_name)

    def remember(self, path: Path, stamp: Stamp) -> None:
        """Know a file from now on."""
        self._by_name[path.name] = stamp
        if stamp.number:
            self._stamps.add(stamp)

    def knows(self, path: Path, stamp: Stamp) -> bool:
        """Tell whether a file is known as it is now; a renamed one is, and one that was written anew is not."""
        known = self._by_name.get(path.name)
        same_name = known is not None and (known.size, known.changed_ns) == (stamp.size, stamp.changed_ns)
        return same_name or stamp in self._stamps

    def is_repeated(self, path: Path, sha256: str) -> bool:
        """Tell whether a photo is one that came before, touched or renamed, and remember it.

        A copy beside the first one is a photo of its own.
        """
        earlier = self._hashes.get(sha256)
        self._hashes[sha256] = path
        self._hashes.move_to_end(sha256)
        if len(self._hashes) > _MOST_HASHES:
            self._hashes.popitem(last=False)
        return earlier is not None and (earlier == path or not earlier.exists())

    def forget_others(self, names: Collection[str]) -> None:
        """Forget files that are not there any more, so that memory does not grow for ever.

        An empty folder may be a share that went away: then everything is kept.
        """
        if not any(name in names for name in self._by_name):
            return
        self._by_name = {name: stamp for name, stamp in self._by_name.items() if name in names}
        self._stamps = {stamp for stamp in self._by_name.values() if stamp.number}

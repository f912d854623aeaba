"""A lock file that only one set-up holds at a time, and that the operating system releases when its holder dies."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def hold_lock(path: Path, on_wait: Callable[[], None], pause: float = 0.2) -> Iterator[int]:
    """Hold the lock file while the block runs; `on_wait` is called once where another process holds it.

    Yields the descriptor. On POSIX a child that inherits it keeps the lock alive, so that a pip whose parent was killed
    is not joined by a second one.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _try_lock(descriptor):
            on_wait()
            while not _try_lock(descriptor):
                time.sleep(pause)
        yield descriptor
    finally:
        os.close(descriptor)

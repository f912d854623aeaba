"""Making sure that bytes have reached the disk before anybody relies on them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import BinaryIO


def flush_file(file: BinaryIO) -> None:
    """Write a file's bytes through to the disk itself."""
    file.flush()
    _sync(file.fileno())


def flush_path(path: Path) -> None:
    """Write through what another library has written to a file."""
    with path.open("rb+") as file:
        _sync(file.fileno())


def flush_folder(folder: Path, system: str = os.name) -> None:
    """Write a folder's names through to the disk, after a file in it was made or renamed."""
    if system == "nt":
        return  # Windows cannot open a folder for this, and its file system keeps names in a journal
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _sync(descriptor)
    finally:
        os.close(descriptor)


def _sync(descriptor: int) -> None:
    if sys.platform == "darwin":
        import fcntl  # noqa: PLC0415  exists on POSIX only

        fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)  # a plain fsync stops at the drive's own cache there
    else:
        os.fsync(descriptor)

"""Putting a finished report where it was asked for: whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from storage.durability import flush_file, flush_folder
from storage.reports.errors import ReportError

_CAUSES = {
    errno.ENOSPC: "the disk is full; free some space or choose another folder",
    errno.EDQUOT: "your share of the disk is used up; free some space or choose another folder",
    errno.EACCES: "writing there is not permitted; choose another folder",
    errno.EPERM: "writing there is not permitted; choose another folder",
    errno.EROFS: "that disk is read-only; choose another folder",
    errno.ENOENT: "its folder does not exist; create it or choose another",
    errno.ENOTDIR: "a part of its path is a file, not a folder; choose another folder",
    errno.EISDIR: "a folder of that name exists; choose another name",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
}


def save_whole(data: bytes, path: Path) -> None:
    """Write beside, flush to the disk, rename: the file is complete or as it was before.

    Raises ReportError with a sentence naming the file when the folder cannot be written or is full.
    """
    try:
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".report-", suffix=".part")
        _write_and_rename(handle, Path(beside), data, path)
    except OSError as error:
        cause = _CAUSES.get(error.errno or 0, f"{error.strerror or error}; choose another folder")
        raise ReportError(f"The report {path} was not written: {cause}.") from error


def _write_and_rename(handle: int, beside: Path, data: bytes, path: Path) -> None:
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            flush_file(file)
        _permit_as_usual(beside)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def _permit_as_usual(file: Path) -> None:
    """Give a temporary file, readable by its owner only, the permissions of any new file."""
    mask = os.umask(0)
    os.umask(mask)
    file.chmod(0o666 & ~mask)

"""What set-up says when it cannot go on: one sentence with the next step. Showing it is left to the caller."""

from __future__ import annotations

import errno
from pathlib import Path

DISK_FULL = "The disk is full: free some space, then run the same command again."


class SetupError(Exception):
    """Something on this machine keeps set-up from going on; the message is the sentence to show."""


def explain_os_error(error: OSError) -> str:
    """Turn what the operating system refused into a sentence for the person who started set-up."""
    where = error.filename or "this folder"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DISK_FULL
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{where} cannot be written: copy the program to a folder of your own, or ask IT to run the set-up once."
    return f"Set-up could not use {where} ({error.strerror or error}): check it, then run the same command again."


def explain_missing_file(path: Path) -> str:
    """Say that a file of the program itself is gone."""
    return f"{path} is missing: the copy of the program is incomplete, get a fresh one."

"""Errors of the station room, and the one place that knows the known errors of all rooms below the window.

The message of a known error is the sentence to show. Whatever else escapes is our bug: `fault_reports` keeps it whole.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import inference.errors
import storage.errors

if TYPE_CHECKING:
    from inference.results import Judgement


class KnownError(Exception):
    """Something outside the program is not as it should be; the message is the sentence to show."""


class RequestError(KnownError):
    """What was asked for cannot be done as asked."""


class OutputError(KnownError):
    """A result is recorded, but its files could not be written where the person wanted them."""


class DataError(KnownError):
    """A folder of photos is not laid out as an evaluation needs it."""


class NotRecordedError(KnownError):
    """A photo was judged but the record could not be saved, so that its verdict must be shown as not saved."""

    def __init__(self, sentence: str, judgement: Judgement) -> None:
        super().__init__(sentence)
        self.judgement = judgement


KNOWN_ERRORS: tuple[type[Exception], ...] = (KnownError, inference.errors.KnownError, storage.errors.KnownError)
"""Every error whose message is a sentence for a person."""


def explain_os_error(error: OSError, path: Path) -> str:
    """Return one sentence on why `path` could not be written, with what to do next."""
    reasons: dict[type[OSError], str] = {
        PermissionError: "you may not write there; choose another folder or ask for the permission",
        NotADirectoryError: "a file is in the way of the folder; choose another name",
        IsADirectoryError: "a folder of that name is in the way; choose another name",
        FileExistsError: "a file is in the way of the folder; choose another name",
    }
    reason = (
        reasons.get(type(error)) or f"{(error.strerror or str(error)).lower()}; free space or choose another folder"
    )
    return f"{path} cannot be written: {reason}."

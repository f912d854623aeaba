"""Errors of the inference room, sorted by whose fault they are.

`KnownError` is what the world did: its text is one sentence for a person, naming the thing, what is wrong and what to
do next. Everything else that escapes is our bug and is reported whole. How either is shown is left to the caller.
"""

from __future__ import annotations


class KnownError(Exception):
    """Something outside the program is not as it should be; the message is the sentence to show."""


class PhotoError(KnownError):
    """A file cannot be used as a photo."""


class ModelPackError(KnownError):
    """A model pack is missing, incomplete, altered or cannot be fetched."""


class DeviceError(KnownError):
    """The device asked for is not there, cannot be used, or failed while it computed."""


class ReferencesError(KnownError):
    """The references of a product cannot carry an inspection."""


class Cancelled(Exception):
    """The caller asked to stop; nothing was produced."""

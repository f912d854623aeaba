"""The one thing that goes wrong with a report and is nobody's bug: its file cannot be written."""

from __future__ import annotations

from storage.errors import KnownError


class ReportError(KnownError):
    """A report cannot be written where it was asked for."""

"""The lines of the history, what they are narrowed to and how they are sorted."""

from __future__ import annotations

from dataclasses import dataclass

from storage.records.words import BlobRef, Decision, HistorySort, Reviewed, Severity, Verdict


@dataclass(frozen=True)
class InspectionSummary:
    """One line of the history."""

    id: int
    recorded_at: str
    recorded_by: str
    product: str | None
    product_version: int | None
    file_name: str
    serial: str
    verdict: Verdict | None
    score: float | None
    regions: int
    photo: BlobRef
    overlay_sha256: str | None
    disposition: Decision | None
    """The latest decision of a person, if any."""
    record_hash: str
    code: str = ""
    """The defect code of that decision."""
    severity: Severity | None = None
    """The severity of that decision."""
    corrected_area_px: int | None = None
    """Pixels of the newest corrected mask; None where nobody corrected the mask."""
    comments: int = 0


@dataclass(frozen=True)
class InspectionFilter:
    """What a history page is narrowed to; None, "" and empty tuples narrow nothing."""

    product: str | None = None
    verdicts: tuple[Verdict, ...] = ()
    """One of these."""
    since: str | None = None
    """UTC, ISO 8601; a prefix such as "2026-03-01" will do. Included."""
    until: str | None = None
    """UTC, ISO 8601 or a prefix of it. Not included."""
    text: str = ""
    """Part of the file name, serial number, product name or person's name, or of the reason or code of a disposition;
    case is ignored for ASCII letters."""
    serial: str = ""
    """What the serial number begins with, case included."""
    disposition: Reviewed | None = None
    severity: Severity | None = None
    """That of the newest decision."""
    ids: tuple[int, ...] = ()
    """One of these numbers."""


@dataclass(frozen=True)
class HistoryOrder:
    """How a history is sorted; what is equal is sorted by number, and inspections without the value come lowest."""

    by: HistorySort = "time"
    descending: bool = True

"""What a person decides on an inspection: the decision beside the verdict, what waits for one, reasons given before.

The machine's verdict is never touched; a decision is a new record, and the newest counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from station.errors import RequestError
from station.language import tr
from station.rights import Right
from storage.records import Decision, Disposition, InspectionFilter, RecordedInspection

if TYPE_CHECKING:
    from station.station import Station

WAITING = InspectionFilter(verdicts=("review", "reject"), disposition="none")
"""What a person has to look at: not accepted, and not decided on."""
RECENT_REASONS = 8


@dataclass(frozen=True)
class ReviewMaterial:
    """What a person needs to see before deciding."""

    record: RecordedInspection
    codes: tuple[str, ...]
    """The catalogue of codes a decision can carry."""
    reasons: tuple[str, ...]
    """Reasons given before, the last first."""
    waiting: int
    """How many inspections wait for a decision, this one included if it does."""


def dispose(station: Station, inspection_id: int, decision: Decision, code: str, reason: str) -> Disposition:
    """Record a person's decision on an inspection; `code` is "" or one of the catalogue, in any case of letters.

    Raises `RequestError` for a code that is not in the catalogue, and storage's errors: the reason needs 10 characters.
    """
    actor = station.acting(Right.REVIEW)
    return station.store.add_disposition(inspection_id, decision, find_code(station, code), reason, actor)


def find_code(station: Station, code: str) -> str:
    """Return a code as the catalogue in the settings writes it. Raises `RequestError` when it is not there."""
    wanted = code.strip()
    catalogue = {each.casefold(): each for each in station.settings.defect_codes}
    if not wanted:
        return ""
    if wanted.casefold() not in catalogue:
        codes = ", ".join(station.settings.defect_codes)
        if not codes:
            raise RequestError(tr("The catalogue has no codes, so “{code}” is not one; leave it out.", code=wanted))
        raise RequestError(
            tr(
                "The code “{code}” is not in the catalogue; use one of: {codes}; or leave it out.",
                code=wanted,
                codes=codes,
            )
        )
    return catalogue[wanted.casefold()]


def next_unreviewed(station: Station, after_id: int | None = None) -> int | None:
    """Return the number of the next older inspection that waits for a decision, else the newest; None if no other."""
    return station.store.find_next_unreviewed(after_id, WAITING)


def count_unreviewed(station: Station) -> int:
    """Return how many inspections wait for a decision."""
    return station.store.count_inspections(WAITING)


def prepare_review(station: Station, inspection_id: int) -> ReviewMaterial:
    """Read what a person needs to decide on an inspection. Raises the known errors of storage."""
    return ReviewMaterial(
        record=station.store.get_inspection(inspection_id),
        codes=station.settings.defect_codes,
        reasons=tuple(station.store.list_recent_reasons(RECENT_REASONS)),
        waiting=count_unreviewed(station),
    )

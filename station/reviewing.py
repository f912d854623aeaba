"""What a person adds to an inspection: a decision beside the verdict, a remark; what waits, and reasons given before.

The machine's verdict is never touched; whatever is added is a new record, and the newest decision counts. Masks that
people draw are `mask_correcting`'s affair.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from station.errors import RequestError
from station.language import tr
from station.rights import Right
from storage.records import (
    Comment,
    Decision,
    Disposition,
    InspectionFilter,
    InspectionSummary,
    RecordedInspection,
    Severity,
    Signature,
)

if TYPE_CHECKING:
    from station.station import Station

Queue = Literal["waiting", "review", "unreviewed"]
"""What a person goes through: what was not accepted, only what the machine was unsure of, or all without a decision."""
WAITING = InspectionFilter(verdicts=("review", "reject"), disposition="none")
"""What a person has to look at: not accepted, and not decided on."""
QUEUES: Mapping[Queue, InspectionFilter] = MappingProxyType(
    {
        "waiting": WAITING,
        "review": InspectionFilter(verdicts=("review",), disposition="none"),
        "unreviewed": InspectionFilter(disposition="none"),
    }
)
RECENT_REASONS = 8
QUEUE_PAGE = 50


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
    signatures: tuple[Signature, ...] = ()
    may_review: bool = True
    """Whether the person at the station may decide, remark and correct."""


def dispose(
    station: Station,
    inspection_id: int,
    decision: Decision,
    code: str,
    reason: str,
    severity: Severity | None = None,
) -> Disposition:
    """Record a person's decision on an inspection; `code` is "" or one of the catalogue, in any case of letters.

    Raises `NotAllowed`, `RequestError` for a code that is not in the catalogue, and storage's errors: the reason needs
    10 characters.
    """
    actor = station.acting(Right.REVIEW)
    found = find_code(station, code)
    return station.store.add_disposition(inspection_id, decision, found, reason, actor, severity)


def comment(station: Station, inspection_id: int, text: str) -> Comment:
    """Record a person's remark on an inspection, verbatim. Raises `NotAllowed` and storage's errors."""
    return station.store.add_comment(inspection_id, text, station.acting(Right.REVIEW))


def find_code(station: Station, code: str) -> str:
    """Return a code as the catalogue in the settings writes it. Raises `RequestError` when it is not there."""
    wanted = code.strip()
    catalogue = {each.casefold(): each for each in station.settings.defect_codes}
    if not wanted:
        return ""
    if wanted.casefold() not in catalogue:
        raise RequestError(_explain_code(wanted[:_LONGEST_CODE], station.settings.defect_codes))
    return catalogue[wanted.casefold()]


def next_unreviewed(station: Station, after_id: int | None = None, queue: Queue = "waiting") -> int | None:
    """Return the number of the next older inspection of a queue, else the newest; None if there is no other."""
    return station.store.find_next_unreviewed(after_id, QUEUES[queue])


def count_unreviewed(station: Station, queue: Queue = "waiting") -> int:
    """Return how many inspections wait for a decision."""
    return station.store.count_inspections(QUEUES[queue])


def list_queue(
    station: Station, queue: Queue = "waiting", limit: int = QUEUE_PAGE, before_id: int | None = None
) -> list[InspectionSummary]:
    """Return what waits for a decision, newest first, of those older than a number."""
    return station.store.list_inspections(QUEUES[queue], limit, before_id)


def prepare_review(station: Station, inspection_id: int) -> ReviewMaterial:
    """Read what a person needs to decide on an inspection. Raises the known errors of storage."""
    return ReviewMaterial(
        record=station.store.get_inspection(inspection_id),
        codes=station.settings.defect_codes,
        reasons=tuple(station.store.list_recent_reasons(RECENT_REASONS)),
        waiting=count_unreviewed(station),
        signatures=tuple(station.store.list_signatures(inspection_id)),
        may_review=station.person.may(Right.REVIEW),
    )


_LONGEST_CODE = 100
"""Characters of an unknown code that its sentence repeats."""


def _explain_code(code: str, catalogue: tuple[str, ...]) -> str:
    if not catalogue:
        return tr(
            "The catalogue has no codes, so “{code}” is not one; leave it out, or add it to the defect codes in the"
            " settings.",
            code=code,
        )
    return tr(
        "The code “{code}” is not in the catalogue; use one of: {codes}; or leave it out.",
        code=code,
        codes=", ".join(catalogue),
    )

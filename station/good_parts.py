""" "This was good": a part the machine doubted becomes a reference, and what that does to other parts is looked at.

Recording comes first and is quick; learning and judging again follow and may be stopped without losing what was
recorded. Judging again records one event about the golden set and no inspection.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inference.images import decode_photo
from station.console import OnProgress, ignore_progress
from station.errors import KNOWN_ERRORS, RequestError
from station.golden_set import (
    GoldenCheck,
    check_golden_set_with,
    find_last_decision,
    list_golden_parts,
    require_product,
)
from station.language import tr
from station.products import prepare_product
from station.rights import Right
from storage.records import Disposition, NewReference, ProductVersion, RecordedInspection, Verdict, check_reason

if TYPE_CHECKING:
    from station.station import Station

_SHARE_OF_LEARNING = 0.6
"""Share of the progress that learning takes."""


@dataclass(frozen=True)
class GoodPartPlan:
    """What "this was good" would do, for a person to read before saying so."""

    inspection: RecordedInspection
    version: ProductVersion
    """The product as it is now."""
    golden: int
    """Parts of the golden set that are judged again afterwards."""
    overruled: Disposition | None
    """The last decision of a person, when it says that the part is defective."""


@dataclass(frozen=True)
class GoodPartOutcome:
    """What the next version makes of the part itself and of the golden set."""

    version: ProductVersion
    verdict: Verdict
    """The machine's verdict on the part now."""
    score: float
    check: GoldenCheck
    warnings: tuple[str, ...]
    """What is doubtful about the references as they are now."""


def plan_good_part(station: Station, inspection_id: int) -> GoodPartPlan:
    """Say what would be done. Raises `RequestError`, with what to do, when the part cannot become a reference."""
    record = station.store.get_inspection(inspection_id)
    current = station.store.get_product(require_product(record))
    _refuse_unfit(record, current)
    last = find_last_decision(record)
    overruled = last if last is not None and last.decision not in ("accept", "use-as-is") else None
    return GoodPartPlan(record, current, len(list_golden_parts(station, current.name)), overruled)


def record_good_part(station: Station, inspection_id: int, reason: str) -> ProductVersion:
    """Decide accept and make the part a reference of its product's next version.

    Raises `RequestError` before anything is recorded when the part cannot become a reference.
    """
    reason = check_reason(reason)
    reviewer, keeper = station.acting(Right.REVIEW), station.acting(Right.PRODUCTS)
    plan = plan_good_part(station, inspection_id)
    record = plan.inspection
    last = find_last_decision(record)
    if last is None or last.decision != "accept":
        station.store.add_disposition(inspection_id, "accept", "", reason, reviewer)
    reference = NewReference(record.photo, record.file_name)
    try:
        return station.store.add_references(plan.version.name, [reference], keeper, reason)
    except KNOWN_ERRORS as error:
        raise RequestError(
            tr("Your decision is recorded, but the photo is no reference yet: {fault}", fault=str(error))
        ) from error


def judge_good_part(station: Station, inspection_id: int, on_progress: OnProgress = ignore_progress) -> GoodPartOutcome:
    """Learn the product as it is now, judge the part itself again, and check the golden set."""
    record = station.store.get_inspection(inspection_id)
    name = require_product(record)
    prepared = prepare_product(
        station, name, on_progress=lambda share, what: on_progress(share * _SHARE_OF_LEARNING, what)
    )
    assert prepared.version is not None  # a product was asked for
    on_progress(_SHARE_OF_LEARNING, tr("Judging {name} again", name=record.file_name))
    photo = decode_photo(station.store.read_blob(record.photo), record.file_name, station.settings.pixel_limit)
    judgement = prepared.detector.inspect(photo, prepared.learned)
    left = 1.0 - _SHARE_OF_LEARNING
    check = check_golden_set_with(
        station, prepared, lambda share, what: on_progress(_SHARE_OF_LEARNING + left * share, what)
    )
    return GoodPartOutcome(
        prepared.version, judgement.verdict.value, judgement.score, check, tuple(prepared.learned.warnings)
    )


def take_back_good_part(station: Station, version: ProductVersion, inspection_id: int, reason: str) -> ProductVersion:
    """Retire the reference that `version` got from an inspection; the decision about the part stays."""
    record = station.store.get_inspection(inspection_id)
    numbers = [row.id for row in version.references if row.photo.sha256 == record.photo.sha256]
    if not numbers:
        raise RequestError(
            tr("Version {number} of product {name} has no such reference.", number=version.version, name=version.name)
        )
    return station.store.retire_reference(version.name, numbers[-1], station.acting(Right.PRODUCTS), reason)


def _refuse_unfit(record: RecordedInspection, current: ProductVersion) -> None:
    if current.retired:
        raise RequestError(tr("Product {name} is retired; take it back into use first.", name=current.name))
    if any(row.photo.sha256 == record.photo.sha256 for row in current.references):
        raise RequestError(tr("The photo is a reference of product {name} already.", name=current.name))

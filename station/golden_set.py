"""The golden set of a product: parts a person decided about, with which every change of the product is checked.

A check judges their photos again with the product as it is now. It records one event with the outcome and no
inspection, so that neither history nor statistics count these parts twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from inference.images import decode_photo
from station.console import OnProgress, ignore_progress
from station.errors import RequestError
from station.language import tr
from station.product_settings import change_product_settings, read_product_settings
from station.products import PreparedProduct, prepare_product
from station.rights import Right
from storage.records import (
    Disposition,
    InspectionFilter,
    InspectionSummary,
    ProductVersion,
    RecordedInspection,
    Verdict,
)

if TYPE_CHECKING:
    from station.station import Station

Truth = Literal["good", "defective"]

MOST_CANDIDATES = 500
"""Inspections looked through for parts that could join a golden set."""

_GOOD = frozenset({"accept", "use-as-is"})


@dataclass(frozen=True)
class GoldenPart:
    """One part of the golden set and what a person said of it."""

    inspection_id: int
    file_name: str
    sha256: str
    truth: Truth
    decision: str
    decided_by: str
    verdict: Verdict | None
    """The machine's verdict when it was inspected."""


@dataclass(frozen=True)
class GoldenResult:
    """One part of the golden set judged again; a good part must not be rejected, a defective one not accepted."""

    part: GoldenPart
    verdict: Verdict
    """The machine's verdict now."""
    score: float

    @property
    def passed(self) -> bool:
        """Whether the verdict fits what the person decided."""
        return self.verdict != ("reject" if self.part.truth == "good" else "accept")


@dataclass(frozen=True)
class GoldenCheck:
    """A whole golden set judged again by one product version."""

    product: str
    version: int
    results: tuple[GoldenResult, ...]

    @property
    def failures(self) -> tuple[GoldenResult, ...]:
        """The parts that are judged wrongly now."""
        return tuple(result for result in self.results if not result.passed)

    @property
    def passed(self) -> bool:
        """Whether every part is judged as it should be; an empty set passes."""
        return not self.failures


def list_golden_parts(station: Station, name: str) -> tuple[GoldenPart, ...]:
    """Return the golden set of a product, in the order in which parts were added."""
    golden = read_product_settings(station.store.get_product(name)).golden
    return tuple(_describe(station.store.get_inspection(number)) for number in golden)


def list_golden_candidates(station: Station, name: str) -> tuple[InspectionSummary, ...]:
    """Return the newest inspections of a product that somebody decided about and that are not in its golden set."""
    golden = read_product_settings(station.store.get_product(name)).golden
    decided = station.store.list_inspections(InspectionFilter(product=name, disposition="any"), limit=MOST_CANDIDATES)
    return tuple(summary for summary in decided if summary.id not in golden)


def add_to_golden_set(station: Station, inspection_id: int, reason: str) -> ProductVersion:
    """Put an inspected part that a person decided about into its product's golden set; makes the next version."""
    return add_all_to_golden_set(station, [inspection_id], reason)


def add_all_to_golden_set(station: Station, inspection_ids: Sequence[int], reason: str) -> ProductVersion:
    """Put inspected parts of one product into its golden set, all of them or none; makes one next version."""
    records = [station.store.get_inspection(number) for number in inspection_ids]
    products = {require_product(record) for record in records}
    if len(products) != 1:
        raise RequestError(tr("Choose inspections of one product."))
    for record in records:
        _describe(record)
    [product] = products
    golden = read_product_settings(station.store.get_product(product)).golden
    for number in inspection_ids:
        if number in golden:
            raise RequestError(tr("Inspection {number} is in the golden set already.", number=number))
    return change_product_settings(station, product, reason, golden=(*golden, *inspection_ids))


def remove_from_golden_set(station: Station, name: str, inspection_id: int, reason: str) -> ProductVersion:
    """Take a part out of a product's golden set; makes the next version."""
    golden = read_product_settings(station.store.get_product(name)).golden
    if inspection_id not in golden:
        raise RequestError(tr("Inspection {number} is not in the golden set.", number=inspection_id))
    kept = tuple(number for number in golden if number != inspection_id)
    return change_product_settings(station, name, reason, golden=kept)


def check_golden_set(station: Station, name: str, on_progress: OnProgress = ignore_progress) -> GoldenCheck:
    """Judge every part of the golden set with the product as it is now, and record the outcome as one event."""
    station.acting(Right.INSPECT)  # asked before a product is learned for it
    version = station.store.get_product(name)
    if not read_product_settings(version).golden:
        return GoldenCheck(version.name, version.version, ())
    return check_golden_set_with(station, prepare_product(station, name, on_progress=on_progress), on_progress)


def check_golden_set_with(
    station: Station, prepared: PreparedProduct, on_progress: OnProgress = ignore_progress
) -> GoldenCheck:
    """Do the same with a product that is prepared already; an empty set leaves no event."""
    assert prepared.version is not None  # a product was prepared
    parts = list_golden_parts(station, prepared.version.name)
    results = []
    for index, part in enumerate(parts):
        on_progress(index / len(parts), tr("Checking part {number} of {count}", number=index + 1, count=len(parts)))
        results.append(_judge(station, part, prepared))
    check = GoldenCheck(prepared.version.name, prepared.version.version, tuple(results))
    if parts:
        _record(station, check, prepared.version.product_id)
    return check


def require_product(record: RecordedInspection) -> str:
    """Return the product an inspection belongs to; `RequestError` when it belongs to none."""
    if record.product is None:
        raise RequestError(
            tr("Inspection {number} belongs to no product; inspect the part with a product first.", number=record.id)
        )
    return record.product


def find_last_decision(record: RecordedInspection) -> Disposition | None:
    """Return the newest decision of a person; what an automatic agent decided proves nothing."""
    decided = [disposition for disposition in record.dispositions if disposition.decided_by.kind == "person"]
    return decided[-1] if decided else None


def _describe(record: RecordedInspection) -> GoldenPart:
    last = find_last_decision(record)
    if last is None:
        raise RequestError(
            tr("No person has decided about inspection {number} yet; give it a disposition first.", number=record.id)
        )
    truth: Truth = "good" if last.decision in _GOOD else "defective"
    who = last.decided_by.name
    return GoldenPart(record.id, record.file_name, record.photo.sha256, truth, last.decision, who, record.verdict)


def _judge(station: Station, part: GoldenPart, prepared: PreparedProduct) -> GoldenResult:
    data = station.store.read_blob(part.sha256)
    photo = decode_photo(data, part.file_name, station.settings.pixel_limit)
    judgement = prepared.detector.inspect(photo, prepared.learned)
    return GoldenResult(part, judgement.verdict.value, judgement.score)


def _record(station: Station, check: GoldenCheck, product_id: int) -> None:
    results = [
        {
            "inspection": result.part.inspection_id,
            "truth": result.part.truth,
            "verdict": result.verdict,
            "score": result.score,
            "passed": result.passed,
        }
        for result in check.results
    ]
    payload = {"product": check.product, "version": check.version, "passed": check.passed, "results": results}
    station.store.record_event("golden-set.checked", "product", product_id, payload, station.acting(Right.INSPECT))

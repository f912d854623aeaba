"""Past inspections in words, for a person who reads them on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from station.console import format_table
from station.documents import list_warnings
from storage.records import Comment, CorrectedMask, Disposition
from storage.sequence import is_overtaken, list_steps

if TYPE_CHECKING:
    from storage.records import InspectionSummary, RecordedFailure, RecordedInspection, Signature

_ADDED = (Disposition, CorrectedMask, Comment)


def tabulate_summaries(summaries: Sequence[InspectionSummary]) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of a history."""
    header = [
        "id",
        "recorded (UTC)",
        "verdict",
        "score",
        "regions",
        "product",
        "photo",
        "by",
        "disposition",
        "severity",
    ]
    return header, [_tabulate(summary) for summary in summaries]


def tabulate_failures(failures: Sequence[RecordedFailure]) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of the photos that could not be judged."""
    rows = [
        [
            str(failure.id),
            _shorten_moment(failure.recorded_at),
            _name_product(failure.product, failure.product_version),
            failure.file_name,
            failure.recorded_by,
            failure.sentence,
        ]
        for failure in failures
    ]
    return ["id", "recorded (UTC)", "product", "photo", "by", "why"], rows


def describe_in_a_line(record: RecordedInspection) -> str:
    """Return verdict, score, photo, what was found where, and the number under which it is recorded."""
    verdict = (record.verdict or "no verdict").upper()
    score = "" if record.score is None else f"score {record.score:3.0f}, limit {record.limit:.0f}  "
    return f"{verdict:7} {score}{record.file_name}  {_describe_regions(record)}  inspection {record.id}"


def describe_in_full(record: RecordedInspection) -> Iterator[str]:
    """Yield the lines that tell one inspection: verdict, evidence, who, when, with what, and what persons decided."""
    yield describe_in_a_line(record)
    yield f"recorded {record.recorded_at} by {record.recorded_by.name}, record {record.record_hash}"
    yield f"photo {record.width} x {record.height}, SHA-256 {record.photo.sha256}"
    yield f"compared with {_describe_references(record)}; device {record.device}"
    if promise := record.calibration.get("promise"):
        yield f"promise: {promise}"
    yield from (f"model pack {pack['name']} {pack['version']}, {pack['sha256']}" for pack in record.model_packs)
    yield from (f"warning: {warning}" for warning in list_warnings(record))
    yield from _describe_region_table(record)
    yield from (_describe_addition(step.what) for step in list_steps(record) if isinstance(step.what, _ADDED))


def describe_signature(signature: Signature, record: RecordedInspection) -> str:
    """Return the line that tells one signature under an inspection."""
    said = f": {signature.comment}" if signature.comment else ""
    who = f"{signature.printed_name}, {signature.recorded_at}, record {signature.record_hash}"
    late = "; signed before later additions" if is_overtaken(signature, record) else ""
    return f"signature: {signature.meaning} by {who}{late}{said}"


def _describe_addition(added: Disposition | CorrectedMask | Comment) -> str:
    """Return the line that tells what a person decided, drew or remarked."""
    if isinstance(added, Disposition):
        who = f"{added.decided_by.name}, {added.decided_at}"
        severity = f" ({added.severity})" if added.severity else ""
        return f"disposition: {added.decision} {added.code}{severity} by {who}: {added.reason}"
    if isinstance(added, CorrectedMask):
        who = f"{added.drawn_by.name}, {added.drawn_at}"
        return f"corrected mask: {added.area_px} px by {who}: {added.reason}"
    return f"comment by {added.written_by.name}, {added.written_at}: {added.text}"


def _tabulate(summary: InspectionSummary) -> list[str]:
    score = "" if summary.score is None else f"{summary.score:.0f}"
    product = _name_product(summary.product, summary.product_version)
    verdict, disposition = summary.verdict or "-", summary.disposition or "-"
    moment, count = _shorten_moment(summary.recorded_at), str(summary.regions)
    return [
        str(summary.id),
        moment,
        verdict,
        score,
        count,
        product,
        summary.file_name,
        summary.recorded_by,
        disposition,
        summary.severity or "-",
    ]


def _shorten_moment(recorded_at: str) -> str:
    return recorded_at[:19].replace("T", " ")


def _name_product(name: str | None, version: int | None) -> str:
    return f"{name} v{version}" if name else "-"


def _describe_regions(record: RecordedInspection) -> str:
    if not record.regions:
        return "no region"
    strongest = record.regions[0]
    count = "1 region" if len(record.regions) == 1 else f"{len(record.regions)} regions, the strongest"
    return f"{count} {strongest.place}, {strongest.width} x {strongest.height} px"


def _describe_references(record: RecordedInspection) -> str:
    if record.product:
        return f"product {record.product}, version {record.product_version}"
    return ", ".join(reference.file_name for reference in record.references) or "nothing"


def _describe_region_table(record: RecordedInspection) -> list[str]:
    if not record.regions:
        return []
    rows = [
        [
            region.place,
            f"{region.x}, {region.y}",
            f"{region.width} x {region.height}",
            f"{region.area_px}",
            f"{region.peak:.2f}",
        ]
        for region in record.regions
    ]
    return format_table(["region", "x, y", "size", "area", "peak"], rows)

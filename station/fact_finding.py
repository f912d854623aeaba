"""The facts of a recorded inspection, gathered from the record and the product version that judged it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from inference.dialogue.facts import Facts, GateFact, QueryFact, RegionFact
from station.opening import find_version
from station.product_settings import ProductSettings, read_product_settings
from storage.records import NewRegion, ProductVersion, RecordedInspection

if TYPE_CHECKING:
    from station.station import Station


def gather_facts(station: Station, record: RecordedInspection) -> Facts:
    """Return all that an answer about an inspection may claim. Raises storage's known errors."""
    version = find_version(station, record)
    settings = read_product_settings(version) if version else ProductSettings()
    references = [row.file_name for row in (version.approved if version else record.references)]
    calibration = record.calibration
    return Facts(
        verdict=record.verdict,
        score=record.score,
        limit=record.limit,
        p_value=record.p_value,
        reject_rate=_read_number(calibration, "alpha"),
        parts=int(_read_number(calibration, "parts") or 0),
        provisional=bool(calibration.get("provisional", False)),
        promise=str(calibration.get("promise", "")),
        regions=tuple(_describe_region(number, region) for number, region in enumerate(record.regions, start=1)),
        mm_per_px=settings.mm_per_px,
        gates=tuple(GateFact(str(gate.get("code", "")), str(gate.get("sentence", ""))) for gate in record.gates),
        product=record.product or "",
        product_version=record.product_version,
        nearest_reference=_name_nearest(record, references),
        references=len(references),
        queries=_list_queries(record),
        notes=settings.notes,
        decision=record.dispositions[-1].decision if record.dispositions else "",
    )


def find_scale(version: ProductVersion | None) -> float | None:
    """Return millimetres per pixel of a product version's photos where it has a scale."""
    return read_product_settings(version).mm_per_px if version else None


def _describe_region(number: int, region: NewRegion) -> RegionFact:
    return RegionFact(number, region.place, region.width, region.height, region.area_px, region.peak, region.label)


def _name_nearest(record: RecordedInspection, references: list[str]) -> str:
    nearest = record.nearest_reference
    return references[nearest] if nearest is not None and nearest < len(references) else ""


def _list_queries(record: RecordedInspection) -> tuple[QueryFact, ...]:
    """What was highlighted, the newest answer to each query; what failed says nothing of the part."""
    newest = {query.text: query for query in record.queries if query.outcome != "failed"}
    return tuple(QueryFact(text, tuple(region.place for region in query.regions)) for text, query in newest.items())


def _read_number(values: Mapping[str, object], name: str) -> float | None:
    value = values.get(name)
    return float(value) if isinstance(value, int | float) else None

"""Inspections as proof for somebody without this program: the evidence bundle, each inspection in words beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from station.console import OnProgress, ignore_progress
from station.documents import describe_inspection, describe_review
from station.outputs import InspectionFiles, make_folder
from station.rights import Right

if TYPE_CHECKING:
    from station.station import Station
    from storage.anchors import Anchor
    from storage.records import InspectionFilter, RecordedInspection

PAGE = 500
"""Inspections listed at a time."""


def export_bundle(
    station: Station, inspection_ids: Sequence[int], path: Path, on_progress: OnProgress = ignore_progress
) -> Anchor:
    """Write an evidence bundle and return the signed end of the audit chain that binds it.

    Raises `OutputError` and the known errors of storage; a bundle is written whole or not at all.
    """
    actor = station.acting(Right.EXPORT)
    make_folder(path.parent)
    documents: dict[str, bytes] = {}
    for place, number in enumerate(inspection_ids):
        record = station.store.get_inspection(number)
        on_progress(0.5 * place / len(inspection_ids), record.file_name)
        documents[f"inspections/{number:06d}/inspection.json"] = _describe(station, record)
        if record.turns:
            documents[f"inspections/{number:06d}/conversation.txt"] = _write_conversation(record)
    on_progress(0.5, path.name)
    return station.store.export_evidence(inspection_ids, path, documents, actor)


def list_matching(station: Station, matching: InspectionFilter) -> list[int]:
    """Return the numbers of all inspections that match, oldest first."""
    numbers: list[int] = []
    before: int | None = None
    while page := station.store.list_inspections(matching, PAGE, before):
        numbers += [summary.id for summary in page]
        before = page[-1].id
    return numbers[::-1]


def _describe(station: Station, record: RecordedInspection) -> bytes:
    document = describe_inspection(record, record.file_name, _name_files(record))
    document |= {
        "recorded_at": record.recorded_at,
        "recorded_by": record.recorded_by.name,
        "serial": record.serial,
        **describe_review(record, station.store.list_signatures(record.id)),
    }
    return json.dumps(document, indent=1, ensure_ascii=False).encode("utf-8", "backslashreplace")


def _name_files(record: RecordedInspection) -> InspectionFiles:
    """The files as they lie beside the description in the bundle."""
    return InspectionFiles(
        map=Path("map.tiff") if record.map else None,
        mask=Path("mask.png") if record.mask else None,
        overlay=Path("overlay.png") if record.overlay else None,
    )


def _write_conversation(record: RecordedInspection) -> bytes:
    turns = (f"[{turn.recorded_at}] {turn.role}:\n{turn.text}\n" for turn in record.turns)
    return "\n".join(turns).encode("utf-8", "backslashreplace")

"""Past inspections for other programs: a table for spreadsheets, and the pictures as files.

The table is CSV in UTF-8 with a mark, so that names with accents survive. Pictures are copies of the recorded ones,
read and checked against their hashes. Every export leaves an event, also one that was stopped halfway.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from station.console import OnProgress, ignore_progress
from station.documents import describe_summary
from station.outputs import SUFFIXES, make_folder, write_whole
from station.rights import Right
from storage.errors import PurgedBlob
from storage.records import BlobRef, InspectionFilter, InspectionSummary, RecordedInspection

if TYPE_CHECKING:
    from station.station import Station

PAGE = 500
"""Inspections fetched at a time."""
COLUMNS = (
    "id", "recorded_at", "recorded_by", "product", "product_version", "image", "sha256", "serial", "verdict", "score",
    "regions", "disposition", "record_hash", "code", "severity", "corrected_area_px", "comments",
)  # fmt: skip
CORRECTED = ".corrected-mask.png"
"""What follows the stem in the name of the newest mask that a person drew."""
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_UNFIT_FOR_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_LONGEST_STEM = 80


def export_csv(
    station: Station, matching: InspectionFilter, path: Path, on_progress: OnProgress = ignore_progress
) -> int:
    """Write the matching inspections, newest first, and return how many; the export leaves an event.

    Raises `OutputError` and the known errors of storage.
    """
    actor = station.acting(Right.EXPORT)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    total = max(station.store.count_inspections(matching), 1)
    rows = 0
    for summary in _list_all(station, matching):
        on_progress(min(rows / total, 1.0), summary.file_name)
        writer.writerow({name: defuse(value) for name, value in describe_summary(summary).items()})
        rows += 1
    write_whole(text.getvalue().encode("utf-8-sig"), path)
    narrowing = {field.name: getattr(matching, field.name) for field in fields(matching)}
    payload = {"file": path.name, "format": "csv", "rows": rows, "matching": narrowing}
    station.store.record_event("inspections.exported", "export", path.name, payload, actor)
    return rows


def export_images(
    station: Station, inspection_ids: Sequence[int], folder: Path, on_progress: OnProgress = ignore_progress
) -> tuple[Path, ...]:
    """Write photo as received, overlay, masks and map of each inspection into a folder, and return the files.

    Names begin with the inspection's number, so no two collide and an export made again replaces its own files. Raises
    `OutputError` and the known errors of storage; what was written until then stays and is in the event.
    """
    actor = station.acting(Right.EXPORT)
    make_folder(folder)
    written: list[Path] = []
    done: list[int] = []
    try:
        for place, number in enumerate(inspection_ids):
            record = station.store.get_inspection(number)
            on_progress(place / len(inspection_ids), record.file_name)
            done.append(number)
            for path, blob in _name_pictures(record, folder):
                with suppress(PurgedBlob):  # what is gone for good is left out; the record says so
                    write_whole(station.store.read_blob(blob), path)
                    written.append(path)
    finally:
        if written:
            payload = {"folder": folder.name, "format": "images", "files": len(written), "inspections": done}
            station.store.record_event("inspections.exported", "export", folder.name, payload, actor)
    return tuple(written)


def _name_pictures(record: RecordedInspection, folder: Path) -> Iterator[tuple[Path, BlobRef]]:
    name = _UNFIT_FOR_NAMES.sub("_", record.file_name)
    stem = f"{record.id:06d}-{Path(name).stem[:_LONGEST_STEM].rstrip(' .') or 'photo'}"
    pictures = {Path(name).suffix: record.photo} | {suffix: getattr(record, kind) for kind, suffix in SUFFIXES.items()}
    if record.corrected_masks:
        pictures[CORRECTED] = record.corrected_masks[-1].mask
    for suffix, blob in pictures.items():
        if blob is not None:
            yield folder / (stem + suffix), blob


def _list_all(station: Station, matching: InspectionFilter) -> Iterator[InspectionSummary]:
    before: int | None = None
    while page := station.store.list_inspections(matching, PAGE, before):
        yield from page
        before = page[-1].id


def defuse(value: object) -> object:
    """Keep a spreadsheet from running a text that starts like a formula (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_SIGNS) else value

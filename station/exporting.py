"""Past inspections as a table for spreadsheets: CSV in UTF-8 with a mark, so that names with accents survive."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from station.documents import describe_summary
from station.outputs import write_whole
from storage.records import InspectionFilter, InspectionSummary

if TYPE_CHECKING:
    from station.station import Station

PAGE = 500
"""Inspections fetched at a time."""
COLUMNS = (
    "id", "recorded_at", "recorded_by", "product", "product_version", "image", "sha256", "serial", "verdict", "score",
    "regions", "disposition", "record_hash",
)  # fmt: skip


def export_csv(station: Station, matching: InspectionFilter, path: Path) -> int:
    """Write the matching inspections, newest first, and return how many; the export leaves an event.

    Raises `OutputError` and the known errors of storage.
    """
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    rows = 0
    for summary in _list_all(station, matching):
        writer.writerow({name: _defuse(value) for name, value in describe_summary(summary).items()})
        rows += 1
    write_whole(text.getvalue().encode("utf-8-sig"), path)
    narrowing = {field.name: getattr(matching, field.name) for field in fields(matching)}
    payload = {"file": path.name, "format": "csv", "rows": rows, "matching": narrowing}
    station.store.record_event("inspections.exported", "export", path.name, payload, station.actor)
    return rows


def _list_all(station: Station, matching: InspectionFilter) -> Iterator[InspectionSummary]:
    before: int | None = None
    while page := station.store.list_inspections(matching, PAGE, before):
        yield from page
        before = page[-1].id


def _defuse(value: object) -> object:
    """Keep a spreadsheet from running a text that starts like a formula (OWASP, CSV injection)."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value

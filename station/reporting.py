"""The PDF of recorded inspections: fetches what the record cites, adds who asks when, and leaves the pages to storage.

Issuing a report is an act of its own and leaves an event with the file's hash in the audit database.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, overload

from station.outputs import make_folder
from station.version import application_version
from storage.records import BlobRef, RecordedInspection
from storage.reports.contents import Branding, ReportContents, ReportIssue, ReportPictures

if TYPE_CHECKING:
    from station.station import Station


def write_report(station: Station, inspection_ids: Sequence[int], path: Path) -> str:
    """Write one PDF with all the inspections and return its SHA-256. Raises `OutputError` and storage's errors."""
    from storage.reports.inspection_report import write_report as write_pages  # noqa: PLC0415 - loads reportlab

    make_folder(path.parent)
    write_pages(_Contents(station, inspection_ids), path, Branding(company=station.settings.organisation))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    payload = {"file": path.name, "sha256": digest, "inspections": list(inspection_ids)}
    station.store.record_event("report.issued", "report", digest, payload, station.actor)
    return digest


def _issue(station: Station) -> ReportIssue:
    now = datetime.now(UTC)
    head = next(iter(station.store.list_events(limit=1)), None)
    return ReportIssue(
        issued_at=now.isoformat().replace("+00:00", "Z"),
        issued_by=station.actor,
        application=application_version(),
        chain_head=head.hash if head else "",
        chain_seq=head.seq if head else 0,
        local_offset=now.astimezone().isoformat()[-6:],
    )


class _Contents(Sequence[ReportContents]):
    """Gathers each inspection when it is asked for: the pictures of hundreds would not fit into memory."""

    def __init__(self, station: Station, inspection_ids: Sequence[int]) -> None:
        self._station = station
        self._records = [station.store.get_inspection(number) for number in inspection_ids]
        self._issue = _issue(station)

    def __len__(self) -> int:
        return len(self._records)

    @overload
    def __getitem__(self, place: int) -> ReportContents: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[ReportContents]: ...

    def __getitem__(self, place: int | slice) -> ReportContents | Sequence[ReportContents]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        return _gather(self._station, self._records[place], self._issue)


def _gather(station: Station, record: RecordedInspection, issue: ReportIssue) -> ReportContents:
    product = station.store.get_product(record.product, record.product_version) if record.product else None
    references = product.approved if product else record.references
    return ReportContents(record, issue, _fetch_pictures(station, record, [row.photo for row in references]), product)


def _fetch_pictures(station: Station, record: RecordedInspection, references: Sequence[BlobRef]) -> ReportPictures:
    from inference.rendering import encode_png, render_legend  # noqa: PLC0415 - loads codecs

    return ReportPictures(
        photo=_decode_upright(station, record.photo, record.file_name),
        overlay=station.store.read_blob(record.overlay) if record.overlay else None,
        legend=encode_png(render_legend()) if record.overlay else None,
        references={blob.sha256: _decode_upright(station, blob, record.file_name) for blob in references},
    )


def _decode_upright(station: Station, blob: BlobRef, name: str) -> bytes:
    """Return the photo as PNG, turned upright: readers of a PDF do not look at EXIF data."""
    from inference.images import decode_photo  # noqa: PLC0415 - loads codecs
    from inference.rendering import encode_png  # noqa: PLC0415

    return encode_png(decode_photo(station.store.read_blob(blob), name, station.settings.pixel_limit).pixels)

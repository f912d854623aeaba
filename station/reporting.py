"""The PDF of recorded inspections: fetches what the record cites, adds who asks when, and leaves the pages to storage.

A report is made first and issued afterwards, so that what is looked at is byte for byte what is handed on. Issuing one
is an act of its own and leaves an event with the file's hash in the audit database.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, overload

import storage.errors
from station.console import OnProgress, ignore_progress
from station.outputs import make_folder
from station.rights import Right
from station.thumbnails import choose_picture, read_thumbnail
from station.version import application_version
from storage.anchors import fingerprint_key
from storage.errors import PurgedBlob
from storage.records import BlobRef, RecordedInspection
from storage.reports.contents import (
    Branding,
    Details,
    PrintedAnchor,
    PurgeNote,
    ReportContents,
    ReportIssue,
    ReportPictures,
    has_details,
)

if TYPE_CHECKING:
    from station.station import Station

Made = TypeVar("Made")

MOST_WITH_PAGES = 30
"""Inspections of a lot that all get pages of their own unless somebody says otherwise."""
_THUMBNAIL_SIDE = 260
_LARGE_SIDE = 1100
"""Longer side in pixels of a picture that is shown large on the summary of a lot."""
_GATHERING = 0.6
"""The share of the time that fetching pictures takes, for the progress bar."""
_LAID_OUT = 0.8
"""The share after which the pages are laid out for the first time."""


@dataclass(frozen=True)
class MadeReport:
    """A report as it is, and will be, byte for byte."""

    data: bytes
    inspection_ids: tuple[int, ...]
    warnings: tuple[str, ...] = ()
    """Sentences on what of the settings could not be used."""

    @property
    def sha256(self) -> str:
        """Hash of the file."""
        return hashlib.sha256(self.data).hexdigest()


def choose_details(count: int) -> Details:
    """Return which of `count` inspections get pages of their own: all of a few, of many those not accepted."""
    return "all" if count <= MOST_WITH_PAGES else "not accepted"


def compose_report(
    station: Station,
    inspection_ids: Sequence[int],
    details: Details | None = None,
    on_progress: OnProgress = ignore_progress,
) -> MadeReport:
    """Make the PDF of these inspections in the language in use. Raises storage's errors; leaves no event."""
    from station.report_language import find_report_language  # noqa: PLC0415 - loads translations
    from storage.reports.inspection_report import compose_report as compose  # noqa: PLC0415 - loads reportlab

    chosen = details or choose_details(len(inspection_ids))
    contents = _Contents(station, inspection_ids, chosen, lambda done, what: on_progress(_GATHERING * done, what))
    branding, warnings = read_branding(station)

    def tell(page: int, pages: int) -> None:
        """The pages are laid out twice; how many there are is known only the second time."""
        on_progress(_LAID_OUT + (1.0 - _LAID_OUT) * min(page / pages, 1.0) if pages else _GATHERING, "")

    data = compose(contents, branding, find_report_language(), chosen, tell)
    on_progress(1.0, "")
    return MadeReport(data, tuple(inspection_ids), warnings)


def issue_report(station: Station, report: MadeReport, path: Path) -> str:
    """Write a report that was made to a file and return its SHA-256. Raises `OutputError` and storage's errors."""
    from storage.reports.saving import save_whole  # noqa: PLC0415 - loads reportlab

    station.acting(Right.EXPORT)  # asked before a file is written
    make_folder(path.parent)
    save_whole(report.data, path)
    _note_issue(station, report, path.name)
    return report.sha256


def note_printed(station: Station, report: MadeReport, printer: str) -> None:
    """Note that a report went to a printer."""
    _note_issue(station, report, f"printed on {printer}")


def write_report(
    station: Station,
    inspection_ids: Sequence[int],
    path: Path,
    details: Details | None = None,
    on_progress: OnProgress = ignore_progress,
) -> str:
    """Write one PDF with all the inspections and return its SHA-256. Raises `OutputError` and storage's errors."""
    make_folder(path.parent)
    return issue_report(station, compose_report(station, inspection_ids, details, on_progress), path)


def read_branding(station: Station) -> tuple[Branding, tuple[str, ...]]:
    """Return how the sender appears, and a sentence where the logo of the settings cannot be used."""
    settings = station.settings
    logo, warnings = _read_logo(settings.report_logo)
    return Branding(company=settings.organisation, logo=logo, foot_line=settings.report_text), warnings


def _read_logo(name: str) -> tuple[bytes | None, tuple[str, ...]]:
    from storage.reports.pictures import PHOTO, encode_picture  # noqa: PLC0415 - loads reportlab

    if not name:
        return None, ()
    try:
        data = Path(name).expanduser().read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return None, (f"The logo {name} cannot be read ({reason}); choose another file in the settings.",)
    if encode_picture(data, PHOTO) is None:
        return None, (f"The logo {name} is not a picture; choose a PNG or JPEG file in the settings.",)
    return data, ()


def _note_issue(station: Station, report: MadeReport, file: str) -> None:
    payload = {"file": file, "sha256": report.sha256, "inspections": list(report.inspection_ids)}
    station.store.record_event("report.issued", "report", report.sha256, payload, station.acting(Right.EXPORT))


def _issue(station: Station) -> ReportIssue:
    now = datetime.now(UTC)
    person = station.acting(Right.EXPORT)
    anchor = _sign_for_print(station)
    head = next(iter(station.store.list_events(limit=1)), None)
    return ReportIssue(
        issued_at=now.isoformat().replace("+00:00", "Z"),
        issued_by=person,
        application=application_version(),
        chain_head=head.hash if head else "",
        chain_seq=head.seq if head else 0,
        local_offset=now.astimezone().isoformat()[-6:],
        anchor=anchor,
    )


def _sign_for_print(station: Station) -> PrintedAnchor | None:
    """Sign where the chain ends; a station that cannot sign still reports."""
    try:
        made = station.store.anchor("report")
    except storage.errors.KnownError as error:
        station.note(f"The end of the audit chain could not be signed: {error}")
        return None
    return PrintedAnchor(made.seq, made.head_hash, made.made_at, fingerprint_key(made.public_key))


def _note_purge(station: Station, record: RecordedInspection) -> PurgeNote | None:
    purged = station.store.keeping.find_purged(record.photo.sha256)
    return PurgeNote(purged.purged_at[:10], purged.proposed_by, purged.approved_by) if purged else None


class _Contents(Sequence[ReportContents]):
    """Gathers each inspection when it is asked for: the pictures of hundreds would not fit into memory."""

    def __init__(
        self,
        station: Station,
        inspection_ids: Sequence[int],
        details: Details = "all",
        on_progress: OnProgress = ignore_progress,
    ) -> None:
        from storage.reports.lot_report import choose_worst  # noqa: PLC0415 - loads reportlab

        self._station = station
        self._records = [station.store.get_inspection(number) for number in inspection_ids]
        self._details = details
        self._worst = frozenset(choose_worst(self._records))
        self._on_progress = on_progress
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
        record = self._records[place]
        self._on_progress(place / len(self), record.file_name)
        if has_details(record, self._details, len(self)):
            return _gather(self._station, record, self._issue)
        pictures = _fetch_small_pictures(self._station, record, is_large=place in self._worst)
        return ReportContents(record, self._issue, pictures, purged=_note_purge(self._station, record))


def _gather(station: Station, record: RecordedInspection, issue: ReportIssue) -> ReportContents:
    product = station.store.get_product(record.product, record.product_version) if record.product else None
    references = product.approved if product else record.references
    pictures = _fetch_pictures(station, record, [row.photo for row in references])
    signatures = tuple(station.store.list_signatures(record.id))
    return ReportContents(record, issue, pictures, product, signatures, _note_purge(station, record))


def _fetch_small_pictures(station: Station, record: RecordedInspection, *, is_large: bool) -> ReportPictures:
    """What the summary of a lot shows of an inspection without pages of its own."""
    sha256 = choose_picture(record)
    large = _unless_purged(lambda: read_thumbnail(station, sha256, _LARGE_SIDE)) if is_large else None
    small = _unless_purged(lambda: read_thumbnail(station, sha256, _THUMBNAIL_SIDE))
    return ReportPictures(overlay=large, thumbnail=small)


def _fetch_pictures(station: Station, record: RecordedInspection, references: Sequence[BlobRef]) -> ReportPictures:
    from inference.rendering import encode_png, render_legend  # noqa: PLC0415 - loads codecs

    overlay = record.overlay
    machine_mask, corrected_mask = _unless_purged(lambda: _outline_masks(station, record)) or (None, None)
    thumbnails = {
        blob.sha256: _unless_purged(partial(read_thumbnail, station, blob.sha256, _THUMBNAIL_SIDE))
        for blob in references
    }
    return ReportPictures(
        photo=_unless_purged(lambda: _decode_upright(station, record.photo, record.file_name)),
        overlay=_unless_purged(lambda: station.store.read_blob(overlay)) if overlay else None,
        legend=encode_png(render_legend()) if record.overlay else None,
        machine_mask=machine_mask,
        corrected_mask=corrected_mask,
        references={sha256: thumbnail for sha256, thumbnail in thumbnails.items() if thumbnail is not None},
    )


def _outline_masks(station: Station, record: RecordedInspection) -> tuple[bytes | None, bytes | None]:
    """Return the photo with the machine's mask and with the newest that a person drew; nothing where nobody did."""
    if not record.corrected_masks:
        return None, None
    from inference.images import decode_photo  # noqa: PLC0415 - loads codecs
    from inference.rendering import encode_png, render_outline  # noqa: PLC0415
    from station.mask_correcting import read_mask, read_newest_mask  # noqa: PLC0415

    limit = station.settings.pixel_limit
    pixels = decode_photo(station.store.read_blob(record.photo), record.file_name, limit).pixels
    masks = (read_mask(station, record, record.mask), read_newest_mask(station, record))
    machine, corrected = (encode_png(render_outline(pixels, mask)) for mask in masks)
    return machine, corrected


def _unless_purged(make: Callable[[], Made]) -> Made | None:
    """Make a picture; None of a file whose time was over: the record stays, and the report says what is missing."""
    try:
        return make()
    except PurgedBlob:
        return None


def _decode_upright(station: Station, blob: BlobRef, name: str) -> bytes:
    """Return the photo as PNG, turned upright: readers of a PDF do not look at EXIF data."""
    from inference.images import decode_photo  # noqa: PLC0415 - loads codecs
    from inference.rendering import encode_png  # noqa: PLC0415

    return encode_png(decode_photo(station.store.read_blob(blob), name, station.settings.pixel_limit).pixels)

"""Batches that survive a restart: which photos belong to one, and what became of each so far.

The state is a journal in the home folder (`batch_journal`): working data, no evidence. The truth is the audit database.
A photo's line is written only after its inspection is recorded. A kill between the two leaves a recorded inspection
without a line; `recover` finds it when the batch goes on, so that the photo is not inspected twice. Where the
photo has changed or gone since then it cannot be found, and at worst this one photo is inspected again, or its failure
recorded a second time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Literal
from uuid import uuid4

import inference.errors
from inference.images import find_photos, read_photo
from station.batch import BatchItem, inspect_one
from station.batch_journal import append_end, append_result, begin_journal, read_journals, remove_journal
from station.batch_values import (
    Batch,
    BatchPhoto,
    BatchSummary,
    PhotoResult,
    next_photo,
    summarise_batch,
    with_results,
)
from station.console import OnProgress, ignore_progress
from station.errors import RequestError
from station.outputs import is_written_by_us
from station.products import PreparedProduct
from station.rights import Right
from storage.records import InspectionSummary

if TYPE_CHECKING:
    from station.station import Station

__all__ = [
    "Batch",
    "BatchEnd",
    "BatchPhoto",
    "BatchSummary",
    "PhotoResult",
    "discard",
    "finish",
    "inspect_next",
    "list_sources",
    "load_unfinished",
    "next_photo",
    "note_result",
    "plan_batch",
    "read_result",
    "recover",
    "summarise_batch",
]

BatchEnd = Literal["finished", "cancelled"]


def plan_batch(station: Station, sources: Sequence[Path], product: str, recursive: bool = False) -> Batch:
    """Gather the photos of files and folders, each once, and begin the journal.

    Raises `RequestError` where there is no photo, `PhotoError` for a folder that cannot be listed, `OutputError`, and
    the known errors of storage.
    """
    version = station.store.get_product(product)
    paths = list_sources(sources, recursive)
    if not paths:
        where = f"in {sources[0]}" if sources else "named"
        raise RequestError(f"No photo {where}; choose photos of parts, or a folder that holds some.")
    folder = sources[0].absolute() if len(sources) == 1 and sources[0].is_dir() else None
    newest = max((row.id for row in station.store.list_inspections(limit=1)), default=0)
    now = datetime.now(UTC)
    batch = Batch(
        id=f"{now:%Y%m%dT%H%M%S}-{uuid4().hex[:8]}",
        folder=folder,
        product=version.name,
        created_at=now.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        items=tuple(BatchPhoto(path) for path in paths),
        after=newest,
    )
    begin_journal(station.home, batch)
    return batch


def list_sources(sources: Iterable[Path], recursive: bool = False) -> list[Path]:
    """Return the files named and the photos of the folders named, as absolute paths, each once.

    Files that we wrote beside photos, and hidden ones, are left out of folders. Raises `PhotoError`.
    """
    found = (path for source in sources for path in _list_source(source, recursive))
    return list(dict.fromkeys(path.absolute() for path in found))


def load_unfinished(home: Path) -> list[Batch]:
    """Return the batches that neither finished nor were cancelled, oldest first."""
    return [batch for batch, is_over in read_journals(home) if not is_over]


def inspect_next(
    station: Station,
    batch: Batch,
    place: int,
    product: PreparedProduct,
    on_progress: OnProgress = ignore_progress,
    is_cancelled: Callable[[], bool] | None = None,
) -> tuple[Batch, BatchItem]:
    """Inspect the photo at a place, record it, note it in the journal; return the batch with its result.

    Raises `RequestError` when the photo's folder has gone or the audit database took nothing, and `OutputError` when
    the journal cannot be written. The photo then has no result, and is tried again when the batch goes on. Stops as
    `inspect_one` does.
    """
    path = batch.items[place].path
    if not path.parent.is_dir():
        raise RequestError(f"The folder {path.parent} cannot be reached; continue when it is back.")
    started = perf_counter()
    item = inspect_one(station, path, product, on_progress=on_progress, is_cancelled=is_cancelled)
    if not item.is_saved:
        raise RequestError(item.failure)
    return note_result(station.home, batch, place, read_result(item, perf_counter() - started)), item


def note_result(home: Path, batch: Batch, place: int, result: PhotoResult) -> Batch:
    """Append what became of a photo to the journal, on the disk when this returns. Raises `OutputError`."""
    append_result(home, batch.id, place, result)
    return with_results(batch, {place: result})


def recover(station: Station, batch: Batch) -> Batch:
    """Note the photo that was recorded without reaching the journal, if there is one; call it before going on.

    It is the next photo, and its inspection has the same file name, bytes and product and is newer than everything the
    journal knows of. Raises `OutputError` and the known errors of storage.
    """
    place = next_photo(batch)
    if place is None:
        return batch
    path = batch.items[place].path
    rows = [row for row in _list_newer(station, batch) if row.file_name == path.name and row.product == batch.product]
    if not rows:
        return batch
    try:
        sha256 = read_photo(path, station.settings.pixel_limit).sha256
    except inference.errors.KnownError:
        return batch
    same = next((row for row in reversed(rows) if row.photo.sha256 == sha256), None)
    return note_result(station.home, batch, place, PhotoResult(same.id, same.verdict, same.score)) if same else batch


def _list_newer(station: Station, batch: Batch) -> Iterator[InspectionSummary]:
    """Yield the inspections, newest first, that are newer than all the journal knows of."""
    newest = max((batch.after, *batch.inspection_ids))
    before: int | None = None
    while page := station.store.list_inspections(before_id=before):
        for row in page:
            if row.id <= newest:
                return
            yield row
        before = page[-1].id


def finish(station: Station, batch: Batch, end: BatchEnd = "finished") -> None:
    """Close a batch: an event in the audit database names its inspections, and it is not offered again.

    Raises `OutputError` and the known errors of storage.
    """
    payload = {
        "name": batch.name,
        "product": batch.product,
        "photos": len(batch.items),
        "done": batch.done,
        "inspections": _join_spans(batch.inspection_ids),
    }
    station.store.record_event(f"batch.{end}", "batch", batch.id, payload, station.acting(Right.INSPECT))
    append_end(station.home, batch.id, end)


def discard(home: Path, batch: Batch) -> None:
    """Forget a batch; what was inspected stays in the history. Raises `OutputError`."""
    remove_journal(home, batch.id)


def _list_source(source: Path, recursive: bool) -> Iterator[Path]:
    if not source.is_dir():
        yield source
        return
    yield from (photo for photo in find_photos(source) if not is_written_by_us(photo))
    if recursive:
        for folder in sorted(path for path in source.iterdir() if path.is_dir() and not path.is_symlink()):
            if not folder.name.startswith("."):
                yield from _list_source(folder, recursive)


def read_result(item: BatchItem, seconds: float) -> PhotoResult:
    """Return what is kept of one inspected photo beside its record."""
    if item.inspected is None:
        return PhotoResult(seconds=seconds, failure=item.failure)
    record = item.inspected.record
    return PhotoResult(record.id, record.verdict, record.score, seconds)


def _join_spans(numbers: Iterable[int]) -> list[list[int]]:
    """Return numbers as spans of consecutive ones: 1, 2, 3, 7 become [1, 3] and [7, 7]."""
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return spans

"""The files of queries in a folder of the person's choice: each query's mask and cut-out, and all on one overlay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from inference.highlighter.pictures import cut_out, encode_transparent_png, render_highlights
from inference.highlighter.results import QueryResult
from inference.images import Photo
from inference.rendering import encode_png
from station.outputs import QueryFiles, write_whole
from storage.records import RecordedInspection
from storage.store import Store

MASK, CUT_OUT, OVERLAY = ".mask.png", ".cutout.png", ".overlay.png"


@dataclass(frozen=True)
class QueryFileNames:
    """What the names of a photo's query files begin with."""

    folder: Path
    stem: str
    beside_inspection: bool
    """Whether `<stem>.mask.png` and `<stem>.overlay.png` are taken by the inspection's own files."""

    def name(self, result: QueryResult, suffix: str, *, alone: bool) -> Path:
        """Return the path of one query's file."""
        concept = "" if alone and not self.beside_inspection else f".{result.concept.replace(' ', '-')}"
        return self.folder / f"{self.stem}{concept}{suffix}"

    @property
    def overlay(self) -> Path:
        """The path of the overlay of all queries."""
        return self.folder / f"{self.stem}{'.query' if self.beside_inspection else ''}{OVERLAY}"


def write_query_files(
    names: QueryFileNames, photo: Photo, results: Sequence[QueryResult], record: RecordedInspection
) -> dict[int, QueryFiles]:
    """Write the files of the newest queries of an inspection; return them by the query's number.

    A query that failed has none. Raises `OutputError`.
    """
    answered = [result for result in results if result.outcome != "failed"]
    if answered:
        write_whole(encode_png(render_highlights(photo.pixels, answered)), names.overlay)
    numbers = [query.id for query in record.queries[-len(results) :]]
    alone = len(results) == 1
    return {
        number: _write_one(names, photo, result, alone=alone)
        for number, result in zip(numbers, results, strict=True)
        if result.outcome != "failed"
    }


def find_recorded_query_files(store: Store, record: RecordedInspection) -> Mapping[int, QueryFiles]:
    """Return where the audit database keeps the masks of an inspection's queries."""
    return {
        query.id: QueryFiles(mask=store.blob_path(query.mask.sha256))
        for query in record.queries
        if query.mask is not None
    }


def _write_one(names: QueryFileNames, photo: Photo, result: QueryResult, *, alone: bool) -> QueryFiles:
    mask, cutout = (names.name(result, suffix, alone=alone) for suffix in (MASK, CUT_OUT))
    write_whole(encode_png(result.mask), mask)
    write_whole(encode_transparent_png(cut_out(photo.pixels, result.mask)), cutout)
    return QueryFiles(mask, cutout, names.overlay)

"""Highlighting what is named in words on a recorded inspection's photo; every query is recorded beside the inspection.

What a query finds is `inference.highlighter`'s affair. Nothing found here ever changes a verdict.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np

from inference.highlighter.results import QueryResult
from inference.highlighter.words import understand
from inference.images import Photo, decode_photo
from inference.results import FloatMap
from station.console import OnProgress, ignore_progress
from station.errors import RequestError
from station.rights import Right
from storage.records import BlobRef, NewQuery, NewRegion, RecordedInspection

if TYPE_CHECKING:
    from station.station import Station

SOFT_STEPS = 255
"""Steps to which a soft map is rounded before it is kept: a tenth of the space, and finer than anybody sees."""


def check_query(text: str) -> None:
    """Raise `RequestError` with a sentence when none of a text's queries is known."""
    understood = understand(text)
    if all(query.concept is None for query in understood):
        raise RequestError(understood[0].problem)


def highlight(
    station: Station,
    inspection_id: int,
    text: str,
    on_progress: OnProgress = ignore_progress,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> tuple[QueryResult, ...]:
    """Highlight each query of a text ("crack, stain") on an inspection's photo; each is recorded with its outcome.

    Raises `Cancelled` of the inference room before anything is recorded, and storage's known errors.
    """
    from inference.highlighter.highlighting import highlight_photo  # noqa: PLC0415 - loads filters

    actor = station.acting(Right.INSPECT)
    record = station.store.get_inspection(inspection_id)
    photo = read_recorded_photo(station, record)
    provider = station.find_highlighter()
    results = highlight_photo(photo.pixels, text, _read_map(station, record), on_progress, is_cancelled, provider)
    for result in results:
        station.store.add_query(inspection_id, _fill_in(station, result), actor)
    return results


def read_recorded_photo(station: Station, record: RecordedInspection) -> Photo:
    """Return the photo of an inspection, its bytes checked."""
    return decode_photo(station.store.read_blob(record.photo), record.file_name, station.settings.pixel_limit)


def _read_map(station: Station, record: RecordedInspection) -> FloatMap | None:
    if record.map is None:
        return None
    import tifffile  # noqa: PLC0415 - loads codecs

    return np.asarray(tifffile.imread(io.BytesIO(station.store.read_blob(record.map))), np.float32)


def _fill_in(station: Station, result: QueryResult) -> NewQuery:
    """Turn a result into the plain values of a record, its pictures kept as blobs."""
    mask, soft_map = (None, None) if result.outcome == "failed" else _keep_pictures(station, result)
    return NewQuery(
        text=result.query,
        regions=tuple(NewRegion(**asdict(region)) for region in result.regions),
        mask=mask,
        details={**result.details, "provider": result.provider, "score": result.score, "seconds": result.seconds},
        outcome=result.outcome,
        sentence=result.sentence,
        soft_map=soft_map,
    )


def _keep_pictures(station: Station, result: QueryResult) -> tuple[BlobRef, BlobRef]:
    from inference.rendering import encode_map_tiff, encode_png  # noqa: PLC0415 - loads codecs

    rounded = np.asarray(np.rint(result.soft_map * SOFT_STEPS) / SOFT_STEPS, np.float32)
    return station.store.put_blob(encode_png(result.mask)), station.store.put_blob(encode_map_tiff(rounded))

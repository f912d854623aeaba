"""One inspection, step by step: decode, judge, keep the pictures, record; only then is there a verdict to show.

How a part is judged is `inference.detector`'s affair, how a record is kept is `storage`'s; this module carries values
from one to the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import storage.errors
from inference.images import Photo, read_photo
from inference.results import Judgement, Region, Seconds
from station.console import OnProgress, ignore_progress
from station.errors import NotRecordedError
from station.libraries import describe_libraries
from station.products import PreparedProduct, keep_photo
from station.rights import Right
from storage.records import BlobRef, NewInspection, NewRegion, RecordedInspection

if TYPE_CHECKING:
    from station.station import Station


@dataclass(frozen=True)
class Inspected:
    """One photo judged and recorded."""

    record: RecordedInspection
    judgement: Judgement
    photo: Photo


@dataclass(frozen=True)
class _Pictures:
    photo: BlobRef
    map: BlobRef
    mask: BlobRef
    overlay: BlobRef


def inspect_photo(
    station: Station,
    path: Path,
    product: PreparedProduct,
    serial: str = "",
    on_progress: OnProgress = ignore_progress,
    is_cancelled: Callable[[], bool] | None = None,
) -> Inspected:
    """Judge one photo and record it.

    Raises `PhotoError` before anything is kept, `Cancelled` of the inference room when it was stopped before there was
    a judgement, and `NotRecordedError` with the judgement when it could not be saved.
    """
    actor = station.acting(Right.INSPECT)
    started = perf_counter()
    photo = read_photo(path, station.settings.pixel_limit)
    decoded = perf_counter()
    judgement = product.detector.inspect(photo, product.learned, on_progress=on_progress, is_cancelled=is_cancelled)
    judgement = replace(judgement, seconds=_time(judgement.seconds, decoded - started, perf_counter() - started))
    try:
        pictures = _keep_pictures(station, path, photo, judgement)
        record = station.store.record_inspection(_fill_in(photo, judgement, product, pictures, serial), actor)
    except storage.errors.KnownError as error:
        raise NotRecordedError(f"{photo.name} was judged but is not recorded: {error}", judgement) from error
    return Inspected(record, judgement, photo)


def _time(seconds: Seconds, decode: float, total: float) -> Seconds:
    """Add what the detector does not see, and round to what a clock can tell."""
    return Seconds(round(decode, 4), round(seconds.features, 4), round(seconds.score, 4), round(total, 4))


def _keep_pictures(station: Station, path: Path, photo: Photo, judgement: Judgement) -> _Pictures:
    """Put the photo, as received, and the pictures made of it into the blob folder."""
    from inference.rendering import encode_map_tiff, encode_png, render_overlay  # noqa: PLC0415 - loads codecs

    overlay = render_overlay(photo.pixels, judgement.anomaly_map, judgement.mask, judgement.regions)
    return _Pictures(
        photo=keep_photo(station, path, photo),
        map=station.store.put_blob(encode_map_tiff(judgement.anomaly_map)),
        mask=station.store.put_blob(encode_png(judgement.mask)),
        overlay=station.store.put_blob(encode_png(overlay)),
    )


def _fill_in(
    photo: Photo, judgement: Judgement, product: PreparedProduct, pictures: _Pictures, serial: str
) -> NewInspection:
    """Turn a judgement into the plain values of a record."""
    return NewInspection(
        photo=pictures.photo,
        file_name=photo.name,
        width=photo.width,
        height=photo.height,
        product_version_id=product.version.id if product.version else None,
        references=product.references,
        verdict=judgement.verdict.value,
        score=judgement.score,
        limit=judgement.limit,
        p_value=judgement.p_value,
        raw_score=judgement.raw_score,
        calibration=asdict(judgement.calibration),
        map=pictures.map,
        mask=pictures.mask,
        overlay=pictures.overlay,
        regions=tuple(_plain_region(region) for region in judgement.regions),
        gates=tuple(asdict(gate) for gate in judgement.gates),
        model_packs=tuple(asdict(pack) for pack in judgement.model_packs),
        device=judgement.device,
        seconds=asdict(judgement.seconds),
        configuration={**judgement.configuration, "libraries": describe_libraries(judgement.device)},
        warnings=_gather_warnings(photo, judgement, product),
        nearest_reference=judgement.nearest_reference,
        serial=serial,
    )


def _plain_region(region: Region) -> NewRegion:
    values: Mapping[str, object] = asdict(region)
    return NewRegion(**values)  # type: ignore[arg-type]


def _gather_warnings(photo: Photo, judgement: Judgement, product: PreparedProduct) -> tuple[str, ...]:
    """Return every warning once, those about the photo first."""
    return tuple(dict.fromkeys([*photo.warnings, *judgement.warnings, *product.learned.warnings]))

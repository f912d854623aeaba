"""An inspection with everything a person looks at: photo, map, mask, nearest reference, read back from the record.

A fresh inspection and one from the history are shown from the same value, so both look the same.
"""

from __future__ import annotations

import io
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from inference.images import Photo, decode_photo
from inference.results import FloatMap, Mask
from station.inspecting import Inspected
from station.mask_correcting import read_mask, read_newest_mask
from storage.errors import PurgedBlob
from storage.records import NewReference, ProductVersion, RecordedInspection, ReferenceRow

if TYPE_CHECKING:
    from station.station import Station

_BLANK = 224
"""The grey that stands for a photo that is gone."""


@dataclass(frozen=True)
class OpenedInspection:
    """One recorded inspection and its pictures; `anomaly_map` is float32 (H, W), 1.0 is the limit; all upright."""

    record: RecordedInspection
    photo: Photo
    anomaly_map: FloatMap
    mask: Mask
    """The machine's."""
    version: ProductVersion | None
    """The product version it was judged by; None for references that belong to no product."""
    reference: Photo | None
    """The nearest reference."""
    corrected_mask: Mask | None = None
    """The newest mask that a person drew."""
    purged: str = ""
    """A sentence where files of it were purged because their time was over; blank pictures stand for them."""


def open_inspection(station: Station, inspection_id: int) -> OpenedInspection:
    """Read an inspection with its pictures, every blob checked. Raises the known errors of storage.

    Files that were purged are no fault: the record is shown with blank pictures in their place.
    """
    record = station.store.get_inspection(inspection_id)
    try:
        photo = decode_photo(station.store.read_blob(record.photo), record.file_name, station.settings.pixel_limit)
        return _open(station, record, photo, read_map(station, record), read_mask(station, record, record.mask))
    except PurgedBlob as error:
        return _open_purged(station, record, str(error))


def _open_purged(station: Station, record: RecordedInspection, sentence: str) -> OpenedInspection:
    shape = (record.height, record.width)
    pixels = np.full((*shape, 3), _BLANK, np.uint8)
    photo = Photo(pixels, record.file_name, record.photo.sha256, 8)
    with suppress(PurgedBlob):
        photo = decode_photo(station.store.read_blob(record.photo), record.file_name, station.settings.pixel_limit)
    version = find_version(station, record)
    nothing = np.zeros(shape, np.uint8)
    return OpenedInspection(record, photo, np.zeros(shape, np.float32), nothing, version, None, None, sentence)


def open_inspected(station: Station, inspected: Inspected) -> OpenedInspection:
    """Return a fresh inspection as it will look in the history, without reading back what is still at hand."""
    judgement = inspected.judgement
    return _open(station, inspected.record, inspected.photo, judgement.anomaly_map, judgement.mask)


def find_version(station: Station, record: RecordedInspection) -> ProductVersion | None:
    """Return the product version that judged an inspection, as it was then."""
    if record.product is None:
        return None
    return station.store.get_product(record.product, record.product_version)


def _open(
    station: Station, record: RecordedInspection, photo: Photo, anomaly_map: FloatMap, mask: Mask
) -> OpenedInspection:
    version = find_version(station, record)
    reference = read_nearest_reference(station, record, version)
    corrected = read_newest_mask(station, record) if record.corrected_masks else None
    return OpenedInspection(record, photo, anomaly_map, mask, version, reference, corrected)


def read_nearest_reference(
    station: Station, record: RecordedInspection, version: ProductVersion | None
) -> Photo | None:
    """Return the reference that the photo resembles most, None where there is none. Raises storage's known errors."""
    used: tuple[ReferenceRow, ...] | tuple[NewReference, ...] = version.approved if version else record.references
    if record.nearest_reference is None or record.nearest_reference >= len(used):
        return None
    nearest = used[record.nearest_reference]
    return decode_photo(station.store.read_blob(nearest.photo), nearest.file_name, station.settings.pixel_limit)


def read_map(station: Station, record: RecordedInspection) -> FloatMap:
    """Return the anomaly map, float32 (H, W), 1.0 is the limit; zeros where there is none. Raises known errors."""
    if record.map is None:
        return np.zeros((record.height, record.width), np.float32)
    import tifffile  # noqa: PLC0415 - loads codecs

    return np.asarray(tifffile.imread(io.BytesIO(station.store.read_blob(record.map))), np.float32)

"""The pictures of a recorded inspection for providers that look at them: read from the store when asked for."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from inference.dialogue.sight import Sight
from inference.images import decode_photo
from station.opening import find_version, read_map, read_nearest_reference

if TYPE_CHECKING:
    from inference.results import FloatMap, RgbPixels
    from station.station import Station
    from storage.records import RecordedInspection


def make_sight(station: Station, record: RecordedInspection) -> Sight:
    """Return access to the pictures of an inspection; each is read once, and not before it is asked for."""

    def read_photo() -> RgbPixels:
        data = station.store.read_blob(record.photo)
        return decode_photo(data, record.file_name, station.settings.pixel_limit).pixels

    def read_anomaly_map() -> FloatMap | None:
        return None if record.map is None else read_map(station, record)

    def read_reference() -> RgbPixels | None:
        photo = read_nearest_reference(station, record, find_version(station, record))
        return None if photo is None else photo.pixels

    return Sight(
        cache(read_photo),
        cache(read_anomaly_map),
        cache(read_reference),
        boxes=tuple((region.x, region.y, region.width, region.height) for region in record.regions),
        key=f"{record.photo.sha256}:{record.record_hash}",
    )

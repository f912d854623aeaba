"""Small pictures of recorded ones, for lists: JPEG bytes, kept in the home's cache so that a list scrolls quickly.

What is cached is derived from a blob and never evidence: a missing or damaged file is made again without a word.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from station.errors import RequestError

if TYPE_CHECKING:
    from inference.results import RgbPixels
    from station.station import Station
    from storage.records import InspectionSummary, RecordedInspection

SIDE = 160
"""Pixels of a thumbnail's longer side unless asked otherwise."""
MAX_SIDE = 4096
QUALITY = 85


def read_thumbnail(station: Station, sha256: str, side: int = SIDE) -> bytes:
    """Return a recorded photo or overlay as a JPEG whose longer side has at most `side` pixels, upright.

    Raises the known errors of storage and `PhotoError` when the recorded picture itself cannot be read.
    """
    if not 1 <= side <= MAX_SIDE:
        raise RequestError(f"A thumbnail of {side} pixels cannot be made; ask for 1 to {MAX_SIDE}.")
    cached = station.home / "cache" / "thumbnails" / sha256[:2] / f"{sha256[2:]}-{side}.jpg"
    found = _read_cached(cached)
    if found is not None:
        return found
    made = _make(station, sha256, side)
    _keep(made, cached)
    return made


def read_thumbnail_pixels(station: Station, sha256: str, side: int = SIDE) -> RgbPixels:
    """Return the same decoded: uint8 (h, w, 3), RGB."""
    import cv2  # noqa: PLC0415 - loads codecs
    import numpy as np  # noqa: PLC0415

    data = np.frombuffer(read_thumbnail(station, sha256, side), np.uint8)
    return np.ascontiguousarray(cv2.imdecode(data, cv2.IMREAD_COLOR_RGB))


def choose_picture(record: InspectionSummary | RecordedInspection) -> str:
    """Return the hash of the picture that shows an inspection best: its overlay, else its photo."""
    overlay = record.overlay_sha256 if hasattr(record, "overlay_sha256") else record.overlay and record.overlay.sha256
    return overlay or record.photo.sha256


def _make(station: Station, sha256: str, side: int) -> bytes:
    from inference.images import decode_photo  # noqa: PLC0415 - loads codecs

    photo = decode_photo(station.store.read_blob(sha256), f"picture {sha256[:12]}", station.settings.pixel_limit)
    return _encode(_shrink(photo.pixels, side))


def _shrink(pixels: RgbPixels, side: int) -> RgbPixels:
    import cv2  # noqa: PLC0415 - loads codecs
    import numpy as np  # noqa: PLC0415

    height, width = pixels.shape[:2]
    scale = side / max(height, width)
    if scale >= 1.0:
        return pixels
    size = max(round(width * scale), 1), max(round(height * scale), 1)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def _encode(pixels: RgbPixels) -> bytes:
    import cv2  # noqa: PLC0415 - loads codecs

    return cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[
        1
    ].tobytes()


def _read_cached(path: Path) -> bytes | None:
    """Return a cached thumbnail, or None where there is none that can be shown whole."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    return data if _is_whole(data) else None


def _is_whole(data: bytes) -> bool:
    """Tell whether bytes are a JPEG up to its end: what a crash or a full disk cut off is not."""
    import cv2  # noqa: PLC0415 - loads codecs
    import numpy as np  # noqa: PLC0415

    if not data.startswith(b"\xff\xd8\xff") or not data.endswith(b"\xff\xd9"):
        return False
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED) is not None


def _keep(data: bytes, path: Path) -> None:
    """Cache a thumbnail; a cache that cannot be written costs time later and nothing else, so nothing is flushed."""
    beside = path.with_name(f".{uuid4().hex}.part")
    with suppress(OSError):
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(data)
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)

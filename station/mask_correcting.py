"""The defect as a person drew it: a mask from the window or from a file, checked, kept beside the machine's mask.

Both stay for ever; the newest corrected mask counts. Drawing is the window's affair.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from inference.results import Mask
from station.errors import RequestError
from station.language import tr
from station.rights import Right
from storage.records import BlobRef, CorrectedMask, RecordedInspection

if TYPE_CHECKING:
    from PIL.Image import Image

    from station.station import Station

LOSSLESS = ("PNG", "BMP", "TIFF")
"""Kinds of files whose pixels are those that were drawn."""
_MODES = ("1", "L", "RGB")


def correct_mask(station: Station, inspection_id: int, mask: Mask, reason: str) -> CorrectedMask:
    """Record a mask that a person drew on the upright photo: uint8 (height, width), 0 or 255.

    Raises `NotAllowed`, `RequestError` for a mask of another size, and storage's errors: the reason needs 10
    characters.
    """
    from inference.rendering import encode_png  # noqa: PLC0415 - loads codecs

    actor = station.acting(Right.REVIEW)
    record = station.store.get_inspection(inspection_id)
    _require_size((mask.shape[1], mask.shape[0]), record)
    kept = station.store.put_blob(encode_png(np.asarray(mask, np.uint8)))
    return station.store.add_corrected_mask(inspection_id, kept, reason, actor)


def correct_mask_from_file(station: Station, inspection_id: int, path: Path, reason: str) -> CorrectedMask:
    """Do the same with a picture file: PNG, BMP or TIFF of the photo's size, black and white.

    Raises `RequestError` with a sentence for a file that is no such mask.
    """
    station.acting(Right.REVIEW)
    record = station.store.get_inspection(inspection_id)
    return correct_mask(station, inspection_id, read_mask_file(path, record), reason)


def read_mask_file(path: Path, record: RecordedInspection) -> Mask:
    """Return the mask in a file: uint8 (height, width), 0 or 255. Raises `RequestError` with what to do."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - loads codecs

    unreadable = (OSError, SyntaxError, ValueError, EOFError, UnidentifiedImageError, Image.DecompressionBombError)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path) as picture:
                _require_kind(picture, path)
                _require_size(picture.size, record)
                samples = np.asarray(picture.convert("L" if picture.mode == "1" else picture.mode), np.uint8)
    except unreadable as error:
        raise RequestError(_explain(error, path)) from error
    return _require_black_and_white(samples, path)


def read_mask(station: Station, record: RecordedInspection, blob: BlobRef | None) -> Mask:
    """Return a recorded mask: uint8 (height, width), 0 or 255; where there is none, nothing is marked."""
    if blob is None:
        return np.zeros((record.height, record.width), np.uint8)
    import cv2  # noqa: PLC0415 - loads codecs

    data = np.frombuffer(station.store.read_blob(blob), np.uint8)
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)


def read_newest_mask(station: Station, record: RecordedInspection) -> Mask:
    """Return the mask that counts: the newest corrected one, else the machine's."""
    blob = record.corrected_masks[-1].mask if record.corrected_masks else record.mask
    return read_mask(station, record, blob)


def _require_kind(picture: Image, path: Path) -> None:
    if picture.format not in LOSSLESS or picture.mode not in _MODES:
        raise RequestError(
            tr(
                "{name} cannot be a mask; save it as a PNG in black and white, without colours and transparency.",
                name=path.name,
            )
        )


def _require_size(size: tuple[int, int], record: RecordedInspection) -> None:
    if size != (record.width, record.height):
        raise RequestError(
            tr(
                "The mask has {width} × {height} pixels, the photo {photo_width} × {photo_height}; draw it on the"
                " upright photo at its full size.",
                width=size[0],
                height=size[1],
                photo_width=record.width,
                photo_height=record.height,
            )
        )


def _require_black_and_white(samples: Mask, path: Path) -> Mask:
    mask = samples if samples.ndim == 2 else samples[..., 0]
    is_grey = samples.ndim == 2 or bool((samples == mask[..., None]).all())
    if not is_grey or not bool(((mask == 0) | (mask == 255)).all()):
        raise RequestError(
            tr(
                "{name} has more than black and white; make what is a defect white (255) and all the rest black (0).",
                name=path.name,
            )
        )
    return np.ascontiguousarray(mask)


def _explain(error: Exception, path: Path) -> str:
    if isinstance(error, FileNotFoundError):
        return tr("There is no file {name}; check its name and folder.", name=path.name)
    if isinstance(error, PermissionError):
        return tr("The file {name} may not be read; ask for the permission.", name=path.name)
    return tr("{name} cannot be read as a picture; save the mask as PNG and try again.", name=path.name)

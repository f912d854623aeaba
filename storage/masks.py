"""Masks that people hand in, checked before they are kept: PNG without loss, of the photo's size, only 0 and 255.

What a mask shows, and who drew it why, is left to `recording`.
"""

from __future__ import annotations

import io
import warnings

from storage.errors import InvalidRecord

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def measure_mask(data: bytes, width: int, height: int) -> int:
    """Return how many pixels a mask covers; `InvalidRecord` with a sentence when it is not one of this size."""
    if not data.startswith(PNG_SIGNATURE):
        raise InvalidRecord("A corrected mask is kept as PNG, without loss; save it as PNG and try again.")
    counts = _count_values(data, width, height)
    if len(counts) != 256 or sum(counts) != counts[0] + counts[255]:
        raise InvalidRecord(
            "A mask has one channel of 8 bits and only the values 0 (no defect) and 255 (defect); save it so and try"
            " again."
        )
    return counts[255]


def _count_values(data: bytes, width: int, height: int) -> list[int]:
    """How many samples have each value; as many values as the picture's channels can take together."""
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - only where a mask comes in

    unreadable = (OSError, SyntaxError, ValueError, EOFError, UnidentifiedImageError, Image.DecompressionBombError)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(data))
        with opened as picture:
            if picture.size != (width, height):
                found = f"{picture.width} × {picture.height}"
                raise InvalidRecord(
                    f"The mask has {found} pixels, the photo {width} × {height}; draw it on the upright photo at its"
                    " full size."
                )
            return picture.histogram() if picture.mode == "L" else []
    except unreadable as error:
        raise InvalidRecord(f"The mask cannot be read ({error}); save it as PNG and try again.") from error

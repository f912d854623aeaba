"""Pictures on their way into the file: decoded, scaled to what paper can show, encoded small, fitted into a box.

Photos become JPEG; overlays keep full colour resolution, so that thin outlines stay sharp. Tiny pictures are enlarged
pixel by pixel, so that a viewer does not blur them. A picture that is missing leaves a frame that says so.
"""

from __future__ import annotations

import struct
import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError
from reportlab.platypus import Flowable, Table, TableStyle
from reportlab.platypus import Image as ImageFlowable

from storage.reports.blocks import write
from storage.reports.contents import ReportPictures
from storage.reports.theme import CENTRED, RULE, TINT

_UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, struct.error, UnidentifiedImageError)
_SMALL_SIDE = 240
_LOSSLESS_PIXELS = 100_000


@dataclass(frozen=True)
class Encoding:
    """How a kind of picture is kept: longest side in pixels, JPEG quality, whether thin coloured lines matter."""

    longest_side: int
    quality: int
    lines: bool = False


PHOTO = Encoding(1500, 85)
OVERLAY = Encoding(1800, 93, lines=True)
THUMBNAIL = Encoding(260, 82)
LEGEND = Encoding(1200, 95, lines=True)


def shrink_pictures(pictures: ReportPictures) -> ReportPictures:
    """Return the same pictures as small JPEG or PNG files; None in place of bytes that are no picture."""
    thumbnails = {digest: encode_picture(data, THUMBNAIL) for digest, data in pictures.references.items()}
    return ReportPictures(
        photo=encode_picture(pictures.photo, PHOTO),
        overlay=encode_picture(pictures.overlay, OVERLAY),
        legend=encode_picture(pictures.legend, LEGEND),
        query=encode_picture(pictures.query, OVERLAY),
        machine_mask=encode_picture(pictures.machine_mask, OVERLAY),
        corrected_mask=encode_picture(pictures.corrected_mask, OVERLAY),
        thumbnail=encode_picture(pictures.thumbnail or pictures.overlay or pictures.photo, THUMBNAIL),
        references={digest: data for digest, data in thumbnails.items() if data},
    )


def encode_picture(data: bytes | None, encoding: Encoding) -> bytes | None:
    """Return the picture scaled and encoded as told, or None when the bytes are no picture."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = _decode(data or b"")
    except (*_UNREADABLE, Image.DecompressionBombError):
        return None
    return _encode(_scale(picture, encoding.longest_side), encoding)


def fit_picture(data: bytes | None, box: tuple[float, float], missing: str) -> Flowable:
    """Return a shrunk picture as large as the box (points) allows, its shape kept, or a frame saying `missing`."""
    if data is None:
        return _frame_sentence(missing, box[0])
    scale = min(box[0] / measure_shape(data), box[1])
    return ImageFlowable(BytesIO(data), max(scale * measure_shape(data), 1), max(scale, 1))


def measure_shape(data: bytes | None) -> float:
    """Return the width of a shrunk picture divided by its height; 1.0 where there is none."""
    if data is None:
        return 1.0
    with Image.open(BytesIO(data)) as opened:
        return float(opened.width / opened.height)


def _decode(data: bytes) -> Image.Image:
    """Return the picture upright as 8-bit RGB; transparent parts become white."""
    with Image.open(BytesIO(data)) as opened:
        picture = ImageOps.exif_transpose(opened)
        if picture.mode.startswith("I"):
            picture = picture.convert("I").point(lambda value: value / 257).convert("L")
        if "A" in picture.getbands() or "transparency" in picture.info:
            layer = picture.convert("RGBA")
            picture = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
        return picture.convert("RGB")


def _scale(picture: Image.Image, longest_side: int) -> Image.Image:
    side = max(picture.size)
    if side < _SMALL_SIDE:
        factor = _SMALL_SIDE // side
        return picture.resize((picture.width * factor, picture.height * factor), Image.Resampling.NEAREST)
    if side <= longest_side:
        return picture
    width, height = (max(round(edge * longest_side / side), 1) for edge in picture.size)
    return picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _encode(picture: Image.Image, encoding: Encoding) -> bytes:
    target = BytesIO()
    if encoding.lines and picture.width * picture.height <= _LOSSLESS_PIXELS:
        picture.save(target, "PNG")
    else:
        picture.save(target, "JPEG", quality=encoding.quality, subsampling=0 if encoding.lines else 2, optimize=True)
    return target.getvalue()


def _frame_sentence(sentence: str, width: float) -> Table:
    table = Table([[write(sentence, CENTRED)]], colWidths=[width], rowHeights=[min(width * 0.6, 110)])
    frame = [("BOX", (0, 0), (-1, -1), 0.5, RULE), ("BACKGROUND", (0, 0), (-1, -1), TINT)]
    table.setStyle(TableStyle([*frame, ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]))
    return table

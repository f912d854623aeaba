"""Pictures of what queries found: all of them on the photo, each in its colour, and one cut out of the photo."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from inference.highlighter.results import QueryResult
from inference.results import Mask, RgbPixels

COLOURS = ((230, 60, 130), (0, 158, 195), (240, 170, 0), (0, 158, 115), (140, 90, 220), (213, 94, 0))
"""One for each query in turn; told apart by colour-blind people as well, and seldom the colour of a part."""
FILL = 0.45
"""Share of the colour over what was found; the rest is the photo, so that the defect stays to be seen."""
_DARK = (20, 20, 24)


def render_highlights(pixels: RgbPixels, results: Sequence[QueryResult]) -> RgbPixels:
    """Draw every result that found something, uint8 (H, W, 3) at the photo's size; names stand at the top left."""
    picture = pixels.copy()
    side = float(np.sqrt(picture.shape[0] * picture.shape[1]))
    line = max(round(side / 420), 1)
    for number, result in enumerate(results):
        if result.outcome == "found":
            _draw_layer(picture, result.mask, COLOURS[number % len(COLOURS)], line)
    return _write_names(picture, results, max(round(side / 38), 11))


def cut_out(pixels: RgbPixels, mask: Mask) -> NDArray[np.uint8]:
    """Return what was found on transparency: uint8 (H, W, 4), RGB of the photo and the mask as alpha."""
    return np.dstack([pixels, mask])


def encode_transparent_png(picture: NDArray[np.uint8]) -> bytes:
    """Encode uint8 (H, W, 4) as PNG, without loss."""
    return cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGBA2BGRA))[1].tobytes()


def _draw_layer(picture: RgbPixels, mask: Mask, colour: tuple[int, int, int], line: int) -> None:
    """Tint what was found and run a line around it at a distance, so that it hides no pixel of a thin crack."""
    inside = mask > 0
    tinted = picture[inside] * (1 - FILL) + np.asarray(colour) * FILL
    picture[inside] = np.rint(tinted).astype(np.uint8)
    reach = 2 * line + 2
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    outlines, _ = cv2.findContours(cv2.dilate(mask, kernel), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(picture, outlines, -1, _DARK, 3 * line, cv2.LINE_AA)
    cv2.drawContours(picture, outlines, -1, colour, line, cv2.LINE_AA)


def _write_names(picture: RgbPixels, results: Sequence[QueryResult], size: int) -> RgbPixels:
    sheet = Image.fromarray(picture)
    draw = ImageDraw.Draw(sheet, "RGBA")
    font = cast("ImageFont.FreeTypeFont", ImageFont.load_default(size))
    top = size // 2
    for number, result in enumerate(results):
        words = f"{result.concept or result.query}: {_count(result)}"
        left, upper, right, lower = draw.textbbox((size, top), words, font=font)
        draw.rectangle((left - size // 2, upper - size // 4, right + size // 2, lower + size // 4), fill=(*_DARK, 190))
        draw.text((size, top), words, font=font, fill=COLOURS[number % len(COLOURS)])
        top += round(1.7 * size)
    return np.asarray(sheet)


def _count(result: QueryResult) -> str:
    return str(len(result.regions)) if result.outcome == "found" else result.outcome

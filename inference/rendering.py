"""Pictures of a judgement: the photo with heat, contours and numbered boxes, its legend, and both as PNG or TIFF bytes.

The heat has a fixed scale tied to the limit (`heat_colours`), so pictures of different parts compare and a good part
stays blank. Files are written elsewhere; how the map comes about is `detector`'s affair.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import tifffile
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from inference.heat_colours import HEAT_FROM, HEAT_FULL, heat_levels, heat_table
from inference.results import FloatMap, Mask, Region, RgbPixels, Verdict

NUMBERED_REGIONS = 30
"""Regions that get a box and a number, largest peak first; more would hide the part. All get a contour."""

_STRIP_PIXELS = 2**20
"""Blending works on strips of about this many pixels, so that no float copy of a large photo exists."""

_WHITE, _DARK, _GREY = (255, 255, 255), (20, 20, 24), (110, 110, 118)
_BOX = (86, 220, 255)
"""Light blue: far from every heat colour, also for colour-blind people."""

_VERDICT_COLOURS = {Verdict.ACCEPT: (0, 128, 96), Verdict.REVIEW: (176, 112, 0), Verdict.REJECT: (196, 62, 0)}
"""After Okabe and Ito, darkened for text on white; word and shape say the same without colour."""

_MIN_SHEET_WIDTH = 480

_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def render_overlay(pixels: RgbPixels, anomaly_map: FloatMap, mask: Mask, regions: Sequence[Region]) -> RgbPixels:
    """Draw a judgement on its photo, at the photo's own size.

    `pixels` is uint8 (H, W, 3); `anomaly_map` float32 (H, W) in units of the limit; `mask` uint8 (H, W) of 0 and 255.
    The contour runs just outside the mask, so that it hides no pixel of a defect. With an empty mask the photo comes
    back unchanged. Lines and numbers grow with the photo. Numbers are those of `regions`, from 1.
    """
    picture = pixels.copy()
    if not mask.any():
        return picture
    _blend_heat(picture, anomaly_map)
    pen = _Pen.for_picture(picture)
    _draw_contours(picture, mask, pen)
    _draw_boxes(picture, regions[:NUMBERED_REGIONS], pen)
    return picture


def render_outline(pixels: RgbPixels, mask: Mask) -> RgbPixels:
    """Draw the outline of a mask on its photo, just outside it; uint8 (H, W, 3) and uint8 (H, W) of 0 and 255."""
    picture = pixels.copy()
    if mask.any():
        _draw_contours(picture, mask, _Pen.for_picture(picture))
    return picture


def render_legend(width: int = 640) -> RgbPixels:
    """Return uint8 (h, width, 3): the heat's colour bar on white with ticks at 0.7, 1.0 "limit" and 2.0."""
    size = max(width // 34, 10)
    legend = Image.new("RGB", (width, size * 4), _WHITE)
    draw = ImageDraw.Draw(legend)
    margin = size * 2
    bar = _render_bar(width - 2 * margin, int(size * 1.2))
    legend.paste(Image.fromarray(bar), (margin, size // 2))
    bottom = size // 2 + bar.shape[0]
    draw.rectangle((margin - 1, size // 2 - 1, width - margin, bottom), outline=_GREY, width=max(size // 16, 1))
    for value, words in ((HEAT_FROM, "0.7"), (1.0, "1.0  limit"), (HEAT_FULL, "2.0 and more")):
        x = margin + round((value - HEAT_FROM) / (HEAT_FULL - HEAT_FROM) * (bar.shape[1] - 1))
        top = size // 4 if value == 1.0 else bottom
        draw.line((x, top, x, bottom + size // 3), fill=_DARK, width=max(size // (8 if value == 1.0 else 14), 1))
        _write_centred(draw, (x, bottom + size // 2), words, size)
    return np.asarray(legend)


def compose_overlay_with_legend(overlay: RgbPixels, name: str, verdict: Verdict) -> RgbPixels:
    """Put verdict, file name and legend below an overlay: uint8 (h, w, 3), at least 480 pixels wide."""
    width = max(overlay.shape[1], _MIN_SHEET_WIDTH)
    legend = Image.fromarray(render_legend(width))
    size = max(width // 30, 12)
    sheet = Image.new("RGB", (width, overlay.shape[0] + size * 2 + legend.height), _WHITE)
    sheet.paste(Image.fromarray(overlay), ((width - overlay.shape[1]) // 2, 0))
    _write_heading(sheet, overlay.shape[0] + size // 2, size, name, verdict)
    sheet.paste(legend, (0, overlay.shape[0] + size * 2))
    return np.asarray(sheet)


def encode_png(pixels: NDArray[np.uint8]) -> bytes:
    """Encode uint8 (H, W, 3) RGB or (H, W) grey as PNG, without loss; equal pixels give equal bytes."""
    stored = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR) if pixels.ndim == 3 else pixels
    return cv2.imencode(".png", stored)[1].tobytes()


def encode_map_tiff(anomaly_map: FloatMap) -> bytes:
    """Encode float32 (H, W) as a one-page TIFF, deflated without loss; equal maps give equal bytes.

    No predictor, although it would save space: every reader of float TIFF opens the file.
    """
    buffer = io.BytesIO()
    values = np.ascontiguousarray(anomaly_map, np.float32)
    options = {"compression": "zlib", "compressionargs": {"level": 1}, "rowsperstrip": 64, "software": False}
    tifffile.imwrite(buffer, values, photometric="minisblack", metadata=None, **options)
    return buffer.getvalue()


@dataclass(frozen=True)
class _Pen:
    """Widths in pixels that look alike on a small and a large photo."""

    line: int
    halo: int
    font: int

    @classmethod
    def for_picture(cls, picture: RgbPixels) -> _Pen:
        side = float(np.sqrt(picture.shape[0] * picture.shape[1]))
        line = max(round(side / 550), 1)
        return cls(line, max(round(line * 0.75), 1), max(round(side / 42), 11))


@dataclass(frozen=True)
class _Box:
    """A rectangle of whole pixels; right and bottom lie outside it."""

    left: int
    top: int
    right: int
    bottom: int

    def shares(self, other: _Box) -> int:
        """Return the number of pixels common to both."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(width, 0) * max(height, 0)


def _blend_heat(picture: RgbPixels, anomaly_map: FloatMap) -> None:
    """Lay the heat over the picture, in place."""
    rows = max(_STRIP_PIXELS // picture.shape[1], 1)
    for top in range(0, picture.shape[0], rows):
        strip = anomaly_map[top : top + rows]
        hot = strip > HEAT_FROM
        if hot.any():
            picture[top : top + rows][hot] = _mix(picture[top : top + rows][hot], strip[hot])


def _mix(colours: NDArray[np.uint8], values: FloatMap) -> NDArray[np.uint8]:
    """Return uint8 (n, 3) colours under the heat of float32 (n,) anomaly values."""
    heat = heat_table()[heat_levels(values)]  # (n, 4), RGBA
    mixed: NDArray[np.uint8] = np.rint(heat[:, :3] * 255 + (1 - heat[:, 3:]) * colours).astype(np.uint8)
    return mixed


def _draw_contours(picture: RgbPixels, mask: Mask, pen: _Pen) -> None:
    """Draw a white line with a dark halo around every component and hole, to be seen on any background."""
    # Smoothed lines bleed by up to three pixels on either side.
    reach = pen.halo + (pen.line + 1) // 2 + 3
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    contours, _ = cv2.findContours(cv2.dilate(mask, kernel), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(picture, contours, -1, _DARK, pen.line + 2 * pen.halo, cv2.LINE_AA)
    cv2.drawContours(picture, contours, -1, _WHITE, pen.line, cv2.LINE_AA)


def _draw_boxes(picture: RgbPixels, regions: Sequence[Region], pen: _Pen) -> None:
    """Draw all boxes first, so that none runs through a number."""
    boxes = [_surround(region, picture.shape, pen) for region in regions]
    for box in boxes:
        corners = (box.left, box.top), (box.right - 1, box.bottom - 1)
        cv2.rectangle(picture, *corners, _DARK, pen.line + pen.halo)
        cv2.rectangle(picture, *corners, _BOX, pen.line)
    taken: list[_Box] = []
    for number, box in enumerate(boxes, start=1):
        tag = _render_tag(str(number), pen)
        place = _place_tag(box, tag.shape, picture.shape, taken)
        picture[place.top : place.bottom, place.left : place.right] = tag[
            : place.bottom - place.top, : place.right - place.left
        ]
        taken.append(place)


def _surround(region: Region, shape: tuple[int, ...], pen: _Pen) -> _Box:
    """Return a region's box with room for its contour, kept inside the picture with its whole line."""
    gap, edge = 3 * pen.line + 3 * pen.halo + 3, pen.line // 2
    return _Box(
        max(region.x - gap, edge),
        max(region.y - gap, edge),
        min(region.x + region.width + gap, shape[1] - edge),
        min(region.y + region.height + gap, shape[0] - edge),
    )


def _render_tag(text: str, pen: _Pen) -> RgbPixels:
    """Return a dark plate with the text in the colour of the boxes."""
    font = ImageFont.load_default(pen.font)
    left, top, right, bottom = font.getbbox(text)
    pad = max(pen.font // 4, 2)
    plate = Image.new("RGB", (int(right - left) + 2 * pad, int(bottom - top) + 2 * pad), _DARK)
    ImageDraw.Draw(plate).text((pad - left, pad - top), text, fill=_BOX, font=font)
    return np.asarray(plate)


def _place_tag(box: _Box, tag: tuple[int, ...], picture: tuple[int, ...], taken: Sequence[_Box]) -> _Box:
    """Return the place beside the box, wholly inside the picture, that hides least of other tags and of the box."""
    height, width = min(tag[0], picture[0]), min(tag[1], picture[1])
    corners = [
        (x, y)
        for y in (box.top - height, box.bottom, box.top)
        for x in (box.left, box.right - width, box.right, box.left - width)
    ]
    places = []
    for x, y in corners:
        left, top = min(max(x, 0), picture[1] - width), min(max(y, 0), picture[0] - height)
        places.append(_Box(left, top, left + width, top + height))
    return min(places, key=lambda place: (sum(map(place.shares, taken)), place.shares(box)))


def _render_bar(width: int, height: int) -> RgbPixels:
    """Return the heat over a light grey photo, uint8 (height, width, 3)."""
    values = np.linspace(HEAT_FROM, HEAT_FULL, width, dtype=np.float32)
    row = _mix(np.full((width, 3), 205, np.uint8), values)
    return np.repeat(row[None], height, axis=0)


def _write_centred(draw: ImageDraw.ImageDraw, at: tuple[int, int], words: str, size: int) -> None:
    """Write below and centred on a point, moved sideways where the text would leave the picture."""
    font = ImageFont.load_default(size)
    half = font.getlength(words) / 2
    x = min(max(at[0], half + size / 2), draw.im.size[0] - half - size / 2)
    draw.text((x, at[1]), words, fill=_DARK, font=font, anchor="ma")


def _write_heading(sheet: Image.Image, top: int, size: int, name: str, verdict: Verdict) -> None:
    """Write the verdict, as shape and word, on the left and the file's name on the right."""
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(size)
    colour, word = _VERDICT_COLOURS[verdict], verdict.value.upper()
    _draw_sign(draw, (size, top, size), verdict)
    draw.text((size * 2.4, top + size / 2), word, fill=colour, font=font, anchor="lm", stroke_width=max(size // 16, 1))
    room = sheet.width - size * 4.4 - font.getlength(word)
    draw.text((sheet.width - size, top + size / 2), _shorten_name(name, room, font), fill=_DARK, font=font, anchor="rm")


def _shorten_name(name: str, room: float, font: _Font) -> str:
    """Cut letters from the middle until the name fits into `room` pixels: begin and end tell files apart."""
    shown, kept = name, len(name)
    while kept > 2 and font.getlength(shown) > room:
        kept -= 1
        shown = f"{name[: (kept + 1) // 2]}…{name[len(name) - kept // 2 :]}"
    return shown


def _draw_sign(draw: ImageDraw.ImageDraw, square: tuple[int, int, int], verdict: Verdict) -> None:
    """Draw a tick, a triangle or a cross, in a square given by left, top and side."""
    left, top, side = square
    colour, width = _VERDICT_COLOURS[verdict], max(side // 6, 2)
    if verdict is Verdict.REVIEW:
        draw.polygon([(left, top + side), (left + side / 2, top), (left + side, top + side)], fill=colour)
        return
    tick = [(left, top + side * 0.55), (left + side * 0.38, top + side * 0.9), (left + side, top + side * 0.1)]
    lines = (
        [tick]
        if verdict is Verdict.ACCEPT
        else [
            [(left, top), (left + side, top + side)],
            [(left, top + side), (left + side, top)],
        ]
    )
    for line in lines:
        draw.line(line, fill=colour, width=width, joint="curve")

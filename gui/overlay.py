"""The anomaly map and the mask of one photo as a transparent picture of the part of it that is on the screen.

The heat has the fixed scale of `inference.heat_colours`, so that it looks as in pictures and reports and a good part
stays blank. Numbers and boxes are `region_marks`' affair, what a query found `highlight_layers`'.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from itertools import chain
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage

from gui.image_place import Place, Screen
from gui.image_pyramid import Pyramid
from inference.heat_colours import HEAT_FROM, heat_levels, heat_table
from inference.results import FloatMap, Mask

Canvas = NDArray[np.uint8]
"""uint8 (h, w, 4), RGBA, colours multiplied by opacity."""
Rgb = tuple[int, int, int]
Dash = tuple[int, int]
"""Pixels of line and of gap; (0, 0) is a whole line."""

USUAL_OPACITY = 0.5
"""Opacity at which the heat looks as in pictures and reports; at 1 it hides the photo."""
MARGIN = 6
"""Pixels drawn beyond the screen, so that no outline runs along its edge."""
WHOLE: Dash = (0, 0)
_FILL: Rgb = (226, 40, 110)
_LINE: Rgb = (255, 255, 255)
_HALO: Rgb = (20, 20, 24)


class OverlayMode(StrEnum):
    """What lies over the photo."""

    HEAT = "heat"
    FILL = "fill"
    CONTOUR = "contour"
    NONE = "none"


class MaskSource(StrEnum):
    """Whose mask is filled or outlined."""

    MACHINE = "machine"
    CORRECTED = "corrected"


class Overlay:
    """Map and masks of one photo, ready to be drawn at any size; `corrected` is the mask that a person drew."""

    def __init__(self, anomaly_map: FloatMap, mask: Mask, corrected: Mask | None = None) -> None:
        self._map = Pyramid(anomaly_map, "largest")
        masks = {MaskSource.MACHINE: mask} | ({} if corrected is None else {MaskSource.CORRECTED: corrected})
        self._masks = {source: Pyramid(each, "largest") for source, each in masks.items()}
        self._empty = {source for source, each in masks.items() if not each.any()}

    @property
    def has_corrected(self) -> bool:
        """Whether a person corrected the mask."""
        return MaskSource.CORRECTED in self._masks

    def build(self) -> Iterator[None]:
        """Make the smaller copies, a few milliseconds at a time."""
        return chain(self._map.build(), *(mask.build() for mask in self._masks.values()))

    def value_at(self, x: int, y: int) -> float:
        """Return the anomaly value of a pixel, in units of the limit."""
        return float(self._map.pixels[y, x])

    def render(
        self,
        mode: OverlayMode,
        opacity: float,
        place: Place,
        screen: Screen,
        source: MaskSource = MaskSource.MACHINE,
    ) -> QImage | None:
        """Return the overlay of what is on the screen; None where there is nothing to see.

        Where nobody corrected the mask, the machine's is shown whatever `source` says. The picture's offset says where
        it lies on a screen that has `MARGIN` more pixels on each side.
        """
        source = source if source in self._masks else MaskSource.MACHINE
        if mode is OverlayMode.NONE or (mode is not OverlayMode.HEAT and source in self._empty):
            return None
        matrix, size = place.matrix(screen.ratio, MARGIN), screen.size(MARGIN)
        if mode is OverlayMode.HEAT:
            return _render_heat(self._map.read(matrix, size), opacity)
        mask = self._masks[source].read(matrix, size)
        canvas = np.zeros((*mask.shape, 4), np.uint8)
        if mode is OverlayMode.FILL:
            tint(canvas, mask, _FILL, opacity)
        draw_outline(canvas, mask, _LINE, max(1, round(1.5 * screen.ratio)))
        return make_image(canvas)


def make_image(canvas: Canvas) -> QImage:
    """Return a canvas as a picture with its own memory, in the format that is painted quickest."""
    height, width = canvas.shape[:2]
    solid = np.ascontiguousarray(canvas)
    image = QImage(solid.data, width, height, 4 * width, QImage.Format.Format_RGBA8888_Premultiplied)
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def tint(canvas: Canvas, mask: Mask, colour: Rgb, opacity: float) -> None:
    """Fill what the mask covers, in place."""
    canvas[mask >= 128] = np.rint(np.array([*colour, 255]) * opacity).astype(np.uint8)


def draw_outline(canvas: Canvas, mask: Mask, colour: Rgb, width: int, dash: Dash = WHOLE) -> None:
    """Draw a line with a dark halo around everything the mask covers, in place: to be seen on any ground."""
    covered = cv2.threshold(mask, 127, 255, cv2.THRESH_BINARY)[1]
    if not covered.any():
        return
    outlines, _ = cv2.findContours(covered, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(canvas, outlines, -1, (*_HALO, 255), width + 2 * max(1, width // 2), cv2.LINE_AA)
    if dash == WHOLE:
        cv2.drawContours(canvas, outlines, -1, (*colour, 255), width, cv2.LINE_AA)
        return
    pieces = [piece for outline in outlines for piece in _cut(outline, dash)]
    cv2.polylines(canvas, pieces, False, (*colour, 255), width, cv2.LINE_AA)


def _cut(outline: NDArray[Any], dash: Dash) -> Iterator[NDArray[Any]]:
    """Yield the pieces of line between the gaps; neighbouring points of an outline are a pixel apart."""
    line, gap = dash
    for start in range(0, len(outline), line + gap):
        yield outline[start : start + line]


def _render_heat(values: FloatMap, opacity: float) -> QImage | None:
    """Colour the window of the screen that is hot at all: on most parts it is small."""
    left, top, width, height = cv2.boundingRect((values > HEAT_FROM).view(np.uint8))
    if not width:
        return None
    hot = values[top : top + height, left : left + width]
    image = make_image(_colour(heat_levels(hot), _scaled_table(round(opacity * 100))))
    image.setOffset(QPoint(left, top))
    return image


def _colour(levels: NDArray[np.uint8], table: Canvas) -> Canvas:
    """Return the colour of each level; four bytes are taken at once, which is five times as fast as one by one."""
    whole = table.view(np.uint32)[:, 0]
    return np.take(whole, levels).view(np.uint8).reshape(*levels.shape, 4)


@lru_cache(maxsize=8)
def _scaled_table(percent: int) -> NDArray[np.uint8]:
    """Return uint8 (256, 4): the colour of each heat level at an opacity."""
    table = heat_table()
    alpha = np.minimum(table[:, 3:] * (percent / 100 / USUAL_OPACITY), 1.0)
    own = table[:, :3] / np.maximum(table[:, 3:], 1e-6)
    return np.asarray(np.rint(np.concatenate([own * alpha, alpha], axis=1) * 255), np.uint8)


def make_legend_bar(width: int, height: int, opacity: float) -> QImage:
    """Return the heat from where it begins to its full colour, over a light grey photo."""
    row = _scaled_table(round(opacity * 100))[np.linspace(0, 255, width).round().astype(np.uint8)].astype(np.float32)
    solid = np.rint(row[:, :3] + (255 - row[:, 3:]) * (205 / 255)).astype(np.uint8)
    canvas = np.repeat(np.concatenate([solid, np.full((width, 1), 255, np.uint8)], axis=1)[None], height, axis=0)
    return make_image(canvas)

"""What queries found, one layer per query: a tint, an outline of its own colour and line style, and the word beside it.

The words, with the same colours and lines, stand in the legend; nothing is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from gui.image_place import Place, Screen
from gui.image_pyramid import Pyramid
from gui.overlay import MARGIN, WHOLE, Dash, Rgb, draw_outline, make_image, tint
from gui.photo_layers import paint_with_margin
from gui.region_marks import measure_tag, paint_tag

if TYPE_CHECKING:
    from inference.highlighter.results import QueryResult

MOST_TAGS = 6
"""Places of one query that get its word; all get their outline."""
_LONGEST_TAG = 180
_TINT = 0.22
_LINE = 2.2
_PLATE = QColor(20, 20, 24, 225)


@dataclass(frozen=True)
class HighlightStyle:
    """How one query's places are drawn."""

    colour: Rgb
    dash: Dash


STYLES = (
    HighlightStyle((62, 226, 128), WHOLE),
    HighlightStyle((190, 150, 255), (14, 8)),
    HighlightStyle((255, 240, 120), (4, 6)),
    HighlightStyle((110, 150, 255), (26, 8)),
    HighlightStyle((255, 190, 225), (8, 4)),
    HighlightStyle((170, 245, 240), (3, 10)),
)
"""Apart from the heat's yellow to purple and from the boxes' light blue by lightness, hue or line."""


def choose_style(index: int) -> HighlightStyle:
    """Return the style of a query by its position."""
    return STYLES[index % len(STYLES)]


class HighlightLayer:
    """The places of all queries on show."""

    def __init__(self) -> None:
        self.results: tuple[QueryResult, ...] = ()
        self.is_shown = True
        self._masks: dict[int, Pyramid] = {}
        self._kept: tuple[tuple[Place, Screen] | None, QImage | None] = (None, None)

    def show_results(self, results: Sequence[QueryResult]) -> None:
        """Take these results; only what was found is drawn."""
        self.results = tuple(results)
        found = {index: result for index, result in enumerate(self.results) if result.outcome == "found"}
        self._masks = {index: Pyramid(result.mask, "largest") for index, result in found.items()}
        self.refresh()

    def build(self) -> Iterator[None]:
        """Make the smaller copies of the masks."""
        return chain.from_iterable(mask.build() for mask in self._masks.values())

    def refresh(self) -> None:
        """Make the picture anew, because there are better copies now."""
        self._kept = (None, None)

    def paint(self, painter: QPainter, place: Place, screen: Screen) -> None:
        """Paint what is on the screen."""
        if not self._masks or not self.is_shown:
            return
        if self._kept[0] != (place, screen):
            self._kept = ((place, screen), self._render(place, screen))
        if self._kept[1] is not None:
            paint_with_margin(painter, self._kept[1], screen)
        for index in self._masks:
            self._paint_words(painter, place, screen, index)

    def _render(self, place: Place, screen: Screen) -> QImage:
        width, height = screen.size(MARGIN)
        canvas = np.zeros((height, width, 4), np.uint8)
        masks = {
            index: mask.read(place.matrix(screen.ratio, MARGIN), (width, height)) for index, mask in self._masks.items()
        }
        for index, mask in masks.items():
            tint(canvas, mask, choose_style(index).colour, _TINT)
        for index, mask in masks.items():
            style = choose_style(index)
            draw_outline(canvas, mask, style.colour, max(1, round(_LINE * screen.ratio)), style.dash)
        return make_image(canvas)

    def _paint_words(self, painter: QPainter, place: Place, screen: Screen, index: int) -> None:
        result, ink = self.results[index], QColor(*choose_style(index).colour)
        measure_tag(painter, result.query)
        words = painter.fontMetrics().elidedText(result.query, Qt.TextElideMode.ElideRight, _LONGEST_TAG)
        size = measure_tag(painter, words)
        for region in result.regions[:MOST_TAGS]:
            box = place.rect(region.x, region.y, region.width, region.height)
            if not box.intersects(QRectF(0, 0, screen.width, screen.height)):
                continue
            x = min(max(box.left() - 1, 2.0), screen.width - size.width() - 2)
            # Below, since the numbers of regions stand above their boxes where there is room.
            y = min(box.bottom() + 4, screen.height - size.height() - 2)
            paint_tag(painter, QPointF(x, y), words, ink, _PLATE)

"""Where a photo lies on the screen: one scale and one shift, between pixels of the photo and of a widget.

Both count from the top left corner of their first pixel. How somebody gets there is left to `photo_pane`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF

from gui.image_pyramid import Matrix


@dataclass(frozen=True)
class Place:
    """Widget = photo * `scale` + (`left`, `top`), in device-independent pixels."""

    scale: float = 1.0
    left: float = 0.0
    top: float = 0.0

    def to_screen(self, x: float, y: float) -> QPointF:
        """From the photo to the widget."""
        return QPointF(x * self.scale + self.left, y * self.scale + self.top)

    def to_photo(self, point: QPointF) -> QPointF:
        """From the widget to the photo."""
        return QPointF((point.x() - self.left) / self.scale, (point.y() - self.top) / self.scale)

    def rect(self, x: float, y: float, width: float, height: float) -> QRectF:
        """A rectangle of the photo, on the widget."""
        return QRectF(self.to_screen(x, y), self.to_screen(x + width, y + height))

    def matrix(self, ratio: float, margin: int = 0) -> Matrix:
        """From the photo to pixels of the screen, of which there are `ratio` in one of the widget.

        `margin` pixels of the screen lie around the widget on each side.
        """
        scale = self.scale * ratio
        return np.array([[scale, 0, self.left * ratio + margin], [0, scale, self.top * ratio + margin]], np.float64)


@dataclass(frozen=True)
class Screen:
    """What is painted on: its size in device-independent pixels, and how many pixels one of them has."""

    width: int
    height: int
    ratio: float = 1.0

    def size(self, margin: int = 0) -> tuple[int, int]:
        """Width and height in pixels of the screen, with a margin on each side."""
        return (round(self.width * self.ratio) + 2 * margin, round(self.height * self.ratio) + 2 * margin)

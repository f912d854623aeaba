"""A mask drawn on its photo, pixel by pixel: shapes and strokes mark a defect or take it away, each step can be undone.

The mask has the photo's own size, whatever the zoom. Which mask drawing begins with, and saving, are `mask_editor`'s
affair.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPolygonF
from PySide6.QtWidgets import QWidget

from gui.area_shapes import outline_stroke
from gui.draft_canvas import DraftCanvas
from gui.overlay import draw_outline, make_image, tint
from inference.results import Mask

MOST_STEPS = 200
MOST_KEPT = 256 * 2**20
"""Bytes of earlier pixels kept for undoing; at least the last step always can be undone."""
MARK, CLEAR = QColor(255, 255, 255), QColor(0, 0, 0)
_FILL = (226, 40, 110)
_LINE = (255, 255, 255)
_OPACITY = 0.45


@dataclass(frozen=True)
class _Step:
    """The pixels of a part of the mask before and after something was drawn there, eight to a byte."""

    place: QRect
    before: NDArray[np.uint8]
    after: NDArray[np.uint8]

    @property
    def size(self) -> int:
        return int(self.before.nbytes + self.after.nbytes)


class MaskCanvas(DraftCanvas):
    """The photo with the mask over it."""

    mask_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.takes_away = False
        """Whether shapes and strokes take the defect away in place of marking it."""
        self._mask = QImage()
        self._done: list[_Step] = []
        self._undone: list[_Step] = []
        self._revision = 0
        self._kept: tuple[Hashable, QImage | None] = (None, None)

    @property
    def drawn_mask(self) -> Mask:
        """A copy of the mask: uint8 (height, width), 0 or 255."""
        return self._view().copy()

    @property
    def area(self) -> int:
        """Pixels that are marked."""
        return int(np.count_nonzero(self._view()))

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to do again."""
        return bool(self._undone)

    def start_with(self, mask: Mask) -> None:
        """Show a mask as the start; nothing can be undone beyond it."""
        self._mask = _make_grey(mask)
        self._done, self._undone = [], []
        self._tell_changed()

    def replace(self, mask: Mask) -> None:
        """Take another mask as one step."""
        self._change(self._mask.rect(), lambda painter: painter.drawImage(0, 0, _make_grey(mask)))

    def take_back(self) -> None:
        """Undo the last step."""
        if self._done:
            step = self._done.pop()
            self._undone.append(step)
            self._put(step.place, step.before)

    def redo(self) -> None:
        """Do again what was taken back."""
        if self._undone:
            step = self._undone.pop()
            self._done.append(step)
            self._put(step.place, step.after)

    # Drawing

    def finish_rectangle(self, start: QPointF, end: QPointF) -> None:
        """Fill it."""
        path = QPainterPath()
        path.addRect(QRectF(start, end).normalized())
        self._fill(path, self.takes_away)

    def finish_polygon(self, corners: list[QPointF]) -> None:
        """Fill it."""
        path = QPainterPath()
        path.addPolygon(QPolygonF(corners))
        path.closeSubpath()
        self._fill(path, self.takes_away)

    def finish_stroke(self, points: list[QPointF]) -> None:
        """Fill what the brush covered."""
        self._fill(outline_stroke(points, self.brush_width), self.takes_away)

    def finish_erasing(self, points: list[QPointF]) -> None:
        """Clear what the eraser covered."""
        self._fill(outline_stroke(points, self.brush_width), True)

    def find_tint(self) -> QColor:
        """Return the colour of what is being drawn."""
        return QColor("#ffb454") if self.takes_away else QColor("#5fd0ff")

    def _fill(self, path: QPainterPath, takes_away: bool) -> None:
        colour = CLEAR if takes_away else MARK
        place = path.boundingRect().toAlignedRect().adjusted(-1, -1, 1, 1).intersected(self._mask.rect())
        self._change(place, lambda painter: painter.fillPath(path, colour))

    def _change(self, place: QRect, draw: Callable[[QPainter], object]) -> None:
        """Draw on a part of the mask, as one step; what changes nothing is none."""
        if self._mask.isNull() or place.isEmpty():
            return
        before = self._pack(place)
        painter = QPainter(self._mask)  # without smoothing, so that every pixel is either marked or not
        draw(painter)
        painter.end()
        after = self._pack(place)
        if np.array_equal(before, after):
            return
        self._done.append(_Step(place, before, after))
        self._undone.clear()
        self._forget_oldest()
        self._tell_changed()

    def _forget_oldest(self) -> None:
        while len(self._done) > 1 and (
            len(self._done) > MOST_STEPS or sum(step.size for step in self._done) > MOST_KEPT
        ):
            del self._done[0]

    def _pack(self, place: QRect) -> NDArray[np.uint8]:
        return np.packbits(self._cut(place) != 0, axis=1)

    def _put(self, place: QRect, packed: NDArray[np.uint8]) -> None:
        pixels = np.unpackbits(packed, axis=1, count=place.width()) * np.uint8(255)
        painter = QPainter(self._mask)
        painter.drawImage(place.topLeft(), _make_grey(pixels))
        painter.end()
        self._tell_changed()

    def _tell_changed(self) -> None:
        self._revision += 1
        self.mask_changed.emit()
        self.update()

    def _view(self) -> Mask:
        """The mask's own pixels."""
        if self._mask.isNull():
            return np.zeros((0, 0), np.uint8)
        rows = np.frombuffer(self._mask.constBits(), np.uint8)
        return rows.reshape(self._mask.height(), self._mask.bytesPerLine())[:, : self._mask.width()]

    def _cut(self, place: QRect) -> Mask:
        """A part of the mask's own pixels."""
        top, left = place.top(), place.left()
        return self._view()[top : top + place.height(), left : left + place.width()]

    # Painting

    def paint_over(self, painter: QPainter) -> None:
        """Paint the marked ground with its outline, and what is being drawn."""
        shown = self._find_shown()
        key = (self._revision, shown.left(), shown.top(), shown.width(), shown.height(), self._scale)
        if self._kept[0] != key:
            self._kept = (key, self._render(shown))
        if self._kept[1] is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(QRectF(shown), self._kept[1])
        self.paint_draft(painter)

    def _find_shown(self) -> QRect:
        """The part of the photo that is on the screen, in whole pixels of the photo."""
        corners = QRectF(self.to_photo(QPointF(0, 0)), self.to_photo(QPointF(self.width(), self.height())))
        return corners.toAlignedRect().intersected(self._mask.rect())

    def _render(self, shown: QRect) -> QImage | None:
        """The marked ground of a part of the photo, in about as many pixels as the screen has for it."""
        if shown.isEmpty():
            return None
        width, height = shown.width(), shown.height()
        part = self._cut(shown)
        if not part.any():
            return None
        ratio = self.devicePixelRatioF()
        size = max(1, round(width * self._scale * ratio)), max(1, round(height * self._scale * ratio))
        shrinks = size[0] < width
        scaled = cv2.resize(part, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_NEAREST)
        # A thin line on a large photo must not vanish when it is shown small.
        mask = np.where(scaled > 0, 255, 0).astype(np.uint8)
        canvas = np.zeros((*mask.shape, 4), np.uint8)
        tint(canvas, mask, _FILL, _OPACITY)
        draw_outline(canvas, mask, _LINE, max(1, round(1.5 * ratio)))
        return make_image(canvas)


def _make_grey(mask: Mask) -> QImage:
    solid = np.ascontiguousarray(mask, np.uint8)
    height, width = solid.shape
    return QImage(solid.data, width, height, width, QImage.Format.Format_Grayscale8).copy()

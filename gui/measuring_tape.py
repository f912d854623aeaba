"""A tape between two points of the photo: two clicks or one drag, length in pixels and, with a scale, in millimetres.

It lies on the screen only; nothing of it is recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from math import hypot

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.image_place import Place, Screen
from gui.region_marks import measure_tag, paint_tag
from gui.translated import format_number, tr

_INK, _DARK = QColor(255, 240, 120), QColor(20, 20, 24)
_PLATE = QColor(20, 20, 24, 235)
_END = 5.0
_LEAST_DRAG = 4.0
"""Device-independent pixels from which a press and release are a drag and not the first of two clicks."""


class MeasuringTape:
    """One tape; a grip of the pane while `is_active`, and a layer of it."""

    def __init__(self, on_change: Callable[[], None]) -> None:
        self.is_active = False
        self.mm_per_px: float | None = None
        self._on_change = on_change
        self._start: QPointF | None = None
        self._end: QPointF | None = None
        self._waits_for_second = False

    @property
    def length_px(self) -> float | None:
        """Length in pixels of the photo; None without a tape."""
        if self._start is None or self._end is None:
            return None
        return hypot(self._end.x() - self._start.x(), self._end.y() - self._start.y())

    @property
    def words(self) -> str:
        """The length in words; "" without a tape."""
        return describe_length(self.length_px, self.mm_per_px) if self.length_px is not None else ""

    def remove(self) -> None:
        """Take the tape away."""
        self._start = self._end = None
        self._waits_for_second = False
        self._on_change()

    def put(self, start: QPointF, end: QPointF) -> None:
        """Lay the tape between two points of the photo."""
        self._start, self._end = start, end
        self._on_change()

    def hover(self, point: QPointF | None) -> None:
        """Let the loose end follow the pointer, between two clicks; a point of the photo."""
        if self._waits_for_second and point is not None:
            self._end = point
            self._on_change()

    def press(self, point: QPointF, place: Place) -> bool:
        """Set the first end, or the second."""
        if not self.is_active:
            return False
        there = place.to_photo(point)
        if not self._waits_for_second:
            self._start = there
        self._end = there
        self._on_change()
        return True

    def drag(self, point: QPointF, place: Place) -> None:
        """Let the second end follow, unless the tape was taken away meanwhile."""
        if self._start is not None:
            self._end = place.to_photo(point)
            self._on_change()

    def release(self, point: QPointF, place: Place) -> None:
        """End a drag, or wait for the second click."""
        if self._start is None:
            return
        begun = place.to_screen(self._start.x(), self._start.y())
        moved = hypot(point.x() - begun.x(), point.y() - begun.y()) >= _LEAST_DRAG
        self._waits_for_second = not self._waits_for_second and not moved
        self._on_change()

    def cursor(self, point: QPointF, place: Place) -> Qt.CursorShape | None:
        """A cross while the tape is in hand."""
        return Qt.CursorShape.CrossCursor if self.is_active else None

    def paint(self, painter: QPainter, place: Place, screen: Screen) -> None:
        """Paint the tape and its length."""
        if self._start is None or self._end is None:
            return
        start, end = (place.to_screen(point.x(), point.y()) for point in (self._start, self._end))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for tint, width in ((_DARK, 5.0), (_INK, 2.0)):
            painter.setPen(QPen(tint, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawLine(start, end)
            for point in (start, end):
                painter.drawLine(point - _across(start, end), point + _across(start, end))
        self._paint_length(painter, (start, end), screen)

    def _paint_length(self, painter: QPainter, ends: tuple[QPointF, QPointF], screen: Screen) -> None:
        size = measure_tag(painter, self.words)
        middle = (ends[0] + ends[1]) / 2 + QPointF(10, 10)
        room = QRectF(0, 0, screen.width - size.width() - 2, screen.height - size.height() - 2)
        corner = QPointF(min(max(middle.x(), 2.0), room.width()), min(max(middle.y(), 2.0), room.height()))
        paint_tag(painter, corner, self.words, _INK, _PLATE)


def describe_length(length_px: float, mm_per_px: float | None) -> str:
    """Return a length in pixels and, where the scale is known, in millimetres."""
    pixels = format_number(length_px, 1)
    if mm_per_px is None:
        return tr("{pixels} px", pixels=pixels)
    millimetres = length_px * mm_per_px
    decimals = 1 if millimetres >= 100 else 2 if millimetres >= 1 else 3
    return tr("{pixels} px = {length} mm", pixels=pixels, length=format_number(millimetres, decimals))


def _across(start: QPointF, end: QPointF) -> QPointF:
    """Half a stroke across the tape, for its ends."""
    length = max(hypot(end.x() - start.x(), end.y() - start.y()), 1e-6)
    return QPointF(-(end.y() - start.y()), end.x() - start.x()) * (_END / length)

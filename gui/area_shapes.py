"""The geometry of drawn areas: their outlines, what of a photo is inspected, erasing, and undo. No widget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPainterPathStroker, QPolygonF, QTransform

from station.product_settings import MOST_POINTS, Area

Areas = tuple[Area, ...]

MOST_STEPS = 200
"""Steps that can be undone."""
SMALLEST_PIECE = 4.0
"""Square pixels that must be left of an area after erasing, or it is gone."""
SHADE_SIDE = 1200
"""Longer side of the picture of what is left out, in pixels; it is only looked at."""


def outline_area(area: Area) -> QPainterPath:
    """Return the ground an area covers, in pixels of the reference."""
    points = [QPointF(*point) for point in area.points]
    if area.shape == "brush":
        return outline_stroke(points, area.width)
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    if area.shape == "rectangle":
        path.addRect(QRectF(points[0], points[1]).normalized())
    else:
        path.addPolygon(QPolygonF(points))
        path.closeSubpath()
    return path


def outline_stroke(points: Sequence[QPointF], width: float) -> QPainterPath:
    """Return the ground a round brush covers along these points."""
    first = points[0]
    if all(point == first for point in points):
        dot = QPainterPath()
        dot.addEllipse(first, width / 2, width / 2)
        return dot
    line = QPainterPath(first)
    for point in points[1:]:
        line.lineTo(point)
    stroker = QPainterPathStroker()
    stroker.setWidth(width)
    stroker.setCapStyle(Qt.PenCapStyle.RoundCap)
    stroker.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return stroker.createStroke(line).simplified()


def shade_left_out(areas: Areas, width: int, height: int, colour: QColor) -> QImage:
    """Paint what is not inspected, in their order as learning does, into a picture that is clear elsewhere.

    With an area to inspect only such areas count; areas to ignore are taken away again.
    """
    scale = min(1.0, SHADE_SIDE / max(width, height))
    image = QImage(max(1, round(width * scale)), max(1, round(height * scale)), QImage.Format.Format_ARGB32)
    image.fill(colour if any(area.kind == "inspect" for area in areas) else QColor(0, 0, 0, 0))
    painter = QPainter(image)
    painter.setTransform(QTransform.fromScale(scale, scale))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    for area in areas:
        painter.fillPath(outline_area(area), colour if area.kind == "ignore" else QColor(0, 0, 0, 0))
    painter.end()
    return image


def measure_inspected(areas: Areas, width: int, height: int) -> float:
    """Return the share of the reference that is inspected, 0 to 1."""
    image = shade_left_out(areas, width, height, QColor(0, 0, 0, 255))
    opacity = image.convertToFormat(QImage.Format.Format_Alpha8)
    rows = np.frombuffer(opacity.constBits(), np.uint8).reshape(opacity.height(), opacity.bytesPerLine())
    return float(1.0 - (rows[:, : opacity.width()] >= 128).mean())


def find_area(areas: Areas, point: QPointF, reach: float) -> int:
    """Return the position of the uppermost area within `reach` pixels of a point; -1 when there is none."""
    around = QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)
    touched = [index for index, area in enumerate(areas) if outline_area(area).intersects(around)]
    return touched[-1] if touched else -1


def move_area(area: Area, by: QPointF) -> Area:
    """Return an area moved by so many pixels."""
    return replace(area, points=tuple((x + by.x(), y + by.y()) for x, y in area.points))


def keep_on_photo(area: Area, by: QPointF, width: int, height: int) -> QPointF:
    """Shorten a movement so that the middle of the area stays on the photo."""
    middle = outline_area(area).boundingRect().center()
    x = min(max(middle.x() + by.x(), 0.0), float(width))
    y = min(max(middle.y() + by.y(), 0.0), float(height))
    return QPointF(x, y) - middle


def erase(areas: Areas, rubber: QPainterPath) -> Areas:
    """Take the ground of a rubber's stroke away from all areas; what it touches becomes polygons."""
    left: list[Area] = []
    for area in areas:
        ground = outline_area(area)
        left += [area] if not ground.intersects(rubber) else _cut(area, ground.subtracted(rubber))
    return tuple(left)


def _cut(area: Area, ground: QPainterPath) -> list[Area]:
    """Turn what is left of an area into polygons; holes are joined to their outline by a seam."""
    polygons = [
        [(round(point.x(), 2), round(point.y(), 2)) for point in polygon.toList()]
        for polygon in ground.simplified().toFillPolygons()
    ]
    kept = [points for points in polygons if len(set(points)) >= 3 and _measure(points) >= SMALLEST_PIECE]
    return [Area(area.kind, "polygon", tuple(points[:MOST_POINTS])) for points in kept]


def _measure(points: Sequence[tuple[float, float]]) -> float:
    """Area inside a polygon, in square pixels (the shoelace formula)."""
    x, y = np.array(points).T
    return float(abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2)


@dataclass
class AreaHistory:
    """The areas as they are, as they were, and as they would be again."""

    areas: Areas = ()
    _before: list[Areas] = field(default_factory=list)
    _after: list[Areas] = field(default_factory=list)

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to do again."""
        return bool(self._after)

    def change(self, areas: Areas) -> bool:
        """Make a step; False when nothing differs."""
        if areas == self.areas:
            return False
        self._before = [*self._before, self.areas][-MOST_STEPS:]
        self._after.clear()
        self.areas = areas
        return True

    def undo(self) -> None:
        """Take the last step back."""
        if self._before:
            self._after.append(self.areas)
            self.areas = self._before.pop()

    def redo(self) -> None:
        """Do the last step taken back again."""
        if self._after:
            self._before.append(self.areas)
            self.areas = self._after.pop()

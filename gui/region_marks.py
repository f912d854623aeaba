"""Boxes and numbers of regions on the screen, the selected one standing out, and which of them a click hits.

Lines and numbers have the same size at every zoom. Painted on the widget, over photo and overlay.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from gui.image_place import Place, Screen
from inference.results import Region
from storage.records import NewRegion

AnyRegion = Region | NewRegion

MOST_NUMBERED = 60
"""Regions that get a box and a number; more would hide the part. The list and the overlay show all."""
REACH = 4.0
"""Device-independent pixels around a box within which a click still hits it."""
_GAP = 3.0
_BOX, _SELECTED, _DARK = QColor(86, 220, 255), QColor(255, 255, 255), QColor(20, 20, 24)
_PLATE = QColor(20, 20, 24, 225)
_PAD = QPointF(4, 1)


class RegionLayer:
    """Boxes and numbers of an inspection's regions."""

    def __init__(self) -> None:
        self.regions: Sequence[AnyRegion] = ()
        self.selected: int | None = None
        self.is_shown = True
        self.shows_all = True
        """Else only the selected one."""

    def paint(self, painter: QPainter, place: Place, screen: Screen) -> None:
        """Paint them."""
        room = QRectF(0, 0, screen.width, screen.height)
        if self.is_shown and self.shows_all:
            paint_regions(painter, place, self.regions, self.selected, room)
        elif self.is_shown and self.selected is not None:
            paint_region(painter, place, self.regions[self.selected], self.selected + 1, room)


def paint_regions(
    painter: QPainter, place: Place, regions: Sequence[AnyRegion], selected: int | None, room: QRectF
) -> None:
    """Paint the boxes, then their numbers where they hide least; the selected region comes last, on top."""
    shown = [index for index in range(min(len(regions), MOST_NUMBERED)) if index != selected]
    if selected is not None and selected < len(regions):
        shown.append(selected)
    boxes = {index: find_box(place, regions[index]) for index in shown}
    visible = {index: box for index, box in boxes.items() if box.intersects(room)}
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for index, box in visible.items():
        _paint_box(painter, box, index == selected)
    taken: list[QRectF] = []
    for index, box in reversed(visible.items()):
        taken.append(_paint_number(painter, box, str(index + 1), index == selected, (room, taken)))


def paint_region(painter: QPainter, place: Place, region: AnyRegion, number: int, room: QRectF) -> None:
    """Paint one region as the selected one, such as its place on the reference."""
    box = find_box(place, region)
    if not box.intersects(room):
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_box(painter, box, True)
    _paint_number(painter, box, str(number), True, (room, []))


def find_region(place: Place, regions: Sequence[AnyRegion], point: QPointF) -> int | None:
    """Return the smallest region whose box is hit by a point of the widget; None when none is."""
    hit = []
    for index, region in enumerate(regions):
        box = find_box(place, region).adjusted(-REACH, -REACH, REACH, REACH)
        if box.contains(point):
            hit.append((box.width() * box.height(), index))
    return min(hit)[1] if hit else None


def find_box(place: Place, region: AnyRegion) -> QRectF:
    """Return a region's box on the widget, with a little room around its pixels."""
    return place.rect(region.x, region.y, region.width, region.height).adjusted(-_GAP, -_GAP, _GAP, _GAP)


def paint_tag(painter: QPainter, corner: QPointF, text: str, ink: QColor, ground: QColor) -> QRectF:
    """Paint a short text on a plate whose top left corner is given; return the plate."""
    plate = QRectF(corner, measure_tag(painter, text).size())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(plate, 3, 3)
    painter.setPen(ink)
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)
    return plate


def measure_tag(painter: QPainter, text: str) -> QRectF:
    """Set the painter's font to that of tags and return the room one takes, at the origin."""
    font = QFont(painter.font())
    font.setPointSizeF(9.0)
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    metrics = QFontMetricsF(font)
    return QRectF(0, 0, metrics.horizontalAdvance(text) + 2 * _PAD.x(), metrics.height() + 2 * _PAD.y())


def _paint_box(painter: QPainter, box: QRectF, is_selected: bool) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    widths = (6.0, 3.0) if is_selected else (3.5, 1.5)
    for tint, width in zip((_DARK, _SELECTED if is_selected else _BOX), widths, strict=True):
        painter.setPen(QPen(tint, width))
        painter.drawRect(box)


def _paint_number(
    painter: QPainter, box: QRectF, text: str, is_selected: bool, room_and_taken: tuple[QRectF, list[QRectF]]
) -> QRectF:
    size = measure_tag(painter, text)
    corner = _find_corner(box, size, *room_and_taken)
    ink, ground = (_DARK, _SELECTED) if is_selected else (_BOX, _PLATE)
    return paint_tag(painter, corner, text, ink, ground)


def _find_corner(box: QRectF, tag: QRectF, room: QRectF, taken: list[QRectF]) -> QPointF:
    """Return the corner of the place beside the box, inside the room, that hides least of other tags and of the box."""
    places = []
    for y in (box.top() - tag.height() - 2, box.bottom() + 2, box.top()):
        for x in (box.left() - 1, box.right() - tag.width(), box.right() + 2, box.left() - tag.width() - 2):
            left = min(max(x, room.left()), room.right() - tag.width())
            top = min(max(y, room.top()), room.bottom() - tag.height())
            places.append(QRectF(left, top, tag.width(), tag.height()))
    best = min(places, key=lambda place: (sum(_shared(place, other) for other in taken), _shared(place, box)))
    return best.topLeft()


def _shared(one: QRectF, other: QRectF) -> float:
    both = one.intersected(other)
    return max(both.width(), 0.0) * max(both.height(), 0.0)

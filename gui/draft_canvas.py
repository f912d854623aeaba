"""A photo on which shapes are drawn: rectangle, polygon, brush, eraser, by mouse and by keyboard alike.

It follows one shape from its first press to its end and shows it meanwhile; what a finished shape means, and how a step
is undone, is up to the subclasses.
"""

from __future__ import annotations

from abc import abstractmethod
from enum import StrEnum
from math import hypot

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from gui.area_shapes import outline_stroke
from gui.photo_canvas import PhotoCanvas
from gui.theme import colour
from station.product_settings import MOST_POINTS

CLOSE_BY = 10
"""Pixels of the screen from its first corner within which a click closes a polygon."""
LEAST_DRAG = 3
"""Pixels of the screen that a rectangle has to be wide and high, so that a click draws nothing."""


class Tool(StrEnum):
    """What a press on the canvas does."""

    SELECT = "select"
    RECTANGLE = "rectangle"
    POLYGON = "polygon"
    BRUSH = "brush"
    ERASER = "eraser"


class DraftCanvas(PhotoCanvas):
    """The photo with the shape that is being drawn."""

    draft_changed = Signal()
    """A shape was begun, went on or ended."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.brush_width = 40.0
        """Diameter of brush and eraser in pixels of the photo."""
        self._tool = Tool.RECTANGLE
        self._draft: list[QPointF] = []
        self._pointer: QPointF | None = None

    # What subclasses say

    @abstractmethod
    def finish_rectangle(self, start: QPointF, end: QPointF) -> None:
        """Take a rectangle from corner to corner."""

    @abstractmethod
    def finish_polygon(self, corners: list[QPointF]) -> None:
        """Take a polygon of at least three corners."""

    @abstractmethod
    def finish_stroke(self, points: list[QPointF]) -> None:
        """Take a stroke of the brush."""

    @abstractmethod
    def finish_erasing(self, points: list[QPointF]) -> None:
        """Take a stroke of the eraser."""

    @abstractmethod
    def take_back(self) -> None:
        """Undo the last finished step."""

    @abstractmethod
    def find_tint(self) -> QColor:
        """Return the colour of what is being drawn."""

    # What the editor asks and tells

    @property
    def tool(self) -> Tool:
        """The tool in hand."""
        return self._tool

    @property
    def is_drawing(self) -> bool:
        """Whether a shape is begun and not finished."""
        return bool(self._draft)

    def choose_tool(self, tool: Tool) -> None:
        """Take a tool in hand; what was begun with another is dropped."""
        self._tool = tool
        self.takes_clicks = tool is Tool.POLYGON
        self.drop_draft()
        shapes = {Tool.SELECT: Qt.CursorShape.ArrowCursor}
        self.setCursor(shapes.get(tool, Qt.CursorShape.CrossCursor))
        self.update()

    def drop_draft(self) -> None:
        """Forget the shape that was begun."""
        self._draft.clear()
        self.cancel_press()
        self.tell_draft()

    def undo(self) -> None:
        """Take back the last corner of a polygon that is being drawn, or what else is begun, else the last step."""
        if self._draft and self._tool is Tool.POLYGON:
            self._draft.pop()
            self.tell_draft()
        elif self._draft:
            self.drop_draft()
        else:
            self.take_back()

    def tell_draft(self) -> None:
        """Say that the shape in hand changed."""
        self.draft_changed.emit()
        self.update()

    # Drawing

    def press(self, point: QPointF) -> None:
        """Begin a shape, or add a corner."""
        self._pointer = point
        if self._tool is Tool.POLYGON:
            self._add_corner(point)
        else:
            self._draft = [point]
        self.tell_draft()

    def drag(self, point: QPointF) -> None:
        """Go on with the shape in hand."""
        self._pointer = point
        if self._tool in (Tool.BRUSH, Tool.ERASER) and self._draft:
            if len(self._draft) < MOST_POINTS and self.measure_on_screen(self._draft[-1], point) >= 2:
                self._draft.append(point)
        elif self._tool in (Tool.RECTANGLE, Tool.SELECT) and self._draft:
            self._draft = [self._draft[0], point]
        self.update()

    def hover(self, point: QPointF) -> None:
        """Show the brush, and the side that a polygon's next corner would make."""
        self._pointer = point
        if self._draft or self._tool in (Tool.BRUSH, Tool.ERASER):
            self.update()

    def release(self, point: QPointF) -> None:
        """Finish what was begun; polygons go on until they are closed."""
        if self._tool is Tool.POLYGON or not self._draft:
            return
        draft, self._draft = [*self._draft, point], []
        if self._tool is Tool.RECTANGLE:
            if min(abs(draft[0].x() - point.x()), abs(draft[0].y() - point.y())) * self.scale >= LEAST_DRAG:
                self.finish_rectangle(draft[0], point)
        elif self._tool is Tool.ERASER:
            self.finish_erasing(draft)
        elif self._tool is Tool.BRUSH:
            self.finish_stroke(drop_repeats(draft))
        self.tell_draft()

    def close_polygon(self) -> None:
        """Finish the polygon that is being drawn; fewer than three corners are dropped."""
        if self._tool is not Tool.POLYGON:
            return
        corners, self._draft = drop_repeats(self._draft), []
        if len(corners) >= 3:
            self.finish_polygon(corners)
        self.tell_draft()

    def measure_on_screen(self, one: QPointF, other: QPointF) -> float:
        """Return the distance of two points on the screen, in pixels."""
        return hypot(one.x() - other.x(), one.y() - other.y()) * self.scale

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Close the polygon."""
        if self._tool is Tool.POLYGON and event.button() == Qt.MouseButton.LeftButton:
            self.close_polygon()
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Drop, close or take back; what is left moves the cross."""
        key = event.key()
        if key == Qt.Key.Key_Escape and self._draft:
            self.drop_draft()
        elif key == Qt.Key.Key_Backspace and self._draft:
            self.undo()
        elif key == Qt.Key.Key_C and self._tool is Tool.POLYGON:
            self.close_polygon()
        else:
            super().keyPressEvent(event)

    def _add_corner(self, point: QPointF) -> None:
        if len(self._draft) >= 3 and self.measure_on_screen(self._draft[0], point) <= CLOSE_BY:
            self.close_polygon()
        elif len(self._draft) < MOST_POINTS:
            self._draft.append(point)

    # Painting

    def paint_draft(self, painter: QPainter) -> None:
        """Paint what is being drawn."""
        pen = QPen(self.find_tint(), 2)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._tool in (Tool.BRUSH, Tool.ERASER):
            self._paint_stroke(painter)
        elif self._draft and self._tool is Tool.RECTANGLE:
            painter.drawRect(QRectF(self._draft[0], self._draft[-1]).normalized())
        elif self._draft and self._tool is Tool.POLYGON:
            corners = [*self._draft, self._pointer] if self._pointer is not None else self._draft
            painter.drawPolyline(corners)
            for corner in self._draft:
                painter.drawEllipse(corner, 4 / self.scale, 4 / self.scale)

    def _paint_stroke(self, painter: QPainter) -> None:
        radius = self.brush_width / 2
        if self._draft:
            tint = QColor(colour("danger") if self._tool is Tool.ERASER else self.find_tint())
            tint.setAlpha(110)
            painter.fillPath(outline_stroke(self._draft, self.brush_width), tint)
        if self._pointer is not None:
            painter.drawEllipse(self._pointer, radius, radius)


def drop_repeats(points: list[QPointF]) -> list[QPointF]:
    """Leave out points that repeat the one before."""
    kept = points[:1]
    for point in points[1:]:
        if point != kept[-1]:
            kept.append(point)
    return kept

"""Draws areas on the reference: one tool at a time, what is left out shaded, the selected area marked.

The canvas keeps the areas and their undo steps; buttons, lists and saving are `area_editor`'s affair.
"""

from __future__ import annotations

from enum import StrEnum
from math import hypot

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from gui.area_shapes import (
    AreaHistory,
    Areas,
    erase,
    find_area,
    keep_on_photo,
    measure_inspected,
    move_area,
    outline_area,
    outline_stroke,
    shade_left_out,
)
from gui.photo_canvas import PhotoCanvas
from gui.theme import colour
from station.product_settings import MOST_POINTS, Area, AreaKind

REACH = 6
"""Pixels of the screen within which an area is hit."""
CLOSE_BY = 10
"""Pixels of the screen from its first corner within which a click closes a polygon."""
LEAST_DRAG = 3
"""Pixels of the screen that a rectangle has to be wide and high, so that a click draws nothing."""
SHADE = QColor(10, 14, 20, 150)


class Tool(StrEnum):
    """What a press on the canvas does."""

    SELECT = "select"
    RECTANGLE = "rectangle"
    POLYGON = "polygon"
    BRUSH = "brush"
    ERASER = "eraser"


class AreaCanvas(PhotoCanvas):
    """The reference with its areas."""

    areas_changed = Signal()
    area_selected = Signal(int)
    """Position of the selected area; -1 when none is."""
    draft_changed = Signal()
    """A shape was begun, went on or ended."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind: AreaKind = "ignore"
        self.brush_width = 40.0
        """Diameter of brush and eraser in pixels of the reference."""
        self.selected = -1
        self._tool = Tool.RECTANGLE
        self._history = AreaHistory()
        self._draft: list[QPointF] = []
        self._pointer: QPointF | None = None
        self._shade = QImage()

    # What the editor asks and tells

    @property
    def areas(self) -> Areas:
        """The areas as they are drawn now."""
        return self._history.areas

    @property
    def history(self) -> AreaHistory:
        """For asking whether there is something to undo or to redo."""
        return self._history

    @property
    def tool(self) -> Tool:
        """The tool in hand."""
        return self._tool

    @property
    def is_drawing(self) -> bool:
        """Whether a shape is begun and not finished."""
        return bool(self._draft)

    def set_areas(self, areas: Areas) -> None:
        """Show areas as the start; nothing can be undone beyond it."""
        self._history = AreaHistory(areas)
        self._tell_changed()

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
        self._tell_draft()

    def select(self, index: int) -> None:
        """Mark an area; -1 marks none."""
        index = index if 0 <= index < len(self.areas) else -1
        if index != self.selected:
            self.selected = index
            self.area_selected.emit(index)
            self.update()

    def delete_selected(self) -> None:
        """Take the selected area away."""
        if self.selected >= 0:
            index = self.selected
            self.select(-1)
            self._change((*self.areas[:index], *self.areas[index + 1 :]))

    def clear_areas(self) -> None:
        """Take all areas away."""
        self.select(-1)
        self._change(())

    def undo(self) -> None:
        """Take back the last corner of a polygon that is being drawn, or what else is begun, else the last step."""
        if self._draft and self._tool is Tool.POLYGON:
            self._draft.pop()
            self._tell_draft()
            return
        if self._draft:
            self.drop_draft()
            return
        self._history.undo()
        self._tell_changed()

    def redo(self) -> None:
        """Do again what was taken back."""
        self._history.redo()
        self._tell_changed()

    def measure_inspected(self) -> float:
        """Return the share of the reference that is inspected, 0 to 1."""
        return measure_inspected(self.areas, self.photo_width, self.photo_height)

    # Drawing

    def press(self, point: QPointF) -> None:
        """Begin a shape, add a corner, or pick an area."""
        self._pointer = point
        if self._tool is Tool.SELECT:
            self.select(find_area(self.areas, point, REACH / self.scale))
            self._draft = [point] if self.selected >= 0 else []
        elif self._tool is Tool.POLYGON:
            self._add_corner(point)
        else:
            self._draft = [point]
        self._tell_draft()

    def drag(self, point: QPointF) -> None:
        """Go on with the shape in hand."""
        self._pointer = point
        if self._tool in (Tool.BRUSH, Tool.ERASER) and self._draft:
            if len(self._draft) < MOST_POINTS and self._distance(self._draft[-1], point) >= 2:
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
        if self._tool is Tool.SELECT:
            self._move_selected(point - draft[0])
        elif self._tool is Tool.RECTANGLE:
            self._finish_rectangle(draft[0], point)
        elif self._tool is Tool.ERASER:
            self.select(-1)
            self._change(erase(self.areas, outline_stroke(draft, self.brush_width)))
        else:
            self._add("brush", self._thin(draft), self.brush_width)
        self._tell_draft()

    def close_polygon(self) -> None:
        """Finish the polygon that is being drawn; fewer than three corners are dropped."""
        corners, self._draft = self._thin(self._draft), []
        if len(corners) >= 3:
            self._add("polygon", corners)
        self._tell_draft()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Close the polygon."""
        if self._tool is Tool.POLYGON and event.button() == Qt.MouseButton.LeftButton:
            self.close_polygon()
        else:
            super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Delete, drop, close or take back; what is left moves the cross."""
        key = event.key()
        if key == Qt.Key.Key_Escape and self._draft:
            self.drop_draft()
        elif key == Qt.Key.Key_Delete:
            self.delete_selected()
        elif key == Qt.Key.Key_Backspace and self._draft:
            self.undo()
        elif key == Qt.Key.Key_C and self._tool is Tool.POLYGON:
            self.close_polygon()
        else:
            super().keyPressEvent(event)

    def _add_corner(self, point: QPointF) -> None:
        if len(self._draft) >= 3 and self._distance(self._draft[0], point) <= CLOSE_BY:
            self.close_polygon()
        elif len(self._draft) < MOST_POINTS:
            self._draft.append(point)

    def _finish_rectangle(self, start: QPointF, end: QPointF) -> None:
        if min(abs(end.x() - start.x()), abs(end.y() - start.y())) * self.scale >= LEAST_DRAG:
            self._add("rectangle", [start, end])

    def _move_selected(self, by: QPointF) -> None:
        if self.selected >= 0 and hypot(by.x(), by.y()) * self.scale >= LEAST_DRAG:
            moved = self._move_on_photo(self.areas[self.selected], by)
            self._change((*self.areas[: self.selected], moved, *self.areas[self.selected + 1 :]))

    def _add(self, shape: str, points: list[QPointF], width: float = 0.0) -> None:
        plain = tuple((round(point.x(), 2), round(point.y(), 2)) for point in points)
        self._change((*self.areas, Area(self.kind, shape, plain, width)))  # type: ignore[arg-type]

    def _thin(self, points: list[QPointF]) -> list[QPointF]:
        """Leave out points that repeat the one before."""
        kept = points[:1]
        for point in points[1:]:
            if point != kept[-1]:
                kept.append(point)
        return kept

    def _distance(self, one: QPointF, other: QPointF) -> float:
        """Distance on the screen, in pixels."""
        return hypot(one.x() - other.x(), one.y() - other.y()) * self.scale

    def _tell_draft(self) -> None:
        self.draft_changed.emit()
        self.update()

    def _change(self, areas: Areas) -> None:
        if self._history.change(areas):
            self._tell_changed()

    def _tell_changed(self) -> None:
        if self.selected >= len(self.areas):
            self.select(-1)
        if self.photo_width:
            self._shade = shade_left_out(self.areas, self.photo_width, self.photo_height, SHADE)
        self.areas_changed.emit()
        self.update()

    # Painting

    def paint_over(self, painter: QPainter) -> None:
        """Paint the shade, the areas' outlines and what is being drawn."""
        if not self._shade.isNull():
            painter.drawImage(QRectF(0, 0, self.photo_width, self.photo_height), self._shade)
        for index, area in enumerate(self.areas):
            self._paint_outline(painter, area, index == self.selected)
        self._paint_draft(painter)

    def _paint_outline(self, painter: QPainter, area: Area, is_selected: bool) -> None:
        """Dashed lines are ignored, whole ones inspected: not told by colour alone."""
        line = Qt.PenStyle.DashLine if area.kind == "ignore" else Qt.PenStyle.SolidLine
        shown = self._dragged(area) if is_selected else area
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for tint, width in ((QColor(0, 0, 0, 180), 4 if is_selected else 3), (self._tint(area.kind, is_selected), 2)):
            pen = QPen(tint, width, line if width == 2 else Qt.PenStyle.SolidLine)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawPath(outline_area(shown))

    def _dragged(self, area: Area) -> Area:
        """The selected area where it would come to lie."""
        if self._tool is Tool.SELECT and len(self._draft) == 2:
            return self._move_on_photo(area, self._draft[1] - self._draft[0])
        return area

    def _move_on_photo(self, area: Area, by: QPointF) -> Area:
        return move_area(area, keep_on_photo(area, by, self.photo_width, self.photo_height))

    def _tint(self, kind: AreaKind, is_selected: bool) -> QColor:
        if is_selected:
            return QColor("#ffffff")
        return QColor("#ffb454") if kind == "ignore" else QColor("#5fd0ff")

    def _paint_draft(self, painter: QPainter) -> None:
        pen = QPen(self._tint(self.kind, False), 2)
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
            tint = QColor(colour("danger") if self._tool is Tool.ERASER else self._tint(self.kind, False))
            tint.setAlpha(110)
            painter.fillPath(outline_stroke(self._draft, self.brush_width), tint)
        if self._pointer is not None:
            painter.drawEllipse(self._pointer, radius, radius)

"""Draws areas on the reference: one tool at a time, what is left out shaded, the selected area marked.

The canvas keeps the areas and their undo steps; the shape in hand is `draft_canvas`' affair, buttons, lists and saving
are `area_editor`'s.
"""

from __future__ import annotations

from math import hypot

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPen
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
from gui.draft_canvas import LEAST_DRAG, DraftCanvas, Tool
from station.product_settings import Area, AreaKind

__all__ = ["AreaCanvas", "Tool"]

REACH = 6
"""Pixels of the screen within which an area is hit."""
SHADE = QColor(10, 14, 20, 150)


class AreaCanvas(DraftCanvas):
    """The reference with its areas."""

    areas_changed = Signal()
    area_selected = Signal(int)
    """Position of the selected area; -1 when none is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind: AreaKind = "ignore"
        self.selected = -1
        self._history = AreaHistory()
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

    def set_areas(self, areas: Areas) -> None:
        """Show areas as the start; nothing can be undone beyond it."""
        self._history = AreaHistory(areas)
        self._tell_changed()

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

    def take_back(self) -> None:
        """Undo the last step."""
        self._history.undo()
        self._tell_changed()

    def redo(self) -> None:
        """Do again what was taken back."""
        self._history.redo()
        self._tell_changed()

    def measure_inspected(self) -> float:
        """Return the share of the reference that is inspected, 0 to 1."""
        return measure_inspected(self.areas, self.photo_width, self.photo_height)

    def find_tint(self) -> QColor:
        """Return the colour of the kind that is being drawn."""
        return self._tint(self.kind, False)

    # Drawing

    def press(self, point: QPointF) -> None:
        """Pick an area, or begin a shape."""
        if self._tool is not Tool.SELECT:
            super().press(point)
            return
        self._pointer = point
        self.select(find_area(self.areas, point, REACH / self.scale))
        self._draft = [point] if self.selected >= 0 else []
        self.tell_draft()

    def release(self, point: QPointF) -> None:
        """Finish what was begun, or put down the area that was moved."""
        if self._tool is Tool.SELECT and self._draft:
            start, self._draft = self._draft[0], []
            self._move_selected(point - start)
            self.tell_draft()
        else:
            super().release(point)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Delete the selected area; what is left is the drawing's."""
        if event.key() == Qt.Key.Key_Delete:
            self.delete_selected()
        else:
            super().keyPressEvent(event)

    def finish_rectangle(self, start: QPointF, end: QPointF) -> None:
        """Make it an area."""
        self._add("rectangle", [start, end])

    def finish_polygon(self, corners: list[QPointF]) -> None:
        """Make it an area."""
        self._add("polygon", corners)

    def finish_stroke(self, points: list[QPointF]) -> None:
        """Make it an area."""
        self._add("brush", points, self.brush_width)

    def finish_erasing(self, points: list[QPointF]) -> None:
        """Take its ground away from all areas."""
        self.select(-1)
        self._change(erase(self.areas, outline_stroke(points, self.brush_width)))

    def _move_selected(self, by: QPointF) -> None:
        if self.selected >= 0 and hypot(by.x(), by.y()) * self.scale >= LEAST_DRAG:
            moved = self._move_on_photo(self.areas[self.selected], by)
            self._change((*self.areas[: self.selected], moved, *self.areas[self.selected + 1 :]))

    def _add(self, shape: str, points: list[QPointF], width: float = 0.0) -> None:
        plain = tuple((round(point.x(), 2), round(point.y(), 2)) for point in points)
        self._change((*self.areas, Area(self.kind, shape, plain, width)))  # type: ignore[arg-type]

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
        self.paint_draft(painter)

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

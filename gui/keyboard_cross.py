"""A cross that arrow keys move over the photo, for reading values and measuring without a mouse."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.image_place import Place, Screen

COARSE_STEP = 10.0
"""Device-independent pixels that one press moves the cross by; with Shift it is one pixel of the photo."""
_INK, _DARK = QColor(255, 255, 255), QColor(20, 20, 24)
_ARM, _GAP = 14.0, 3.0


class KeyboardCross:
    """The cross; a layer of the pane while `is_active`."""

    def __init__(self) -> None:
        self.is_active = False
        self.point: QPointF | None = None
        """In pixels of the photo."""

    def move(self, way: QPointF, room: QRectF, photo: QRectF, step: float) -> QPointF:
        """Move by a step in pixels of the photo; the first move puts it in the middle of what is shown."""
        point = room.center() if self.point is None or not room.contains(self.point) else self.point + way * step
        x = min(max(point.x(), photo.left()), photo.right() - 0.5)
        y = min(max(point.y(), photo.top()), photo.bottom() - 0.5)
        self.point = QPointF(x, y)
        return self.point

    def paint(self, painter: QPainter, place: Place, screen: Screen) -> None:
        """Paint it, with its middle left open."""
        if not self.is_active or self.point is None:
            return
        at = place.to_screen(self.point.x(), self.point.y())
        for tint, width in ((_DARK, 4.0), (_INK, 1.5)):
            painter.setPen(QPen(tint, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            for way in (QPointF(1, 0), QPointF(-1, 0), QPointF(0, 1), QPointF(0, -1)):
                painter.drawLine(at + way * _GAP, at + way * _ARM)

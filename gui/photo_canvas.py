"""A photo to draw on: fits itself in, zooms to the cursor, pans, and takes points from mouse and keyboard alike.

What is drawn is up to the subclasses: they get points in pixels of the photo and paint over it.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from gui.pixmaps import pixmap_of_pixels
from gui.theme import colour, theme_notifier
from station.references_check import PhotoPreview

MOST_ZOOM = 40.0
"""Screen pixels per pixel of the photo."""
ZOOM_STEP = 1.25
KEY_STEP = 0.01
"""Share of the visible width that an arrow key moves the cross by."""
_MARGIN = 8

_ARROWS = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}


class PhotoCanvas(QWidget):
    """Shows a photo and turns presses into points of it.

    With the keyboard, arrow keys move a cross (with Shift one pixel at a time) and Return presses and releases there.
    The middle button pans, and so does the left one while the space bar is held down.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(240, 200)
        self._pixmap = QPixmap()
        self._width, self._height = 0, 0
        self._scale, self._offset = 1.0, QPointF()
        self._is_fitted = True
        self._panned_from: QPoint | None = None
        self._is_space_down = False
        self._is_pressed = False
        self._cross: QPointF | None = None
        self.takes_clicks = False
        """Whether each press stands for itself, so that Return need not be pressed again to release."""
        theme_notifier().changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Ask for room to draw in."""
        return QSize(640, 480)

    def show_photo(self, preview: PhotoPreview) -> None:
        """Show a photo; points are in pixels of the photo itself, however small the preview is."""
        self._pixmap = pixmap_of_pixels(preview.pixels)
        self._width, self._height = preview.width, preview.height
        self.fit()

    @property
    def photo_width(self) -> int:
        """Columns of the photo; 0 without one."""
        return self._width

    @property
    def photo_height(self) -> int:
        """Rows of the photo; 0 without one."""
        return self._height

    @property
    def scale(self) -> float:
        """Screen pixels per pixel of the photo."""
        return self._scale

    # Hooks for subclasses; all points are in pixels of the photo

    def press(self, point: QPointF) -> None:
        """Take the start of a drawing movement."""

    def drag(self, point: QPointF) -> None:
        """Take a movement while pressed."""

    def release(self, point: QPointF) -> None:
        """Take the end of a drawing movement."""

    def hover(self, point: QPointF) -> None:
        """Take a movement while not pressed."""

    def paint_over(self, painter: QPainter) -> None:
        """Paint over the photo, in pixels of the photo."""

    def cancel_press(self) -> None:
        """Forget that something is pressed, so that the next Return presses anew."""
        self._is_pressed = False

    # Place and size

    def fit(self) -> None:
        """Show the whole photo."""
        self._is_fitted = True
        if self._width:
            room = QSize(self.width() - 2 * _MARGIN, self.height() - 2 * _MARGIN)
            self._scale = max(1e-3, min(room.width() / self._width, room.height() / self._height))
            drawn = QPointF(self._width * self._scale, self._height * self._scale)
            self._offset = QPointF((self.width() - drawn.x()) / 2, (self.height() - drawn.y()) / 2)
        self.update()

    def zoom(self, factor: float, about: QPointF | None = None) -> None:
        """Zoom, keeping the point of the widget under `about` (its middle unless given) where it is."""
        centre = about or QPointF(self.rect().center())
        fixed = self.to_photo(centre)
        self._scale = min(max(self._scale * factor, 0.5 * self._find_least_scale()), MOST_ZOOM)
        self._offset = centre - fixed * self._scale
        self._is_fitted = False
        self.update()

    def to_photo(self, point: QPointF) -> QPointF:
        """From the widget to the photo."""
        return (point - self._offset) / self._scale

    def to_widget(self, point: QPointF) -> QPointF:
        """From the photo to the widget."""
        return point * self._scale + self._offset

    def _find_least_scale(self) -> float:
        return min(self.width() / max(1, self._width), self.height() / max(1, self._height), 1.0)

    def _keep_inside(self, point: QPointF) -> QPointF:
        return QPointF(min(max(point.x(), 0.0), self._width), min(max(point.y(), 0.0), self._height))

    # Events

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the photo, what is drawn on it, the cross and the focus."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour("canvas"))
        if not self._pixmap.isNull():
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
            painter.setTransform(QTransform(self._scale, 0, 0, self._scale, self._offset.x(), self._offset.y()))
            painter.drawPixmap(QRectF(0, 0, self._width, self._height), self._pixmap, QRectF(self._pixmap.rect()))
            self.paint_over(painter)
            painter.resetTransform()
            self._paint_cross(painter)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour("accent"), 2))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()

    def _paint_cross(self, painter: QPainter) -> None:
        if self._cross is None or not self.hasFocus():
            return
        at = self.to_widget(self._cross)
        for pen in (QPen(QColor(0, 0, 0, 200), 3), QPen(QColor(255, 255, 255), 1)):
            painter.setPen(pen)
            painter.drawLine(at + QPointF(-12, 0), at + QPointF(12, 0))
            painter.drawLine(at + QPointF(0, -12), at + QPointF(0, 12))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Keep the whole photo in view until somebody zoomed."""
        if self._is_fitted:
            self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Zoom to the cursor."""
        self.zoom(ZOOM_STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin to draw with the left button, to pan with the middle one."""
        self._cross = None
        is_left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (is_left and self._is_space_down):
            self._panned_from = event.position().toPoint()
        elif is_left and self._width:
            self._is_pressed = True
            self.press(self._keep_inside(self.to_photo(event.position())))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Go on drawing or panning."""
        if self._panned_from is not None:
            self._offset += QPointF(event.position().toPoint() - self._panned_from)
            self._panned_from = event.position().toPoint()
            self._is_fitted = False
            self.update()
            return
        point = self._keep_inside(self.to_photo(event.position()))
        (self.drag if self._is_pressed else self.hover)(point)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """End drawing or panning."""
        if self._panned_from is not None:
            self._panned_from = None
        elif event.button() == Qt.MouseButton.LeftButton and self._is_pressed:
            self._is_pressed = False
            self.release(self._keep_inside(self.to_photo(event.position())))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Move the cross, draw with it, zoom, get ready to pan."""
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Space:
            self._is_space_down = True
        elif key in _ARROWS and self._width:
            self._move_cross(_ARROWS[key], bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._width:
            self._press_cross()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            about = self.to_widget(self._cross) if self._cross else None
            self.zoom(ZOOM_STEP if key == Qt.Key.Key_Plus else 1 / ZOOM_STEP, about)
        elif key == Qt.Key.Key_0:
            self.fit()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """End panning with the space bar."""
        if event.key() == Qt.Key.Key_Space:
            self._is_space_down = self._is_space_down and event.isAutoRepeat()
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Leave a movement begun by keyboard where it is."""
        super().focusOutEvent(event)
        self._is_space_down = False
        self.update()

    def _move_cross(self, way: QPointF, is_fine: bool) -> None:
        if self._cross is None:
            self._cross = self._keep_inside(self.to_photo(QPointF(self.rect().center())))
        else:
            step = 1.0 if is_fine else max(1.0, KEY_STEP * self.width() / self._scale)
            self._cross = self._keep_inside(self._cross + way * step)
            (self.drag if self._is_pressed else self.hover)(self._cross)
        self.update()

    def _press_cross(self) -> None:
        """Press with the first Return, release with the second."""
        if self._cross is None:
            self._cross = self._keep_inside(self.to_photo(QPointF(self.rect().center())))
        if self.takes_clicks:
            self.press(self._cross)
            self.release(self._cross)
            return
        self._is_pressed = not self._is_pressed
        (self.press if self._is_pressed else self.release)(self._cross)
        self.update()

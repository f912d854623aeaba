"""A pane that a photo lies in: fits itself in, zooms to the cursor, pans by mouse and keyboard, at any size of photo.

The pane knows where the photo lies and who takes presses; what is painted comes from layers, what presses mean from
grips (a divider, a tape) or, as a click, from whoever listens.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from gui.image_place import Place, Screen
from gui.keyboard_cross import COARSE_STEP, KeyboardCross
from gui.theme import colour, theme_notifier

MOST_ZOOM = 40.0
"""Screen pixels per pixel of the photo, unless fitting a tiny photo takes more."""
ZOOM_STEP = 1.25
KEY_SHARE = 0.1
"""Share of the pane that an arrow key pans by."""
CLICK_REACH = 4
"""Device-independent pixels within which a press and its release are a click and not a pan."""
_FIT_MARGIN = 8
_LEFT, _MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
_ARROWS = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}
_MEANT_OTHERWISE = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class Layer(Protocol):
    """Something painted on the pane, in device-independent pixels of it."""

    def paint(self, painter: QPainter, place: Place, screen: Screen) -> None:
        """Paint it."""


class Grip(Protocol):
    """Something that may take presses of the left button, in device-independent pixels of the pane."""

    def press(self, point: QPointF, place: Place) -> bool:
        """Return whether it takes the press."""

    def drag(self, point: QPointF, place: Place) -> None:
        """Take a movement while pressed."""

    def release(self, point: QPointF, place: Place) -> None:
        """Take the end."""

    def cursor(self, point: QPointF, place: Place) -> Qt.CursorShape | None:
        """Return the pointer's shape where a press would be taken, else None."""


class _PhotoItem(pg.GraphicsObject):  # type: ignore[misc] # pyqtgraph has no types
    """The photo's place in the scene; paints the layers in pixels of the pane."""

    def __init__(self, pane: PhotoPane) -> None:
        super().__init__()
        self._pane = pane

    def boundingRect(self) -> QRectF:  # noqa: N802 - Qt's name
        """Whatever is on the pane, since marks may lie beside the photo."""
        return self._pane.shown_rect

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.save()
        painter.resetTransform()
        self._pane.paint_layers(painter)
        painter.restore()

    def place_changed(self) -> None:
        self.prepareGeometryChange()
        self.update()


class PhotoPane(pg.GraphicsView):  # type: ignore[misc] # pyqtgraph has no types
    """One photo, its layers and its place."""

    moved = Signal()
    """Zoom or position changed, or the pane's size."""
    pointed = Signal(object)
    """The point of the photo under the pointer as QPointF, or None when it left."""
    clicked = Signal(QPointF)
    """A click in pixels of the pane, when no grip took it."""
    menu_wanted = Signal(QPoint)
    """A context menu, at a point of the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self.layers: Sequence[Layer] = ()
        self.grips: Sequence[Grip] = ()
        self.cross = KeyboardCross()
        self._size = QSizeF()
        self._centre, self._scale = QPointF(), 1.0
        self._is_fitted = True
        self._panned_from: QPointF | None = None
        self._pressed_at: QPointF | None = None
        self._grip: Grip | None = None
        self._space_is_down = False
        self.box = pg.ViewBox(lockAspect=True, invertY=True, enableMouse=False, enableMenu=False, defaultPadding=0)
        self.setCentralItem(self.box)
        self._item = _PhotoItem(self)
        self.box.addItem(self._item, ignoreBounds=True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(QSize(120, 90))
        self.viewport().setMouseTracking(True)
        self.setAcceptDrops(False)
        theme_notifier().changed.connect(self.repaint_layers)

    # Place

    @property
    def place(self) -> Place:
        """Where the photo lies."""
        middle = QPointF(self.width() / 2, self.height() / 2)
        left, top = middle.x() - self._centre.x() * self._scale, middle.y() - self._centre.y() * self._scale
        return Place(self._scale, left, top)

    @property
    def screen_area(self) -> Screen:
        """What the layers are painted on."""
        return Screen(self.width(), self.height(), self.devicePixelRatioF())

    @property
    def shown_rect(self) -> QRectF:
        """What is on the pane, in pixels of the photo."""
        size = QSizeF(self.width() / self._scale, self.height() / self._scale)
        return QRectF(self._centre - QPointF(size.width() / 2, size.height() / 2), size)

    @property
    def percent(self) -> float:
        """Zoom; at 100 one pixel of the photo is one of the screen."""
        return 100 * self._scale * float(self.devicePixelRatioF())

    @property
    def is_fitted(self) -> bool:
        """Whether the whole photo is shown and stays so when the pane changes its size."""
        return self._is_fitted

    @property
    def photo_size(self) -> QSizeF:
        """Columns and rows of the photo; empty without one."""
        return self._size

    def set_photo_size(self, width: int, height: int, *, keep_place: bool = False) -> None:
        """Take a photo of this size; fitted in, or where the one before it was shown."""
        self._size = QSizeF(width, height)
        if keep_place and not self._is_fitted:
            self._go(self._centre, self._scale)
        else:
            self.fit()

    def fit(self) -> None:
        """Show the whole photo."""
        self._is_fitted = True
        middle = QPointF(self._size.width() / 2, self._size.height() / 2)
        self._go(middle, self._fitting_scale())

    def zoom(self, factor: float, about: QPointF | None = None) -> None:
        """Zoom, keeping the point of the pane under `about` (its middle unless given) where it is."""
        self.zoom_to(self._scale * factor, about)

    def zoom_to(self, scale: float, about: QPointF | None = None) -> None:
        """Zoom to a scale, device-independent pixels per pixel of the photo."""
        middle = QPointF(self.width() / 2, self.height() / 2)
        about = about or middle
        fixed = self.place.to_photo(about)
        self._is_fitted = False
        fitting = self._fitting_scale()
        scale = min(max(scale, min(0.5 * fitting, 1.0)), max(MOST_ZOOM, 2 * fitting))
        self._go(fixed + (middle - about) / scale, scale)

    def set_percent(self, percent: float) -> None:
        """Zoom to a percentage."""
        self.zoom_to(percent / 100 / self.devicePixelRatioF())

    def pan(self, by: QPointF) -> None:
        """Move the photo by device-independent pixels of the pane."""
        self._is_fitted = False
        self._go(self._centre - by / self._scale, self._scale)

    def centre_on(self, rect: QRectF) -> None:
        """Bring a rectangle of the photo into view, unless it is there."""
        if not self.shown_rect.contains(rect):
            self._is_fitted = False
            self._go(rect.center(), self._scale)

    def follow(self, other: PhotoPane) -> None:
        """Show what another pane shows; both count in the same pixels."""
        self._is_fitted = other._is_fitted
        if self.size() == other.size() or not self._is_fitted:
            self._go(other._centre, other._scale)
        else:
            self.fit()

    def _fitting_scale(self) -> float:
        if self._size.isEmpty():
            return 1.0
        width, height = max(self.width() - 2 * _FIT_MARGIN, 1), max(self.height() - 2 * _FIT_MARGIN, 1)
        return float(min(width / self._size.width(), height / self._size.height()))

    def _go(self, centre: QPointF, scale: float) -> None:
        """Keep the middle of the pane on the photo, so that nobody loses it."""
        x = min(max(centre.x(), 0.0), self._size.width())
        y = min(max(centre.y(), 0.0), self._size.height())
        self._centre, self._scale = QPointF(x, y), scale
        self.box.setRange(self.shown_rect, padding=0)
        self._item.place_changed()
        self.moved.emit()

    # Painting

    def repaint_layers(self) -> None:
        """Paint the layers again, because one of them changed."""
        self._item.update()
        self.viewport().update()

    def paint_layers(self, painter: QPainter) -> None:
        """Paint ground, layers and the focus, in device-independent pixels of the pane."""
        painter.fillRect(QRectF(0, 0, self.width(), self.height()), colour("canvas"))
        place, screen = self.place, self.screen_area
        if not self._size.isEmpty():
            for layer in self.layers:
                painter.save()
                layer.paint(painter, place, screen)
                painter.restore()
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour("accent"), 2))
            painter.drawRect(QRectF(1, 1, self.width() - 2, self.height() - 2))

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802 - Qt's name
        """Keep the whole photo in view until somebody zoomed; then keep the middle."""
        super().resizeEvent(event)
        if event is None:
            return  # pyqtgraph calls this by itself while the pane is being built.
        if self._is_fitted:
            self.fit()
        else:
            self._go(self._centre, self._scale)

    # Mouse

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Zoom to the cursor."""
        if not self._size.isEmpty():
            self.zoom(ZOOM_STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Pan with the middle button or the space bar held; else a grip, or a click or pan to come."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        point = event.position()
        if event.button() == _MIDDLE or (event.button() == _LEFT and self._space_is_down):
            self._panned_from = point
        elif event.button() == _LEFT:
            self._grip = next((grip for grip in self.grips if grip.press(point, self.place)), None)
            self._pressed_at = point if self._grip is None else None
        self._show_cursor(point)
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Pan, hand on to the grip, or tell what is under the pointer."""
        point = event.position()
        if self._pressed_at is not None and (point - self._pressed_at).manhattanLength() > CLICK_REACH:
            self._panned_from, self._pressed_at = self._pressed_at, None
        if self._panned_from is not None:
            self.pan(point - self._panned_from)
            self._panned_from = point
        elif self._grip is not None:
            self._grip.drag(point, self.place)
            self.repaint_layers()
        self.pointed.emit(self.place.to_photo(point))
        self._show_cursor(point)
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """End it."""
        point = event.position()
        if self._grip is not None and event.button() == _LEFT:
            self._grip.release(point, self.place)
            self.repaint_layers()
        elif self._pressed_at is not None and event.button() == _LEFT:
            self.clicked.emit(point)
        self._grip = self._panned_from = self._pressed_at = None
        self._show_cursor(point)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """A double click is two clicks."""
        self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Tell that nothing is under the pointer."""
        self.pointed.emit(None)
        super().leaveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802 - Qt's name
        """Ask for the menu."""
        self.menu_wanted.emit(event.globalPos())
        event.accept()

    def _show_cursor(self, point: QPointF) -> None:
        shape: Qt.CursorShape | None = None
        if self._panned_from is not None:
            shape = Qt.CursorShape.ClosedHandCursor
        elif self._space_is_down:
            shape = Qt.CursorShape.OpenHandCursor
        else:
            shape = next((found for grip in self.grips if (found := grip.cursor(point, self.place)) is not None), None)
        self.viewport().setCursor(Qt.CursorShape.ArrowCursor if shape is None else shape)

    # Keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Pan and zoom; what is left is somebody else's."""
        key = Qt.Key(event.key())
        if key in _ARROWS and not event.modifiers() & _MEANT_OTHERWISE:
            self._take_arrow(_ARROWS[key], bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.cross.is_active:
            self._press_cross()
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom(1 / ZOOM_STEP if key == Qt.Key.Key_Minus else ZOOM_STEP)
        elif key == Qt.Key.Key_0:
            self.fit()
        elif key == Qt.Key.Key_1:
            self.set_percent(100)
        elif key == Qt.Key.Key_Space:
            self._hold_space(True)
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Let go of the space bar."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._hold_space(False)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Show the focus."""
        super().focusInEvent(event)
        self.repaint_layers()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802 - Qt's name
        """Let go of what was held."""
        self._hold_space(False)
        super().focusOutEvent(event)
        self.repaint_layers()

    def use_cross(self, is_on: bool) -> None:
        """Let the arrow keys move a cross instead of the photo, or the photo again."""
        self.cross.is_active, self.cross.point = is_on, None
        self.repaint_layers()

    def _take_arrow(self, way: QPointF, is_fine: bool) -> None:
        if not self.cross.is_active:
            self.pan(QPointF(-way.x() * self.width() * KEY_SHARE, -way.y() * self.height() * KEY_SHARE))
            return
        step = 1.0 if is_fine else max(1.0, COARSE_STEP / self._scale)
        point = self.cross.move(way, self.shown_rect, QRectF(QPointF(0, 0), self._size), step)
        self.pointed.emit(point)
        self.repaint_layers()

    def _press_cross(self) -> None:
        """Press and release at the cross, as a click would."""
        if self.cross.point is None:
            return
        at = self.place.to_screen(self.cross.point.x(), self.cross.point.y())
        grip = next((grip for grip in self.grips if grip.press(at, self.place)), None)
        if grip is not None:
            grip.release(at, self.place)
        self.repaint_layers()

    def _hold_space(self, is_down: bool) -> None:
        self._space_is_down = is_down
        self._show_cursor(QPointF(self.mapFromGlobal(self.cursor().pos())))

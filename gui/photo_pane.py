"""A pane that a photo lies in: zooms to the cursor, pans by mouse and keyboard, and tells what is pointed at.

Where the photo lies is `photo_viewport`'s affair. What presses mean is up to grips (a divider, a tape) or, as a click,
to whoever listens.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from gui.image_place import Place
from gui.keyboard_cross import COARSE_STEP, KeyboardCross
from gui.photo_viewport import PhotoViewport

ZOOM_STEP = 1.25
KEY_SHARE = 0.1
"""Share of the pane that an arrow key pans by."""
CLICK_REACH = 4
"""Device-independent pixels within which a press and its release are a click and not a pan."""
_LEFT, _MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
_ARROWS = {
    Qt.Key.Key_Left: QPointF(-1, 0),
    Qt.Key.Key_Right: QPointF(1, 0),
    Qt.Key.Key_Up: QPointF(0, -1),
    Qt.Key.Key_Down: QPointF(0, 1),
}
_MEANT_OTHERWISE = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


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


class PhotoPane(PhotoViewport):
    """One photo, moved and pointed at."""

    pointed = Signal(object)
    """The point of the photo under the pointer as QPointF, or None when it left."""
    clicked = Signal(QPointF)
    """A click in pixels of the pane, when no grip took it."""
    menu_wanted = Signal(QPoint)
    """A context menu, at a point of the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grips: Sequence[Grip] = ()
        self.cross = KeyboardCross()
        self._panned_from: QPointF | None = None
        self._pressed_at: QPointF | None = None
        self._grip: Grip | None = None
        self._space_is_down = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(QSize(120, 90))
        self.viewport().setMouseTracking(True)
        self.setAcceptDrops(False)

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

    def zoom_in(self) -> None:
        """Show the photo larger."""
        self.zoom(ZOOM_STEP)

    def zoom_out(self) -> None:
        """Show the photo smaller."""
        self.zoom(1 / ZOOM_STEP)

    def show_actual_size(self) -> None:
        """Show one pixel of the photo as one of the screen."""
        self.set_percent(100)

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

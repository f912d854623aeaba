"""Where a photo lies in a pane, and the layers painted there: fit, zoom about a point, pan, and follow another pane.

Mouse and keyboard are left to `photo_pane`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from gui.image_place import Place, Screen
from gui.theme import colour, theme_notifier

MOST_ZOOM = 40.0
"""Screen pixels per pixel of the photo, unless fitting a tiny photo takes more."""
LARGE_SCREEN = 2_000_000
"""Pixels of a pane from which it is painted with half as many each way while the photo moves, to stay fluid."""
STILL_MS = 150
"""Once the photo lay still for as long it is painted sharp again."""
_FIT_MARGIN = 8


class Layer(Protocol):
    """Something painted on the pane, in device-independent pixels of it."""

    def paint(self, painter: QPainter, place: Place, screen: Screen) -> None:
        """Paint it."""


class _PhotoItem(pg.GraphicsObject):  # type: ignore[misc] # pyqtgraph has no types
    """The photo's place in the scene; paints the layers in pixels of the pane."""

    def __init__(self, pane: PhotoViewport) -> None:
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


class PhotoViewport(pg.GraphicsView):  # type: ignore[misc] # pyqtgraph has no types
    """One photo's place, and its layers."""

    moved = Signal()
    """Zoom or position changed, or the pane's size."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        self.layers: Sequence[Layer] = ()
        self._size = QSizeF()
        self._centre, self._scale = QPointF(), 1.0
        self._is_fitted = True
        self.box = pg.ViewBox(lockAspect=True, invertY=True, enableMouse=False, enableMenu=False, defaultPadding=0)
        self.setCentralItem(self.box)
        self._item = _PhotoItem(self)
        self.box.addItem(self._item, ignoreBounds=True)
        self._still = QTimer(self, singleShot=True, interval=STILL_MS)
        self._still.timeout.connect(self.repaint_layers)
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
        """What the layers are painted on; coarser while the photo moves on a large screen."""
        screen = Screen(self.width(), self.height(), self.devicePixelRatioF())
        width, height = screen.size()
        if self._still.isActive() and width * height >= LARGE_SCREEN:
            return replace(screen, ratio=screen.ratio / 2)
        return screen

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
        self._still.start()
        fitting = self._fitting_scale()
        scale = min(max(scale, min(0.5 * fitting, 1.0)), max(MOST_ZOOM, 2 * fitting))
        self._go(fixed + (middle - about) / scale, scale)

    def set_percent(self, percent: float) -> None:
        """Zoom to a percentage."""
        self.zoom_to(percent / 100 / self.devicePixelRatioF())

    def pan(self, by: QPointF) -> None:
        """Move the photo by device-independent pixels of the pane."""
        self._is_fitted = False
        self._still.start()
        self._go(self._centre - by / self._scale, self._scale)

    def centre_on(self, rect: QRectF) -> None:
        """Bring a rectangle of the photo into view, unless it is there."""
        if not self.shown_rect.contains(rect):
            self._is_fitted = False
            self._go(rect.center(), self._scale)

    def follow(self, other: PhotoViewport) -> None:
        """Show what another pane shows; both count in the same pixels."""
        self._is_fitted = other._is_fitted
        if other._still.isActive():
            self._still.start()
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

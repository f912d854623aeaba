"""The viewer: one photo, what was found on it, and the nearest reference beside it.

Joins panes, layers, tools and status line; each of them is a module of its own. It changes nothing but the picture on
the screen, and asks for everything else by signals.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from gui.compare_view import CompareMode, CompareView, OnPart
from gui.drop_hint import DropHint
from gui.empty_state import EmptyState
from gui.highlight_layers import HighlightLayer
from gui.idle_work import IdleWork
from gui.image_toolbar import ImageToolbar
from gui.legend import QueryLegend
from gui.measuring_tape import MeasuringTape
from gui.messages import Message
from gui.overlay import Overlay, OverlayMode
from gui.photo_layers import OverlayLayer, PhotoLayer
from gui.photo_pane import ZOOM_STEP
from gui.picture_levels import PictureLevels
from gui.picture_menu import PictureMenu
from gui.pixel_readout import PixelReadout
from gui.region_marks import RegionLayer, find_region
from gui.translated import tr
from inference.images import Photo
from station.fact_finding import find_scale

if TYPE_CHECKING:
    from inference.highlighter.results import QueryResult
    from station.opening import OpenedInspection

__all__ = ["CompareMode", "ImageView", "OverlayMode"]

_Series = tuple[str | None, int, int]
"""Product and size: photos that share them are shown at the same zoom and position."""


class ImageView(QWidget):
    """The viewer with its tools."""

    region_selected = Signal(object)
    """Position of a region that was clicked, or None."""
    files_dropped = Signal(list)
    """Paths of files and folders."""
    open_requested = Signal()
    view_changed = Signal()
    """Zoom, position, overlay or comparison changed."""
    message = Signal(object)
    """A `Message` for the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._photo: Photo | None = None
        self._series: _Series | None = None
        self._is_hidden = False
        self._idle = IdleWork(self)
        self.photo_layer, self.overlay_layer = PhotoLayer(), OverlayLayer()
        self.highlights, self.regions = HighlightLayer(), RegionLayer()
        self.compare = CompareView(self)
        self.tape = MeasuringTape(self._tape_changed)
        self.toolbar, self.readout, self.legend = ImageToolbar(self), PixelReadout(self), QueryLegend(self)
        self.pictures = PictureMenu(self.compare, self.toolbar)
        layers = (self.photo_layer, self.compare.reference)
        self.levels = PictureLevels(self.toolbar.levels, *layers, self.compare.repaint_panes)
        self._build()
        self._connect()
        self.clear()

    def _build(self) -> None:
        self.setAccessibleName(tr("Photo and findings"))
        pane = self.compare.pane
        pane.layers = (
            self.photo_layer,
            self.compare.reference_in_swipe,
            OnPart(self.compare, self.overlay_layer),
            OnPart(self.compare, self.highlights),
            self.regions,
            self.compare.divider,
            self.tape,
            pane.cross,
        )
        pane.grips = (self.compare.divider, self.tape)
        self.setFocusProxy(pane)
        self._empty = EmptyState("image-plus-outline", "", "", parent=self)
        self._empty.setAcceptDrops(False)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.compare)
        self._say_empty()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.toolbar)
        layout.addWidget(self._stack, 1)
        legend = QVBoxLayout()
        legend.setContentsMargins(8, 3, 8, 0)
        legend.addWidget(self.legend)
        layout.addLayout(legend)
        layout.addWidget(self.readout)
        self._drop_hint = DropHint(self, tr("Drop to inspect"))

    def _connect(self) -> None:
        tools, pane = self.toolbar, self.compare.pane
        tools.fit_wanted.connect(self.fit)
        tools.actual_size_wanted.connect(self.actual_size)
        tools.zoom_wanted.connect(lambda larger: self.zoom_in() if larger else self.zoom_out())
        tools.percent_wanted.connect(self.set_zoom)
        tools.overlay_wanted.connect(self.set_overlay_mode)
        tools.opacity_wanted.connect(self.set_opacity)
        tools.blink_wanted.connect(self.toggle_blink)
        tools.compare_wanted.connect(self.set_compare_mode)
        tools.measuring_wanted.connect(self.set_measuring)
        self._idle.finished.connect(self._refresh_layers)
        pane.moved.connect(self._tell_moved)
        pane.pointed.connect(self._point)
        pane.clicked.connect(self._click)
        self.compare.point_on_reference.connect(self._point)
        for each in (pane, self.compare.other):
            each.menu_wanted.connect(self.pictures.show_menu)
        for part in (self.pictures, self._drop_hint):
            part.message.connect(self.message)
        self._drop_hint.dropped.connect(self.files_dropped)

    # What is shown

    def show_inspection(self, opened: OpenedInspection) -> None:
        """Show a recorded inspection; zoom and position stay within photos of one product and size."""
        record = opened.record
        self._take_photo(opened.photo, record.product, opened.reference)
        self.overlay_layer.show_overlay(Overlay(opened.anomaly_map, opened.mask))
        self.regions.regions = record.regions
        self.tape.mm_per_px = find_scale(opened.version)
        self._begin()

    def show_photo(self, photo: Photo, name: str) -> None:
        """Show a photo that was not judged, or not yet."""
        series = self._series
        self._take_photo(photo, series[0] if series else None, None)
        self.compare.pane.setAccessibleName(tr("Photo {name}", name=name))
        self._begin()

    def clear(self) -> None:
        """Show nothing, and say what to do."""
        self._idle.clear()
        self._photo = self._series = None
        self.photo_layer.show_photo(None)
        self._drop_findings()
        self._stack.setCurrentWidget(self._empty)
        self.toolbar.setEnabled(False)
        self.readout.hide()
        self._show_state()

    def select_region(self, index: int | None) -> None:
        """Mark a region and bring it into view; None marks none."""
        regions = self.regions.regions
        self.regions.selected = index if index is not None and 0 <= index < len(regions) else None
        chosen = regions[self.regions.selected] if self.regions.selected is not None else None
        if chosen is not None:
            self.compare.pane.centre_on(QRectF(chosen.x, chosen.y, chosen.width, chosen.height))
        self.compare.select_region((index or 0) + 1, chosen)
        self.compare.repaint_panes()

    def show_highlights(self, results: Sequence[QueryResult]) -> None:
        """Show what queries found on this photo; each in its own colour and line."""
        self.highlights.show_results(results)
        self.legend.show_results(results)
        self._idle.add(self.highlights.build())
        if results and self._is_hidden:
            self.toggle_blink()
        self._show_state()

    def set_mm_per_px(self, value: float | None) -> None:
        """Take the scale of this photo; None when it has none."""
        self.tape.mm_per_px = value
        self._tape_changed()

    # What the menu asks for

    @property
    def overlay_mode(self) -> OverlayMode:
        """What lies over the photo."""
        return self.overlay_layer.mode

    @property
    def compare_mode(self) -> CompareMode:
        """How photo and reference are compared."""
        return self.compare.mode

    @property
    def is_overlay_hidden(self) -> bool:
        """Whether everything over the photo is hidden for a look at the bare part."""
        return self._is_hidden

    @property
    def is_measuring(self) -> bool:
        """Whether the tape is in hand."""
        return self.tape.is_active

    @property
    def percent(self) -> float:
        """Zoom in percent."""
        return self.compare.pane.percent

    def zoom_in(self) -> None:
        """Show the photo larger."""
        self.compare.pane.zoom(ZOOM_STEP)

    def zoom_out(self) -> None:
        """Show the photo smaller."""
        self.compare.pane.zoom(1 / ZOOM_STEP)

    def fit(self) -> None:
        """Show the whole photo."""
        self.compare.pane.fit()

    def actual_size(self) -> None:
        """Show one pixel of the photo as one of the screen."""
        self.compare.pane.set_percent(100)

    def set_zoom(self, percent: float) -> None:
        """Zoom to a percentage."""
        self.compare.pane.set_percent(percent)

    def set_overlay_mode(self, mode: OverlayMode) -> None:
        """Lay something else over the photo."""
        self.overlay_layer.mode = mode
        self._is_hidden = False
        self._show_state()

    def set_opacity(self, opacity: float) -> None:
        """Show the overlay stronger or weaker, 0 to 1."""
        self.overlay_layer.opacity = opacity
        self._show_state()

    def toggle_blink(self) -> None:
        """Hide everything that lies over the photo, or show it again."""
        self._is_hidden = not self._is_hidden
        self._show_state()

    def set_compare_mode(self, mode: CompareMode) -> None:
        """Compare the photo with its nearest reference in another way."""
        self.compare.set_mode(mode)
        if mode is not CompareMode.OFF and not self.compare.has_reference and self._photo is not None:
            self.message.emit(
                Message(tr("This photo has no reference to compare with; choose a product, then inspect it."))
            )
        self._show_state()

    def set_measuring(self, is_on: bool) -> None:
        """Take the tape in hand, or put it away."""
        self.tape.is_active = is_on
        self.compare.pane.use_cross(is_on)
        if not is_on:
            self.tape.remove()
        self._show_state()

    # Taking photos in

    def _take_photo(self, photo: Photo, product: str | None, reference: Photo | None) -> None:
        """Show a photo without findings, at the place of the one before it where they belong together."""
        self._idle.clear()
        series = (product, photo.width, photo.height)
        keeps = series == self._series
        self._photo, self._series = photo, series
        self._drop_findings()
        self.photo_layer.show_photo(photo)
        self.compare.show_pair(photo, reference, keep_place=keeps)
        self.levels.apply() if keeps else self.levels.reset()
        self.pictures.name = Path(photo.name).stem
        self.compare.pane.setAccessibleName(tr("Photo {name}", name=photo.name))

    def _drop_findings(self) -> None:
        self.overlay_layer.show_overlay(None)
        self.highlights.show_results(())
        self.legend.show_results(())
        self.regions.regions, self.regions.selected = (), None
        self.tape.mm_per_px = None
        self.tape.remove()
        self._is_hidden = False

    def _begin(self) -> None:
        for layer in (self.photo_layer, self.overlay_layer.overlay, self.compare.reference):
            if layer is not None:
                self._idle.add(layer.build())
        self._stack.setCurrentWidget(self.compare)
        self.toolbar.setEnabled(True)
        self.readout.show()
        self._show_state()

    def _refresh_layers(self) -> None:
        for layer in (self.photo_layer, self.overlay_layer, self.highlights, self.compare.reference):
            layer.refresh()
        self.compare.repaint_panes()

    # Telling

    def _show_state(self) -> None:
        """Bring tools, legend and layers in line with what was chosen."""
        mode = self.overlay_layer.mode
        has_overlay = self.overlay_layer.overlay is not None
        for layer in (self.overlay_layer, self.highlights, self.regions):
            layer.is_shown = not self._is_hidden
        self.regions.shows_all = mode is not OverlayMode.NONE
        self.toolbar.show_overlay(
            mode, is_hidden=self._is_hidden, has_overlay=has_overlay or bool(self.highlights.results)
        )
        self.toolbar.show_comparison(self.compare.mode, is_possible=self.compare.has_reference)
        self.toolbar.show_measuring(self.tape.is_active)
        shown = mode if has_overlay and not self._is_hidden else OverlayMode.NONE
        self.readout.legend.show_mode(shown, self.overlay_layer.opacity)
        self._rest()
        self.compare.repaint_panes()
        self.view_changed.emit()

    def _tell_moved(self) -> None:
        self.toolbar.show_percent(self.compare.pane.percent)
        self.view_changed.emit()

    def _tape_changed(self) -> None:
        self._rest()
        self.compare.repaint_panes()

    def _rest(self) -> None:
        """Say what stays to be said while the pointer is elsewhere."""
        hint = tr("Measuring: click two points, or draw a line.") if self.tape.is_active else ""
        self.readout.rest(self.tape.words or hint or self.compare.sentence)

    def _point(self, point: QPointF | None) -> None:
        self.tape.hover(point)
        photo = self._photo
        if point is None or photo is None or not _is_inside(point, photo):
            self.readout.show_nothing()
            return
        x, y = int(point.x()), int(point.y())
        overlay = self.overlay_layer.overlay
        anomaly = overlay.value_at(x, y) if overlay is not None else None
        self.readout.show_pixel(x, y, self.photo_layer.sample_at(x, y), anomaly, self.tape.words)

    def _click(self, point: QPointF) -> None:
        index = find_region(self.compare.pane.place, self.regions.regions, point) if self.regions.is_shown else None
        if index != self.regions.selected:
            self.select_region(index)
            self.region_selected.emit(index)

    def _say_empty(self) -> None:
        self._empty.say(
            tr("No photo yet"),
            tr("Drop photos or a folder here, or open one, to inspect a part."),
            tr("Open photo…"),
            self.open_requested.emit,
        )

    # Events

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Take the keys that the pane leaves."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_B:
            self.toggle_blink()
        elif event.key() == Qt.Key.Key_M:
            self.set_measuring(not self.tape.is_active)
        elif event.key() == Qt.Key.Key_Escape and (self.tape.is_active or self.tape.words):
            self.set_measuring(False)
        elif step and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.compare.move_divider(step)
        else:
            super().keyPressEvent(event)


def _is_inside(point: QPointF, photo: Photo) -> bool:
    return 0 <= point.x() < photo.width and 0 <= point.y() < photo.height

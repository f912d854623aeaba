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

from gui.compare_view import CompareMode, CompareView
from gui.drop_hint import DropHint
from gui.empty_state import EmptyState
from gui.image_toolbar import ImageToolbar
from gui.legend import QueryLegend
from gui.measuring_tape import MeasuringTape
from gui.messages import Message
from gui.overlay import MaskSource, OverlayMode
from gui.photo_pane import PhotoPane
from gui.picture_levels import PictureLevels
from gui.picture_menu import PictureMenu
from gui.pixel_readout import PixelReadout
from gui.pointer_words import PointerWords
from gui.region_marks import find_region
from gui.translated import tr
from gui.viewer_layers import ViewerLayers
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
        self._series: _Series | None = None
        self.compare = CompareView(self)
        self.tape = MeasuringTape(self._tape_changed)
        self.layers = ViewerLayers(self.compare, self.tape)
        self.regions = self.layers.regions
        self.toolbar, self.readout, self.legend = ImageToolbar(self), PixelReadout(self), QueryLegend(self)
        self._words = PointerWords(self.readout, self.layers, self.tape, self.compare)
        self.pictures = PictureMenu(self.compare, self.toolbar)
        pictures = (self.layers.photo, self.compare.reference)
        self.levels = PictureLevels(self.toolbar.levels, *pictures, self.compare.repaint_panes)
        self._build()
        self._connect()
        self.clear()

    def _build(self) -> None:
        self.setAccessibleName(tr("Photo and findings"))
        self.setFocusProxy(self.pane)
        title, text = tr("No photo yet"), tr("Drop photos or a folder here, or open one, to inspect a part.")
        asked = self.open_requested.emit
        self._empty = EmptyState("image-plus-outline", title, text, tr("Open photo…"), asked, self)
        self._empty.setAcceptDrops(False)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.compare)
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
        tools, pane = self.toolbar, self.pane
        tools.fit_wanted.connect(pane.fit)
        tools.actual_size_wanted.connect(pane.show_actual_size)
        tools.zoom_wanted.connect(lambda larger: pane.zoom_in() if larger else pane.zoom_out())
        tools.percent_wanted.connect(pane.set_percent)
        tools.overlay_wanted.connect(self.set_overlay_mode)
        tools.mask_wanted.connect(self.set_mask_source)
        tools.opacity_wanted.connect(self.set_opacity)
        tools.blink_wanted.connect(self.toggle_blink)
        tools.compare_wanted.connect(self.set_compare_mode)
        tools.measuring_wanted.connect(self.set_measuring)
        pane.moved.connect(self._tell_moved)
        pane.pointed.connect(self._words.point)
        pane.clicked.connect(self._click)
        self.compare.point_on_reference.connect(self._words.point)
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
        self.layers.show_findings(opened)
        self.tape.mm_per_px = find_scale(opened.version)
        self._begin()

    def show_photo(self, photo: Photo, name: str) -> None:
        """Show a photo that was not judged, or not yet."""
        series = self._series
        self._take_photo(photo, series[0] if series else None, None)
        self.pane.setAccessibleName(tr("Photo {name}", name=name))
        self._begin()

    def clear(self) -> None:
        """Show nothing, and say what to do."""
        self._words.photo = self._series = None
        self._drop_findings(None)
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
            self.pane.centre_on(QRectF(chosen.x, chosen.y, chosen.width, chosen.height))
        self.compare.select_region((index or 0) + 1, chosen)
        self.compare.repaint_panes()

    def show_highlights(self, results: Sequence[QueryResult]) -> None:
        """Show what queries found on this photo; each in its own colour and line."""
        self.layers.show_highlights(results)
        self.legend.show_results(results)
        if results and self.layers.is_hidden:
            self.toggle_blink()
        self._show_state()

    def set_mm_per_px(self, value: float | None) -> None:
        """Take the scale of this photo; None when it has none."""
        self.tape.mm_per_px = value
        self._tape_changed()

    # What the menu asks for

    @property
    def pane(self) -> PhotoPane:
        """Where the part is; zooms and pans by itself."""
        return self.compare.pane

    @property
    def overlay_mode(self) -> OverlayMode:
        """What lies over the photo."""
        return self.layers.overlay.mode

    @property
    def compare_mode(self) -> CompareMode:
        """How photo and reference are compared."""
        return self.compare.mode

    @property
    def is_overlay_hidden(self) -> bool:
        """Whether everything over the photo is hidden for a look at the bare part."""
        return self.layers.is_hidden

    @property
    def is_measuring(self) -> bool:
        """Whether the tape is in hand."""
        return self.tape.is_active

    def set_overlay_mode(self, mode: OverlayMode) -> None:
        """Lay something else over the photo."""
        self.layers.overlay.mode = mode
        self.layers.is_hidden = False
        self._show_state()

    @property
    def has_corrected_mask(self) -> bool:
        """Whether a person corrected the mask of the part on show."""
        return self.layers.has_corrected

    @property
    def shows_corrected_mask(self) -> bool:
        """Whether that mask is chosen to be seen."""
        return self.layers.overlay.shows_corrected

    def set_mask_source(self, source: MaskSource) -> None:
        """Show the machine's mask or the one that a person drew; filled or outlined, for heat is the machine's only."""
        self.layers.overlay.source = source
        if self.overlay_mode not in (OverlayMode.FILL, OverlayMode.CONTOUR):
            self.layers.overlay.mode = OverlayMode.CONTOUR
        self.layers.is_hidden = False
        self._show_state()

    def toggle_mask_source(self) -> None:
        """Show the other of the two masks."""
        self.set_mask_source(MaskSource.MACHINE if self.shows_corrected_mask else MaskSource.CORRECTED)

    def set_opacity(self, opacity: float) -> None:
        """Show the overlay stronger or weaker, 0 to 1."""
        self.layers.overlay.opacity = opacity
        self._show_state()

    def toggle_blink(self) -> None:
        """Hide everything that lies over the photo, or show it again."""
        self.layers.is_hidden = not self.layers.is_hidden
        self._show_state()

    def set_compare_mode(self, mode: CompareMode) -> None:
        """Compare the photo with its nearest reference in another way."""
        self.compare.set_mode(mode)
        if mode is not CompareMode.OFF and not self.compare.has_reference and self._words.photo is not None:
            self.message.emit(
                Message(tr("This photo has no reference to compare with; choose a product, then inspect it."))
            )
        self._show_state()

    def set_measuring(self, is_on: bool) -> None:
        """Take the tape in hand, or put it away."""
        self.tape.is_active = is_on
        self.pane.use_cross(is_on)
        if not is_on:
            self.tape.remove()
        self._show_state()

    # Taking photos in

    def _take_photo(self, photo: Photo, product: str | None, reference: Photo | None) -> None:
        """Show a photo without findings, at the place of the one before it where they belong together."""
        series = (product, photo.width, photo.height)
        keeps = series == self._series
        self._words.photo, self._series = photo, series
        self._drop_findings(photo)
        self.compare.show_pair(photo, reference, keep_place=keeps)
        self.levels.apply() if keeps else self.levels.reset()
        self.pictures.name = Path(photo.name).stem
        self.pane.setAccessibleName(tr("Photo {name}", name=photo.name))

    def _drop_findings(self, photo: Photo | None) -> None:
        self.layers.show_photo(photo)
        self.legend.show_results(())
        self.tape.mm_per_px = None
        self.tape.remove()

    def _begin(self) -> None:
        self.layers.build()
        self._stack.setCurrentWidget(self.compare)
        self.toolbar.setEnabled(True)
        self.readout.show()
        self._show_state()

    # Telling

    def _show_state(self) -> None:
        """Bring tools, legend and layers in line with what was chosen."""
        layers = self.layers
        layers.apply()
        self.toolbar.show_overlay(
            layers.overlay.mode,
            is_hidden=layers.is_hidden,
            has_overlay=layers.has_overlay or bool(layers.highlights.results),
        )
        self.toolbar.show_comparison(self.compare.mode, is_possible=self.compare.has_reference)
        self.toolbar.show_measuring(self.tape.is_active)
        is_corrected = layers.overlay.shows_corrected
        self.toolbar.show_mask(layers.overlay.source, is_possible=layers.has_corrected)
        self.readout.legend.show_mode(layers.shown_mode, layers.overlay.opacity, is_corrected=is_corrected)
        self._words.rest()
        self.compare.repaint_panes()
        self.view_changed.emit()

    def _tell_moved(self) -> None:
        self.toolbar.show_percent(self.pane.percent)
        self.view_changed.emit()

    def _tape_changed(self) -> None:
        self._words.rest()
        self.compare.repaint_panes()

    def _click(self, point: QPointF) -> None:
        index = find_region(self.pane.place, self.regions.regions, point) if self.regions.is_shown else None
        if index != self.regions.selected:
            self.select_region(index)
            self.region_selected.emit(index)

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

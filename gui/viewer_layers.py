"""What lies over each other in the viewer: photo, overlay, highlights, regions; what is shown, and when it is ready.

Each layer paints itself; what is chosen to be seen is `image_view`'s affair.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF

from gui.compare_view import CompareView, OnPart
from gui.highlight_layers import HighlightLayer
from gui.idle_work import IdleWork
from gui.measuring_tape import MeasuringTape
from gui.overlay import Overlay, OverlayMode
from gui.photo_layers import OverlayLayer, PhotoLayer
from gui.region_marks import RegionLayer
from inference.images import Photo

if TYPE_CHECKING:
    from inference.highlighter.results import QueryResult
    from station.opening import OpenedInspection


class ViewerLayers(QObject):
    """The layers of the pane with the part. Their pictures are built between two paintings of the window."""

    def __init__(self, compare: CompareView, tape: MeasuringTape) -> None:
        super().__init__(compare)
        self.photo, self.overlay = PhotoLayer(), OverlayLayer()
        self.highlights, self.regions = HighlightLayer(), RegionLayer()
        self.is_hidden = False
        """Whether everything over the photo is hidden for a look at the bare part."""
        self._compare = compare
        self._idle = IdleWork(self)
        self._idle.finished.connect(self._refresh)
        pane = compare.pane
        pane.layers = (
            self.photo,
            compare.reference_in_swipe,
            OnPart(compare, self.overlay),
            OnPart(compare, self.highlights),
            self.regions,
            compare.divider,
            tape,
            pane.cross,
        )
        pane.grips = (compare.divider, tape)

    @property
    def is_built(self) -> bool:
        """Whether every picture is as sharp as it gets."""
        return self._idle.is_idle

    @property
    def has_overlay(self) -> bool:
        """Whether there is a map to lie over the photo."""
        return self.overlay.overlay is not None

    @property
    def has_corrected(self) -> bool:
        """Whether a person corrected the mask of the part on show."""
        return self.overlay.overlay is not None and self.overlay.overlay.has_corrected

    @property
    def shown_mode(self) -> OverlayMode:
        """What of the map is to be seen now."""
        return self.overlay.mode if self.has_overlay and not self.is_hidden else OverlayMode.NONE

    def show_photo(self, photo: Photo | None) -> None:
        """Show a photo without findings; what was being built for another is given up."""
        self._idle.clear()
        self.overlay.show_overlay(None)
        self.highlights.show_results(())
        self.regions.regions, self.regions.selected = (), None
        self.is_hidden = False
        self.photo.show_photo(photo)

    def show_findings(self, opened: OpenedInspection) -> None:
        """Show map, mask and regions of an inspection."""
        self.overlay.show_overlay(Overlay(opened.anomaly_map, opened.mask, opened.corrected_mask))
        self.regions.regions = opened.record.regions

    def show_highlights(self, results: Sequence[QueryResult]) -> None:
        """Show what queries found."""
        self.highlights.show_results(results)
        self._idle.add(self.highlights.build())

    def build(self) -> None:
        """Begin to build the pictures of what is shown."""
        for layer in (self.photo, self.overlay.overlay, self._compare.reference):
            if layer is not None:
                self._idle.add(layer.build())

    def apply(self) -> None:
        """Show or hide what lies over the photo, as it was chosen."""
        for layer in (self.overlay, self.highlights, self.regions):
            layer.is_shown = not self.is_hidden
        # The regions are the machine's: their boxes would say something else than a corrected mask.
        self.regions.shows_all = self.overlay.mode is not OverlayMode.NONE and not self.overlay.shows_corrected

    def value_at(self, point: QPointF) -> tuple[tuple[int, ...], float | None]:
        """The photo's samples and the anomaly value at a point of it."""
        x, y = int(point.x()), int(point.y())
        overlay = self.overlay.overlay
        return self.photo.sample_at(x, y), overlay.value_at(x, y) if overlay is not None else None

    def _refresh(self) -> None:
        for layer in (self.photo, self.overlay, self.highlights, self._compare.reference):
            layer.refresh()
        self._compare.repaint_panes()

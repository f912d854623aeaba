"""What the viewer's status line says: of the pixel under the pointer; else of the tape and what is compared with."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from gui.compare_view import CompareView
from gui.measuring_tape import MeasuringTape
from gui.pixel_readout import PixelReadout
from gui.translated import tr
from gui.viewer_layers import ViewerLayers
from inference.images import Photo


class PointerWords:
    """Chooses the words; where they stand is `pixel_readout`'s affair."""

    def __init__(self, readout: PixelReadout, layers: ViewerLayers, tape: MeasuringTape, compare: CompareView) -> None:
        self.photo: Photo | None = None
        self._readout = readout
        self._layers = layers
        self._tape = tape
        self._compare = compare

    def rest(self) -> None:
        """Say what stays to be said while the pointer is elsewhere."""
        hint = tr("Measuring: click two points, or draw a line.") if self._tape.is_active else ""
        self._readout.rest(self._tape.words or hint or self._compare.sentence or self._tell_mask())

    def _tell_mask(self) -> str:
        """Whose mask is seen, where there are two."""
        if not self._layers.has_corrected:
            return ""
        if self._layers.overlay.shows_corrected:
            return tr("This mask was corrected by a person; the machine's is kept beside it.")
        return tr("A person corrected the mask of this part; choose it under Overlay.")

    def point(self, point: QPointF | None) -> None:
        """Say what is under the pointer; a point of the photo."""
        self._tape.hover(point)
        photo = self.photo
        if point is None or photo is None or not _is_inside(point, photo):
            self._readout.show_nothing()
            return
        samples, anomaly = self._layers.value_at(point)
        self._readout.show_pixel(int(point.x()), int(point.y()), samples, anomaly, self._tape.words)


def _is_inside(point: QPointF, photo: Photo) -> bool:
    return 0 <= point.x() < photo.width and 0 <= point.y() < photo.height

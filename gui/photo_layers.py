"""Photo and overlay as layers of a pane; each keeps the picture of what is on screen until it must be made anew.

How they are rendered is left to `image_pyramid`, `image_levels` and `overlay`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPolygonF

from gui.image_levels import Levels, apply_levels, find_levels, find_top, make_table
from gui.image_place import Place, Screen
from gui.image_pyramid import Matrix, Pixels, Pyramid
from gui.overlay import MARGIN, USUAL_OPACITY, MaskSource, Overlay, OverlayMode
from inference.images import Photo

_INTERSECT, _REPLACE = Qt.ClipOperation.IntersectClip, Qt.ClipOperation.ReplaceClip

IDENTITY: Matrix = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


class _Kept:
    """The picture made last and what it was made for."""

    def __init__(self) -> None:
        self._key: Hashable = None
        self._image: QImage | None = None

    def forget(self) -> None:
        self._key, self._image = None, None

    def find(self, key: Hashable) -> tuple[bool, QImage | None]:
        return key == self._key, self._image

    def keep(self, key: Hashable, image: QImage | None) -> QImage | None:
        self._key, self._image = key, image
        return image


class PhotoLayer:
    """A photo with the levels it is shown with; it may lie turned and scaled in the coordinates of another one."""

    def __init__(self) -> None:
        self._kept = _Kept()
        self._pyramid: Pyramid | None = None
        self._native: Pixels | None = None
        self._levels = Levels()
        self._table: NDArray[np.uint8] | None = None
        self._top = 255
        self.onto: Matrix = IDENTITY
        """From pixels of this photo to those of the one the pane's place is about."""
        self.clip: QRectF | None = None
        """Part of the widget that it is painted in; None is all of it."""
        self.is_shown = True

    def show_photo(self, photo: Photo | None) -> None:
        """Take another photo, shown as it is."""
        self._kept.forget()
        self.onto = IDENTITY
        if photo is None:
            self._pyramid = self._native = None
            return
        self._native = samples_of(photo)
        self._pyramid = Pyramid(self._native)
        self._top = find_top(self._native)
        self.set_levels(Levels(0.0, float(self._top)))

    @property
    def has_photo(self) -> bool:
        """Whether there is something to show."""
        return self._pyramid is not None

    @property
    def plain_levels(self) -> Levels:
        """The levels that change nothing."""
        return Levels(0.0, float(self._top))

    @property
    def smallest(self) -> Pixels | None:
        """A small copy of the photo, as it came in."""
        return self._pyramid.smallest if self._pyramid else None

    def find_levels(self) -> Levels:
        """Return levels that spread what the photo has over the whole range."""
        return find_levels(self._pyramid.smallest) if self._pyramid else self.plain_levels

    def set_levels(self, levels: Levels) -> None:
        """Show the photo with other levels."""
        self._levels = levels
        self._table = None
        if self._native is not None and not (self._native.dtype == np.uint8 and levels.is_plain(255)):
            self._table = make_table(levels, 8 * self._native.itemsize)
        self._kept.forget()

    def build(self) -> Iterator[None]:
        """Make the smaller copies."""
        return self._pyramid.build() if self._pyramid else iter(())

    def refresh(self) -> None:
        """Make the picture anew, because there are better copies now."""
        self._kept.forget()

    def sample_at(self, x: int, y: int) -> tuple[int, ...]:
        """Return the samples of a pixel as the file has them: one for grey, else red, green, blue."""
        if self._native is None:
            return ()
        values = np.atleast_1d(self._native[y, x])
        grey = (values == values[0]).all()
        return (int(values[0]),) if grey else tuple(int(value) for value in values)

    def paint(self, painter: QPainter, place: Place, screen: Screen) -> None:
        """Paint what is on the screen."""
        if self._pyramid is None or not self.is_shown:
            return
        image = self._render(place, screen)
        outline = QPainterPath()
        outline.addPolygon(self._outline(place))
        painter.save()
        if self.clip is not None:
            painter.setClipRect(self.clip)
        painter.setClipPath(outline, _INTERSECT if self.clip is not None else _REPLACE)
        paint_at(painter, image, QPoint(0, 0), screen)
        painter.restore()

    def _render(self, place: Place, screen: Screen) -> QImage:
        key = (place, screen, self.onto.tobytes())
        is_kept, kept = self._kept.find(key)
        if is_kept and kept is not None:
            return kept
        assert self._pyramid is not None
        pixels = self._pyramid.read(_chain(place.matrix(screen.ratio), self.onto), screen.size())
        if self._table is not None:
            pixels = apply_levels(pixels, self._table)
        image = _make_image(pixels)
        self._kept.keep(key, image)
        return image

    def _outline(self, place: Place) -> QPolygonF:
        assert self._native is not None
        height, width = self._native.shape[:2]
        corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
        there = corners @ self.onto[:, :2].T + self.onto[:, 2]
        return QPolygonF([place.to_screen(float(x), float(y)) for x, y in there])


class OverlayLayer:
    """Heat, filled mask or contour over the photo."""

    def __init__(self) -> None:
        self._kept = _Kept()
        self.overlay: Overlay | None = None
        self.mode = OverlayMode.HEAT
        self.opacity = USUAL_OPACITY
        self.source = MaskSource.MACHINE
        self.is_shown = True

    @property
    def shows_corrected(self) -> bool:
        """Whether the mask on show, filled or outlined, is the one that a person drew."""
        is_mask = self.mode in (OverlayMode.FILL, OverlayMode.CONTOUR)
        has_corrected = self.overlay is not None and self.overlay.has_corrected
        return is_mask and has_corrected and self.source is MaskSource.CORRECTED

    def show_overlay(self, overlay: Overlay | None) -> None:
        """Take the overlay of another photo."""
        self.overlay = overlay
        self._kept.forget()

    def refresh(self) -> None:
        """Make the picture anew, because there are better copies now."""
        self._kept.forget()

    def paint(self, painter: QPainter, place: Place, screen: Screen) -> None:
        """Paint what is on the screen."""
        if self.overlay is None or not self.is_shown:
            return
        key = (place, screen, self.mode, self.opacity, self.source)
        is_kept, image = self._kept.find(key)
        if not is_kept:
            image = self._kept.keep(key, self.overlay.render(self.mode, self.opacity, place, screen, self.source))
        if image is not None:
            paint_with_margin(painter, image, screen)


def paint_with_margin(painter: QPainter, image: QImage, screen: Screen) -> None:
    """Paint a picture at its offset on a screen that has `MARGIN` more pixels on each side."""
    paint_at(painter, image, image.offset() - QPoint(MARGIN, MARGIN), screen)


def paint_at(painter: QPainter, image: QImage, corner: QPoint, screen: Screen) -> None:
    """Paint a picture with its corner at a pixel of the screen; one that is coarser than the widget is enlarged."""
    corner_there = QPointF(corner) / screen.ratio
    size = QSizeF(image.width() / screen.ratio, image.height() / screen.ratio)
    painter.drawImage(QRectF(corner_there, size), image, QRectF(image.rect()))


def samples_of(photo: Photo) -> Pixels:
    """Return a photo's samples as the file has them where they are deeper than 8 bits, else its pixels."""
    return photo.samples if photo.samples is not None else photo.pixels


def _chain(matrix: Matrix, onto: Matrix) -> Matrix:
    """Return the way through `onto`, then `matrix`."""
    return np.hstack([matrix[:, :2] @ onto[:, :2], matrix[:, :2] @ onto[:, 2:] + matrix[:, 2:]])


def _make_image(pixels: NDArray[np.uint8]) -> QImage:
    height, width = pixels.shape[:2]
    solid = np.ascontiguousarray(pixels)
    if solid.ndim == 2:
        image = QImage(solid.data, width, height, width, QImage.Format.Format_Grayscale8)
    else:
        solid[..., 3] = 255
        image = QImage(solid.data, width, height, 4 * width, QImage.Format.Format_RGBX8888)
    return image.convertToFormat(QImage.Format.Format_RGB32)

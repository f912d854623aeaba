"""A photo and its nearest reference: side by side with one zoom and position, or one under the other with a divider.

Both are painted in the photo's own coordinates, so that what lies at the same place of the part lies at the same place
of both panes. What else lies over the photo is left to `image_view`.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from gui.image_place import Place, Screen
from gui.photo_layers import PhotoLayer
from gui.photo_pane import PhotoPane
from gui.photo_viewport import Layer
from gui.reference_place import ReferencePlace, place_reference
from gui.region_marks import AnyRegion, measure_tag, paint_region, paint_tag
from gui.theme import colour
from gui.translated import tr
from inference.images import Photo

DIVIDER_STEP = 0.02
"""Share of the pane's width that a key moves the divider by."""
_REACH = 7.0
_INK, _DARK, _PLATE = QColor(255, 255, 255), QColor(20, 20, 24), QColor(20, 20, 24, 225)


class CompareMode(StrEnum):
    """How photo and reference are compared."""

    OFF = "off"
    SIDE = "side by side"
    SWIPE = "swipe"


class Divider:
    """The line that is drawn over the photo: the part left of it, the reference right of it."""

    def __init__(self, on_change: Callable[[], None]) -> None:
        self.share = 0.5
        self.is_shown = False
        self._on_change = on_change

    def move_to(self, share: float) -> None:
        """Put the divider at a share of the pane's width."""
        self.share = min(max(share, 0.0), 1.0)
        self._on_change()

    def press(self, point: QPointF, place: Place) -> bool:
        """Take a press on the line."""
        return self._is_hit(point)

    def drag(self, point: QPointF, place: Place) -> None:
        """Follow the pointer."""
        self.move_to(point.x() / max(self._width, 1))

    def release(self, point: QPointF, place: Place) -> None:
        """Stay where it is."""

    def cursor(self, point: QPointF, place: Place) -> Qt.CursorShape | None:
        """Show that the line can be taken."""
        return Qt.CursorShape.SplitHCursor if self._is_hit(point) else None

    def paint(self, painter: QPainter, place: Place, screen: Screen) -> None:
        """Paint the line, a handle on it and what lies on either side."""
        self._width = screen.width
        if not self.is_shown:
            return
        x, middle = self.share * screen.width, screen.height / 2
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for tint, width in ((_DARK, 4.0), (_INK, 2.0)):
            painter.setPen(QPen(tint, width))
            painter.drawLine(QPointF(x, 0), QPointF(x, screen.height))
        painter.setPen(QPen(_DARK, 1))
        painter.setBrush(_INK)
        painter.drawRoundedRect(QRectF(x - 6, middle - 16, 12, 32), 5, 5)
        for offset in (-2, 2):
            painter.drawLine(QPointF(x + offset, middle - 7), QPointF(x + offset, middle + 7))
        self._paint_names(painter, x)

    _width = 0

    def _paint_names(self, painter: QPainter, x: float) -> None:
        part, reference = tr("Part"), tr("Reference")
        width = measure_tag(painter, part).width()
        paint_tag(painter, QPointF(x - width - 8, 6), part, _INK, _PLATE)
        paint_tag(painter, QPointF(x + 8, 6), reference, _INK, _PLATE)

    def _is_hit(self, point: QPointF) -> bool:
        return self.is_shown and abs(point.x() - self.share * self._width) <= _REACH


class MatchMark:
    """On the reference: its name, the place under the pointer and the selected region's."""

    def __init__(self) -> None:
        self.point: QPointF | None = None
        """In pixels of the photo."""
        self.region: tuple[int, AnyRegion] | None = None
        """Number and region."""

    def paint(self, painter: QPainter, place: Place, screen: Screen) -> None:
        """Paint them."""
        paint_tag_at_corner(painter, tr("Reference"))
        if self.region is not None:
            number, region = self.region
            paint_region(painter, place, region, number, QRectF(0, 0, screen.width, screen.height))
        if self.point is not None:
            self._paint_cross(painter, place.to_screen(self.point.x(), self.point.y()))

    def _paint_cross(self, painter: QPainter, at: QPointF) -> None:
        for tint, width in ((_DARK, 4.0), (_INK, 1.5)):
            painter.setPen(QPen(tint, width))
            for way in (QPointF(1, 0), QPointF(-1, 0), QPointF(0, 1), QPointF(0, -1)):
                painter.drawLine(at + way * 5, at + way * 16)


class OnPart:
    """A layer about the part: while swiping it ends at the divider."""

    def __init__(self, view: CompareView, layer: Layer) -> None:
        self._view, self._layer = view, layer

    def paint(self, painter: QPainter, place: Place, screen: Screen) -> None:
        """Paint the layer."""
        if self._view.mode is CompareMode.SWIPE:
            painter.setClipRect(QRectF(0, 0, self._view.divider.share * screen.width, screen.height))
        self._layer.paint(painter, place, screen)


class _SwipedReference:
    """The reference over the photo, right of the divider."""

    def __init__(self, view: CompareView) -> None:
        self._view = view

    def paint(self, painter: QPainter, place: Place, screen: Screen) -> None:
        """Paint it."""
        if self._view.mode is CompareMode.SWIPE:
            painter.fillRect(self._view.reference.clip or QRectF(), colour("canvas"))
            self._view.reference.paint(painter, place, screen)


class CompareView(QWidget):
    """The photo's pane and the reference's."""

    point_on_reference = Signal(object)
    """The point of the photo that matches the one under the pointer on the reference, as QPointF or None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pane = PhotoPane(self)
        self.pane.setAccessibleName(tr("Photo"))
        self.other = PhotoPane(self)
        self.other.setAccessibleName(tr("Nearest reference"))
        self.reference = PhotoLayer()
        self.reference_in_swipe = _SwipedReference(self)
        self.divider = Divider(self._clip_reference)
        self.match = MatchMark()
        self._photo: Photo | None = None
        self._reference_photo: Photo | None = None
        self._found: ReferencePlace | None = None
        self._wish = CompareMode.OFF
        self._is_following = False
        self._build()

    def _build(self) -> None:
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.setChildrenCollapsible(False)
        for pane in (self.pane, self.other):
            self._splitter.addWidget(pane)
        self.other.layers = (self.reference, self.match)
        self.other.hide()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._splitter)
        self.pane.moved.connect(lambda: self._link(self.pane, self.other))
        self.other.moved.connect(lambda: self._link(self.other, self.pane))
        self.pane.pointed.connect(self._point)
        self.other.pointed.connect(self.point_on_reference)

    @property
    def mode(self) -> CompareMode:
        """What is shown: the mode asked for, or off while there is no reference."""
        return self._wish if self.has_reference else CompareMode.OFF

    @property
    def has_reference(self) -> bool:
        """Whether there is something to compare with."""
        return self._reference_photo is not None

    @property
    def sentence(self) -> str:
        """How the reference lies on the photo; "" while nothing is compared."""
        return self._found.sentence if self._found is not None and self.mode is not CompareMode.OFF else ""

    def show_pair(self, photo: Photo, reference: Photo | None, *, keep_place: bool) -> None:
        """Take another photo and its nearest reference; the mode stays."""
        self._photo, self._reference_photo, self._found = photo, reference, None
        self.match.point = self.match.region = None
        self.reference.show_photo(reference)
        self._is_following = True
        for pane in (self.pane, self.other):
            pane.set_photo_size(photo.width, photo.height, keep_place=keep_place)
        self._is_following = False
        self._apply()

    def set_mode(self, mode: CompareMode) -> None:
        """Compare in another way; it comes back with the next photo that has a reference."""
        self._wish = mode
        self._apply()

    def select_region(self, number: int, region: AnyRegion | None) -> None:
        """Mark a region's place on the reference too."""
        self.match.region = (number, region) if region is not None else None
        self.other.repaint_layers()

    def move_divider(self, steps: int) -> None:
        """Move the divider by steps, to the right when positive."""
        self.divider.move_to(self.divider.share + steps * DIVIDER_STEP)

    def grab_panes(self) -> QPixmap:
        """Return what both panes show."""
        return self._splitter.grab()

    def repaint_panes(self) -> None:
        """Paint both panes again."""
        self.pane.repaint_layers()
        self.other.repaint_layers()

    def _apply(self) -> None:
        mode = self.mode
        if mode is not CompareMode.OFF:
            self._lay_reference()
        # Once it is shown and gets its size it tells its place, which must then be that of the photo.
        self._link(self.pane, self.other)
        self.other.setVisible(mode is CompareMode.SIDE)
        self.divider.is_shown = mode is CompareMode.SWIPE
        if mode is CompareMode.SIDE:
            half = max(self.width() // 2, 1)
            self._splitter.setSizes([half, half])
            self._link(self.pane, self.other)
        self._clip_reference()

    def _lay_reference(self) -> None:
        """Find where the reference lies, once per photo and only when somebody compares."""
        if self._found is None and self._photo is not None and self._reference_photo is not None:
            self._found = place_reference(self._photo, self._reference_photo)
            self.reference.onto = self._found.onto

    def _clip_reference(self) -> None:
        """Show the reference right of the divider only; beside the photo all of it."""
        self.reference.clip = None
        if self.mode is CompareMode.SWIPE:
            x = self.divider.share * self.pane.width()
            self.reference.clip = QRectF(x, 0, self.pane.width() - x, self.pane.height())
        self.repaint_panes()

    def _link(self, leader: PhotoPane, follower: PhotoPane) -> None:
        if self.mode is CompareMode.SWIPE:
            self._clip_reference()
        if self._is_following or self.mode is not CompareMode.SIDE:
            return
        self._is_following = True
        follower.follow(leader)
        self._is_following = False

    def _point(self, point: QPointF | None) -> None:
        if self.mode is CompareMode.SIDE:
            self.match.point = point
            self.other.repaint_layers()


def paint_tag_at_corner(painter: QPainter, text: str) -> None:
    """Name a pane in its top left corner."""
    measure_tag(painter, text)
    paint_tag(painter, QPointF(6, 6), text, _INK, _PLATE)

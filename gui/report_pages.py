"""The pages of a report below one another, drawn sharp for the screen as they come into view.

What a page looks like is drawn elsewhere: this widget says which page it lacks at which resolution, and shows a blank
or blurred one meanwhile.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QPainter, QPaintEvent, QPixmap, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from gui.theme import colour, theme_notifier
from gui.translated import tr

LEAST_ZOOM, MOST_ZOOM = 0.25, 4.0
ZOOM_STEP = 1.2
PIXELS_PER_POINT = 96 / 72
"""Device-independent pixels of one point at 100 %."""
_GAP = 16
_MOST_KEPT = 12
"""Pages kept as pictures; a page of 200 % on a sharp screen takes some 60 MB."""


class ReportPages(QAbstractScrollArea):
    """Shows pages at a zoom, or as wide as there is room."""

    page_wanted = Signal(int, float)
    """A page that came into view, counted from 0, and the pixels per point it is needed in."""
    page_changed = Signal(int)
    """The page in the middle of the view changed."""
    zoom_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sizes: tuple[QSizeF, ...] = ()
        self._pictures: OrderedDict[int, tuple[float, QPixmap]] = OrderedDict()
        self._zoom = 1.0
        self._fits_width = True
        self._page = 0
        self.setAccessibleName(tr("Pages of the report"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.horizontalScrollBar().valueChanged.connect(self.viewport().update)
        theme_notifier().changed.connect(self.viewport().update)

    @property
    def zoom(self) -> float:
        """1.0 is the size on paper."""
        return self._zoom

    @property
    def page(self) -> int:
        """The page in the middle of the view, counted from 0."""
        return self._page

    @property
    def resolution(self) -> float:
        """Pixels of this screen per point at the zoom in use."""
        return self._zoom * PIXELS_PER_POINT * self.devicePixelRatioF()

    def show_pages(self, sizes: Sequence[QSizeF]) -> None:
        """Show pages of these sizes in points, still blank, from the first on."""
        self._sizes = tuple(sizes)
        self._pictures.clear()
        self._page = 0
        self._arrange()
        self.verticalScrollBar().setValue(0)
        self.page_changed.emit(0)

    def take_picture(self, page: int, resolution: float, image: QImage) -> None:
        """Take the picture of a page."""
        if page < len(self._sizes):
            self._pictures[page] = (resolution, QPixmap.fromImage(image))
            self._pictures.move_to_end(page)
            while len(self._pictures) > _MOST_KEPT:
                self._pictures.popitem(last=False)
        self.viewport().update()

    def has_picture(self, page: int) -> bool:
        """Tell whether a page is shown as sharp as this screen can."""
        return page in self._pictures and abs(self._pictures[page][0] - self.resolution) < 1e-6

    def go_to(self, page: int) -> None:
        """Bring the head of a page to the top."""
        if 0 <= page < len(self._sizes):
            self.verticalScrollBar().setValue(round(self._find_top(page) - _GAP / 2))

    def zoom_in(self) -> None:
        """Show it larger."""
        self.set_zoom(self._zoom * ZOOM_STEP)

    def zoom_out(self) -> None:
        """Show it smaller."""
        self.set_zoom(self._zoom / ZOOM_STEP)

    def set_zoom(self, zoom: float) -> None:
        """Show pages at a zoom, keeping the place that is in the middle."""
        self._fits_width = False
        self._use_zoom(zoom)

    def fit_width(self) -> None:
        """Show pages as wide as there is room, now and whenever the room changes."""
        self._fits_width = True
        self._arrange()

    # Place and size

    def _use_zoom(self, zoom: float) -> None:
        bar = self.verticalScrollBar()
        middle = (bar.value() + self.viewport().height() / 2) / max(self._find_height(), 1.0)
        self._zoom = min(max(zoom, LEAST_ZOOM), MOST_ZOOM)
        self._set_ranges()
        bar.setValue(round(middle * self._find_height() - self.viewport().height() / 2))
        self.zoom_changed.emit(self._zoom)
        self.viewport().update()

    def _arrange(self) -> None:
        if self._fits_width and self._sizes:
            widest = max(size.width() for size in self._sizes) * PIXELS_PER_POINT
            self._use_zoom((self.viewport().width() - 2 * _GAP) / widest)
        else:
            self._set_ranges()
            self.viewport().update()

    def _set_ranges(self) -> None:
        room = self.viewport().size()
        for bar, need, shown in (
            (self.verticalScrollBar(), self._find_height(), room.height()),
            (self.horizontalScrollBar(), self._find_width(), room.width()),
        ):
            bar.setRange(0, max(0, round(need - shown)))
            bar.setPageStep(shown)
            bar.setSingleStep(48)

    def _scale(self, size: QSizeF) -> QSizeF:
        return size * (self._zoom * PIXELS_PER_POINT)

    def _find_height(self) -> float:
        return sum(self._scale(size).height() + _GAP for size in self._sizes) + _GAP

    def _find_width(self) -> float:
        return max((self._scale(size).width() for size in self._sizes), default=0.0) + 2 * _GAP

    def _find_top(self, page: int) -> float:
        return _GAP + sum(self._scale(size).height() + _GAP for size in self._sizes[:page])

    def _list_visible(self) -> list[tuple[int, QRectF]]:
        """Pages in view with their places in the viewport."""
        found, room = [], self.viewport().rect()
        top: float = _GAP - self.verticalScrollBar().value()
        for page, size in enumerate(self._sizes):
            drawn = self._scale(size)
            left = max((room.width() - drawn.width()) / 2, _GAP - self.horizontalScrollBar().value())
            place = QRectF(QPointF(left, top), drawn)
            if place.bottom() >= 0 and place.top() <= room.height():
                found.append((page, place))
            top += drawn.height() + _GAP
        return found

    # What Qt calls

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the pages in view, and ask for those that are missing or blurred."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.viewport().rect(), colour("canvas"))
        for page, place in self._list_visible():
            painter.fillRect(place, QColor("white"))
            self._paint_picture(painter, page, place)
            painter.setPen(colour("border_strong"))
            painter.drawRect(place.toRect())
            if not self.has_picture(page):
                self.page_wanted.emit(page, self.resolution)

    def _paint_picture(self, painter: QPainter, page: int, place: QRectF) -> None:
        """Pixel on pixel where the picture is sharp; stretched only until the sharp one is there."""
        if self.has_picture(page):
            picture = self._pictures[page][1]
            picture.setDevicePixelRatio(self.devicePixelRatioF())
            painter.drawPixmap(place.topLeft().toPoint(), picture)
        elif page in self._pictures:
            painter.drawPixmap(place.toRect(), self._pictures[page][1])

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fit the width again, where that is wanted."""
        super().resizeEvent(event)
        self._arrange()

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Draw anew on a screen of another resolution."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self.viewport().update()
        return super().viewportEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802 - Qt's name
        """Zoom with Ctrl, else scroll."""
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().wheelEvent(event)
        elif event.angleDelta().y() > 0:
            self.zoom_in()
        else:
            self.zoom_out()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Scroll with the usual keys; Home and End go to the first and last page."""
        bar = self.verticalScrollBar()
        steps = {
            Qt.Key.Key_Up: -bar.singleStep(),
            Qt.Key.Key_Down: bar.singleStep(),
            Qt.Key.Key_PageUp: -bar.pageStep(),
            Qt.Key.Key_PageDown: bar.pageStep(),
            Qt.Key.Key_Home: -bar.maximum(),
            Qt.Key.Key_End: bar.maximum(),
        }
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            bar.setValue(bar.value() + step)

    def _scrolled(self) -> None:
        middle = self.viewport().height() / 2
        visible = self._list_visible()
        nearest = min(visible, key=lambda each: abs(each[1].center().y() - middle), default=None)
        if nearest is not None and nearest[0] != self._page:
            self._page = nearest[0]
            self.page_changed.emit(self._page)
        self.viewport().update()

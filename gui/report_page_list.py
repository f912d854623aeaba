"""Small pictures of a report's pages with their numbers; choosing one goes there."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from gui.translated import tr

_PICTURE = QSize(84, 118)
_EDGE = QColor("#8a96a3")
"""Grey that is seen on the light and on the dark ground; paper is white in both."""


class PageList(QListWidget):
    """Lists pages; those in view get their pictures first."""

    page_chosen = Signal(int)
    """Counted from 0."""
    pictures_wanted = Signal()
    """Pages without a picture may have come into view."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._missing: set[int] = set()
        self.setAccessibleName(tr("List of pages"))
        self.setIconSize(_PICTURE)
        self.setFixedWidth(156)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.currentRowChanged.connect(self._choose)
        self.verticalScrollBar().valueChanged.connect(self._scroll)

    def show_pages(self, count: int) -> None:
        """List pages, still without pictures."""
        self.blockSignals(True)
        self.clear()
        self._missing = set(range(count))
        blank = QPixmap(_PICTURE * self.devicePixelRatioF())
        blank.fill(QColor("white"))
        for number in range(1, count + 1):
            item = QListWidgetItem(_make_icon(blank), str(number))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, tr("Page {number}", number=number))
            self.addItem(item)
        self.setCurrentRow(0 if count else -1)
        self.blockSignals(False)

    def find_missing(self) -> int | None:
        """Return a page in view that has no picture yet."""
        view = self.viewport().rect()
        rects = ((page, self.visualItemRect(self.item(page))) for page in sorted(self._missing))
        return next((page for page, rect in rects if rect.intersects(view)), None)

    @property
    def resolution(self) -> float:
        """Pixels per point that a small picture of an A4 page needs."""
        return _PICTURE.height() * self.devicePixelRatioF() / 842

    def take_picture(self, page: int, image: QImage) -> None:
        """Show the picture of a page."""
        item = self.item(page)
        if item is not None and page in self._missing:
            self._missing.discard(page)
            keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            small = image.scaled(_PICTURE * self.devicePixelRatioF(), keep, smooth)
            item.setIcon(_make_icon(QPixmap.fromImage(small)))

    def mark(self, page: int) -> None:
        """Mark the page that is in view, without going there."""
        self.blockSignals(True)
        self.setCurrentRow(page)
        self.blockSignals(False)
        self.pictures_wanted.emit()

    def _scroll(self, place: int) -> None:
        self.pictures_wanted.emit()

    def _choose(self, page: int) -> None:
        if page >= 0:
            self.page_chosen.emit(page)


def _make_icon(picture: QPixmap) -> QIcon:
    """Frame a picture of a page; it keeps its colours where its row is selected."""
    painter = QPainter(picture)
    painter.setPen(_EDGE)
    painter.drawRect(picture.rect().adjusted(0, 0, -1, -1))
    painter.end()
    made = QIcon(picture)
    made.addPixmap(picture, QIcon.Mode.Selected)
    return made

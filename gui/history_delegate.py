"""Paints the cells of the history that are more than words: the photo with its name, the verdict with its shape."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.history_cells import COLUMNS, HistoryRow
from gui.icons import icon, paint_verdict
from gui.pixmaps import fit_pixmap
from gui.theme import SPACING, colour
from gui.thumbnails import Thumbnails
from storage.records import InspectionSummary

ROW_HEIGHT = 52
_PICTURE = QSize(56, 42)
_SIGN = 20


class HistoryDelegate(QStyledItemDelegate):
    """One for the whole table."""

    def __init__(self, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails

    def sizeHint(  # noqa: N802 - Qt's name
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """Give every row the same height, so that a long table scrolls without measuring."""
        return QSize(super().sizeHint(option, index).width(), ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint ground and words as the style does, with a picture or a sign before them."""
        row: HistoryRow = index.data(Qt.ItemDataRole.UserRole)
        name = COLUMNS[index.column()].name
        self.initStyleOption(option, index)
        words, option.text = option.text, ""
        style = option.widget.style() if option.widget is not None else QApplication.style()
        style.drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        room: QRect = option.rect.adjusted(SPACING, 0, -SPACING, 0)
        if name == "photo":
            room.setLeft(self._paint_picture(painter, room, row))
        elif name == "verdict" and isinstance(row, InspectionSummary):
            room.setLeft(_paint_sign(painter, room, row.verdict))
        _paint_words(painter, room, words, option)

    def _paint_picture(self, painter: QPainter, room: QRect, row: HistoryRow) -> int:
        """Return where the words begin."""
        place = QRect(room.left(), room.center().y() - _PICTURE.height() // 2, _PICTURE.width(), _PICTURE.height())
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("canvas"))
        painter.drawRoundedRect(place, 4, 4)
        sha256 = _choose_picture(row)
        pixmap = self._thumbnails.find(sha256) if sha256 else None
        if pixmap is not None:
            fitted = fit_pixmap(pixmap, place.size(), painter.device().devicePixelRatio())
            size = fitted.deviceIndependentSize().toSize()
            spare = (place.size() - size) / 2
            painter.drawPixmap(place.left() + spare.width(), place.top() + spare.height(), fitted)
        elif sha256 is None or self._thumbnails.is_missing(sha256):
            icon("image-off-outline", "muted").paint(painter, place, Qt.AlignmentFlag.AlignCenter, QIcon.Mode.Normal)
        painter.restore()
        return place.right() + SPACING


def _choose_picture(row: HistoryRow) -> str | None:
    if isinstance(row, InspectionSummary):
        return row.overlay_sha256 or row.photo.sha256
    return row.photo.sha256 if row.photo is not None else None


def _paint_sign(painter: QPainter, room: QRect, verdict: str | None) -> int:
    name = verdict or "none"
    place = QRectF(room.left(), room.center().y() - _SIGN / 2, _SIGN, _SIGN)
    paint_verdict(painter, place, verdict, colour(f"{name}_fill"), colour(f"on_{name}"))
    return room.left() + _SIGN + SPACING


def _paint_words(painter: QPainter, room: QRect, words: str, option: QStyleOptionViewItem) -> None:
    is_name = words.count(".") > 0 and " " not in words
    mode = Qt.TextElideMode.ElideMiddle if is_name else Qt.TextElideMode.ElideRight
    painter.save()
    painter.setFont(option.font)
    painter.setPen(colour("text"))
    shown = painter.fontMetrics().elidedText(words, mode, room.width())
    alignment = option.displayAlignment | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(room, int(alignment), shown)
    painter.restore()

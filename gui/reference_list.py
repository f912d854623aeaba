"""The references of a product as thumbnails, each with a badge that says its state in word, shape and colour."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.pixmaps import fit_pixmap
from gui.theme import colour, icon, theme_notifier
from gui.thumbnails import Thumbnails
from gui.translated import mark, tr
from storage.records import ReferenceRow

LEAST_TILE = 104
"""Device-independent pixels a tile is at least wide; the room that is left is shared among the columns."""
_PICTURE_SHAPE = 0.75
"""Height of the picture by its width."""
_GAP, _EDGE = 3, 5
"""Pixels between a tile and its neighbours, and between its border and the picture."""
_LINE = 18
"""Height of a line of words."""

_STATES = {
    "approved": (mark("Approved"), "check-decagram", "accept"),
    "proposed": (mark("Proposed"), "help-circle", "review"),
    "retired": (mark("Retired"), "archive", "none"),
}

_Index = QModelIndex | QPersistentModelIndex


def state_word(state: str) -> str:
    """Return the word of a reference's state."""
    return tr(_STATES[state][0])


class _Tile(QStyledItemDelegate):
    """Paints one reference: picture, badge, name."""

    def __init__(self, thumbnails: Thumbnails, parent: QListWidget) -> None:
        super().__init__(parent)
        self._list = parent
        self._thumbnails = thumbnails

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802 - Qt's name
        return self._list.gridSize()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row: ReferenceRow = index.data(Qt.ItemDataRole.UserRole)
        tile: QRect = option.rect.adjusted(_GAP, _GAP, -_GAP, -_GAP)
        state: QStyle.StateFlag = option.state
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour("accent" if is_selected else "border"), 2 if is_selected else 1))
        painter.setBrush(colour("accent_soft" if is_selected else "panel"))
        painter.drawRoundedRect(tile, 6, 6)
        width = tile.width() - 2 * _EDGE
        room = QRect(tile.left() + _EDGE, tile.top() + _EDGE, width, round(width * _PICTURE_SHAPE))
        self._paint_picture(painter, room, row)
        self._paint_words(painter, QRect(room.left(), room.bottom() + 5, width, 2 * _LINE), row)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour("accent"), 2, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(tile.adjusted(2, 2, -2, -2), 5, 5)
        painter.restore()

    def _paint_picture(self, painter: QPainter, room: QRect, row: ReferenceRow) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("canvas"))
        painter.drawRoundedRect(room, 4, 4)
        pixmap = self._thumbnails.find(row.photo.sha256)
        if pixmap is not None:
            fitted = fit_pixmap(pixmap, room.size(), painter.device().devicePixelRatio())
            size = fitted.deviceIndependentSize().toSize()
            painter.drawPixmap(
                room.left() + (room.width() - size.width()) // 2,
                room.top() + (room.height() - size.height()) // 2,
                fitted,
            )

    def _paint_words(self, painter: QPainter, room: QRect, row: ReferenceRow) -> None:
        word, sign, role = _STATES[row.state]
        icon(sign, role).paint(painter, QRect(room.left() + 2, room.top() + 1, 16, 16))
        painter.setPen(colour(role))
        left = room.adjusted(22, 0, 0, -_LINE)
        metrics = QFontMetrics(painter.font())
        shown = metrics.elidedText(tr(word), Qt.TextElideMode.ElideRight, left.width())
        painter.drawText(left, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.setPen(colour("text"))
        name = metrics.elidedText(row.file_name, Qt.TextElideMode.ElideMiddle, room.width() - 4)
        painter.drawText(room.adjusted(2, _LINE, -2, 0), Qt.AlignmentFlag.AlignVCenter, name)


class ReferenceList(QListWidget):
    """Thumbnails in rows; several can be selected."""

    def __init__(self, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setViewMode(QListWidget.ViewMode.IconMode)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.setMovement(QListWidget.Movement.Static)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setItemDelegate(_Tile(thumbnails, self))
        thumbnails.loaded.connect(lambda sha256: self.viewport().update())
        self.setAccessibleName(tr("References"))
        self.setDragDropMode(QListWidget.DragDropMode.NoDragDrop)
        self.setMinimumWidth(LEAST_TILE + 24)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme_notifier().changed.connect(self.viewport().update)

    def show_references(self, references: Sequence[ReferenceRow]) -> None:
        """Show these references; what was selected stays so."""
        kept = {row.id for row in self.selected}
        self.clear()
        for row in references:
            item = QListWidgetItem(row.file_name)
            item.setData(Qt.ItemDataRole.UserRole, row)
            words = tr("{name}, {state}", name=row.file_name, state=state_word(row.state))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, words)
            item.setToolTip(
                tr("{name}\n{state}, number {number}", name=row.file_name, state=state_word(row.state), number=row.id)
            )
            self.addItem(item)
            item.setSelected(row.id in kept)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Share the width among as many columns as fit."""
        # The room for the scroll bar is kept, so that tiles do not jump when it comes.
        room = self.width() - 2 * self.frameWidth() - self.verticalScrollBar().sizeHint().width() - 4
        width = room // max(1, room // LEAST_TILE)
        picture = width - 2 * (_GAP + _EDGE)
        self.setGridSize(QSize(width, round(picture * _PICTURE_SHAPE) + 2 * (_GAP + _EDGE) + 2 * _LINE + 4))
        super().resizeEvent(event)

    @property
    def selected(self) -> tuple[ReferenceRow, ...]:
        """The selected references, in the order in which they are shown."""
        rows = sorted(self.row(item) for item in self.selectedItems())
        return tuple(self.item(row).data(Qt.ItemDataRole.UserRole) for row in rows)

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Hand drops to the panel, which takes them for the whole pane."""
        if event.type() in (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop):
            event.ignore()
            return False
        return super().viewportEvent(event)

"""The references of a product as thumbnails, each with a badge that says its state in word, shape and colour."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gui.pixmaps import fit_pixmap
from gui.theme import colour, icon, theme_notifier
from gui.thumbnails import Thumbnails
from gui.translated import mark, tr
from storage.records import ReferenceRow

PICTURE = QSize(120, 90)
"""Device-independent pixels of one thumbnail."""
_TILE = QSize(136, 146)

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

    def __init__(self, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802 - Qt's name
        return _TILE

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row: ReferenceRow = index.data(Qt.ItemDataRole.UserRole)
        tile: QRect = option.rect.adjusted(3, 3, -3, -3)
        state: QStyle.StateFlag = option.state
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour("accent" if is_selected else "border"), 2 if is_selected else 1))
        painter.setBrush(colour("accent_soft" if is_selected else "panel"))
        painter.drawRoundedRect(tile, 6, 6)
        self._paint_picture(painter, QRect(tile.left() + 5, tile.top() + 5, tile.width() - 10, PICTURE.height()), row)
        self._paint_words(painter, tile, row)
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

    def _paint_words(self, painter: QPainter, tile: QRect, row: ReferenceRow) -> None:
        word, sign, role = _STATES[row.state]
        top = tile.top() + PICTURE.height() + 9
        icon(sign, role).paint(painter, QRect(tile.left() + 7, top, 16, 16))
        painter.setPen(colour(role))
        painter.drawText(
            QRect(tile.left() + 27, top - 1, tile.width() - 32, 18), Qt.AlignmentFlag.AlignVCenter, tr(word)
        )
        painter.setPen(colour("text"))
        metrics = QFontMetrics(painter.font())
        name = metrics.elidedText(row.file_name, Qt.TextElideMode.ElideMiddle, tile.width() - 14)
        painter.drawText(QRect(tile.left() + 7, top + 18, tile.width() - 14, 18), Qt.AlignmentFlag.AlignVCenter, name)


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
        self.setMinimumWidth(_TILE.width() + 24)
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

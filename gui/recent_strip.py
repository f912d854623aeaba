"""The strip of the newest inspections below the viewer: a small picture, the verdict's shape, name and time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QLabel,
    QListView,
    QStackedLayout,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gui.icons import icon, paint_verdict
from gui.operations import Lane, Operations
from gui.pixmaps import fit_pixmap
from gui.theme import SPACING, colour
from gui.thumbnails import Thumbnails
from gui.translated import format_clock, format_moment, format_number, tr, verdict_word
from storage.records import InspectionSummary

MOST = 30
"""Inspections in the strip."""
TILE = QSize(150, 76)
_PICTURE = QSize(64, 60)
_SIGN = 18

_Index = QModelIndex | QPersistentModelIndex


class RecentStrip(QWidget):
    """The newest inspections, newest at the left."""

    open_requested = Signal(int)

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._model = _Model(self)
        self._thumbnails = Thumbnails(operations, parent=self)
        self.list = _List(self._model, _Tile(self._thumbnails, self), self)
        self._thumbnails.loaded.connect(lambda _: self.list.viewport().update())
        self._hint = QLabel(tr("Inspected parts appear here, the newest first."), self)
        self._hint.setProperty("role", "muted")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedLayout()
        self._stack.addWidget(self._hint)
        self._stack.addWidget(self.list)
        line = QFrame(self)
        line.setProperty("role", "line")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(line)
        layout.addLayout(self._stack)
        self.setFixedHeight(TILE.height() + 2 * SPACING + 8)
        self.list.opened.connect(self.open_requested)

    @property
    def numbers(self) -> list[int]:
        """Numbers of the inspections on show."""
        return [row.id for row in self._model.rows]

    def refresh(self) -> None:
        """Read the newest inspections."""
        self._operations.run(
            tr("Reading the history"),
            lambda station, control: station.store.list_inspections(limit=MOST),
            lane=Lane.DATABASE,
            owner=self,
            on_success=self._show,
        )

    def mark(self, inspection_id: int | None) -> None:
        """Mark the inspection that is on show."""
        self._model.marked = inspection_id
        self.list.show_marked()

    def _show(self, rows: Sequence[InspectionSummary]) -> None:
        self._model.show_rows(rows)
        self._stack.setCurrentWidget(self.list if rows else self._hint)
        self.list.show_marked()


class _Model(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.rows: list[InspectionSummary] = []
        self.marked: int | None = None

    def show_rows(self, rows: Sequence[InspectionSummary]) -> None:
        if list(rows) != self.rows:
            self.beginResetModel()
            self.rows = list(rows)
            self.endResetModel()

    def find_marked(self) -> int | None:
        return next((place for place, row in enumerate(self.rows) if row.id == self.marked), None)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not 0 <= index.row() < len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return _describe(row)
        return row.file_name if role == Qt.ItemDataRole.DisplayRole else None


class _List(QListView):
    """Chooses by mouse and keyboard; Enter or a click opens."""

    opened = Signal(int)

    def __init__(self, model: _Model, tile: _Tile, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows = model
        self.setModel(model)
        self.setItemDelegate(tile)
        self.setAccessibleName(tr("Recent inspections"))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setSpacing(SPACING // 2)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._open)

    def show_marked(self) -> None:
        """Select the inspection on show, and bring it into view."""
        place = self._rows.find_marked()
        if place is None:
            self.selectionModel().clear()
            return
        index = self._rows.index(place, 0)
        self.setCurrentIndex(index)
        self.scrollTo(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: object) -> None:  # noqa: N802 - Qt's name
        """A wheel that turns up and down scrolls the strip to the sides."""
        bar = self.horizontalScrollBar()
        delta = event.angleDelta()  # type: ignore[attr-defined]
        bar.setValue(bar.value() - (delta.x() or delta.y()))

    def _open(self, index: _Index) -> None:
        if 0 <= index.row() < len(self._rows.rows):
            self.opened.emit(self._rows.rows[index.row()].id)


class _Tile(QStyledItemDelegate):
    def __init__(self, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: N802 - Qt's name
        return TILE

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row: InspectionSummary = index.data(Qt.ItemDataRole.UserRole)
        tile: QRect = option.rect.adjusted(1, 1, -1, -1)
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        has_focus = bool(option.state & QStyle.StateFlag.State_HasFocus)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour("accent" if is_selected else "border"), 2 if has_focus or is_selected else 1))
        painter.setBrush(colour("accent_soft" if is_selected else "panel"))
        painter.drawRoundedRect(tile, 6, 6)
        self._paint_picture(painter, QRect(tile.left() + 6, tile.top() + 7, _PICTURE.width(), _PICTURE.height()), row)
        _paint_words(painter, tile.adjusted(_PICTURE.width() + 2 * SPACING, 6, -6, -6), row, option)
        painter.restore()

    def _paint_picture(self, painter: QPainter, room: QRect, row: InspectionSummary) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour("canvas"))
        painter.drawRoundedRect(room, 4, 4)
        sha256 = row.overlay_sha256 or row.photo.sha256
        pixmap = self._thumbnails.find(sha256)
        if pixmap is not None:
            fitted = fit_pixmap(pixmap, room.size(), painter.device().devicePixelRatio())
            spare = (room.size() - fitted.deviceIndependentSize().toSize()) / 2
            painter.drawPixmap(room.left() + spare.width(), room.top() + spare.height(), fitted)
        elif self._thumbnails.is_missing(sha256):
            icon("image-off-outline", "muted").paint(painter, room, Qt.AlignmentFlag.AlignCenter, QIcon.Mode.Normal)


def _paint_words(painter: QPainter, room: QRect, row: InspectionSummary, option: QStyleOptionViewItem) -> None:
    name = row.verdict or "none"
    sign = QRectF(room.left(), room.top(), _SIGN, _SIGN)
    paint_verdict(painter, sign, row.verdict, colour(f"{name}_fill"), colour(f"on_{name}"))
    font = option.font
    painter.setFont(font)
    painter.setPen(colour("text"))
    score = format_number(row.score) if row.score is not None else "–"
    painter.drawText(room.adjusted(_SIGN + 6, 0, 0, 0), int(Qt.AlignmentFlag.AlignTop), score)
    font.setPointSizeF(max(7.0, font.pointSizeF() - 1.5))
    painter.setFont(font)
    shown = painter.fontMetrics().elidedText(row.file_name, Qt.TextElideMode.ElideMiddle, room.width())
    painter.drawText(room.adjusted(0, _SIGN + 3, 0, 0), int(Qt.AlignmentFlag.AlignTop), shown)
    painter.setPen(colour("muted"))
    painter.drawText(room, int(Qt.AlignmentFlag.AlignBottom), format_clock(row.recorded_at))


def _describe(row: InspectionSummary) -> str:
    """One sentence for tool tips and for those who do not see the picture."""
    return tr(
        "{name}: {verdict}, score {score}, {product}, recorded {moment}",
        name=row.file_name,
        verdict=verdict_word(row.verdict),
        score=format_number(row.score) if row.score is not None else "–",
        product=row.product or tr("no product"),
        moment=format_moment(row.recorded_at),
    )

"""The table of the history: selects rows, sorts by its head, opens with Enter or a double click, reads more at its end.

What is in it is `history_model`'s affair, how a cell is painted `history_delegate`'s.
"""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from gui.history_cells import COLUMNS, TIME_COLUMN, VERDICT_COLUMN
from gui.history_delegate import ROW_HEIGHT, HistoryDelegate
from gui.history_model import HistoryModel
from gui.icons import icon
from gui.tables import prepare_rows
from gui.thumbnails import Thumbnails
from gui.translated import tr
from storage.records import HistorySort, InspectionSummary

_GREATEST_FIRST: frozenset[HistorySort] = frozenset(("time", "score", "verdict", "decision"))
"""Orders in which the first click shows what a person looks for: the newest, the worst, what was decided."""


class HistoryTable(QTableView):
    """The table itself: selects rows, opens with Enter or a double click, asks for more at its end."""

    opened = Signal(int)

    def __init__(self, model: HistoryModel, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._history = model
        self.setModel(model)
        self.setItemDelegate(HistoryDelegate(thumbnails, self))
        thumbnails.loaded.connect(lambda _: self.viewport().update())
        prepare_rows(self, tr("Past inspections"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._show_menu)
        self.doubleClicked.connect(self._open)
        self._build_header()

    def selected_places(self) -> list[int]:
        """Rows that are selected, from top to bottom."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def open_current(self) -> None:
        """Open the selected inspection."""
        places = self.selected_places()
        if places:
            self._open(self._history.index(places[0], 0))

    def select_number(self, number: int) -> None:
        """Select an inspection, where it was read already."""
        place = self._history.find(number)
        if place is not None:
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(self._history.index(place, 0), flags)

    def set_sortable(self, is_sortable: bool) -> None:
        """Failures are listed newest first and in no other order."""
        self.horizontalHeader().setSectionsClickable(is_sortable)
        self.horizontalHeader().setSortIndicatorShown(is_sortable)

    def span_reasons(self, is_wide: bool) -> None:
        """Give the reasons of failures the room of columns that say nothing of failures."""
        for column, spec in enumerate(COLUMNS):
            self.setColumnHidden(column, is_wide and spec.name in ("score", "decision", "serial"))
        mode = QHeaderView.ResizeMode.Stretch if is_wide else QHeaderView.ResizeMode.Interactive
        self.horizontalHeader().setSectionResizeMode(VERDICT_COLUMN, mode)
        if not is_wide:
            self.setColumnWidth(VERDICT_COLUMN, COLUMNS[VERDICT_COLUMN].width)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Enter opens."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_current()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Take what room there is."""
        return QSize(900, 500)

    def _build_header(self) -> None:
        header = self.horizontalHeader()
        header.setSortIndicator(TIME_COLUMN, Qt.SortOrder.DescendingOrder)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(76)
        for column, spec in enumerate(COLUMNS):
            if spec.width:
                self.setColumnWidth(column, spec.width)
        header.setSortIndicatorShown(True)
        header.setSectionsClickable(True)
        header.sectionClicked.connect(self._sort)

    def _sort(self, column: int) -> None:
        """Sort by a column; once more turns the order round."""
        order, sort = self._history.wish.order, COLUMNS[column].sort
        descending = not order.descending if order.by == sort else sort in _GREATEST_FIRST
        self.horizontalHeader().setSortIndicator(column, _direction(descending))
        self._history.sort(column, _direction(descending))

    def _open(self, index: QModelIndex) -> None:
        row = self._history.row(index.row())
        if isinstance(row, InspectionSummary):
            self.opened.emit(row.id)

    def _show_menu(self, place: QPoint) -> None:
        if not self.indexAt(place).isValid():
            return
        menu = QMenu(self)
        menu.addAction(icon("open-in-app"), tr("Open")).triggered.connect(lambda _checked: self.open_current())
        menu.popup(self.viewport().mapToGlobal(place))


def _direction(descending: bool) -> Qt.SortOrder:
    return Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder

"""The history as a table that grows as it is scrolled: pages are read on the database's lane, never in the window's.

Rows are what storage hands out; words, pictures and colours are `history_cells`' and the view's affair.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from gui.history_cells import COLUMNS, HistoryRow, sort_of, tell_cell
from gui.operations import Control, Failure, Lane, Operation, Operations
from gui.translated import tr
from station.station import Station
from storage.records import HistoryOrder, InspectionFilter, InspectionSummary, RecordedFailure

PAGE = 100
"""Rows read at a time: more than a screen shows, little enough to be there at once."""
MOST_READ_AGAIN = 1000
"""Rows that a refresh reads anew; those scrolled to beyond them are read when they are needed again."""

AnyIndex = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class HistoryWish:
    """What is listed, and how it is sorted."""

    matching: InspectionFilter = field(default_factory=InspectionFilter)
    order: HistoryOrder = field(default_factory=HistoryOrder)
    failures: bool = False
    """List the photos that could not be judged in place of inspections."""


class HistoryModel(QAbstractTableModel):
    """Rows of the history that were read so far."""

    counted = Signal(int)
    """How many match in all."""
    loaded = Signal()
    """A page has come, or there is none."""
    failed = Signal(object)
    """Why the history cannot be read: a `Failure`."""

    def __init__(self, operations: Operations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._wish = HistoryWish()
        self._rows: list[HistoryRow] = []
        self._is_complete = False
        self._reading: Operation | None = None

    @property
    def wish(self) -> HistoryWish:
        """What is listed."""
        return self._wish

    @property
    def is_loading(self) -> bool:
        """Whether a page is on its way."""
        return self._reading is not None

    def row(self, place: int) -> HistoryRow | None:
        """Return a row that was read."""
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def find(self, number: int) -> int | None:
        """Return where an inspection stands among the rows that were read."""
        return next((place for place, row in enumerate(self._rows) if row.id == number), None)

    def list(self, wish: HistoryWish) -> None:
        """List something else, from its first row."""
        self._wish = wish
        self.beginResetModel()
        self._rows, self._is_complete = [], False
        self.endResetModel()
        self._read(PAGE, None)

    def refresh(self) -> None:
        """Read again what is there; what is new comes in, what was decided meanwhile is shown."""
        self._read(min(max(len(self._rows), PAGE), MOST_READ_AGAIN), None)

    def rowCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Return the rows read so far."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = QModelIndex()) -> int:  # noqa: N802, B008 - Qt's name and default
        """Return the columns."""
        return 0 if parent.isValid() else len(COLUMNS)

    def canFetchMore(self, parent: AnyIndex) -> bool:  # noqa: N802 - Qt's name
        """Whether there may be more rows."""
        return not parent.isValid() and not self._is_complete and not self.is_loading

    def fetchMore(self, parent: AnyIndex) -> None:  # noqa: N802 - Qt's name
        """Read the next page."""
        if self.canFetchMore(parent) and self._rows:
            self._read(PAGE, self._rows[-1])

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return words, tool tip, and for the delegate the row itself."""
        row = self.row(index.row())
        if row is None:
            return None
        column = COLUMNS[index.column()]
        if role == Qt.ItemDataRole.UserRole:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return tell_cell(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column.is_number:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the columns' names."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr(COLUMNS[section].title)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column, in the database."""
        wanted = HistoryOrder(sort_of(column), order == Qt.SortOrder.DescendingOrder)
        if wanted != self._wish.order:
            self.list(HistoryWish(self._wish.matching, wanted, self._wish.failures))

    def _read(self, limit: int, after: HistoryRow | None) -> None:
        """Ask for a page; an answer to what is not asked any more is dropped."""
        if self._reading is not None:
            self._reading.cancel()
        wish = self._wish
        reading = self._operations.run(
            tr("Reading the history"),
            lambda station, control: _read_page(station, control, wish, limit, after),
            lane=Lane.DATABASE,
            owner=self,
            on_success=lambda page: self._take(reading, page, limit, after),
            on_failure=lambda failure: self._fail(reading, failure),
        )
        self._reading = reading

    def _take(self, reading: Operation, page: _Page, limit: int, after: HistoryRow | None) -> None:
        if reading is not self._reading:
            return
        self._reading = None
        if after is None:
            self._replace(page.rows)
        elif page.rows:
            self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(page.rows) - 1)
            self._rows += page.rows
            self.endInsertRows()
        self._is_complete = len(self._rows) >= page.total
        self.counted.emit(page.total)
        self.loaded.emit()

    def _replace(self, rows: Sequence[HistoryRow]) -> None:
        """Take rows in with as little change as there is, so that selection and scroll position stay."""
        added = _count_new(self._rows, rows)
        if added is None:
            self.beginResetModel()
            self._rows = list(rows)
            self.endResetModel()
            return
        if added:
            self.beginInsertRows(QModelIndex(), 0, added - 1)
            self._rows[:0] = rows[:added]
            self.endInsertRows()
        self._rows[: len(rows)] = rows
        self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(COLUMNS) - 1))

    def _fail(self, reading: Operation, failure: Failure) -> None:
        if reading is self._reading:
            self._reading = None
            self._is_complete = True
            self.failed.emit(failure)
            self.loaded.emit()


@dataclass(frozen=True)
class _Page:
    rows: Sequence[HistoryRow]
    total: int


def _count_new(old: Sequence[HistoryRow], new: Sequence[HistoryRow]) -> int | None:
    """Return how many rows came in above those that were there; None when anything else changed."""
    if not old or not new:
        return None
    first = next((place for place, row in enumerate(new) if row.id == old[0].id), None)
    if first is None:
        return None
    rest = [row.id for row in new[first:]]
    return first if rest == [row.id for row in old[: len(rest)]] else None


def _read_page(station: Station, control: Control, wish: HistoryWish, limit: int, after: HistoryRow | None) -> _Page:
    """Runs in the database's thread."""
    control.check()
    store, matching = station.store, wish.matching
    rows: Sequence[HistoryRow]
    if wish.failures:
        before = after.id if isinstance(after, RecordedFailure) else None
        rows = store.list_failures(matching, limit, before)
        return _Page(rows, store.count_failures(matching))
    last = after if isinstance(after, InspectionSummary) else None
    rows = store.list_inspections(matching, limit, order=wish.order, after=last)
    control.check()
    return _Page(rows, store.count_inspections(matching))

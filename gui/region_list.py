"""The regions of an inspection as a table: number, place in words, size, peak. Selects with viewer and conversation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.empty_state import EmptyState
from gui.tables import prepare_rows
from gui.translated import format_number, place_word, tr
from station.fact_finding import find_scale
from storage.records import NewRegion

if TYPE_CHECKING:
    from station.opening import OpenedInspection

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class RegionList(QWidget):
    """The table, or what to say when there is nothing in it."""

    region_selected = Signal(object)
    """Position of the region somebody selected, or None."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = _Table(self)
        self._empty = EmptyState("", "", "", parent=self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self.table)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.setFocusProxy(self.table)
        self.table.itemSelectionChanged.connect(self._tell)
        self.show_inspection(None)

    def show_inspection(self, opened: OpenedInspection | None) -> None:
        """List the regions of an inspection; None empties the list."""
        regions = opened.record.regions if opened is not None else ()
        with QSignalBlocker(self.table):
            self.table.show_regions(regions, find_scale(opened.version) if opened is not None else None)
        self._stack.setCurrentWidget(self.table if regions else self._empty)
        if opened is None:
            self._empty.say(tr("No regions"), tr("Inspect a photo to see what was found on it."))
        elif not regions:
            self._empty.say(tr("Nothing found"), tr("No area of this part is above the limit."))

    def select_region(self, index: int | None) -> None:
        """Select a region without telling anybody; None selects none."""
        with QSignalBlocker(self.table):
            self.table.select(index)

    def _tell(self) -> None:
        self.region_selected.emit(self.table.selected)


class _Table(QTableWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(0, 4, parent)
        prepare_rows(self, tr("Regions"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setAlternatingRowColors(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        header = self.horizontalHeader()
        for column in (0, 2, 3):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)

    @property
    def selected(self) -> int | None:
        """Position of the selected row."""
        rows = self.selectionModel().selectedRows()
        return rows[0].row() if rows else None

    def select(self, index: int | None) -> None:
        """Select a row and bring it into view."""
        if index is None or not 0 <= index < self.rowCount():
            self.clearSelection()
            self.setCurrentCell(-1, -1)
            return
        self.selectRow(index)
        self.scrollTo(self.model().index(index, 0))

    def show_regions(self, regions: Sequence[NewRegion], mm_per_px: float | None) -> None:
        """Fill the rows."""
        size = tr("Size (px)") if mm_per_px is None else tr("Size (mm)")
        self.setHorizontalHeaderLabels([tr("No."), tr("Place"), size, tr("Peak")])
        self.clearSelection()
        self.setRowCount(len(regions))
        for row, region in enumerate(regions):
            for column, (words, hint) in enumerate(_describe(row, region, mm_per_px)):
                item = QTableWidgetItem(words)
                item.setToolTip(hint)
                if column != 1:
                    item.setTextAlignment(_RIGHT)
                self.setItem(row, column, item)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Escape selects none."""
        if event.key() == Qt.Key.Key_Escape and self.selected is not None:
            self.clearSelection()
        else:
            super().keyPressEvent(event)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:  # noqa: N802 - Qt's name
        """Tell assistive technology what is selected, in one sentence."""
        super().selectionChanged(selected, deselected)
        row = self.selected
        words = [str(self.model().index(row, column).data()) for column in range(4)] if row is not None else []
        self.setAccessibleDescription(", ".join(words))


def _describe(row: int, region: NewRegion, mm_per_px: float | None) -> list[tuple[str, str]]:
    """Return words and tool tip of each column."""
    place = place_word(region.place)
    pixels = tr(
        "{width} x {height} px, area {area} px",
        width=format_number(region.width),
        height=format_number(region.height),
        area=format_number(region.area_px),
    )
    peak = tr("Largest anomaly value: {peak} times the limit", peak=format_number(region.peak, 2))
    where = tr("Begins at x {x}, y {y}", x=region.x, y=region.y)
    name = f"{place} ({region.label})" if region.label else place
    return [
        (format_number(row + 1), where),
        (name, where),
        (_describe_size(region, mm_per_px), pixels),
        (format_number(region.peak, 2), peak),
    ]


def _describe_size(region: NewRegion, mm_per_px: float | None) -> str:
    if mm_per_px is None:
        return f"{format_number(region.width)} x {format_number(region.height)}"
    sides = [side * mm_per_px for side in (region.width, region.height)]
    decimals = 1 if max(sides) >= 10 else 2
    return " x ".join(format_number(side, decimals) for side in sides)

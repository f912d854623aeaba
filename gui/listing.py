"""A plain table of texts: rows are picked whole, nothing is edited in it, what does not fit is in the tool tip."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from gui.icons import icon
from gui.tables import prepare_rows

WIDEST = 190
"""Pixels of a column that is not the wide one."""


class Listing(QTableWidget):
    """The column `wide` takes the room that the others leave."""

    def __init__(self, name: str, headers: Sequence[str], wide: int, parent: QWidget | None = None) -> None:
        super().__init__(0, len(headers), parent)
        prepare_rows(self, name)
        self.setHorizontalHeaderLabels(list(headers))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setWordWrap(False)
        self.setIconSize(QSize(18, 18))
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(wide, QHeaderView.ResizeMode.Stretch)
        self._wide = wide

    @property
    def picked(self) -> int | None:
        """The row that is picked."""
        row = self.currentRow()
        return row if 0 <= row < self.rowCount() else None

    def fill(self, rows: Sequence[Sequence[str]], signs: Sequence[tuple[str, str]] = ()) -> None:
        """Show rows of texts; `signs` holds an icon's name and colour for the first cell of each. The pick stays."""
        picked = self.picked
        self.setRowCount(len(rows))
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                if column == 0 and signs:
                    item.setIcon(icon(*signs[row]))
                self.setItem(row, column, item)
        self._fit_columns()
        if rows:
            self.setCurrentCell(min(picked or 0, len(rows) - 1), 0)

    def _fit_columns(self) -> None:
        """As wide as what is in them, but no long name takes the room of all others."""
        for column in range(self.columnCount()):
            if column != self._wide:
                self.resizeColumnToContents(column)
                self.setColumnWidth(column, min(self.columnWidth(column), WIDEST))

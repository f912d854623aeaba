"""What each role may do, as a small table to read."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from gui.translated import tr
from station.rights import RIGHTS, Right, deed_word, role_word


class RightsTable(QTableWidget):
    """A row for each right, a column for each role, "yes" where the role includes it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(len(Right), len(RIGHTS), parent)
        self.setAccessibleName(tr("What each role may do"))
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalHeaderLabels([role_word(role) for role in RIGHTS])
        self.setVerticalHeaderLabels([deed_word(right) for right in Right])
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for row, right in enumerate(Right):
            for column, role in enumerate(RIGHTS):
                self.setItem(row, column, _make_cell(right in RIGHTS[role]))
        self.resizeRowsToContents()


def _make_cell(may: bool) -> QTableWidgetItem:
    cell = QTableWidgetItem(tr("yes") if may else "–")
    cell.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
    return cell

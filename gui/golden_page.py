"""The golden set of a product as a table, and the check of it: are the parts a person knows still judged rightly?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.theme import SPACING, icon, verdict_icon
from gui.translated import decision_word, tr, trn, verdict_word
from gui.work_progress import WorkProgress
from station.golden_set import GoldenCheck, GoldenPart, GoldenResult
from station.product_overview import ProductOverview

_DECISION, _THEN, _NOW, _OUTCOME = range(1, 5)


class GoldenPage(QWidget):
    """The page of a product's settings with its golden set."""

    check_wanted = Signal()
    removal_wanted = Signal(int)
    """Number of the inspection to take out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: Sequence[GoldenPart] = ()
        self._results: Mapping[int, GoldenResult] = {}
        self._build()
        self.table.itemSelectionChanged.connect(self._enable)

    def show_overview(self, overview: ProductOverview) -> None:
        """Show the set; what the last check said holds only for the version it checked."""
        self._results = {}
        self._parts = overview.golden
        self._outcome.setText(
            trn("{count} part. Not checked yet.", "{count} parts. Not checked yet.", len(self._parts))
            if self._parts
            else tr("No part yet. Open a past inspection that a person decided about and add it to the golden set.")
        )
        self.setEnabled(not overview.version.retired)
        self._fill()

    def show_check(self, check: GoldenCheck) -> None:
        """Show what a check said."""
        self._results = {result.part.inspection_id: result for result in check.results}
        count = len(check.failures)
        self._outcome.setText(
            trn("{count} part is judged wrongly now.", "{count} parts are judged wrongly now.", count)
            if count
            else tr("All parts are judged as they should be.")
        )
        self._fill()

    def _build(self) -> None:
        intro = QLabel(
            tr(
                "Known parts with which every change can be checked: good ones must not be rejected, defective ones "
                "not accepted. A check records no inspection."
            ),
            self,
        )
        intro.setWordWrap(True)
        self.table = QTableWidget(0, 5, self)
        self.table.setAccessibleName(tr("Golden set"))
        self.table.setHorizontalHeaderLabels(
            [tr("Part"), tr("A person decided"), tr("Verdict then"), tr("Verdict now"), tr("Outcome")]
        )
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._outcome = QLabel(self)
        self._outcome.setWordWrap(True)
        self.progress = WorkProgress(self)
        self.remove_button = QPushButton(tr("Take out of the set…"), self)
        self.remove_button.clicked.connect(self._ask_removal)
        self.check_button = QPushButton(icon("shield-check-outline"), tr("Check now"), self)
        self.check_button.clicked.connect(self.check_wanted)
        buttons = QHBoxLayout()
        buttons.addWidget(self._outcome, 1)
        buttons.addWidget(self.remove_button)
        buttons.addWidget(self.check_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING)
        layout.addWidget(intro)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.progress)
        layout.addLayout(buttons)

    def _fill(self) -> None:
        self.table.setRowCount(len(self._parts))
        for row, part in enumerate(self._parts):
            name = QTableWidgetItem(tr("{name} (inspection {number})", name=part.file_name, number=part.inspection_id))
            name.setToolTip(name.text())
            decided = QTableWidgetItem(decision_word(part.decision))
            decided.setToolTip(tr("decided by {name}", name=part.decided_by))
            self.table.setItem(row, 0, name)
            self.table.setItem(row, _DECISION, decided)
            self.table.setItem(row, _THEN, _show_verdict(part.verdict))
            result = self._results.get(part.inspection_id)
            self.table.setItem(row, _NOW, _show_verdict(result.verdict) if result else QTableWidgetItem("–"))
            self.table.setItem(row, _OUTCOME, _show_outcome(result))
        self._enable()

    def _enable(self) -> None:
        self.check_button.setEnabled(bool(self._parts))
        self.remove_button.setEnabled(bool(self.table.selectedItems()))

    def _ask_removal(self) -> None:
        row = self.table.currentRow()
        if 0 <= row < len(self._parts):
            self.removal_wanted.emit(self._parts[row].inspection_id)


def _show_verdict(verdict: str | None) -> QTableWidgetItem:
    return QTableWidgetItem(verdict_icon(verdict), verdict_word(verdict))


def _show_outcome(result: GoldenResult | None) -> QTableWidgetItem:
    if result is None:
        return QTableWidgetItem("–")
    if result.passed:
        return QTableWidgetItem(icon("check", "success"), tr("as it should be"))
    return QTableWidgetItem(icon("alert", "danger"), tr("wrong"))

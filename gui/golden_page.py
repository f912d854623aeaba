"""The golden set of a product as a table, and the check of it: are the parts a person knows still judged rightly?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui.golden_table import GoldenTable, describe_part
from gui.icon_button import make_icon_button
from gui.operations import Operation
from gui.theme import SPACING
from gui.translated import tr, trn
from gui.work_progress import WorkProgress
from station.golden_set import GoldenCheck, GoldenPart, GoldenResult
from station.product_overview import ProductOverview


class GoldenPage(QWidget):
    """The page of a product's settings with its golden set."""

    check_wanted = Signal()
    addition_wanted = Signal()
    removal_wanted = Signal(int)
    """Number of the inspection to take out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: Sequence[GoldenPart] = ()
        self._results: Mapping[int, GoldenResult] = {}
        self._is_checking = False
        self._build()
        self.table.itemSelectionChanged.connect(self._enable)

    def show_overview(self, overview: ProductOverview) -> None:
        """Show the set; what the last check said holds only for the version it checked."""
        self._results = {}
        self._parts = overview.golden
        self.outcome.setText(
            trn("{count} part. Not checked yet.", "{count} parts. Not checked yet.", len(self._parts))
            if self._parts
            else tr("No part yet. Add parts that a person decided about: a few good ones, and one of each defect.")
        )
        self.setEnabled(not overview.version.retired)
        self._fill()

    def follow(self, operation: Operation) -> None:
        """Show how far a check is; another cannot begin meanwhile."""
        self._is_checking = True
        operation.finished.connect(self._end_check)
        self.progress.follow(operation)
        self._enable()

    def _end_check(self) -> None:
        self._is_checking = False
        self._enable()

    def show_check(self, check: GoldenCheck) -> None:
        """Show what a check said."""
        self._results = {result.part.inspection_id: result for result in check.results}
        count = len(check.failures)
        self.outcome.setText(
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
        self.table = GoldenTable(tr("Golden set"), self)
        self.outcome = QLabel(self)
        self.outcome.setWordWrap(True)
        self.progress = WorkProgress(self)
        self.add_button = make_icon_button("plus", tr("Add parts…"), self)
        self.add_button.clicked.connect(self.addition_wanted)
        self.remove_button = QPushButton(tr("Take out of the set…"), self)
        self.remove_button.clicked.connect(self._ask_removal)
        self.check_button = make_icon_button("shield-check-outline", tr("Check now"), self)
        self.check_button.clicked.connect(self.check_wanted)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.add_button)
        buttons.addWidget(self.remove_button)
        buttons.addWidget(self.check_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING)
        layout.addWidget(intro)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.outcome)
        layout.addWidget(self.progress)
        layout.addLayout(buttons)

    def _fill(self) -> None:
        self.table.show_parts([describe_part(part, self._results.get(part.inspection_id)) for part in self._parts])
        self._enable()

    def _enable(self) -> None:
        self.check_button.setEnabled(bool(self._parts) and not self._is_checking)
        self.remove_button.setEnabled(bool(self.table.selectedItems()))

    def _ask_removal(self) -> None:
        row = self.table.currentRow()
        if 0 <= row < len(self._parts):
            self.removal_wanted.emit(self._parts[row].inspection_id)

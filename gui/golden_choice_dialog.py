"""Chooses which inspected parts join a product's golden set, and asks why.

What makes a part fit for it is `station.golden_set`'s affair; this dialog lists the candidates and returns a choice.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QLabel, QTableWidget, QTableWidgetItem, QWidget

from gui.dialogs import BaseDialog, ReasonEdit
from gui.tables import prepare_rows
from gui.theme import verdict_icon
from gui.translated import decision_word, format_moment, tr, trn, verdict_word
from storage.records import InspectionSummary


class GoldenChoiceDialog(BaseDialog):
    """Past inspections with a tick each, newest first."""

    def __init__(self, product: str, candidates: Sequence[InspectionSummary], parent: QWidget | None = None) -> None:
        super().__init__(parent, tr("Add to the golden set of {name}", name=product), (720, 520))
        self._candidates = candidates
        self._names: dict[int, QTableWidgetItem] = {}
        self._build()
        self.table.itemChanged.connect(self._refresh)
        self.reason_edit.changed.connect(self._refresh)
        self._refresh()

    @property
    def chosen(self) -> list[int]:
        """Numbers of the inspections that are ticked."""
        return [number for number, name in self._names.items() if name.checkState() == Qt.CheckState.Checked]

    @property
    def reason(self) -> str:
        """Why they are added."""
        return self.reason_edit.reason

    def _build(self) -> None:
        intro = QLabel(
            tr("Tick parts of which you are sure. Inspections appear here once a person decided about them.")
            if self._candidates
            else tr("There is no part to add. Decide about a past inspection first, in its review."),
            self,
        )
        intro.setWordWrap(True)
        self.table = self._build_table()
        self.reason_edit = ReasonEdit(self)
        self.reason_edit.setMaximumHeight(110)
        for widget in (self.table, self.reason_edit):
            widget.setEnabled(bool(self._candidates))
        self.body.addWidget(intro)
        self.body.addWidget(self.table, 1)
        self.body.addWidget(self.reason_edit)
        self.add_button(tr("Cancel")).clicked.connect(self.reject)
        self.add = self.add_button("", "primary", is_default=True)
        self.add.clicked.connect(self.accept)

    def _build_table(self) -> QTableWidget:
        table = QTableWidget(len(self._candidates), 4, self)
        prepare_rows(table, tr("Inspections"))
        table.setHorizontalHeaderLabels([tr("Part"), tr("When"), tr("Verdict"), tr("A person decided")])
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for row, candidate in enumerate(self._candidates):
            items = _make_items(candidate)
            self._names[candidate.id] = items[0]
            for column, item in enumerate(items):
                table.setItem(row, column, item)
        return table

    def _refresh(self) -> None:
        count = len(self.chosen)
        self.add.setText(trn("Add {count} part", "Add {count} parts", count))
        self.add.setEnabled(count > 0 and self.reason_edit.is_enough)


def _make_items(candidate: InspectionSummary) -> list[QTableWidgetItem]:
    name = QTableWidgetItem(tr("{name} (inspection {number})", name=candidate.file_name, number=candidate.id))
    name.setFlags(name.flags() | Qt.ItemFlag.ItemIsUserCheckable)
    name.setCheckState(Qt.CheckState.Unchecked)
    name.setToolTip(name.text())
    return [
        name,
        QTableWidgetItem(format_moment(candidate.recorded_at, "short")),
        QTableWidgetItem(verdict_icon(candidate.verdict), verdict_word(candidate.verdict)),
        QTableWidgetItem(decision_word(candidate.disposition or "")),
    ]

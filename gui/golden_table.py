"""A table of known parts: what a person decided, what the machine said before, what it says now, and whether that fits.

Used by the golden set's page and by "this was good". Where rows come from is their affair.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from gui.tables import prepare_rows
from gui.theme import icon, verdict_icon
from gui.translated import decision_word, tr, verdict_word
from station.golden_set import GoldenPart, GoldenResult


@dataclass(frozen=True)
class KnownPart:
    """One row; `now` and `passed` are None until the part is judged again."""

    name: str
    decision: str
    decided_by: str
    before: str | None
    now: str | None = None
    passed: bool | None = None


class GoldenTable(QTableWidget):
    """Read-only rows, one part each."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(0, 5, parent)
        prepare_rows(self, name)
        self.setHorizontalHeaderLabels(
            [tr("Part"), tr("A person decided"), tr("Verdict then"), tr("Verdict now"), tr("Outcome")]
        )
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(72)

    def show_parts(self, parts: Sequence[KnownPart]) -> None:
        """Show these parts."""
        self.setRowCount(len(parts))
        for row, part in enumerate(parts):
            name = QTableWidgetItem(part.name)
            name.setToolTip(part.name)
            decided = QTableWidgetItem(decision_word(part.decision))
            decided.setToolTip(tr("decided by {name}", name=part.decided_by))
            now = _show_verdict(part.now) if part.now else QTableWidgetItem("–")
            items = (name, decided, _show_verdict(part.before), now, _show_outcome(part.passed))
            for column, item in enumerate(items):
                self.setItem(row, column, item)


def describe_part(part: GoldenPart, result: GoldenResult | None) -> KnownPart:
    """Return a golden part as a row, with what a check said of it."""
    name = tr("{name} (inspection {number})", name=part.file_name, number=part.inspection_id)
    now, passed = (result.verdict, result.passed) if result else (None, None)
    return KnownPart(name, part.decision, part.decided_by, part.verdict, now, passed)


def _show_verdict(verdict: str | None) -> QTableWidgetItem:
    return QTableWidgetItem(verdict_icon(verdict), verdict_word(verdict))


def _show_outcome(passed: bool | None) -> QTableWidgetItem:
    if passed is None:
        return QTableWidgetItem("–")
    if passed:
        return QTableWidgetItem(icon("check", "success"), tr("as it should be"))
    return QTableWidgetItem(icon("alert", "danger"), tr("wrong"))

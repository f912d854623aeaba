"""How grave a defect is: minor, major, critical, or not said."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QWidget

from gui.translated import mark, severity_word, tr
from storage.records import Severity

_EXPLAINED: dict[Severity, str] = {
    "minor": mark("Hardly matters for the use of the part."),
    "major": mark("The part may not do what it is for."),
    "critical": mark("The part may hurt somebody or break a rule."),
}


class SeverityChoice(QComboBox):
    """Nothing is chosen at first: a decision need not say it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Severity"))
        self.setToolTip(tr("How grave the defect is"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.addItem(tr("No severity"), None)
        for severity in get_args(Severity):
            self.addItem(severity_word(severity), severity)
            self.setItemData(self.count() - 1, tr(_EXPLAINED[severity]), Qt.ItemDataRole.ToolTipRole)

    @property
    def severity(self) -> Severity | None:
        """What is chosen."""
        chosen: Severity | None = self.currentData()
        return chosen

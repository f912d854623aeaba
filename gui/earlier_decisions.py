"""What people decided on an inspection before, the newest first, each with who, when, code and reason."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from gui.translated import decision_word, format_moment, tr
from storage.records import Disposition

_MOST_LINES = 6


class EarlierDecisions(QWidget):
    """A caption and a text that can be read and copied; takes no room while there was none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setAccessibleName(tr("Earlier decisions"))
        self.text.setTabChangesFocus(True)
        self.text.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(QLabel(tr("Earlier decisions"), self))
        layout.addWidget(self.text)

    def show_decisions(self, dispositions: Sequence[Disposition]) -> None:
        """Show them."""
        self.text.setPlainText("\n".join(_describe(each) for each in reversed(dispositions)))
        lines = min(2 * len(dispositions), _MOST_LINES)
        self.text.setFixedHeight(self.text.fontMetrics().lineSpacing() * lines + 22)
        self.setVisible(bool(dispositions))


def _describe(disposition: Disposition) -> str:
    values = {
        "decision": decision_word(disposition.decision),
        "code": disposition.code,
        "name": disposition.decided_by.name,
        "moment": format_moment(disposition.decided_at, "short"),
        "reason": disposition.reason,
    }
    if disposition.code:
        return tr("{decision} ({code}), {name}, {moment}: {reason}", **values)
    return tr("{decision}, {name}, {moment}: {reason}", **values)

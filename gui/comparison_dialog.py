"""Two inspections beside each other, as they were recorded: verdict, score, photo with its regions."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.dialogs import BaseDialog
from gui.elided_label import ElidedLabel
from gui.image_view import ImageView
from gui.messages import Message
from gui.operations import Failure, Lane, Operations
from gui.theme import SPACING, verdict_icon
from gui.translated import format_moment, format_number, tr, verdict_word
from station.opening import OpenedInspection, open_inspection
from storage.records import RecordedInspection

_SIGN = QSize(28, 28)


class ComparisonDialog(BaseDialog):
    """Reads both in the background; read-only."""

    message = Signal(object)

    def __init__(self, operations: Operations, first: int, second: int, parent: QWidget | None = None) -> None:
        super().__init__(parent, tr("Compare two inspections"), (1180, 720))
        self.sides = (_Side(self), _Side(self))
        row = QHBoxLayout()
        row.setSpacing(2 * SPACING)
        for side in self.sides:
            row.addWidget(side, 1)
        self.body.addLayout(row, 1)
        self.add_close_button()
        for number, side in zip((first, second), self.sides, strict=True):
            self._load(operations, number, side)

    def _load(self, operations: Operations, number: int, side: _Side) -> None:
        operations.run(
            tr("Opening inspection {number}", number=number),
            lambda station, control: open_inspection(station, number),
            lane=Lane.DATABASE,
            owner=self,
            on_success=side.show_inspection,
            on_failure=self._fail,
        )

    def _fail(self, failure: Failure) -> None:
        self.message.emit(Message(failure.sentence, "error"))
        self.reject()


class _Side(QWidget):
    """One of the two."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._sign = QLabel(self)
        self.title = ElidedLabel(tr("Opening…"), self, Qt.TextElideMode.ElideMiddle)
        self.title.setProperty("role", "heading")
        self.facts = ElidedLabel("", self)
        self.facts.setProperty("role", "muted")
        self.view = ImageView(self)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.title)
        words.addWidget(self.facts)
        head = QHBoxLayout()
        head.setSpacing(SPACING + 2)
        head.addWidget(self._sign)
        head.addLayout(words, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(head)
        layout.addWidget(self.view, 1)

    def show_inspection(self, opened: OpenedInspection) -> None:
        record = opened.record
        self._sign.setPixmap(verdict_icon(record.verdict).pixmap(_SIGN, self.devicePixelRatioF()))
        self._sign.setAccessibleName(verdict_word(record.verdict))
        self.title.setText(f"{verdict_word(record.verdict)}  ·  {record.file_name}")
        self.facts.setText(_describe(record))
        self.view.show_inspection(opened)


def _describe(record: RecordedInspection) -> str:
    moment = format_moment(record.recorded_at)
    if record.score is None:
        return tr("Inspection {number}, {moment}", number=record.id, moment=moment)
    score = format_number(record.score)
    return tr("Inspection {number}, {moment}, score {score}", number=record.id, moment=moment, score=score)

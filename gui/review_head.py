"""The verdict a person decides beside: its shape, word and score, and that it stays as it is."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.icons import verdict_icon
from gui.labels import make_label
from gui.theme import SPACING, theme_notifier
from gui.translated import format_number, tr, verdict_word
from gui.verdict_signs import format_score
from inference.results import LIMIT
from storage.records import RecordedInspection

_SIGN = QSize(40, 40)


class ReviewHead(QWidget):
    """Shows a verdict, and nothing that could change it."""

    def __init__(self, record: RecordedInspection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._verdict = record.verdict
        self._sign = QLabel(self)
        said = make_label("heading", self, describe_verdict(record))
        explained = tr("The verdict stays as it is. Your decision is kept beside it, with your name and reason.")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(said)
        words.addWidget(make_label("muted", self, explained))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING + 4)
        layout.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        self._paint_sign()
        theme_notifier().changed.connect(self._paint_sign)

    def _paint_sign(self) -> None:
        ratio = self.devicePixelRatioF()
        self._sign.setPixmap(verdict_icon(self._verdict, _SIGN.width()).pixmap(_SIGN, ratio))


def describe_verdict(record: RecordedInspection) -> str:
    """Return verdict and score in a line."""
    verdict = verdict_word(record.verdict)
    if record.score is None:
        return verdict
    limit = record.limit if record.limit is not None else LIMIT
    score = format_score(record.score, limit)
    return tr(
        "Verdict {verdict}: score {score}, limit {limit}", verdict=verdict, score=score, limit=format_number(limit)
    )

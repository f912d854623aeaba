"""What "this was good" shows before it is said: the part, its verdict, what will happen, and a field for the reason."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.dialogs import ReasonEdit
from gui.elided_label import ElidedLabel
from gui.pixmaps import fit_pixmap, pixmap_of_pixels
from gui.theme import SPACING, theme_notifier, verdict_icon
from gui.translated import decision_word, format_number, tr, trn, verdict_word
from station.good_parts import GoodPartPlan
from station.references_check import PhotoPreview
from storage.records import Disposition

PICTURE = QSize(212, 159)


class DoubtedPart(QWidget):
    """The photo of the part, its verdict, and its product."""

    def __init__(self, plan: GoodPartPlan, preview: PhotoPreview, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._verdict = plan.inspection.verdict
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * SPACING)
        row.addWidget(self._build_picture(preview))
        row.addLayout(self._build_facts(plan), 1)
        theme_notifier().changed.connect(self._paint_verdict)
        self._paint_verdict()

    def _build_picture(self, preview: PhotoPreview) -> QLabel:
        picture = QLabel(self)
        picture.setPixmap(fit_pixmap(pixmap_of_pixels(preview.pixels), PICTURE, self.devicePixelRatioF()))
        picture.setAccessibleName(preview.name)
        return picture

    def _build_facts(self, plan: GoodPartPlan) -> QVBoxLayout:
        record, version = plan.inspection, plan.version
        name = ElidedLabel(record.file_name, self, Qt.TextElideMode.ElideMiddle)
        name.setProperty("role", "heading")
        self._sign = QLabel(self)
        verdict = QHBoxLayout()
        verdict.setSpacing(SPACING)
        verdict.addWidget(self._sign)
        verdict.addWidget(wrapped(_describe_verdict(record.verdict, record.score), self), 1)
        number = trn("{count} good part so far", "{count} good parts so far", len(version.approved))
        product = ElidedLabel(tr("Product {name}", name=version.name), self)
        facts = QVBoxLayout()
        facts.setSpacing(SPACING)
        facts.addWidget(name)
        facts.addLayout(verdict)
        facts.addWidget(product)
        facts.addWidget(wrapped(tr("Version {number}, {parts}", number=version.version, parts=number), self, "muted"))
        facts.addStretch(1)
        return facts

    def _paint_verdict(self) -> None:
        sign = verdict_icon(self._verdict)
        self._sign.setPixmap(sign.pixmap(QSize(26, 26), self.devicePixelRatioF()))


class GoodPartQuestion(QWidget):
    """What will happen, and the reason for it."""

    def __init__(self, plan: GoodPartPlan, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        layout.addWidget(
            wrapped(
                tr(
                    "The photo becomes a reference, and parts that look like it are accepted from now on. Say so only "
                    "of a part that is really good: a defect taught as good is not found again."
                ),
                self,
            )
        )
        layout.addWidget(wrapped(_say_golden(plan), self, "muted"))
        if plan.overruled is not None:
            layout.addWidget(wrapped(_say_overruled(plan.overruled), self, "error"))
        self.reason_edit = ReasonEdit(self)
        layout.addWidget(self.reason_edit, 1)


def _say_golden(plan: GoodPartPlan) -> str:
    if not plan.golden:
        return tr("The product has no golden set, so nothing tells whether defects are still found afterwards.")
    return trn(
        "Afterwards the {count} part of the golden set is judged again.",
        "Afterwards the {count} parts of the golden set are judged again.",
        plan.golden,
    )


def _say_overruled(last: Disposition) -> str:
    return tr(
        "{name} decided “{decision}” about this part; your decision overrules it.",
        name=last.decided_by.name,
        decision=decision_word(last.decision),
    )


def _describe_verdict(verdict: str | None, score: float | None) -> str:
    if score is None:
        return verdict_word(verdict)
    return tr("{verdict}, score {score}, limit 50", verdict=verdict_word(verdict), score=format_number(score))


def wrapped(text: str, parent: QWidget, role: str = "") -> QLabel:
    """Return a label whose lines wrap."""
    label = QLabel(text, parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    return label

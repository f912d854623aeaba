"""Shows what speaks against photos before they become references; the person unticks what is to stay out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QLabel, QRadioButton, QScrollArea, QVBoxLayout, QWidget

from gui.dialogs import BaseDialog
from gui.elided_label import ElidedLabel
from gui.pixmaps import fit_pixmap, pixmap_of_pixels
from gui.theme import SPACING, icon, verdict_icon
from gui.translated import gate_sentence, tr, trn, verdict_word
from station.references_check import ReferenceCheck

_PICTURE = QSize(112, 84)


class ReferenceCheckDialog(BaseDialog):
    """Asks which photos to add and whether they count at once."""

    def __init__(self, product: str, checks: Sequence[ReferenceCheck], parent: QWidget | None = None) -> None:
        super().__init__(parent, tr("Add references to {name}", name=product), (680, 520))
        self.rows = [_CheckRow(check, self) for check in checks]
        self._build()
        for row in self.rows:
            row.box.toggled.connect(self._refresh)
        self._refresh()

    @property
    def chosen(self) -> list[Path]:
        """The files that are ticked."""
        return [row.check.path for row in self.rows if row.box.isChecked()]

    @property
    def is_proposed(self) -> bool:
        """Whether they wait until somebody approves them."""
        return self.propose_choice.isChecked()

    def _build(self) -> None:
        doubtful = sum(not row.check.is_recommended for row in self.rows)
        intro = QLabel(_introduce(doubtful), self)
        intro.setWordWrap(True)
        self.body.addWidget(intro)
        page = QWidget(self)
        page.setProperty("role", "page")
        rows = QVBoxLayout(page)
        rows.setContentsMargins(0, 0, SPACING, 0)
        rows.setSpacing(SPACING)
        # What needs a person's eye comes first.
        for row in sorted(self.rows, key=lambda row: row.check.is_recommended):
            rows.addWidget(row)
        rows.addStretch(1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(page)
        self.body.addWidget(area, 1)
        self.approve_choice = QRadioButton(tr("Compare with them from now on"), self)
        self.propose_choice = QRadioButton(tr("Only propose them; somebody approves them later"), self)
        self.approve_choice.setChecked(True)
        self.body.addWidget(self.approve_choice)
        self.body.addWidget(self.propose_choice)
        self.add_button(tr("Cancel")).clicked.connect(self.reject)
        self.add = self.add_button("", "primary", is_default=True)
        self.add.clicked.connect(self.accept)

    def _refresh(self) -> None:
        count = len(self.chosen)
        self.add.setText(trn("Add {count} reference", "Add {count} references", count))
        self.add.setEnabled(count > 0)


class _CheckRow(QFrame):
    """One photo: tick, picture, name, verdict and warnings."""

    def __init__(self, check: ReferenceCheck, parent: QWidget) -> None:
        super().__init__(parent)
        self.check = check
        self.setProperty("role", "card")
        name = check.photo.name if check.photo else check.path.name
        self.box = QCheckBox(self)
        self.box.setAccessibleName(tr("Add {name}", name=name))
        self.box.setChecked(check.is_recommended)
        self.box.setEnabled(check.is_usable)
        grid = QGridLayout(self)
        grid.setContentsMargins(SPACING, SPACING, SPACING, SPACING)
        grid.setHorizontalSpacing(SPACING + 4)
        grid.setColumnStretch(2, 1)
        words = self._build_words(name)
        grid.addWidget(self.box, 0, 0)
        grid.addWidget(self._build_picture(), 0, 1)
        grid.addLayout(words, 0, 2)
        grid.addWidget(self._build_verdict(), 0, 3)
        self.setAccessibleName(name)
        self.setAccessibleDescription(" ".join(gate_sentence(warning) for warning in check.warnings))

    def _build_picture(self) -> QLabel:
        picture = QLabel(self)
        picture.setFixedSize(_PICTURE)
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        ratio = self.devicePixelRatioF()
        if self.check.photo is not None:
            picture.setPixmap(fit_pixmap(pixmap_of_pixels(self.check.photo.pixels), _PICTURE, ratio))
        else:
            picture.setPixmap(icon("image-broken-variant", "border_strong").pixmap(QSize(40, 40), ratio))
        return picture

    def _build_words(self, name: str) -> QVBoxLayout:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch(1)
        title = ElidedLabel(name, self, Qt.TextElideMode.ElideMiddle)
        title.setProperty("role", "heading")
        words.addWidget(title)
        for warning in self.check.warnings:
            words.addWidget(_wrapped(gate_sentence(warning), self))
        if not self.check.warnings:
            words.addWidget(_wrapped(tr("Nothing speaks against it."), self, "muted"))
        words.addStretch(1)
        return words

    def _build_verdict(self) -> QLabel:
        label = QLabel(self)
        if self.check.verdict is not None:
            verdict = self.check.verdict.value
            label.setPixmap(verdict_icon(verdict).pixmap(QSize(28, 28), self.devicePixelRatioF()))
            label.setToolTip(tr("As a part it would get: {verdict}", verdict=verdict_word(verdict)))
            label.setAccessibleName(label.toolTip())
        return label


def _introduce(doubtful: int) -> str:
    if not doubtful:
        return tr("Each photo must show a different part, and a good one. Nothing speaks against these.")
    return trn(
        "Each photo must show a different part, and a good one. Look at {count} of them closely.",
        "Each photo must show a different part, and a good one. Look at {count} of them closely.",
        doubtful,
    )


def _wrapped(text: str, parent: QWidget, role: str = "") -> QLabel:
    label = QLabel(text, parent)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    return label

"""Asks for a rule of how long records are kept, or for what a legal hold is on, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtWidgets import QComboBox, QFormLayout, QSpinBox, QWidget

from gui.database_page import make_words
from gui.dialogs import BaseDialog, ReasonEdit
from gui.theme import SPACING
from gui.translated import mark, tr
from storage.retention import MOST_YEARS, Keep

KEEPS: tuple[tuple[Keep, str], ...] = (
    ("for-ever", mark("For ever")),
    ("years", mark("Years after each inspection")),
    ("life-and-years", mark("While the product is in use, then whole calendar years")),
)
_MOST_INSPECTIONS = 2_000_000_000


@dataclass(frozen=True)
class RuleEntry:
    """What was chosen; `product` is None for everything without a rule of its own."""

    product: str | None
    keep: Keep
    years: int
    reason: str


@dataclass(frozen=True)
class HoldEntry:
    """What a hold is on; both None for everything."""

    product: str | None
    inspection_id: int | None
    reason: str


class _Form(BaseDialog):
    """Fields, a reason, and a button that rests until the reason is long enough."""

    def __init__(self, title: str, text: str, button: str, parent: QWidget | None) -> None:
        super().__init__(parent, title, (520, 380))
        words = make_words(self)
        words.setText(text)
        self.form = QFormLayout()
        self.form.setSpacing(SPACING + 2)
        self.form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.reason_edit = ReasonEdit(self)
        self.body.addWidget(words)
        self.body.addLayout(self.form)
        self.body.addWidget(self.reason_edit, 1)
        self.add_button(tr("Cancel")).clicked.connect(self.reject)
        self.save_button = self.add_button(button, "primary", is_default=True)
        self.save_button.clicked.connect(self.accept)
        self.reason_edit.changed.connect(self._enable)
        self._enable()

    def _order(self, *fields: QWidget) -> None:
        """Let the keyboard go through the fields in their order, the reason after them."""
        for before, after in pairwise((*fields, self.reason_edit.edit)):
            self.setTabOrder(before, after)
        fields[0].setFocus()

    def _enable(self) -> None:
        self.save_button.setEnabled(self.reason_edit.is_enough)


class RuleForm(_Form):
    """A rule for a product, or for all that have none."""

    def __init__(self, products: Sequence[str], parent: QWidget | None = None) -> None:
        text = tr(
            "A rule deletes nothing by itself. It says from when on the files of an inspection may be proposed for "
            "deletion, on which two people must agree; the records themselves always stay."
        )
        super().__init__(tr("How long records are kept"), text, tr("Set rule"), parent)
        self.product_box = QComboBox(self)
        self.product_box.setAccessibleName(tr("Product"))
        self.product_box.addItem(tr("Everything without a rule of its own"), None)
        for name in products:
            self.product_box.addItem(name, name)
        self.keep_box = QComboBox(self)
        self.keep_box.setAccessibleName(tr("Kept"))
        for keep, words in KEEPS:
            self.keep_box.addItem(tr(words), keep)
        self.years_box = QSpinBox(self)
        self.years_box.setAccessibleName(tr("Years"))
        self.years_box.setRange(0, MOST_YEARS)
        self.years_box.setValue(15)
        self.form.addRow(tr("&Product"), self.product_box)
        self.form.addRow(tr("&Kept"), self.keep_box)
        self.form.addRow(tr("&Years"), self.years_box)
        self.keep_box.currentIndexChanged.connect(lambda _: self._adapt())
        self._adapt()
        self._order(self.product_box, self.keep_box, self.years_box)

    @property
    def entry(self) -> RuleEntry:
        """What was chosen."""
        keep = KEEPS[self.keep_box.currentIndex()][0]
        years = 0 if keep == "for-ever" else self.years_box.value()
        return RuleEntry(self.product_box.currentData(), keep, years, self.reason_edit.reason)

    def _adapt(self) -> None:
        keep = KEEPS[self.keep_box.currentIndex()][0]
        self.years_box.setEnabled(keep != "for-ever")
        self.years_box.setMinimum(1 if keep == "years" else 0)


class HoldForm(_Form):
    """What a legal hold is on."""

    def __init__(self, products: Sequence[str], parent: QWidget | None = None) -> None:
        text = tr("Nothing that is on legal hold can be purged, whatever the rules say, until the hold is released.")
        super().__init__(tr("Legal hold"), text, tr("Put on hold"), parent)
        self.what_box = QComboBox(self)
        self.what_box.setAccessibleName(tr("What"))
        self.what_box.addItem(tr("One inspection"), "inspection")
        self.what_box.addItem(tr("Everything"), "everything")
        for name in products:
            self.what_box.addItem(tr("Product {name}", name=name), ("product", name))
        self.number_box = QSpinBox(self)
        self.number_box.setAccessibleName(tr("Number of the inspection"))
        self.number_box.setRange(1, _MOST_INSPECTIONS)
        self.form.addRow(tr("&What"), self.what_box)
        self.form.addRow(tr("&Number of the inspection"), self.number_box)
        self.what_box.currentIndexChanged.connect(lambda _: self._adapt())
        self._order(self.what_box, self.number_box)

    @property
    def entry(self) -> HoldEntry:
        """What was chosen."""
        what = self.what_box.currentData()
        product = what[1] if isinstance(what, (tuple, list)) else None
        number = self.number_box.value() if what == "inspection" else None
        return HoldEntry(product, number, self.reason_edit.reason)

    def _adapt(self) -> None:
        self.number_box.setEnabled(self.what_box.currentData() == "inspection")

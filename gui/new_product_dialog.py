"""Makes a product of photos in one more click: the name is there already, learning goes on in the background."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from gui.dialogs import BaseDialog
from gui.pixmaps import fit_pixmap, pixmap_of_pixels
from gui.theme import SPACING
from gui.translated import gate_sentence, tr, trn
from station.references_check import ReferenceCheck, ReferenceWarning
from storage.records import MAX_NAME

_PICTURE = QSize(150, 112)
_MOST_SHOWN = 3
_MOST_DOUBTS = 4
_SERIAL_NAME = re.compile(r"(img|dsc|dscn|dscf|image|photo|pict|pic|p)?[\W_]*\d*", re.IGNORECASE)
"""Names that cameras give; they say nothing of the product."""
_FOLDERS_WITHOUT_NAMES = frozenset(
    {"good", "ok", "train", "test", "references", "reference", "normal", "images", "photos", "pictures", "dcim", "tmp"}
)


def suggest_name(path: Path, taken: Collection[str] = ()) -> str:
    """Return a product name made of a photo's name, or its folder's where that says more; never one that is taken."""
    candidates = [path.stem, *(folder.name for folder in path.parents)]
    telling = (
        name for name in candidates if not _SERIAL_NAME.fullmatch(name) and name.lower() not in _FOLDERS_WITHOUT_NAMES
    )
    name = re.sub(r"[_\s]+", " ", next(telling, "")).strip()[: MAX_NAME - 8] or tr("New product")
    used = {other.casefold() for other in taken}
    numbered = (f"{name} {number}" for number in range(2, len(used) + 3))
    return name if name.casefold() not in used else next(other for other in numbered if other.casefold() not in used)


class NewProductDialog(BaseDialog):
    """Asks for nothing but a name."""

    def __init__(
        self, checks: Sequence[ReferenceCheck], name: str, taken: Collection[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, tr("New product"), (560, 360))
        self._checks = [check for check in checks if check.is_usable]
        self._left_out = [check for check in checks if not check.is_usable]
        self._taken = {other.casefold() for other in taken}
        self._build()
        self.name_edit.textChanged.connect(self._check)
        self.name_edit.setText(name)
        self.name_edit.selectAll()
        self.name_edit.setFocus()

    @property
    def name(self) -> str:
        """The name as it will be kept."""
        return self.name_edit.text().strip()

    @property
    def paths(self) -> list[Path]:
        """The photos that become references."""
        return [check.path for check in self._checks]

    def _build(self) -> None:
        pictures = QHBoxLayout()
        pictures.setSpacing(SPACING)
        for check in self._checks[:_MOST_SHOWN]:
            pictures.addWidget(self._make_picture(check))
        if (hidden := len(self._checks) - _MOST_SHOWN) > 0:
            pictures.addWidget(self._make_text(trn("and {count} more", "and {count} more", hidden)))
        pictures.addStretch(1)
        self.body.addLayout(pictures)
        count = len(self._checks)
        more = trn(
            "The photo must show a good part. One is enough to start; more make the promise tighter.",
            "All {count} photos must show good parts, each a different one.",
            count,
        )
        self.body.addWidget(self._make_text(more))
        for warning in self._list_doubts():
            self.body.addWidget(self._make_text(warning))
        label = QLabel(tr("Name of the product"), self)
        self.name_edit = QLineEdit(self)
        self.name_edit.setMaxLength(MAX_NAME)
        label.setBuddy(self.name_edit)
        self.name_edit.setAccessibleName(tr("Name of the product"))
        self._fault = self._make_text("")
        self._fault.setProperty("role", "error")
        self.body.addWidget(label)
        self.body.addWidget(self.name_edit)
        self.body.addWidget(self._fault)
        self.body.addStretch(1)
        self.add_button(tr("Cancel")).clicked.connect(self.reject)
        self.create_button = self.add_button(tr("Create"), "primary", is_default=True)
        self.create_button.clicked.connect(self.accept)

    def _list_doubts(self) -> list[str]:
        """Sentences about photos that are left out and about copies, with their names where they do not say them."""
        doubts = [_say(check, warning) for check in [*self._left_out, *self._checks] for warning in check.warnings]
        hidden = len(doubts) - _MOST_DOUBTS
        if hidden <= 0:
            return doubts
        more = trn("{count} more photo is left out or doubtful.", "{count} more are left out or doubtful.", hidden)
        return [*doubts[:_MOST_DOUBTS], more]

    def _make_picture(self, check: ReferenceCheck) -> QLabel:
        label = QLabel(self)
        if check.photo is not None:
            pixmap = pixmap_of_pixels(check.photo.pixels)
            label.setPixmap(fit_pixmap(pixmap, _PICTURE, self.devicePixelRatioF()))
        label.setToolTip(str(check.path))
        label.setAccessibleName(check.path.name)
        return label

    def _make_text(self, text: str) -> QLabel:
        label = QLabel(text, self)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        return label

    def _check(self) -> None:
        fault = ""
        if not self.name:
            fault = tr("Give the product a name.")
        elif self.name.casefold() in self._taken:
            fault = tr("There is a product of this name already; choose another.")
        self._fault.setText(fault or " ")
        self.create_button.setEnabled(not fault)


def _say(check: ReferenceCheck, warning: ReferenceWarning) -> str:
    sentence = gate_sentence(warning)
    if sentence.startswith(check.path.name):
        return sentence
    return tr("{name}: {sentence}", name=check.path.name, sentence=sentence)

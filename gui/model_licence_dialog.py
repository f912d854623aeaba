"""Shows the licences of model packs in full; they are installed only after somebody accepted them here."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QPlainTextEdit, QWidget

from gui.dialogs import BaseDialog
from gui.theme import mono_font
from gui.translated import tr, trn
from station.licences import read_licence
from station.models import PackInfo


class ModelLicenceDialog(BaseDialog):
    """Accepted means that the person accepts the licences; without `asks` it only shows them."""

    def __init__(self, packs: Sequence[PackInfo], parent: QWidget | None = None, *, asks: bool = True) -> None:
        title = trn("Licence of {count} model pack", "Licences of {count} model packs", len(packs))
        super().__init__(parent, title, (720, 600))
        for pack in packs:
            self._add_head(pack)
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setFont(mono_font())
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(tr("Text of the licence"))
        self.text.setPlainText(_join_texts(packs))
        self.body.addWidget(self.text, 1)
        self.accept_box = QCheckBox(tr("I have read this and accept it for my organisation."), self)
        self.accept_box.setVisible(asks)
        self.body.addWidget(self.accept_box)
        self._add_buttons(asks)

    def _add_head(self, pack: PackInfo) -> None:
        name = QLabel(pack.title, self)
        name.setProperty("role", "heading")
        facts = QLabel(
            tr("Licence: {licence}\nSource: {origin}", licence=pack.licence, origin=pack.origin),
            self,
        )
        facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        for label in (name, facts):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            self.body.addWidget(label)

    def _add_buttons(self, asks: bool) -> None:
        if not asks:
            self.add_close_button()
            return
        self.add_button(tr("Cancel")).clicked.connect(self.reject)
        self.accept_button = self.add_button(tr("Accept and install"), "primary", is_default=True)
        self.accept_button.setEnabled(False)
        self.accept_button.clicked.connect(self.accept)
        self.accept_box.toggled.connect(self.accept_button.setEnabled)


def _join_texts(packs: Sequence[PackInfo]) -> str:
    """Each text once, however many packs it is for."""
    texts = dict.fromkeys(read_licence(pack.licence) for pack in packs)
    missing = tr("The text of this licence did not come with the program; ask whoever made the pack for it.")
    return ("\n\n" + "=" * 72 + "\n\n").join(text or missing for text in texts)

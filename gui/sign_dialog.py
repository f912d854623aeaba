"""Signs an inspection: what the signature says, a comment, and the password again; below it who has signed before.

The signature is bound to the record's hash by `station.people`; a second one must be somebody else's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QPlainTextEdit, QWidget

from gui.dialogs import BaseDialog
from gui.labels import make_label
from gui.messages import Message
from gui.operations import Failure, Lane, Operation, Operations
from gui.password_edit import PasswordEdit
from gui.theme import SPACING
from gui.translated import format_moment, mark, tr
from station.people import sign
from station.rights import Person
from storage.records import Meaning, RecordedInspection, Signature
from storage.sequence import is_overtaken

_MEANINGS: dict[Meaning, str] = {
    "reviewed": mark("Reviewed"),
    "approved": mark("Approved"),
    "rejected": mark("Rejected"),
}
_EXPLANATIONS: dict[Meaning, str] = {
    "reviewed": mark("I have looked at the part and its record."),
    "approved": mark("I agree with what the record says."),
    "rejected": mark("I do not agree with what the record says."),
}
_LONGEST_COMMENT = 2000


class SignDialog(BaseDialog):
    """One signature of the person who has logged on."""

    signed = Signal(int)
    """Number of the inspection."""
    message = Signal(object)

    def __init__(
        self, operations: Operations, record: RecordedInspection, person: Person, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, tr("Sign inspection {number}", number=record.id), (560, 460))
        self._operations = operations
        self._record = record
        self._person = person
        self._has_signed = False
        self._signing: Operation | None = None
        self._build()
        self._explain()
        self._enable()
        self.meaning_box.setFocus()
        self._read()

    def sign(self) -> None:
        """Record the signature; on failure everything but the password stays."""
        password = self.password_edit.text()
        if not password or self._signing is not None or self._has_signed:
            return
        number, meaning, comment = self._record.id, self._meaning, self.comment_edit.text().strip()
        self.fault.hide()
        self._signing = self._operations.run(
            tr("Signing inspection {number}", number=number),
            lambda station, control: sign(station, number, password, meaning, comment),
            lane=Lane.DATABASE,
            owner=self,
            on_success=self._finish,
            on_failure=self._fail,
        )
        self._enable()

    def reject(self) -> None:
        """Close without a signature; not while one is being recorded."""
        if self._signing is None:
            super().reject()

    @property
    def _meaning(self) -> Meaning:
        return get_args(Meaning)[self.meaning_box.currentIndex()]  # type: ignore[no-any-return]

    def _build(self) -> None:
        self.meaning_box = QComboBox(self)
        self.meaning_box.setAccessibleName(tr("What the signature says"))
        for meaning in get_args(Meaning):
            self.meaning_box.addItem(tr(_MEANINGS[meaning]), meaning)
        self.meaning_box.currentIndexChanged.connect(self._explain)
        self.explanation = make_label("muted", self)
        self.comment_edit = QLineEdit(self)
        self.comment_edit.setAccessibleName(tr("Comment"))
        self.comment_edit.setMaxLength(_LONGEST_COMMENT)
        self.password_edit = PasswordEdit(tr("Password"), self)
        self.password_edit.textChanged.connect(self._enable)
        self.fault = make_label("error", self)
        self.fault.hide()
        self._lay_out()
        self.add_button(tr("Cancel")).clicked.connect(self.reject)
        self.sign_button = self.add_button(tr("Sign"), "primary", is_default=True)
        self.sign_button.clicked.connect(self.sign)

    def _lay_out(self) -> None:
        what = make_label("", self)
        name, person = self._record.file_name, self._person.name
        what.setText(tr("{person} signs the record of {name}, as it stands in the database.", person=person, name=name))
        what.setToolTip(tr("Record hash {hash}", hash=self._record.record_hash))
        form = QFormLayout()
        form.setSpacing(SPACING + 2)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(tr("&Meaning"), self.meaning_box)
        form.addRow("", self.explanation)
        form.addRow(tr("&Comment"), self.comment_edit)
        form.addRow(tr("&Password"), self.password_edit)
        self.earlier_caption = make_label("pane-title", self)
        self.earlier = QPlainTextEdit(self)
        self.earlier.setReadOnly(True)
        self.earlier.setTabChangesFocus(True)
        self.earlier.setAccessibleName(tr("Signatures"))
        self.body.addWidget(what)
        self.body.addLayout(form)
        self.body.addWidget(self.fault)
        self.body.addWidget(self.earlier_caption)
        self.body.addWidget(self.earlier, 1)
        self.body.addStretch(0)  # while nobody has signed, else the lines above would drift apart

    def _explain(self) -> None:
        self.explanation.setText(tr(_EXPLANATIONS[self._meaning]))

    def _read(self) -> None:
        number = self._record.id
        self._operations.run(
            tr("Reading the signatures"),
            lambda station, control: (station.store.get_inspection(number), station.store.list_signatures(number)),
            lane=Lane.DATABASE,
            owner=self,
            on_success=self._show_signatures,
            on_failure=self._fail,
        )

    def _show_signatures(self, found: tuple[RecordedInspection, Sequence[Signature]]) -> None:
        record, signatures = found
        self.earlier_caption.setText(tr("Signatures") if signatures else tr("Nobody has signed yet."))
        self.earlier.setPlainText("\n".join(_describe(signature, record) for signature in signatures))
        self.earlier.setVisible(bool(signatures))
        self._has_signed = any(signature.account_id == self._person.account_id for signature in signatures)
        if self._has_signed:
            self.fault.setText(tr("You have signed this inspection already; a second signer must be somebody else."))
            self.fault.show()
        self._enable()

    def _finish(self, signature: Signature) -> None:
        self._signing = None
        self.message.emit(Message(tr("Inspection {number} is signed.", number=signature.inspection_id), "success"))
        self.signed.emit(signature.inspection_id)
        self.accept()

    def _fail(self, failure: Failure) -> None:
        self._signing = None
        self.fault.setText(failure.sentence)
        self.fault.show()
        self.password_edit.clear()
        self._enable()
        self.password_edit.setFocus()

    def _enable(self) -> None:
        may_sign = self._signing is None and not self._has_signed
        for widget in (self.meaning_box, self.comment_edit, self.password_edit):
            widget.setEnabled(may_sign)
        self.sign_button.setEnabled(may_sign and bool(self.password_edit.text()))


def _describe(signature: Signature, record: RecordedInspection) -> str:
    meaning = tr(_MEANINGS[signature.meaning])
    if is_overtaken(signature, record):
        meaning = tr("{meaning} (before later additions)", meaning=meaning)
    values = {
        "meaning": meaning,
        "name": signature.printed_name,
        "moment": format_moment(signature.recorded_at, "short"),
        "comment": signature.comment,
    }
    if signature.comment:
        return tr("{meaning}, {name}, {moment}: {comment}", **values)
    return tr("{meaning}, {name}, {moment}", **values)

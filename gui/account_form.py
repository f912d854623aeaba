"""Asks what an account needs: name, role, a password twice, why; which of them is up to whoever opens it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QWidget

from gui.dialogs import BaseDialog, ReasonEdit
from gui.labels import make_label
from gui.operations import Failure, Lane, Operation, Operations
from gui.password_edit import PasswordEdit
from gui.theme import SPACING
from gui.translated import tr
from station.people import LONGEST_PASSWORD, SHORTEST_PASSWORD
from station.rights import role_word
from station.station import Station
from storage.records import Account, Role


@dataclass(frozen=True)
class AccountEntry:
    """What a person typed; "" for what was not asked."""

    name: str
    role: Role | None
    password: str
    reason: str


@dataclass(frozen=True)
class AccountQuestion:
    """What is asked, and what is then done with it."""

    title: str
    text: str
    button: str
    write: Callable[[Station, AccountEntry], Account]
    asks_name: bool = False
    roles: tuple[Role, ...] = ()
    """Roles to choose from; none means that the role is not asked."""
    role: Role | None = None
    """The role picked at first."""
    asks_password: bool = False


class AccountForm(BaseDialog):
    """Writes the account and closes; on failure everything that was typed stays."""

    written = Signal(object)
    """The `Account` as it is now."""

    def __init__(self, operations: Operations, question: AccountQuestion, parent: QWidget | None = None) -> None:
        super().__init__(parent, question.title, (500, 460 if question.asks_password else 320))
        self._operations = operations
        self._question = question
        self._writing: Operation | None = None
        self.name_edit = QLineEdit(self)
        self.role_box = QComboBox(self)
        self.password_edit = PasswordEdit(tr("New password"), self)
        self.again_edit = PasswordEdit(tr("New password again"), self)
        self.reason_edit = ReasonEdit(self)
        self._build()
        self._enable()

    def write(self) -> None:
        """Write the account when everything is there."""
        if self._find_missing() or self._writing is not None:
            return
        question, entry = self._question, self._read()
        self.fault.hide()
        self._writing = self._operations.run(
            question.title,
            lambda station, control: question.write(station, entry),
            lane=Lane.DATABASE,
            owner=self,
            on_success=self._finish,
            on_failure=self._fail,
        )
        self._enable()

    def reject(self) -> None:
        """Close without a change; not while one is being written."""
        if self._writing is None:
            super().reject()

    def _build(self) -> None:
        self.name_edit.setAccessibleName(tr("Name"))
        self.name_edit.setMaxLength(200)
        self.role_box.setAccessibleName(tr("Role"))
        for role in self._question.roles:
            self.role_box.addItem(role_word(role), role)
        self.role_box.setCurrentIndex(max(self.role_box.findData(self._question.role), 0))
        self.hint = make_label("muted", self)
        self.fault = make_label("error", self)
        self.fault.hide()
        text = make_label("muted", self)
        text.setText(self._question.text)
        self.body.addWidget(text)
        self.body.addLayout(self._build_form())
        self.body.addWidget(self.reason_edit, 1)
        self.body.addWidget(self.hint)
        self.body.addWidget(self.fault)
        self.add_button(tr("Cancel")).clicked.connect(self.reject)
        self.write_button = self.add_button(self._question.button, "primary", is_default=True)
        self.write_button.clicked.connect(self.write)
        for edit in (self.name_edit, self.password_edit, self.again_edit):
            edit.textChanged.connect(self._enable)
        self.reason_edit.changed.connect(self._enable)

    def _build_form(self) -> QFormLayout:
        form = QFormLayout()
        form.setSpacing(SPACING + 2)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        question = self._question
        rows: tuple[tuple[str, QWidget, bool], ...] = (
            (tr("&Name"), self.name_edit, question.asks_name),
            (tr("&Role"), self.role_box, bool(question.roles)),
            (tr("New &password"), self.password_edit, question.asks_password),
            (tr("Password a&gain"), self.again_edit, question.asks_password),
        )
        for caption, widget, is_asked in rows:
            if is_asked:
                form.addRow(caption, widget)
            widget.setVisible(is_asked)
        return form

    def _read(self) -> AccountEntry:
        role: Role | None = next((role for role in get_args(Role) if role == self.role_box.currentData()), None)
        return AccountEntry(self.name_edit.text().strip(), role, self.password_edit.text(), self.reason_edit.reason)

    def _finish(self, account: Account) -> None:
        self._writing = None
        self.written.emit(account)
        self.accept()

    def _fail(self, failure: Failure) -> None:
        self._writing = None
        self.fault.setText(failure.sentence)
        self.fault.show()
        self._enable()

    def _enable(self) -> None:
        missing = self._find_missing()
        self.hint.setText(missing or " ")
        self.write_button.setEnabled(self._writing is None and not missing)

    def _find_missing(self) -> str:
        question = self._question
        if question.asks_name and not self.name_edit.text().strip():
            return tr("Give a name; records show it, and it stays for ever.")
        if question.asks_password and (fault := self._find_password_fault()):
            return fault
        return "" if self.reason_edit.is_enough else tr("Say why.")

    def _find_password_fault(self) -> str:
        password = self.password_edit.text()
        if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
            return tr("A password has {least} to {most} characters.", least=SHORTEST_PASSWORD, most=LONGEST_PASSWORD)
        return "" if password == self.again_edit.text() else tr("Type the same password twice.")

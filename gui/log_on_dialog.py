"""Asks for name and password and lets that person work. Success and failure are records, made by `station.people`."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCompleter, QFormLayout, QLineEdit, QWidget

from gui.dialogs import BaseDialog
from gui.labels import make_label
from gui.operations import Failure, Lane, Operation, Operations
from gui.password_edit import PasswordEdit
from gui.theme import SPACING
from gui.translated import tr
from station.people import log_on
from station.rights import Person

_AT_TOP = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft


class LogOnDialog(BaseDialog):
    """One log-on; stays open until it works or somebody cancels."""

    logged_on = Signal(object)
    """The `Person` who works from now on."""

    def __init__(self, operations: Operations, parent: QWidget | None = None, reason: str = "") -> None:
        super().__init__(parent, tr("Log on"), (440, 250))
        self._operations = operations
        self._checking: Operation | None = None
        self._build(reason or tr("Without a log-on everything can be looked at, but nothing can be recorded."))
        self._enable()
        self.name_edit.setFocus()
        self._read_names()

    def log_on(self) -> None:
        """Check name and password; what was typed as the name stays after a failure."""
        name, password = self.name_edit.text().strip(), self.password_edit.text()
        if not name or not password or self._checking is not None:
            return
        self.fault.setText(" ")
        self._checking = self._operations.run(
            tr("Logging on"),
            lambda station, control: log_on(station, name, password),
            lane=Lane.DATABASE,
            owner=self,
            on_success=self._finish,
            on_failure=self._fail,
        )
        self._enable()

    def reject(self) -> None:
        """Close without a log-on; not while one is being checked."""
        if self._checking is None:
            super().reject()

    def _build(self, reason: str) -> None:
        why = make_label("muted", self, reason)
        why.setAlignment(_AT_TOP)
        self.name_edit = QLineEdit(self)
        self.name_edit.setAccessibleName(tr("Name"))
        self.name_edit.setMaxLength(200)
        self.password_edit = PasswordEdit(tr("Password"), self)
        self.fault = make_label("error", self, " ")
        self.fault.setAlignment(_AT_TOP)
        form = QFormLayout()
        form.setSpacing(SPACING + 2)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(tr("&Name"), self.name_edit)
        form.addRow(tr("&Password"), self.password_edit)
        self.body.addWidget(why)
        self.body.addLayout(form)
        self.body.addWidget(self.fault, 1)
        self.add_button(tr("Cancel")).clicked.connect(self.reject)
        self.log_on_button = self.add_button(tr("Log on"), "primary", is_default=True)
        self.log_on_button.clicked.connect(self.log_on)
        for edit in (self.name_edit, self.password_edit):
            edit.textChanged.connect(self._enable)

    def _read_names(self) -> None:
        self._operations.run(
            tr("Reading the accounts"),
            lambda station, control: [each.name for each in station.store.list_accounts() if each.active],
            lane=Lane.DATABASE,
            owner=self,
            on_success=self._offer_names,
            on_failure=self._fail,
        )

    def _offer_names(self, names: Sequence[str]) -> None:
        completer = QCompleter(list(names), self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.name_edit.setCompleter(completer)

    def _finish(self, person: Person) -> None:
        self._checking = None
        self.password_edit.clear()
        self.logged_on.emit(person)
        self.accept()

    def _fail(self, failure: Failure) -> None:
        self._checking = None
        self.fault.setText(failure.sentence)
        self._enable()
        self.password_edit.selectAll()
        self.password_edit.setFocus()

    def _enable(self) -> None:
        is_idle = self._checking is None
        for edit in (self.name_edit, self.password_edit):
            edit.setEnabled(is_idle)
        is_filled = bool(self.name_edit.text().strip()) and bool(self.password_edit.text())
        self.log_on_button.setEnabled(is_idle and is_filled)

"""The people who log on here: making accounts, changing their role or password, switching them off and on.

Everything is done by `station.people`, which also refuses it; `account_form` asks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import get_args

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QLabel, QPushButton, QTableWidget, QTableWidgetItem, QWidget

from gui.account_form import AccountEntry, AccountForm, AccountQuestion
from gui.dialogs import BaseDialog
from gui.icon_button import make_icon_button
from gui.operations import Failure, Lane, Operations
from gui.rights_table import RightsTable
from gui.tables import prepare_rows
from gui.theme import SPACING
from gui.translated import tr
from station.people import add_account, change_account
from station.rights import role_word
from station.station import Station
from storage.records import Account, Role

_ROLES: tuple[Role, ...] = get_args(Role)


class AccountsDialog(BaseDialog):
    """A list of accounts, buttons that change the one picked, and what each role may do."""

    changed = Signal(object)
    """An `Account` as it is now."""
    first_made = Signal()
    """From now on everybody must log on; the dialog has closed."""

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent, tr("Accounts"), (760, 720))
        self._operations = operations
        self._accounts: tuple[Account, ...] | None = None
        self._build()
        self._enable()
        self._read()

    @property
    def picked(self) -> Account | None:
        """The account of the row that is picked."""
        row = self.table.currentRow()
        return self._accounts[row] if self._accounts and 0 <= row < len(self._accounts) else None

    def add(self) -> None:
        """Ask for a new account; the first is an administrator's."""
        if self._accounts is None:
            return
        is_first = not self._accounts
        text = tr("Records show this name for whatever the person does.")
        if is_first:
            text = tr(
                "Once this account is made, everybody must log on before anything can be recorded. It is an "
                "administrator's, who makes the others. Keep its password safe: without it nobody can make accounts."
            )
        roles = ("administrator",) if is_first else _ROLES
        self._ask(
            AccountQuestion(
                tr("New account"), text, tr("Make account"), _add, asks_name=True, roles=roles, asks_password=True
            ),
            lambda account: self._finish_adding(account, is_first),
        )

    def change_role(self) -> None:
        """Ask for another role of the account that is picked."""
        if (account := self.picked) is not None:
            text = tr(
                "{name} may do what the new role includes; on other stations from the next log-on on.",
                name=account.name,
            )
            self._ask(
                AccountQuestion(
                    tr("Role of {name}", name=account.name),
                    text,
                    tr("Change role"),
                    lambda station, entry: change_account(station, account.name, entry.reason, role=entry.role),
                    roles=_ROLES,
                    role=account.role,
                )
            )

    def change_password(self) -> None:
        """Ask for a new password of the account that is picked."""
        if (account := self.picked) is not None:
            self._ask(
                AccountQuestion(
                    tr("New password for {name}", name=account.name),
                    tr("The old password holds no more once this is saved."),
                    tr("Change password"),
                    lambda station, entry: change_account(station, account.name, entry.reason, password=entry.password),
                    asks_password=True,
                )
            )

    def switch(self) -> None:
        """Ask why the account that is picked is switched off, or on again."""
        if (account := self.picked) is not None:
            title, text, button = _word_switch(account)
            self._ask(
                AccountQuestion(
                    title,
                    text,
                    button,
                    lambda station, entry: change_account(
                        station, account.name, entry.reason, active=not account.active
                    ),
                )
            )

    def _build(self) -> None:
        self.note = QLabel(self)
        self.note.setWordWrap(True)
        self.note.setProperty("role", "muted")
        self.table = _make_table(self)
        self.table.itemSelectionChanged.connect(self._enable)
        self.fault = QLabel(self)
        self.fault.setProperty("role", "error")
        self.fault.setWordWrap(True)
        self.fault.hide()
        caption = QLabel(tr("What each role may do"), self)
        caption.setProperty("role", "pane-title")
        self.body.addWidget(self.note)
        self.body.addWidget(self.table, 2)
        self.body.addLayout(self._build_buttons())
        self.body.addWidget(self.fault)
        self.body.addWidget(caption)
        self.body.addWidget(RightsTable(self), 3)
        self.add_close_button()

    def _build_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACING)
        self.new_button = self._make_button(tr("Add…"), "account-plus-outline", self.add)
        self.role_button = self._make_button(tr("Role…"), "account-cog-outline", self.change_role)
        self.password_button = self._make_button(tr("New password…"), "lock-reset", self.change_password)
        self.switch_button = self._make_button(tr("Switch off…"), "account-off-outline", self.switch)
        for button in (self.new_button, self.role_button, self.password_button, self.switch_button):
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _make_button(self, text: str, icon_name: str, run: Callable[[], object]) -> QPushButton:
        button = make_icon_button(icon_name, text, self)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _: run())
        return button

    def _ask(self, question: AccountQuestion, then: Callable[[Account], object] | None = None) -> None:
        form = AccountForm(self._operations, question, self)
        form.written.connect(then or self._finish_change)
        form.finished.connect(form.deleteLater)
        form.open()

    def _finish_adding(self, account: Account, is_first: bool) -> None:
        if is_first:
            self.accept()
            self.first_made.emit()
        else:
            self._finish_change(account)

    def _finish_change(self, account: Account) -> None:
        self.changed.emit(account)
        self._read()

    def _read(self) -> None:
        self._operations.run(
            tr("Reading the accounts"),
            lambda station, control: station.store.list_accounts(),
            lane=Lane.DATABASE,
            owner=self,
            on_success=self._show,
            on_failure=self._fail,
        )

    def _show(self, accounts: Sequence[Account]) -> None:
        before = self.picked
        self._accounts = tuple(accounts)
        self.table.setRowCount(len(accounts))
        for row, account in enumerate(accounts):
            for column, text in enumerate(_describe(account)):
                cell = QTableWidgetItem(text)
                cell.setToolTip(text)
                self.table.setItem(row, column, cell)
            if before is not None and before.id == account.id:
                self.table.selectRow(row)
        one = tr("There is no account: one person works here without a password, and may do everything.")
        many = tr("Everybody logs on here; without it everything can be looked at, but nothing can be recorded.")
        self.note.setText(many if accounts else one)
        self.fault.hide()
        self._enable()

    def _fail(self, failure: Failure) -> None:
        self.fault.setText(failure.sentence)
        self.fault.show()

    def _enable(self) -> None:
        account = self.picked
        self.new_button.setEnabled(self._accounts is not None)
        for button in (self.role_button, self.password_button, self.switch_button):
            button.setEnabled(account is not None)
        is_off = account is not None and not account.active
        self.switch_button.setText(tr("Switch on…") if is_off else tr("Switch off…"))


def _add(station: Station, entry: AccountEntry) -> Account:
    return add_account(station, entry.name, entry.role or "operator", entry.password, entry.reason)


def _word_switch(account: Account) -> tuple[str, str, str]:
    if account.active:
        text = tr("{name} can log on no more. Records and signatures stay as they are.", name=account.name)
        return tr("Switch {name} off", name=account.name), text, tr("Switch off")
    text = tr("{name} can log on again, with the password as it was.", name=account.name)
    return tr("Switch {name} on", name=account.name), text, tr("Switch on")


def _describe(account: Account) -> tuple[str, str, str]:
    state = tr("in use") if account.active else tr("switched off")
    return account.name, role_word(account.role), state


def _make_table(parent: QWidget) -> QTableWidget:
    table = QTableWidget(0, 3, parent)
    prepare_rows(table, tr("Accounts"))
    table.setHorizontalHeaderLabels([tr("Name"), tr("Role"), tr("State")])
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
    return table

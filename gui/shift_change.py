"""Asks for a log-on when one is needed, logs off on demand and after idle minutes, and opens accounts and signing.

`shift` knows who works; what is recorded of it is made by `station.people`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gui.idle_watch import IdleWatch
from gui.messages import Message
from gui.operations import Failure, Lane, Operation
from gui.translated import tr
from station.people import log_off
from station.rights import Person, Right

if TYPE_CHECKING:
    from gui.main_window import MainWindow
    from storage.records import Account

_MINUTE_MS = 60_000


class ShiftChange(QObject):
    """One per main window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._shift = window.shift
        self._user = ""
        self._logging_off: Operation | None = None
        self._is_asking = False
        self._idle = IdleWatch(self)
        self._idle.idle.connect(self._lock)
        self._shift.changed.connect(self._follow)

    def start(self) -> None:
        """Find out whether people log on here, and ask for it."""
        self._window.operations.run(
            tr("Reading the accounts"),
            lambda station, control: station.store.has_accounts(),
            lane=Lane.DATABASE,
            owner=self,
            on_success=self._begin,
        )

    def show_user(self, user: str) -> None:
        """Say who works; `user` does where nobody logs on."""
        self._user = user
        self._follow()

    @property
    def can_log_on(self) -> bool:
        """Whether there is something to log on to."""
        return self._shift.needs_log_on

    @property
    def can_log_off(self) -> bool:
        """Whether somebody has logged on."""
        return self._shift.person is not None

    @property
    def can_change_accounts(self) -> bool:
        """Whether the person may; without accounts everybody makes the first."""
        return self._shift.may(Right.PEOPLE)

    @property
    def can_sign(self) -> bool:
        """Whether somebody has logged on who may sign."""
        return self._shift.person is not None and self._shift.may(Right.SIGN)

    def log_on(self, reason: str = "") -> None:
        """Ask for name and password."""
        from gui.log_on_dialog import LogOnDialog  # noqa: PLC0415 - imported when it is opened, as in `window_dialogs`

        if self._is_asking or self._shift.person is not None:
            return
        self._is_asking = True
        dialog = LogOnDialog(self._window.operations, self._window, reason)
        dialog.logged_on.connect(self._welcome)
        dialog.finished.connect(self._note_closed)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def log_off(self, reason: str = "") -> None:
        """End the person's work, and ask who works next. A log-off that cannot be recorded is one all the same."""
        if self._shift.person is None or self._logging_off is not None:
            return
        self._logging_off = self._window.operations.run(
            tr("Logging off"),
            lambda station, control: log_off(station),
            lane=Lane.DATABASE,
            owner=self,
            on_success=lambda _: self._end(reason),
            on_failure=lambda failure: self._end(reason, failure),
        )

    def change_person(self) -> None:
        """Let somebody log on whose role includes what was refused."""
        if self._shift.person is None:
            self.log_on()
        else:
            self.log_off()

    def open_accounts(self) -> None:
        """Open the list of accounts."""
        from gui.accounts_dialog import AccountsDialog  # noqa: PLC0415 - see above

        dialog = AccountsDialog(self._window.operations, self._window)
        dialog.changed.connect(self._follow_account)
        dialog.first_made.connect(self._end_open_house)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def sign(self) -> None:
        """Let the person sign the part on show."""
        from gui.sign_dialog import SignDialog  # noqa: PLC0415 - see above

        opened, person = self._window.page.opened, self._shift.person
        if opened is None or person is None:
            return
        dialog = SignDialog(self._window.operations, opened.record, person, self._window)
        dialog.message.connect(self._window.show_message)
        dialog.signed.connect(lambda _: self._window.steering.note_event())
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _begin(self, has_accounts: bool) -> None:
        self._shift.note_accounts(has_accounts)
        if self._shift.needs_log_on:
            self.log_on()

    def _welcome(self, person: Person) -> None:
        self._shift.begin(person)
        if self._waits_for_log_on():
            self._window.messages.close_message()
        self._window.steering.note_event()

    def _waits_for_log_on(self) -> bool:
        current = self._window.messages.current
        return current is not None and current.action == self.change_person

    def _end(self, reason: str, failure: Failure | None = None) -> None:
        self._logging_off = None
        self._shift.end()
        if failure is not None:
            self._window.steering.say_failure(failure)
        self._window.steering.note_event()
        self.log_on(reason)

    def _lock(self) -> None:
        """What runs goes on: it is waited for, so that nothing is lost half-way."""
        if self._window.operations.is_busy():
            self._watch_idle()
        else:
            self.log_off(tr("Nobody was here for a while, so that the work was locked; log on to go on."))

    def _note_closed(self) -> None:
        self._is_asking = False
        if self._shift.needs_log_on:
            text = tr("Nobody has logged on; everything can be looked at, but nothing can be recorded.")
            self._window.show_message(Message(text, "warning", tr("Log on…"), self.change_person))

    def _end_open_house(self) -> None:
        self._shift.note_accounts(True)
        self.log_on(tr("From now on everybody logs on here. Log on with the account you have just made."))

    def _follow_account(self, account: Account) -> None:
        """Rights that were changed hold at once, for the person who works here too."""
        person = self._shift.person
        if person is None or person.account_id != account.id:
            return
        if account.active:
            self._shift.begin(Person(account.name, account.role, account.id))
        else:
            self.log_off()

    def _follow(self) -> None:
        person = self._shift.person
        if self._shift.needs_log_on:
            self._window.status.show_nobody()
        else:
            self._window.status.show_user(person.name if person is not None else self._user)
        self._window.commands.refresh()
        self._watch_idle()

    def _watch_idle(self) -> None:
        minutes = self._window.settings.lock_after_minutes if self._shift.person is not None else 0
        self._idle.watch(minutes * _MINUTE_MS)

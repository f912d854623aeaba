"""Deleting files whose time is over: one person proposes, another agrees, then the files go."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from gui.database_page import DatabasePage, make_button, make_words, put_in_row
from gui.dialogs import ask_reason, confirm
from gui.listing import Listing
from gui.model_packs_page import format_size
from gui.operations import Control, Operations
from gui.translated import format_moment, format_number, mark, tr, trn
from station.retaining import (
    RetentionState,
    approve_purge,
    carry_out_purge,
    propose_purge,
    read_retention,
    withdraw_purge,
)
from station.station import Station
from storage.purging import Purge

_STANDINGS = {
    "proposed": mark("proposed"),
    "approved": mark("agreed on"),
    "withdrawn": mark("withdrawn"),
    "done": mark("deleted"),
}
_SIGNS = {
    "proposed": ("account-clock-outline", "muted"),
    "approved": ("account-check-outline", "accent"),
    "withdrawn": ("close-circle-outline", "muted"),
    "done": ("delete-outline", "muted"),
}


class PurgesPage(DatabasePage):
    """Shows purges and leads each to its end."""

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(operations, parent)
        self._state: RetentionState | None = None
        self.preview = make_words(self, "")
        self.hint = make_words(self)
        headers = (tr("Purge"), tr("Files"), tr("Size"), tr("Proposed"), tr("Agreed"), tr("Why"))
        self.table = Listing(tr("Purges"), headers, 5, self)
        self.propose_button = make_button(tr("Propose a purge…"), self._ask_to_propose, self)
        self.approve_button = make_button(tr("Agree…"), self._ask_to_approve, self)
        self.withdraw_button = make_button(tr("Withdraw…"), self._ask_to_withdraw, self)
        self.purge_button = make_button(tr("Delete the files…"), self._ask_to_purge, self, "danger")
        self._build()
        self.enable()

    @property
    def picked(self) -> Purge | None:
        """The purge that is picked."""
        row = self.table.picked
        return self._state.purges[row] if self._state is not None and row is not None else None

    def refresh(self) -> None:
        """Read the purges anew."""
        self.read(tr("Reading the purges"), lambda station, control: read_retention(station), self.show_state)

    def enable(self) -> None:
        """Offer what the person may do with the purge that is picked."""
        state, purge = self._state, self.picked
        standing = purge.standing if purge else ""
        free = state is not None and state.has_accounts and not self.is_busy
        may_set, may_purge = (free and state.may_set, free and state.may_purge) if state else (False, False)
        is_own = purge is not None and state is not None and purge.proposed_by.name == state.person
        self.propose_button.setEnabled(may_set and state is not None and state.preview.files > 0)
        self.approve_button.setEnabled(may_purge and standing == "proposed" and not is_own)
        self.withdraw_button.setEnabled(may_set and standing in ("proposed", "approved"))
        self.purge_button.setEnabled(may_purge and standing == "approved")

    def propose(self, reason: str) -> None:
        """Propose to delete what is over."""
        self._do(tr("Proposing a purge"), lambda station: propose_purge(station, reason))

    def approve(self, purge_id: int, reason: str) -> None:
        """Agree as the second person."""
        self._do(tr("Agreeing to the purge"), lambda station: approve_purge(station, purge_id, reason))

    def withdraw(self, purge_id: int, reason: str) -> None:
        """Let a purge be."""
        self._do(tr("Withdrawing the purge"), lambda station: withdraw_purge(station, purge_id, reason))

    def purge(self, purge_id: int) -> None:
        """Delete the files for good. It is not stopped half-way: what was begun is finished by the next start."""

        def delete(station: Station, control: Control) -> Purge:
            return carry_out_purge(station, purge_id, lambda share, what: control.progress(share))

        self.do(tr("Deleting the files"), delete, self._tell)

    def show_state(self, state: RetentionState) -> None:
        """Show purges and what could be proposed."""
        self._state = state
        self.table.fill([_tell_row(each) for each in state.purges], [_SIGNS[each.standing] for each in state.purges])
        self.preview.setText(_tell_preview(state))
        self.hint.setText(_tell_hint(state))
        self.hint.setVisible(bool(self.hint.text()))
        self.enable()

    def _do(self, title: str, work: Callable[[Station], Purge]) -> None:
        self.do(title, lambda station, control: work(station), self._tell)

    def _tell(self, purge: Purge) -> None:
        number, standing = format_number(purge.id), tr(_STANDINGS[purge.standing])
        if purge.standing == "done":
            text = trn(
                "Purge {number}: {count} file is deleted; its hash and size stay on record.",
                "Purge {number}: {count} files are deleted; their hashes and sizes stay on record.",
                purge.purged_files,
                number=number,
            )
            self.say(text)
        else:
            self.say(tr("Purge {number} is {standing}.", number=number, standing=standing))

    def _ask_to_propose(self) -> None:
        text = tr("Nothing is deleted yet: an administrator other than you must agree first.")
        reason = ask_reason(self, tr("Propose a purge"), text)
        if reason is not None:
            self.propose(reason)

    def _ask_to_approve(self) -> None:
        purge = self.picked
        if purge is None:
            return
        text = tr(
            "{name} proposed to delete {files} files ({size}) for this reason: {reason}",
            name=purge.proposed_by.name,
            files=format_number(purge.files),
            size=format_size(purge.size),
            reason=purge.reason,
        )
        reason = ask_reason(self, tr("Agree to the purge"), text)
        if reason is not None:
            self.approve(purge.id, reason)

    def _ask_to_withdraw(self) -> None:
        purge = self.picked
        if purge is None:
            return
        reason = ask_reason(self, tr("Withdraw the purge"), tr("Its files stay; a new purge can be proposed."))
        if reason is not None:
            self.withdraw(purge.id, reason)

    def _ask_to_purge(self) -> None:
        purge = self.picked
        if purge is None:
            return
        text = tr(
            "{files} files ({size}) are deleted for good. Their records, hashes and sizes stay. Backups that were made "
            "before still hold them.",
            files=format_number(purge.files),
            size=format_size(purge.size),
        )
        if confirm(self, tr("Delete the files"), text, tr("Delete the files")):
            self.purge(purge.id)

    def _build(self) -> None:
        self.body.addWidget(self.preview)
        self.body.addWidget(self.hint)
        self.body.addWidget(self.table, 1)
        self.body.addLayout(
            put_in_row(self.propose_button, self.approve_button, self.withdraw_button, self.purge_button)
        )
        self.table.currentCellChanged.connect(lambda *_: self.enable())


def _tell_preview(state: RetentionState) -> str:
    if not state.preview.files:
        return tr("The time of no file is over.")
    return tr(
        "The time of {files} files ({size}) is over; they belong to {inspections} inspections.",
        files=format_number(state.preview.files),
        size=format_size(state.preview.size),
        inspections=format_number(len(state.preview.inspections)),
    )


def _tell_hint(state: RetentionState) -> str:
    if not state.has_accounts:
        return tr("A purge takes two people with accounts: one who proposes it, another who agrees. Log on first.")
    return "" if state.may_set else tr("Your role may look at purges only.")


def _tell_row(purge: Purge) -> tuple[str, ...]:
    is_done = purge.standing == "done"
    agreed = f"{purge.approved_by.name}, {format_moment(purge.approved_at, 'medium')}" if purge.approved_by else "–"
    return (
        tr("{number}, {standing}", number=format_number(purge.id), standing=tr(_STANDINGS[purge.standing])),
        format_number(purge.purged_files if is_done else purge.files),
        format_size(purge.purged_size if is_done else purge.size),
        f"{purge.proposed_by.name}, {format_moment(purge.proposed_at, 'medium')}",
        agreed,
        purge.reason,
    )

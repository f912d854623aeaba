"""Backups that the program makes by itself: where, how often, how many stay, what came of it; and one now."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QFormLayout, QLabel, QWidget

from gui.database_page import DatabasePage, make_button, make_words, put_in_row
from gui.listing import Listing
from gui.operations import Control, Operations
from gui.settings_catalogue import SETTINGS
from gui.settings_editors import SettingEditor, make_editor
from gui.theme import SPACING
from gui.translated import format_moment, format_number, tr
from station.changing_settings import SettingsState, change_settings, describe_settings
from station.station import Station
from station.upkeep import BackupState, back_up_now, read_backups
from storage.records import BackupSummary

_NAMES = ("backup_folder", "backup_hours", "backup_keep")


class BackupsPage(DatabasePage):
    """Shows the plan and the backups; the dialog restores."""

    restore_wanted = Signal()

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(operations, parent)
        self._state = BackupState(None)
        self.editors: Mapping[str, SettingEditor] = {
            info.name: make_editor(info, self) for info in SETTINGS if info.name in _NAMES
        }
        self.choose_button = make_button(tr("Choose folder…"), self._choose, self)
        self.state = make_words(self, "")
        self.failure = make_words(self, "error")
        self.table = Listing(tr("Backups"), (tr("Made"), tr("Folder")), 1, self)
        self.back_up_button = make_button(tr("Back up now"), self.back_up, self, "primary")
        self.restore_button = make_button(tr("Restore…"), self.restore_wanted.emit, self)
        self.restore_button.setToolTip(tr("Compares a backup with the data in use and restores it into a new folder."))
        self._build()
        self.enable()

    def refresh(self) -> None:
        """Read plan and backups anew."""
        self.read(tr("Looking for backups"), lambda station, control: read_backups(station), self.show_state)
        self.read(
            tr("Reading the settings"), lambda station, control: describe_settings(station.home), self._show_settings
        )

    def enable(self) -> None:
        """Offer a backup where a folder is set."""
        may = self._state.may_back_up and not self.is_busy
        self.back_up_button.setEnabled(may and self._state.plan is not None)
        self.restore_button.setEnabled(not self.is_busy)

    def back_up(self) -> None:
        """Make a backup now."""
        self.do(tr("Backing up"), lambda station, control: back_up_now(station), self._tell)

    def change(self, changes: Mapping[str, object]) -> None:
        """Change the plan."""

        def keep(station: Station, control: Control) -> SettingsState:
            return change_settings(station, changes)

        self.do(tr("Saving the settings"), keep, self._take_settings)

    def show_state(self, state: BackupState) -> None:
        """Show the plan's backups, and why the last one failed."""
        self._state = state
        self.table.fill([(format_moment(each.made_at.isoformat(), "medium"), str(each.path)) for each in state.backups])
        self.state.setText(_tell_state(state))
        self.failure.setText(tr("The last backup failed: {why}", why=state.failure))
        self.failure.setVisible(bool(state.failure))
        self.enable()

    def _show_settings(self, found: SettingsState) -> None:
        for name, editor in self.editors.items():
            editor.show_value(getattr(found.settings, name))

    def _take_settings(self, found: SettingsState) -> None:
        self._show_settings(found)
        self._operations.reopen_stations()

    def _tell(self, made: BackupSummary) -> None:
        self.say(
            tr(
                "Backed up to {folder} and verified: {events} events, {files} files.",
                folder=made.folder,
                events=format_number(made.events),
                files=format_number(made.blobs),
            )
        )

    def _choose(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Folder for backups"))
        if name:
            self.change({"backup_folder": str(Path(name))})

    def _build(self) -> None:
        form = QFormLayout()
        form.setSpacing(SPACING)
        for info in SETTINGS:
            if info.name in self.editors:
                editor = self.editors[info.name]
                editor.setToolTip(tr(info.explanation))
                editor.edited.connect(lambda value, name=info.name: self.change({name: value}))
                form.addRow(QLabel(tr(info.title), self), editor)
        self.body.addLayout(form)
        self.body.addLayout(put_in_row(self.choose_button, self.back_up_button, self.restore_button))
        self.body.addWidget(self.state)
        self.body.addWidget(self.failure)
        self.body.addWidget(self.table, 1)
        self.failure.hide()


def _tell_state(state: BackupState) -> str:
    if state.plan is None:
        return tr("The program makes no backups by itself yet. Choose a folder, best on another disk.")
    if not state.backups:
        return tr("There is no backup in this folder yet; one is due.")
    when = format_moment(state.backups[0].made_at.isoformat(), "medium")
    return (
        tr("The newest backup is of {when}; one is due.", when=when)
        if state.is_due
        else tr("The newest backup is of {when}.", when=when)
    )

"""The settings: searched, explained, changed one by one, each kept and in force at once.

It joins the list and the background. A settings file with something unusable in it is named and repaired from here.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QListWidget, QListWidgetItem, QPushButton, QWidget
from shiboken6 import isValid

from gui.dialogs import BaseDialog
from gui.messages import Message
from gui.operations import Control, Failure, Lane, Operations, Work
from gui.settings_catalogue import GROUPS, Group
from gui.settings_page import SettingsPage
from gui.theme import SPACING, icon
from gui.translated import tell, tr
from station.changing_settings import SettingsState, change_settings, describe_settings, repair_settings
from station.station import Station


class SettingsDialog(BaseDialog):
    """Shows and changes the settings of the home folder."""

    settings_changed = Signal(object)
    """The `Settings` in force after a change, once they are kept."""
    message = Signal(object)

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent, tr("Settings"), (900, 680))
        self._operations = operations
        self.page = SettingsPage(self)
        self.page.setEnabled(False)
        self._build()
        self._connect()
        self._read()
        self.search_edit.setFocus()

    def _build(self) -> None:
        self.search_edit = QLineEdit(self)
        self.search_edit.setPlaceholderText(tr("Search the settings"))
        self.search_edit.setAccessibleName(tr("Search the settings"))
        self.search_edit.setClearButtonEnabled(True)
        self.search_edit.addAction(icon("magnify", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.groups = QListWidget(self)
        self.groups.setAccessibleName(tr("Groups of settings"))
        self.groups.setFixedWidth(180)
        for group, (name, sign) in GROUPS.items():
            item = QListWidgetItem(icon(sign), tr(name))
            item.setData(Qt.ItemDataRole.UserRole, group)
            self.groups.addItem(item)
        self.groups.setCurrentRow(0)
        middle = QHBoxLayout()
        middle.setSpacing(2 * SPACING)
        middle.addWidget(self.groups)
        middle.addWidget(self.page, 1)
        self.body.addWidget(self.search_edit)
        self.body.addWidget(self._make_warning())
        self.body.addLayout(middle, 1)
        self._path = QLabel(self)
        self._path.setProperty("role", "muted")
        self._path.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._path.setWordWrap(True)
        self.body.addWidget(self._path)
        self.add_close_button()

    def _make_warning(self) -> QFrame:
        self.warning = QFrame(self)
        self.warning.setProperty("role", "card")
        self.warning.setVisible(False)
        self.warning_label = QLabel(self.warning)
        self.warning_label.setWordWrap(True)
        self.warning_label.setTextFormat(Qt.TextFormat.PlainText)
        self.warning_label.setProperty("role", "error")
        self.repair_button = QPushButton(tr("Repair the file"), self.warning)
        self.repair_button.setAutoDefault(False)
        self.repair_button.setToolTip(
            tr("Keeps what can be used in a new settings file and puts the old one aside under another name.")
        )
        self.repair_button.clicked.connect(self._repair)
        row = QHBoxLayout(self.warning)
        row.addWidget(self.warning_label, 1)
        row.addWidget(self.repair_button, 0, Qt.AlignmentFlag.AlignTop)
        return self.warning

    def _connect(self) -> None:
        self.search_edit.textChanged.connect(self.page.search)
        self.groups.itemClicked.connect(self._go_to)
        self.groups.itemActivated.connect(self._go_to)
        self.groups.currentItemChanged.connect(lambda item, _: self._go_to(item))
        self.page.group_shown.connect(self._mark_group)
        self.page.groups_found.connect(self._narrow_groups)
        self.page.change_wanted.connect(self._change)

    # Changing

    def _change(self, name: str, value: object) -> None:
        def change(station: Station, control: Control) -> SettingsState:
            return change_settings(station, {name: value})

        self._apply(tr("Saving the settings"), change, name)

    def _repair(self) -> None:
        self._apply(tr("Repairing the settings"), lambda station, control: repair_settings(station), "")

    def _apply(self, title: str, work: Work[SettingsState], name: str) -> None:
        states: list[SettingsState] = []
        operation = self._operations.run(
            title,
            work,
            lane=Lane.DATABASE,
            owner=self,
            on_success=states.append,
            on_failure=lambda failure: self._refuse(name, failure),
        )
        # The window may make itself anew in another language, which it does only while nothing runs.
        operation.finished.connect(lambda: self._take(states))

    def _take(self, states: list[SettingsState]) -> None:
        if states and isValid(self):
            self._show(states[-1])
            self.settings_changed.emit(states[-1].settings)

    def _refuse(self, name: str, failure: Failure) -> None:
        """Say why at the setting itself; what it shows stays as typed, so that it can be mended."""
        if name in self.page.rows:
            self.page.say_fault(name, failure.sentence)
        else:
            self.message.emit(Message(failure.sentence, "error"))

    # Showing

    def _read(self) -> None:
        self._operations.run(
            tr("Reading the settings"),
            lambda station, control: describe_settings(station.home),
            lane=Lane.DATABASE,
            owner=self,
            on_success=self._show,
        )

    def _show(self, state: SettingsState) -> None:
        self.page.setEnabled(True)
        self.page.show_state(state)
        self.warning_label.setText("\n".join(map(tell, state.warnings)))
        self.warning.setVisible(bool(state.warnings))
        self._path.setText(tr("Kept in {path}", path=state.path))

    def _go_to(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.page.go_to(Group(item.data(Qt.ItemDataRole.UserRole)))

    def _mark_group(self, group: Group) -> None:
        self.groups.blockSignals(True)
        self.groups.setCurrentRow(list(GROUPS).index(group))
        self.groups.blockSignals(False)

    def _narrow_groups(self, found: set[Group]) -> None:
        for place, group in enumerate(GROUPS):
            self.groups.item(place).setHidden(group not in found)
        if found:
            self._mark_group(next(group for group in GROUPS if group in found))

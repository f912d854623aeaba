"""Who answers questions: everybody who could, with licence, memory and speed, and a button that chooses.

A licence that is not the program's own is shown before its model is chosen. What a model does is the station's affair.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gui.dialogs import confirm
from gui.operations import Control, Lane, Operations
from gui.tables import prepare_rows
from gui.theme import SPACING, icon
from gui.translated import mark, tell, tr
from station.answerer_list import AnswererInfo, AnswererState, describe_memory, describe_speed, list_answerers
from station.changing_settings import SettingsState, change_settings, describe_settings
from station.station import Station

_STATES: dict[AnswererState, tuple[str, str, str]] = {
    "ready": (mark("Ready"), "check-circle-outline", "success"),
    "not installed": (mark("Not installed"), "download-outline", "muted"),
    "not named": (mark("No folder named"), "folder-outline", "muted"),
    "unusable": (mark("Cannot be used"), "alert-octagon-outline", "danger"),
}
_FOLDERS = {"vlm": "vlm_folder", "anomalygpt-7b": "anomalygpt_folder"}
"""Settings that name the folder of a model."""


class ModelAnswersPage(QWidget):
    """Lists who can answer and lets a person choose."""

    changed = Signal(object)
    """The `Settings` in force after another one was chosen."""

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._infos: tuple[AnswererInfo, ...] = ()
        self.table = self._make_table()
        self.details = self._make_label()
        self.outcome = self._make_label()
        self.use_button = QPushButton(tr("Answer with this"), self)
        self.folder_button = QPushButton(tr("Choose its folder…"), self)
        for button in (self.use_button, self.folder_button):
            button.setAutoDefault(False)
        self._build()
        self.table.currentCellChanged.connect(lambda *_: self._show_details())
        self.use_button.clicked.connect(self.use_chosen)
        self.folder_button.clicked.connect(self._ask_folder)
        self.read()

    @property
    def chosen(self) -> AnswererInfo | None:
        """The one whose details are shown."""
        row = self.table.currentRow()
        return self._infos[row] if 0 <= row < len(self._infos) else None

    def read(self) -> None:
        """Look who can answer."""
        self._operations.run(
            tr("Looking who can answer"),
            lambda station, control: list_answerers(station, describe_settings(station.home).settings),
            lane=Lane.FILES,
            owner=self,
            on_success=self.show_answerers,
            on_failure=lambda failure: self._say(failure.sentence, "error"),
        )

    def show_answerers(self, infos: Sequence[AnswererInfo]) -> None:
        """List them; at first the one that answers is picked."""
        before = self.chosen
        self._infos = tuple(infos)
        self.table.setRowCount(len(infos))
        for row, info in enumerate(infos):
            self._fill_row(row, info)
        kept = [row for row, info in enumerate(infos) if before is not None and info.name == before.name]
        used = [row for row, info in enumerate(infos) if info.is_chosen]
        self.table.setCurrentCell((kept or used or [0])[0], 0)
        self._show_details()

    def use_chosen(self) -> None:
        """Let the chosen one answer from now on; a model of others only after its licence was seen."""
        info = self.chosen
        if info is None or not self._accepts(info):
            return
        self._change({"answers": info.name})

    def use_folder(self, folder: str) -> None:
        """Name the folder of the chosen model."""
        info = self.chosen
        if info is not None and info.name in _FOLDERS:
            self._change({_FOLDERS[info.name]: folder})

    def _accepts(self, info: AnswererInfo) -> bool:
        if info.name not in _FOLDERS:
            return True
        text = tr(
            "{name} is under this licence: {licence}. Use it only if you may.", name=info.title, licence=info.licence
        )
        return confirm(self, tr("Licence"), text, tr("Answer with this"))

    def _ask_folder(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, tr("Folder with the model"))
        if folder:
            self.use_folder(folder)

    def _change(self, changes: Mapping[str, object]) -> None:
        def change(station: Station, control: Control) -> SettingsState:
            return change_settings(station, changes)

        self._operations.run(
            tr("Saving the settings"),
            change,
            lane=Lane.DATABASE,
            owner=self,
            on_success=self._take_change,
            on_failure=lambda failure: self._say(failure.sentence, "error"),
        )

    def _take_change(self, state: SettingsState) -> None:
        self._say("")
        self._operations.reopen_stations()
        self.changed.emit(state.settings)
        self.read()

    # Showing

    def _show_details(self) -> None:
        info = self.chosen
        self.use_button.setEnabled(info is not None and info.state == "ready" and not info.is_chosen)
        self.folder_button.setVisible(info is not None and info.name in _FOLDERS)
        if info is None:
            return
        licence = tr("Licence: {licence}", licence=info.licence)
        self.details.setText("\n".join(line for line in (licence, tell(info.problem)) if line))

    def _say(self, text: str, role: str = "muted") -> None:
        self.outcome.setText(text)
        self.outcome.setProperty("role", role)
        self.outcome.style().polish(self.outcome)
        self.outcome.setVisible(bool(text))

    def _fill_row(self, row: int, info: AnswererInfo) -> None:
        state, sign, role = _STATES[info.state]
        words = tr("Answers now") if info.is_chosen else tr(state)
        cells = (info.title, describe_memory(info), describe_speed(info), words)
        for column, text in enumerate(cells):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            self.table.setItem(row, column, item)
        last = self.table.item(row, 3)
        if last is not None:
            last.setIcon(icon("message-check-outline", "accent") if info.is_chosen else icon(sign, role))

    def _make_table(self) -> QTableWidget:
        table = QTableWidget(0, 4, self)
        table.setHorizontalHeaderLabels([tr("Who answers"), tr("Memory"), tr("Speed"), tr("State")])
        prepare_rows(table, tr("Who can answer"))
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setIconSize(QSize(18, 18))
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        return table

    def _make_label(self) -> QLabel:
        label = QLabel(self)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    def _build(self) -> None:
        text = tr(
            "What a language model says is held against the record before it is shown. Memory and speed are estimates."
        )
        intro = QLabel(text, self)
        intro.setWordWrap(True)
        intro.setProperty("role", "muted")
        row = QHBoxLayout()
        row.addWidget(self.use_button)
        row.addWidget(self.folder_button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
        layout.setSpacing(SPACING + 2)
        layout.addWidget(intro)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.details)
        layout.addLayout(row)
        layout.addWidget(self.outcome)
        self.outcome.hide()

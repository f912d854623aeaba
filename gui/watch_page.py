"""A folder watched in the window: every photo that a camera or another program puts there is inspected by itself.

What is there already is left alone. A folder that goes away, as network shares do, is waited for. What was inspected
since the watch began is a lot, and is reported like a batch.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from gui.batch_table import BatchTable
from gui.elided_label import ElidedLabel
from gui.empty_state import EmptyState
from gui.history_exports import HistoryExports
from gui.icon_button import make_icon_button
from gui.messages import Message
from gui.operations import Lane, Operations
from gui.theme import SPACING
from gui.translated import tr, trn
from gui.watch_folder import WatchedFolder, WatchedPhoto
from station.watching import WatchState
from storage.records import InspectionFilter


class WatchPage(QWidget):
    """One watched folder at a time."""

    inspection_recorded = Signal(int)
    open_requested = Signal(int)
    report_requested = Signal(list)
    message = Signal(object)
    settled = Signal(object)
    """A `Message` that is not true any more."""

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._product: str | None = None
        self._recorded: list[int] = []
        self.watched = WatchedFolder(operations, self)
        self.exports = HistoryExports(operations, self)
        self._build()
        self._lay_out()
        self._connect()
        self._show_on()

    def choose_product(self, name: str | None) -> None:
        """Judge photos of the next watch by this product."""
        self._product = name
        self._show_on()

    def watch(self, folder: Path) -> None:
        """Watch a folder from now on."""
        product = self._product
        if product is None:
            text = tr("Choose a product first: the photos are compared with its good parts.")
            self.message.emit(Message(text, "warning"))
            return
        self._operations.run(
            tr("Watched folder: {name}", name=folder.name),
            lambda station, control: station.settings.pixel_limit,
            lane=Lane.DATABASE,
            owner=self,
            on_success=lambda limit: self._start(folder, product, limit),
        )

    def _start(self, folder: Path, product: str, pixel_limit: int) -> None:
        self.table.show_photos([], [])
        self._recorded.clear()
        self.title.setText(tr("{name}, compared with {product}", name=folder, product=product))
        self.watched.start(folder, product, pixel_limit)
        self._show_on()

    def _build(self) -> None:
        self.start_button = make_icon_button("folder-eye-outline", tr("Watch a folder…"), self)
        self.stop_button = make_icon_button("stop-circle-outline", tr("Stop watching"), self)
        self.table_button = make_icon_button("table", tr("Table (CSV)…"), self)
        self.report_button = make_icon_button("file-pdf-box", tr("Report…"), self)
        self.title = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self.title.setProperty("role", "heading")
        self.standing = QLabel(self)
        self.standing.setProperty("role", "muted")
        self.standing.setWordWrap(True)
        self.waiting = QLabel(self)
        self.waiting.setProperty("role", "muted")
        self.table = BatchTable(tr("Photos that appeared in the folder"), self)
        self._empty = EmptyState("folder-eye-outline", "", "", parent=self)
        board = QWidget(self)
        layout = QVBoxLayout(board)
        layout.setContentsMargins(0, SPACING, 0, 0)
        layout.setSpacing(SPACING)
        for widget in (self.title, self.standing, self.waiting):
            layout.addWidget(widget)
        layout.addWidget(self.table, 1)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(board)

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACING)
        buttons.addWidget(self.start_button)
        buttons.addStretch(1)
        for button in (self.stop_button, self.table_button, self.report_button):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING, SPACING + 4, SPACING, SPACING)
        layout.setSpacing(SPACING)
        layout.addLayout(buttons)
        layout.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self.start_button.clicked.connect(self._ask_folder)
        self.stop_button.clicked.connect(self.watched.stop)
        self.table_button.clicked.connect(self._export_table)
        self.report_button.clicked.connect(self._report)
        self.exports.message.connect(self.message)
        self.table.opened.connect(self.open_requested)
        self.watched.state_changed.connect(self._show_state)
        self.watched.photo_done.connect(self._show_photo)
        self.watched.waiting_changed.connect(self._show_waiting)
        self.watched.message.connect(self.message)
        self.watched.settled.connect(self.settled)

    def _show_on(self) -> None:
        """Show which buttons make sense, and what to do where nothing is watched."""
        is_on = self.watched.is_on
        self.start_button.setEnabled(not is_on and self._product is not None)
        self.stop_button.setVisible(is_on)
        for button in (self.table_button, self.report_button):
            button.setVisible(bool(self._recorded))
        self._stack.setCurrentIndex(1 if is_on or self.table.count else 0)
        if self._product is None:
            text = tr("Choose a product on the page Inspect; then choose the folder to watch.")
            self._empty.say(tr("No product chosen"), text)
        else:
            text = tr(
                "Photos that appear in the folder are inspected by themselves, compared with the good parts of {name}."
                " What is there already is left alone.",
                name=self._product,
            )
            self._empty.say(tr("No folder is watched"), text, tr("Watch a folder…"), self._ask_folder)

    def _show_state(self, state: WatchState) -> None:
        self.standing.setText(_tell_state(state))
        self.standing.setProperty("role", "error" if state.kind in ("away", "failed") else "muted")
        self.standing.style().polish(self.standing)
        self._show_on()

    def _show_photo(self, photo: WatchedPhoto) -> None:
        self.table.add_photo(photo.path, photo.result)
        if photo.result.inspection_id is not None:
            self._recorded.append(photo.result.inspection_id)
            self.inspection_recorded.emit(photo.result.inspection_id)
        self._show_on()

    def _show_waiting(self, count: int) -> None:
        self.waiting.setText(trn("{count} photo waits", "{count} photos wait", count) if count else "")

    def _report(self) -> None:
        self.report_requested.emit(list(self._recorded))

    def _export_table(self) -> None:
        self.exports.export_table(InspectionFilter(ids=tuple(self._recorded)))

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Folder to watch"))
        if name:
            self.watch(Path(name))


def _tell_state(state: WatchState) -> str:
    if state.kind == "watching":
        ignored = trn("{count} photo was there already", "{count} photos were there already", state.ignored)
        return tr("Watching; {ignored}.", ignored=ignored)
    if state.kind == "away":
        return tr("The folder cannot be reached ({reason}); it is tried again and again.", reason=state.reason)
    if state.kind == "failed":
        return tr("The watch ended: {reason}", reason=state.reason)
    return tr("Looking at the folder") if state.kind == "starting" else tr("The watch is off.")

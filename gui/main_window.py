"""The window: makes its parts and places them. `wiring` connects them, `steering` says what they do for each other.

`session` makes it, with the operations that it runs everything on; a change of language makes another one.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from gui.actions import Actions
from gui.app_icon import application_icon
from gui.batch_panel import BatchPanel
from gui.commands import list_commands
from gui.dialogs import BaseDialog, confirm
from gui.dropped_files import list_files
from gui.engine_state import EngineState
from gui.highlight_flow import HighlightFlow
from gui.history_view import HistoryView
from gui.inspect_page import InspectPage
from gui.inspection_flow import InspectionFlow
from gui.menus import RecentMenu, build_menus
from gui.messages import Message, MessageArea
from gui.operations import Operations
from gui.page_bar import Page, PageBar
from gui.shift import Shift
from gui.shift_change import ShiftChange
from gui.status_line import StatusLine
from gui.steering import Steering
from gui.translated import tr
from gui.upkeep import Upkeep
from gui.window_dialogs import WindowDialogs
from gui.window_state import WindowState, bring_on_screen
from gui.wiring import connect_window
from station.opening import OpenedInspection
from station.settings import Settings

MINIMUM_SIZE = (960, 620)


class MainWindow(QMainWindow):
    """The window of one home folder."""

    settings_changed = Signal(object)
    """A person changed the settings; `use_settings` follows."""
    closed = Signal()

    def __init__(
        self, operations: Operations, home: Path, settings: Settings, user: str, shift: Shift | None = None
    ) -> None:
        super().__init__()
        self.shift = shift or Shift(self)
        self.operations = operations
        self.home = home
        self.settings = settings
        self._is_leaving = False
        self.state = WindowState(home)
        BaseDialog.state = self.state.settings
        self.flow = InspectionFlow(operations, self)
        self.highlights = HighlightFlow(operations, self)
        self.engine = EngineState(operations, self)
        self._build()
        self.dialogs = WindowDialogs(operations, self)
        self.upkeep = Upkeep(operations, self.dialogs.open_database, self)
        self.steering = Steering(self)
        self.shift_change = ShiftChange(self)
        self.commands = Actions(list_commands(self), self)
        self._recent_menu = RecentMenu(lambda: self.state.recent, self.steering.inspect, self)
        build_menus(self.menuBar(), self.commands, self.page.docks.list_actions(), self._recent_menu)
        connect_window(self)
        self.shift_change.show_user(user)
        self._restore()

    def start(self) -> None:
        """Ask who works, read what there is, and load the models, once the window is on the screen."""
        self.shift_change.start()
        if self.state.product is None:
            self.page.references.refresh()
        else:
            self.page.references.choose_product(self.state.product)
        self.page.recent.refresh()
        self.steering.read_audit()
        self.engine.load_models()
        self.upkeep.start()

    def show_inspection(self, opened: OpenedInspection) -> None:
        """Show a recorded inspection."""
        self.page.show_inspection(opened)
        self.highlights.choose_inspection(opened.record.id)
        self.status.show_inspection(opened)
        self.commands.refresh()

    def show_message(self, message: Message) -> None:
        """Say something in the message area."""
        self.messages.show_message(message)

    def show_page(self, page: int) -> None:
        """Show a page; an operator has only the first."""
        page = Page.INSPECT if self.settings.operator_mode else page
        self.pages.setCurrentIndex(page)
        self.page_bar.show_page(page)
        if page == Page.HISTORY:
            self.history.refresh()

    def show_days(self, first: date, last: date) -> None:
        """Show the inspections of these days in the history."""
        self.history.filters.show_days(first, last)
        self.show_page(Page.HISTORY)

    def use_settings(self, settings: Settings, user: str) -> None:
        """Follow changed settings, as far as the window itself shows them."""
        self.settings = settings
        self.shift_change.show_user(user)
        self.set_operator_mode(settings.operator_mode)
        self.steering.reload_models()

    def set_operator_mode(self, is_on: bool) -> None:
        """Show only what an operator needs, or everything."""
        if is_on:
            self.show_page(Page.INSPECT)
        self.page.set_operator_mode(is_on)
        for part in (self.menuBar(), self.page_bar, self.status):
            part.setVisible(not is_on)
        self.commands.set_locked(is_on)

    def leave(self) -> None:
        """Close for another window of the same program, without ending what runs."""
        self._is_leaving = True
        self.close()

    def _build(self) -> None:
        self.setWindowTitle("AnomalyGPT Inspector")
        self.setWindowIcon(application_icon())
        self.setMinimumSize(*MINIMUM_SIZE)
        self.setAcceptDrops(True)
        self.page = InspectPage(self.operations, self)
        self.history = HistoryView(self.operations, self)
        self.batch = BatchPanel(self.operations, self)
        self.pages = QStackedWidget(self)
        for page in (self.page, self.history, self.batch):
            self.pages.addWidget(page)
        self.page_bar = PageBar(self)
        self.messages = MessageArea(self)
        self.status = StatusLine(self)
        self.setStatusBar(self.status)
        self.setCentralWidget(self._lay_out())

    def _lay_out(self) -> QWidget:
        middle = QWidget(self)
        row = QHBoxLayout(middle)
        column = QVBoxLayout()
        for layout in (row, column):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        column.addWidget(self.messages)
        column.addWidget(self.pages, 1)
        row.addWidget(self.page_bar)
        row.addLayout(column, 1)
        return middle

    def _restore(self) -> None:
        self.state.restore_place(self)
        self.state.restore_docks(self.page.docks)
        self.show_page(Page.INSPECT)
        self.set_operator_mode(self.settings.operator_mode)

    def _may_close(self) -> bool:
        """Ask nothing where nothing is lost; a batch that stops in its middle is worth a word."""
        if not self.batch.is_running:
            return True
        text = tr(
            "A batch is running. What was inspected is recorded, and at the next start the window offers to go on with "
            "the rest."
        )
        return confirm(self, tr("Close the window?"), text, tr("Close"))

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Come back onto a screen after a change of screens."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            bring_on_screen(self)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Keep place and layout; what runs is ended by whoever made the operations."""
        if not self._is_leaving and not self._may_close():
            event.ignore()
            return
        self.state.keep_place(self)
        if not self.page.docks.is_bare:
            self.state.keep_docks(self.page.docks)
        self.state.settings.sync()
        self.upkeep.stop()
        super().closeEvent(event)
        if not self._is_leaving:
            self.closed.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take files wherever no part of the window has a use of its own for them."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Inspect what was dropped."""
        files = list_files(event.mimeData())
        if files:
            event.acceptProposedAction()
            self.steering.inspect(files)
        else:
            self.show_message(Message(tr("Only files of this computer can be dropped here."), "warning"))

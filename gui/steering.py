"""What the window does when a person asks for something, and when one of its parts has something to tell.

Each step is a few calls of the parts; the parts do the work. `wiring` says which signal leads here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from gui.dropped_files import read_clipboard
from gui.failures import NextSteps, describe_failure
from gui.messages import Message
from gui.operations import Failure, Lane, Operation
from gui.page_bar import Page
from gui.product_needed_dialog import ProductNeededDialog
from gui.translated import tr
from station.audit_state import read_audit_state
from station.opening import OpenedInspection
from station.reviewing import next_unreviewed

if TYPE_CHECKING:
    from gui.main_window import MainWindow

AUDIT_DELAY_MS = 400
"""Recordings that follow each other this closely are looked at once."""


class Steering(QObject):
    """One per main window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._page = window.page
        self._dialogs = window.dialogs
        self._next_steps = NextSteps(
            window.dialogs.open_models,
            window.dialogs.open_diagnostics,
            window.page.references.open_settings,
            window.dialogs.open_settings,
            self._open_log_on,
        )
        self._audit_timer = QTimer(self, singleShot=True, interval=AUDIT_DELAY_MS)
        self._audit_timer.timeout.connect(self.read_audit)

    @property
    def product(self) -> str | None:
        """The product in use."""
        return self._page.references.current_product

    @property
    def has_part(self) -> bool:
        """Whether a recorded inspection is on show."""
        return self._page.opened is not None

    @property
    def can_mark_as_good(self) -> bool:
        """Whether the part on show can become a reference."""
        opened = self._page.opened
        return opened is not None and opened.version is not None and opened.record.verdict != "accept"

    # What a person asks for

    def inspect(self, paths: Sequence[Path]) -> None:
        """Inspect photos with the serial number that waits for them; folders become a batch."""
        if paths:
            self._window.show_page(Page.INSPECT)
            self._window.state.add_recent(paths)
            self._window.flow.inspect(list(paths), self._page.serial.take())

    def open_photos(self) -> None:
        """Choose photos and inspect them."""
        self.inspect(self._dialogs.ask_photos(self._last_folder()))

    def open_folder(self) -> None:
        """Choose a folder and make a batch of it."""
        self.inspect(self._dialogs.ask_folder(self._last_folder()))

    def paste(self) -> None:
        """Inspect the photo or the files on the clipboard."""
        try:
            files = read_clipboard(self._window.home)
        except OSError as error:
            text = tr("The picture could not be taken over: {reason}.", reason=error)
            self._window.show_message(Message(text, "error"))
            return
        if not files:
            text = tr("There is no photo on the clipboard; copy a picture or a file first.")
            self._window.show_message(Message(text))
        self.inspect(files)

    def focus_serial(self) -> None:
        """Be ready for the barcode reader."""
        self._window.show_page(Page.INSPECT)
        self._page.serial.focus()

    def focus_chat(self) -> None:
        """Show the conversation and put the cursor into it."""
        self._window.show_page(Page.INSPECT)
        self._page.docks.show_pane("chat")
        self._page.chat.setFocus()

    def make_product(self) -> None:
        """Choose photos of good parts and make a product of them."""
        paths = self._dialogs.ask_photos(self._last_folder())
        if paths:
            self._page.references.new_product_from(paths)

    def add_references(self) -> None:
        """Choose photos of good parts and add them to the product in use."""
        paths = self._dialogs.ask_photos(self._last_folder())
        if paths:
            self._page.references.add_references_from(paths)

    def review(self) -> None:
        """Decide on the part on show."""
        if self._page.opened is not None:
            self._dialogs.open_review(self._page.opened, self._window.settings.defect_codes)

    def correct_mask(self) -> None:
        """Draw the defect of the part on show as it is."""
        if self._page.opened is not None:
            self._dialogs.open_mask_editor(self._page.opened)

    def mark_as_good(self) -> None:
        """Make the part on show one more reference."""
        if self._page.opened is not None:
            self._dialogs.open_was_good(self._page.opened)

    def report(self) -> None:
        """Preview the report of the part on show."""
        if self._page.opened is not None:
            self._dialogs.open_report([self._page.opened.record.id])

    def open_next_unreviewed(self) -> None:
        """Open the next part that a person should look at."""
        after = self._page.opened.record.id if self._page.opened is not None else None
        self._window.operations.run(
            tr("Looking for the next part to review"),
            lambda station, control: next_unreviewed(station, after) or next_unreviewed(station),
            lane=Lane.DATABASE,
            owner=self,
            on_success=self._open_unreviewed,
        )

    def toggle_measuring(self) -> None:
        """Take the measuring tape, or put it away."""
        self._page.viewer.set_measuring(not self._page.viewer.is_measuring)

    def toggle_full_screen(self) -> None:
        """Fill the screen, or be a window again."""
        window = self._window
        window.showNormal() if window.isFullScreen() else window.showFullScreen()

    def reset_layout(self) -> None:
        """Lay the panes as they were at first."""
        self._window.show_page(Page.INSPECT)
        self._page.docks.reset()

    def open_shortcuts(self) -> None:
        """List what every key does."""
        self._dialogs.open_shortcuts(self._window.commands.list_shortcuts())

    # What the parts tell

    def show_opened(self, opened: OpenedInspection) -> None:
        """Show an inspection from the history."""
        self._window.show_inspection(opened)
        self._window.show_page(Page.INSPECT)

    def show_again(self, inspection_id: int) -> None:
        """Show a record to which something was added."""
        self._window.flow.open(inspection_id)
        self.note_recorded(inspection_id)

    def note_recorded(self, inspection_id: int) -> None:
        """Show what was just recorded in the strip and the audit state."""
        self._page.recent.refresh()
        self._audit_timer.start()

    def note_event(self) -> None:
        """Something was recorded that is no inspection."""
        self._audit_timer.start()

    def take_folders(self, folders: list[Path]) -> None:
        """Make a batch of a folder."""
        self._window.show_page(Page.BATCH)
        self._window.batch.take_folder(folders[0])
        if len(folders) > 1:
            text = tr("One folder is inspected at a time; drop the others afterwards.")
            self._window.show_message(Message(text))

    def ask_product(self, photos: list[Path]) -> None:
        """Ask which product photos show; where there is none, make one of them."""
        references = self._page.references
        names = references.head.chooser.names
        if not names:
            references.new_product_from(photos)
            return
        dialog = ProductNeededDialog(photos[0].name, names, self._window)
        dialog.product_picked.connect(lambda name: self._inspect_with(name, photos))
        dialog.new_wanted.connect(lambda: references.new_product_from(photos[:1]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def use_product(self, name: str | None) -> None:
        """Judge by this product from now on."""
        self._window.flow.choose_product(name)
        self._window.batch.choose_product(name)
        if name is not None:
            self._window.state.product = name
        self._window.commands.refresh()

    def review_from_history(self, inspection_id: int) -> None:
        """Open the part first: nobody decides on what is not on the screen."""
        self._window.flow.inspection_opened.connect(self._review_once)
        self._window.flow.open(inspection_id)

    def say_failure(self, failure: Failure) -> None:
        """Say why something failed, with a button for the next step."""
        if not failure.report:
            self._window.show_message(describe_failure(failure, self._next_steps))

    def say_failed_operation(self, operation: Operation, failure: Failure) -> None:
        """Say why an operation failed that nobody else speaks for."""
        self.say_failure(failure)

    def reload_models(self) -> None:
        """Open the stations anew and load the models that hold now."""
        self._window.operations.reopen_stations()
        self._window.engine.load_models()

    def read_audit(self) -> None:
        """Look at the end of the audit chain."""
        self._window.operations.run(
            tr("Looking at the audit database"),
            lambda station, control: read_audit_state(station),
            lane=Lane.DATABASE,
            owner=self,
            on_success=self._window.status.show_audit,
        )

    def _open_unreviewed(self, inspection_id: int | None) -> None:
        if inspection_id is None:
            text = tr("Every part that needs a person was reviewed.")
            self._window.show_message(Message(text, "success"))
        else:
            self._window.flow.open(inspection_id)

    def _inspect_with(self, product: str, photos: list[Path]) -> None:
        self._page.references.choose_product(product)
        self._window.flow.inspect(photos)

    def _review_once(self, opened: OpenedInspection) -> None:
        self._window.flow.inspection_opened.disconnect(self._review_once)
        self.review()

    def _open_log_on(self) -> None:
        self._window.shift_change.change_person()

    def _last_folder(self) -> str:
        recent = self._window.state.recent
        return str(recent[0].parent) if recent else ""

"""The settings of one product: sensitivity, scale, areas, golden set, notes, versions.

It joins pages and the background: every change asks for a reason, makes the product's next version and is shown once it
is recorded. What a page looks like is the page's affair.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QTabWidget, QWidget
from shiboken6 import isValid

from gui.area_editor import AreaEditor
from gui.dialogs import BaseDialog, ask_reason, confirm
from gui.golden_choice_dialog import GoldenChoiceDialog
from gui.golden_page import GoldenPage
from gui.messages import Message
from gui.operations import Control, Failure, Lane, Operation, Operations, Work
from gui.product_pages import AreasPage, NotesPage, VersionsPage
from gui.scale_page import ScalePage
from gui.sensitivity_page import SensitivityPage
from gui.translated import tr, trn
from station.calibration_view import view_calibration
from station.golden_set import (
    GoldenCheck,
    add_all_to_golden_set,
    check_golden_set,
    list_golden_candidates,
    remove_from_golden_set,
)
from station.product_overview import ProductOverview, read_drawing_reference, read_overview
from station.product_settings import change_product_settings
from station.references_check import PhotoPreview
from station.station import Station
from storage.records import InspectionSummary, ProductVersion


class ProductDialog(BaseDialog):
    """Shows and changes the settings of one product."""

    version_made = Signal(object)
    """The `ProductVersion` that a change made."""
    message = Signal(object)

    def __init__(self, operations: Operations, product: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, tr("Settings of {name}", name=product), (820, 640))
        self._operations = operations
        self._product = product
        self._seen: ProductVersion | None = None
        self._looking: dict[str, Operation] = {}
        self._has_failed = False
        self.sensitivity = SensitivityPage(self)
        self.scale = ScalePage(self)
        self.areas = AreasPage(self)
        self.golden = GoldenPage(self)
        self.notes = NotesPage(self)
        self.versions = VersionsPage(self)
        self._build()
        self._connect()
        self._load()
        self._load_reference()
        self._load_calibration()

    def _build(self) -> None:
        self.tabs = QTabWidget(self)
        self.tabs.setAccessibleName(tr("Settings of the product"))
        pages = (
            (self.sensitivity, tr("Sensitivity")),
            (self.scale, tr("Scale")),
            (self.areas, tr("Areas")),
            (self.golden, tr("Golden set")),
            (self.notes, tr("Notes")),
            (self.versions, tr("Versions")),
        )
        for page, title in pages:
            self.tabs.addTab(page, title)
        self.body.addWidget(self.tabs, 1)
        self.fault = QLabel(self)
        self.fault.setProperty("role", "error")
        self.fault.setWordWrap(True)
        self.fault.hide()
        self.body.addWidget(self.fault)
        self.add_close_button()

    def _connect(self) -> None:
        for page in (self.sensitivity, self.scale, self.notes):
            page.change_wanted.connect(self._change)
        self.areas.edit_wanted.connect(self._edit_areas)
        self.golden.check_wanted.connect(self._check)
        self.golden.removal_wanted.connect(self._remove)
        self.golden.addition_wanted.connect(self._choose_golden)

    # Reading

    def _load(self) -> None:
        product = self._product
        self._run(tr("Opening {name}", name=product), lambda s, c: read_overview(s, product), self._show)

    def _load_reference(self) -> None:
        product = self._product

        def read(station: Station, control: Control) -> PhotoPreview | None:
            return read_drawing_reference(station, product)

        self._run(tr("Opening {name}", name=product), read, self._show_reference, Lane.FILES)

    def _load_calibration(self) -> None:
        product = self._product
        self.sensitivity.plot_note.hide()
        operation = self._operations.run(
            tr("Learning {name}", name=product),
            lambda station, control: view_calibration(station, product, control.progress),
            owner=self,
            on_success=self.sensitivity.plot.show_calibration,
            on_failure=lambda failure: self._say_no_plot(failure.sentence),
        )
        self.sensitivity.plot_progress.follow(operation)
        self._look("calibration", operation)
        operation.cancelled.connect(lambda: self._say_stopped(operation))

    def _look(self, what: str, operation: Operation) -> None:
        """Keep what only looks at the product; an earlier look at the same, overtaken now, is stopped."""
        earlier, self._looking[what] = self._looking.get(what), operation
        if earlier is not None and isValid(earlier):
            earlier.cancel()

    def _say_stopped(self, operation: Operation) -> None:
        if self._looking.get("calibration") is operation:
            self._say_no_plot(tr("Learning was stopped; open the settings again to see what verdicts rest on."))

    def _show(self, overview: ProductOverview) -> None:
        self._seen, self._has_failed = overview.version, False
        for page in (self.sensitivity, self.scale, self.areas, self.golden, self.notes, self.versions):
            page.show_overview(overview)
        if overview.version.retired:
            self._say(tr("The product is retired; take it back into use before changing it."))

    def _show_reference(self, preview: PhotoPreview | None) -> None:
        if preview is not None:
            self.scale.canvas.show_photo(preview)
            self.areas.show_reference(preview)

    def _say_no_plot(self, sentence: str) -> None:
        self.sensitivity.plot.clear()
        self.sensitivity.plot_note.setText(sentence)
        self.sensitivity.plot_note.show()

    # Changing

    def _change(self, changes: Mapping[str, object]) -> None:
        """Ask why, then make the next version."""
        text = tr("The change holds for every inspection from now on. Why is it made?")
        reason = ask_reason(self, tr("Change {name}", name=self._product), text)
        if reason is None:
            return
        product, seen = self._product, self._seen

        def change(station: Station, control: Control) -> ProductVersion:
            return change_product_settings(station, product, reason, seen=seen, **changes)

        self._run(tr("Saving {name}", name=product), change, self._take)

    def _edit_areas(self) -> None:
        editor = AreaEditor(self._operations, self._product, self)
        editor.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        editor.saved.connect(self._take)
        editor.open()

    def _remove(self, inspection_id: int) -> None:
        text = tr("The part is no longer checked. Why?")
        reason = ask_reason(self, tr("Take out of the golden set"), text)
        if reason is None:
            return
        product = self._product

        def remove(station: Station, control: Control) -> ProductVersion:
            return remove_from_golden_set(station, product, inspection_id, reason)

        self._run(tr("Saving {name}", name=product), remove, self._take)

    def _check(self) -> None:
        product = self._product

        def check(station: Station, control: Control) -> GoldenCheck:
            return check_golden_set(station, product, control.progress)

        operation = self._run(tr("Checking the golden set"), check, self._take_check, Lane.ENGINE)
        self.golden.follow(operation)
        self._look("golden set", operation)

    def _choose_golden(self) -> None:
        product = self._product
        title = tr("Looking for parts")
        self._run(title, lambda station, c: list_golden_candidates(station, product), self._offer_candidates)

    def _offer_candidates(self, candidates: tuple[InspectionSummary, ...]) -> None:
        dialog = GoldenChoiceDialog(self._product, candidates, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._add_golden(dialog.chosen, dialog.reason))
        dialog.open()

    def _add_golden(self, numbers: list[int], reason: str) -> None:
        def add(station: Station, control: Control) -> ProductVersion:
            return add_all_to_golden_set(station, numbers, reason)

        self._run(tr("Saving {name}", name=self._product), add, self._take)

    def _take(self, version: ProductVersion) -> None:
        """Show what was recorded; whoever opened the dialog learns the new version."""
        self.fault.hide()
        self.version_made.emit(version)
        self._load()
        self._load_calibration()

    def _take_check(self, check: GoldenCheck) -> None:
        self.golden.show_check(check)
        if not check.passed:
            text = trn(
                "Golden set of {name}: {count} part is judged wrongly now.",
                "Golden set of {name}: {count} parts are judged wrongly now.",
                len(check.failures),
                name=check.product,
            )
            self.message.emit(Message(text, "warning"))

    def _run(
        self, title: str, work: Work[Any], on_success: Callable[[Any], object], lane: Lane = Lane.DATABASE
    ) -> Operation:
        return self._operations.run(
            title,
            work,
            lane=lane,
            owner=self,
            on_success=on_success,
            on_failure=self._fail,
        )

    def _fail(self, failure: Failure) -> None:
        """Say it, and show what holds now: somebody else may have changed the product."""
        self._say(failure.sentence)
        has_failed, self._has_failed = self._has_failed, True
        if not has_failed:
            self._load()

    def done(self, result: int) -> None:
        """Stop what only looks at the product; what is being recorded goes on."""
        for operation in self._looking.values():
            if isValid(operation):
                operation.cancel()
        super().done(result)

    def reject(self) -> None:
        """Close; ask first when notes that were typed would be lost."""
        text = tr("The notes you typed are not saved.")
        if not self.notes.is_changed or confirm(self, tr("Close"), text, tr("Close without saving")):
            super().reject()

    def _say(self, sentence: str) -> None:
        self.fault.setText(sentence)
        self.fault.show()

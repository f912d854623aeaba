"""The settings of one product: sensitivity, scale, areas, golden set, notes, versions.

It joins pages and the background: every change asks for a reason, makes the product's next version and is shown once it
is recorded. What a page looks like is the page's affair.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QTabWidget, QWidget

from gui.area_editor import AreaEditor
from gui.dialogs import BaseDialog, ask_reason
from gui.golden_page import GoldenPage
from gui.messages import Message
from gui.operations import Control, Failure, Lane, Operation, Operations, Work
from gui.product_pages import AreasPage, NotesPage, VersionsPage
from gui.scale_page import ScalePage
from gui.sensitivity_page import SensitivityPage
from gui.translated import tr, trn
from station.calibration_view import view_calibration
from station.golden_set import GoldenCheck, check_golden_set, remove_from_golden_set
from station.product_overview import ProductOverview, read_drawing_reference, read_overview
from station.product_settings import change_product_settings
from station.references_check import PhotoPreview
from station.station import Station
from storage.records import ProductVersion


class ProductDialog(BaseDialog):
    """Shows and changes the settings of one product."""

    version_made = Signal(object)
    """The `ProductVersion` that a change made."""
    message = Signal(object)

    def __init__(self, operations: Operations, product: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, tr("Settings of {name}", name=product), (820, 640))
        self._operations = operations
        self._product = product
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
        self._said = QLabel(self)
        self._said.setProperty("role", "error")
        self._said.setWordWrap(True)
        self._said.hide()
        self.body.addWidget(self._said)
        self.add_close_button()

    def _connect(self) -> None:
        for page in (self.sensitivity, self.scale, self.notes):
            page.change_wanted.connect(self._change)
        self.areas.edit_wanted.connect(self._edit_areas)
        self.golden.check_wanted.connect(self._check)
        self.golden.removal_wanted.connect(self._remove)

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
            on_failure=self._say_no_plot,
        )
        self.sensitivity.plot_progress.follow(operation)

    def _show(self, overview: ProductOverview) -> None:
        for page in (self.sensitivity, self.scale, self.areas, self.golden, self.notes, self.versions):
            page.show_overview(overview)
        if overview.version.retired:
            self._say(tr("The product is retired; take it back into use before changing it."))

    def _show_reference(self, preview: PhotoPreview | None) -> None:
        if preview is not None:
            self.scale.canvas.show_photo(preview)
            self.areas.show_reference(preview)

    def _say_no_plot(self, failure: Failure) -> None:
        self.sensitivity.plot.clear()
        self.sensitivity.plot_note.setText(failure.sentence)
        self.sensitivity.plot_note.show()

    # Changing

    def _change(self, changes: Mapping[str, object]) -> None:
        """Ask why, then make the next version."""
        text = tr("The change holds for every inspection from now on. Why is it made?")
        reason = ask_reason(self, tr("Change {name}", name=self._product), text)
        if reason is None:
            return
        product = self._product

        def change(station: Station, control: Control) -> ProductVersion:
            return change_product_settings(station, product, reason, **changes)

        self._run(tr("Saving {name}", name=product), change, self._take)

    def _edit_areas(self) -> None:
        editor = AreaEditor(self._operations, self._product, self)
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

        self.golden.progress.follow(self._run(tr("Checking the golden set"), check, self._take_check, Lane.ENGINE))

    def _take(self, version: ProductVersion) -> None:
        """Show what was recorded; whoever opened the dialog learns the new version."""
        self._said.hide()
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
            on_failure=lambda failure: self._say(failure.sentence),
        )

    def _say(self, sentence: str) -> None:
        self._said.setText(sentence)
        self._said.show()

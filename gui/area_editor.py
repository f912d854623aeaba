"""The dialog in which a person draws what of a product's parts is inspected and what is ignored.

It holds tools, list and buttons around an `AreaCanvas`; the new areas become a setting of the product's next version.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from gui.area_canvas import AreaCanvas, Tool
from gui.dialogs import BaseDialog, ask_reason, confirm
from gui.drawing_bar import DrawingBar
from gui.operations import Control, Failure, Lane, Operations
from gui.theme import SPACING, theme_notifier
from gui.translated import format_share, mark, tr
from station.product_overview import read_drawing_reference
from station.product_settings import Area, change_product_settings, read_product_settings
from station.references_check import PhotoPreview
from station.station import Station
from storage.records import ProductVersion

_SHAPES = {"rectangle": mark("rectangle"), "polygon": mark("polygon"), "brush": mark("brush stroke")}


class AreaEditor(BaseDialog):
    """Draws areas on a product's first approved reference."""

    saved = Signal(object)
    """The new `ProductVersion`."""

    def __init__(self, operations: Operations, product: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, tr("Areas of {name}", name=product), (1040, 720))
        self._operations = operations
        self._product = product
        self._saved_areas: tuple[Area, ...] = ()
        self._seen: ProductVersion | None = None
        self.canvas = AreaCanvas(self)
        self.canvas.setAccessibleName(tr("Reference with areas"))
        self._build()
        self.canvas.areas_changed.connect(self._refresh)
        self.canvas.draft_changed.connect(self._enable_steps)
        self.canvas.area_selected.connect(self._mark_row)
        theme_notifier().changed.connect(self._refresh)
        self.choose_tool(Tool.RECTANGLE)
        self._refresh()
        self._load()

    # Building

    def _build(self) -> None:
        self.bar = DrawingBar(self.canvas, tuple(Tool), self)
        self.undo, self.redo, self.brush_slider = self.bar.undo, self.bar.redo, self.bar.brush_slider
        self.bar.undo_wanted.connect(self.canvas.undo)
        self.bar.redo_wanted.connect(self.canvas.redo)
        middle = QHBoxLayout()
        middle.setSpacing(2 * SPACING)
        middle.addWidget(self.canvas, 1)
        middle.addLayout(self._build_side())
        self.body.addWidget(self.bar)
        self.body.addLayout(middle, 1)
        self._hint = QLabel(self)
        self._hint.setProperty("role", "muted")
        self._hint.setWordWrap(True)
        self.bar.hinted.connect(self._hint.setText)
        self.body.addWidget(self._hint)
        self.fault = QLabel(self)
        self.fault.setProperty("role", "error")
        self.fault.setWordWrap(True)
        self.fault.hide()
        self.body.addWidget(self.fault)
        self.add_button(tr("Cancel")).clicked.connect(self.reject)
        self.save_button = self.add_button(tr("Save areas…"), "primary")
        self.save_button.clicked.connect(self.save)

    def _build_side(self) -> QVBoxLayout:
        side = QVBoxLayout()
        side.setSpacing(SPACING)
        title = QLabel(tr("New areas are"), self)
        title.setProperty("role", "heading")
        self.ignore_choice = QRadioButton(tr("ignored"), self)
        self.ignore_choice.setToolTip(tr("What is inside never counts, such as a label or the background."))
        self.inspect_choice = QRadioButton(tr("inspected"), self)
        self.inspect_choice.setToolTip(tr("Only what is inside such areas counts; everything else is ignored."))
        self._kinds = QButtonGroup(self)
        for choice in (self.ignore_choice, self.inspect_choice):
            self._kinds.addButton(choice)
        self.ignore_choice.setChecked(True)
        self.inspect_choice.toggled.connect(self._choose_kind)
        heading = QLabel(tr("Areas"), self)
        heading.setProperty("role", "heading")
        self.rows = QListWidget(self)
        self.rows.setAccessibleName(tr("Areas"))
        self.rows.setFixedWidth(230)
        self.rows.currentRowChanged.connect(self.canvas.select)
        self._delete = self.bar.add_action(
            "delete-outline", tr("Delete the selected area"), "Delete", self.canvas.delete_selected
        )
        self._clear = self.bar.add_action("delete-sweep-outline", tr("Delete all areas"), "", self.canvas.clear_areas)
        self._share = _muted(self)
        buttons = QHBoxLayout()
        for action in (self._delete, self._clear):
            buttons.addWidget(self.bar.make_button(action))
        buttons.addStretch(1)
        for widget in (title, self.ignore_choice, self.inspect_choice, heading, self.rows):
            side.addWidget(widget)
        side.setStretchFactor(self.rows, 1)
        side.addLayout(buttons)
        side.addWidget(self._share)
        return side

    # Doing

    def choose_tool(self, tool: Tool) -> None:
        """Take a tool in hand."""
        self.bar.choose_tool(tool)

    def save(self) -> None:
        """Ask why and make the product's next version with these areas."""
        self.canvas.close_polygon()
        areas, seen = self.canvas.areas, self._seen
        text = tr("The areas hold for every inspection from now on. Why are they changed?")
        reason = ask_reason(self, tr("Save areas"), text)
        if reason is None:
            return

        def change(station: Station, control: Control) -> ProductVersion:
            return change_product_settings(station, self._product, reason, seen=seen, areas=areas)

        self.save_button.setEnabled(False)
        title = tr("Saving {name}", name=self._product)
        self._operations.run(
            title, change, lane=Lane.DATABASE, owner=self, on_success=self._finish, on_failure=self._fail
        )

    def reject(self) -> None:
        """Close; ask first when something drawn would be lost."""
        if self.canvas.is_drawing:
            self.canvas.drop_draft()
            return
        text = tr("The areas you drew are not saved.")
        if self.canvas.areas == self._saved_areas or confirm(self, tr("Close"), text, tr("Close without saving")):
            super().reject()

    def _load(self) -> None:
        def read(station: Station, control: Control) -> tuple[PhotoPreview | None, ProductVersion]:
            return read_drawing_reference(station, self._product), station.store.get_product(self._product)

        title = tr("Opening {name}", name=self._product)
        self._operations.run(title, read, lane=Lane.FILES, owner=self, on_success=self._show, on_failure=self._fail)

    def _show(self, found: tuple[PhotoPreview | None, ProductVersion]) -> None:
        preview, self._seen = found
        areas = self._saved_areas = read_product_settings(self._seen).areas
        if preview is None:
            self.canvas.setEnabled(False)
            self._say(tr("The product has no approved reference to draw on; approve or add one first."))
            return
        self.canvas.show_photo(preview)
        self.bar.fit_brush()
        self.canvas.set_areas(areas)

    def _finish(self, version: ProductVersion) -> None:
        self._saved_areas = self.canvas.areas
        self.saved.emit(version)
        self.accept()

    def _fail(self, failure: Failure) -> None:
        self.save_button.setEnabled(True)
        self._say(failure.sentence)

    def _say(self, sentence: str) -> None:
        self.fault.setText(sentence)
        self.fault.show()

    def _choose_kind(self, is_inspect: bool) -> None:
        self.canvas.kind = "inspect" if is_inspect else "ignore"

    def _refresh(self) -> None:
        self.rows.blockSignals(True)
        self.rows.clear()
        for number, area in enumerate(self.canvas.areas, start=1):
            self.rows.addItem(_describe(number, area))
        self.rows.setCurrentRow(self.canvas.selected)
        self.rows.blockSignals(False)
        self._enable_steps()
        self._delete.setEnabled(self.canvas.selected >= 0)
        self._clear.setEnabled(bool(self.canvas.areas))
        self.save_button.setEnabled(self.canvas.areas != self._saved_areas)
        if self.canvas.photo_width:
            share = format_share(self.canvas.measure_inspected())
            self._share.setText(tr("{share} of the reference is inspected.", share=share))

    def _enable_steps(self) -> None:
        self.undo.setEnabled(self.canvas.history.can_undo or self.canvas.is_drawing)
        self.redo.setEnabled(self.canvas.history.can_redo)

    def _mark_row(self, index: int) -> None:
        self.rows.blockSignals(True)
        self.rows.setCurrentRow(index)
        self.rows.blockSignals(False)
        self._delete.setEnabled(index >= 0)


def _describe(number: int, area: Area) -> str:
    shape = tr(_SHAPES[area.shape])
    if area.kind == "ignore":
        return tr("{number}. Ignored, {shape}", number=number, shape=shape)
    return tr("{number}. Inspected, {shape}", number=number, shape=shape)


def _muted(parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setProperty("role", "muted")
    label.setWordWrap(True)
    label.setFixedWidth(230)
    return label

"""The dialog in which a person corrects the mask of an inspection, beginning with the mask that counts now.

What is saved is a record beside the machine's mask, with a reason; the machine's mask stays.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QRadioButton, QVBoxLayout, QWidget

from gui.dialogs import BaseDialog, ask_reason, confirm
from gui.draft_canvas import Tool
from gui.drawing_bar import DrawingBar
from gui.icon_button import make_icon_button
from gui.labels import make_label
from gui.mask_canvas import MaskCanvas
from gui.messages import Message
from gui.operations import Failure, Lane, Operation, Operations
from gui.theme import SPACING
from gui.translated import format_number, format_share, tr
from inference.results import Mask
from station.mask_correcting import correct_mask
from station.opening import OpenedInspection
from station.references_check import shrink_photo
from storage.records import CorrectedMask

TOOLS = (Tool.BRUSH, Tool.ERASER, Tool.RECTANGLE, Tool.POLYGON)
PREVIEW_SIDE = 4000
"""Longer side in pixels of the picture that is drawn on; the mask itself has the photo's size."""
_SIDE_WIDTH = 230


class MaskEditor(BaseDialog):
    """Draws on the photo of one inspection."""

    saved = Signal(object, object)
    """The recorded `CorrectedMask`, and its pixels."""
    message = Signal(object)

    def __init__(self, operations: Operations, opened: OpenedInspection, parent: QWidget | None = None) -> None:
        super().__init__(parent, tr("Correct the mask of {name}", name=opened.record.file_name), (1040, 720))
        self._operations = operations
        self._opened = opened
        self._saving: Operation | None = None
        self._drawn: Mask | None = None
        self._machine_area = int(np.count_nonzero(opened.mask))
        self.canvas = MaskCanvas(self)
        self.canvas.setAccessibleName(tr("Photo with the mask"))
        self._build()
        self.canvas.mask_changed.connect(self._refresh)
        self.canvas.draft_changed.connect(self._enable)
        self._show(opened)
        self.choose_tool(Tool.BRUSH)

    def choose_tool(self, tool: Tool) -> None:
        """Take a tool in hand."""
        self.bar.choose_tool(tool)

    def save(self) -> None:
        """Ask why and record the mask; on failure everything that was drawn stays."""
        self.canvas.close_polygon()
        if self._saving is not None:
            return
        text = tr("The machine's mask stays; yours is kept beside it. Why is it corrected?")
        reason = ask_reason(self, tr("Save the corrected mask"), text)
        if reason is None:
            return
        number, mask = self._opened.record.id, self.canvas.drawn_mask
        self._drawn = mask
        self.fault.hide()
        self._saving = self._operations.run(
            tr("Saving the mask of {name}", name=self._opened.record.file_name),
            lambda station, control: correct_mask(station, number, mask, reason),
            lane=Lane.DATABASE,
            owner=self,
            on_success=self._finish,
            on_failure=self._fail,
        )
        self._enable()

    def reject(self) -> None:
        """Close; ask first when something drawn would be lost, and not while it is being recorded."""
        if self._saving is not None:
            return
        if self.canvas.is_drawing:
            self.canvas.drop_draft()
            return
        text = tr("The mask you drew is not saved.")
        if not self.canvas.can_undo or confirm(self, tr("Close"), text, tr("Close without saving")):
            super().reject()

    # Building

    def _build(self) -> None:
        self.bar = DrawingBar(self.canvas, TOOLS, self)
        self.bar.undo_wanted.connect(self.canvas.undo)
        self.bar.redo_wanted.connect(self.canvas.redo)
        middle = QHBoxLayout()
        middle.setSpacing(2 * SPACING)
        middle.addWidget(self.canvas, 1)
        middle.addLayout(self._build_side())
        self._hint = make_label("muted", self)
        self.bar.hinted.connect(self._hint.setText)
        self.fault = make_label("error", self)
        self.fault.hide()
        self.body.addWidget(self.bar)
        self.body.addLayout(middle, 1)
        self.body.addWidget(self._hint)
        self.body.addWidget(self.fault)
        self.add_button(tr("Cancel")).clicked.connect(self.reject)
        self.save_button = self.add_button(tr("Save the mask…"), "primary")
        self.save_button.clicked.connect(self.save)

    def _build_side(self) -> QVBoxLayout:
        side = QVBoxLayout()
        side.setSpacing(SPACING)
        title = make_label("heading", self, tr("What you draw"))
        self.mark_choice = QRadioButton(tr("is a defect"), self)
        self.clear_choice = QRadioButton(tr("is no defect"), self)
        self.clear_choice.setToolTip(tr("Takes away what is marked there; the eraser does so always."))
        self._kinds = QButtonGroup(self)
        for choice in (self.mark_choice, self.clear_choice):
            self._kinds.addButton(choice)
        self.mark_choice.setChecked(True)
        self.clear_choice.toggled.connect(self._choose_kind)
        again = make_label("heading", self, tr("Begin anew"))
        self.machine_button = self._add_start("robot-outline", tr("With the machine's mask"), self._take_machine_mask)
        self.empty_button = self._add_start("eraser-variant", tr("With an empty mask"), self._take_empty_mask)
        self.area = make_label("muted", self)
        for row in (title, self.mark_choice, self.clear_choice):
            side.addWidget(row)
        side.addSpacing(SPACING)
        for start in (again, self.machine_button, self.empty_button):
            side.addWidget(start)
        side.addStretch(1)
        side.addWidget(self.area)
        for label in (title, again, self.area):
            label.setFixedWidth(_SIDE_WIDTH)
        return side

    def _add_start(self, sign: str, text: str, do: object) -> QPushButton:
        button = make_icon_button(sign, text, self)
        button.setAutoDefault(False)
        button.clicked.connect(do)
        return button

    # Doing

    def _show(self, opened: OpenedInspection) -> None:
        self.canvas.show_photo(shrink_photo(opened.photo, PREVIEW_SIDE))
        self.canvas.start_with(opened.mask if opened.corrected_mask is None else opened.corrected_mask)
        self.bar.fit_brush()

    def _take_machine_mask(self) -> None:
        self.canvas.replace(self._opened.mask)
        self.canvas.setFocus()

    def _take_empty_mask(self) -> None:
        self.canvas.replace(self._opened.mask * 0)
        self.canvas.setFocus()

    def _choose_kind(self, takes_away: bool) -> None:
        self.canvas.takes_away = takes_away
        self.canvas.setFocus()

    def _refresh(self) -> None:
        self.area.setText(self._describe_area())
        self._enable()

    def _describe_area(self) -> str:
        area = self.canvas.area
        whole = max(1, self._opened.record.width * self._opened.record.height)
        return tr(
            "{area} px are marked, {share} of the photo. The machine marked {machine} px.",
            area=format_number(area, 0),
            share=format_share(area / whole, 2),
            machine=format_number(self._machine_area, 0),
        )

    def _enable(self) -> None:
        is_idle = self._saving is None
        self.bar.undo.setEnabled(is_idle and (self.canvas.can_undo or self.canvas.is_drawing))
        self.bar.redo.setEnabled(is_idle and self.canvas.can_redo)
        self.canvas.setEnabled(is_idle)
        self.save_button.setEnabled(is_idle and (self.canvas.can_undo or self.canvas.is_drawing))
        self.save_button.setToolTip("" if self.canvas.can_undo else tr("Draw something first."))

    def _finish(self, made: CorrectedMask) -> None:
        self._saving = None
        name, area = self._opened.record.file_name, format_number(made.area_px, 0)
        text = tr("The corrected mask of {name} is recorded: {area} px.", name=name, area=area)
        self.message.emit(Message(text, "success"))
        self.saved.emit(made, self._drawn)
        self.accept()

    def _fail(self, failure: Failure) -> None:
        self._saving = None
        self.fault.setText(tr("Nothing was recorded: {reason}", reason=failure.sentence))
        self.fault.show()
        self._enable()

"""A person's review of an inspection: what becomes of the part, code, severity and why; remarks; the corrected mask.

Beside it stands all that is on the record. The verdict stays as it is. The keys 1 to 5 pick a decision (with Alt while
something is typed), Ctrl+Return records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui.comment_field import CommentField
from gui.decision_choice import DecisionChoice
from gui.dialogs import BaseDialog, ReasonEdit
from gui.earlier_reasons import EarlierReasons
from gui.icon_button import make_icon_button
from gui.labels import make_label
from gui.messages import Message
from gui.operations import Failure, Lane, Operation, Operations
from gui.record_timeline import RecordTimeline
from gui.review_head import ReviewHead
from gui.severity_choice import SeverityChoice
from gui.theme import SPACING
from gui.translated import decision_word, tr, trn
from station.reviewing import ReviewMaterial, dispose, prepare_review
from storage.records import CorrectedMask, Decision, Disposition

if TYPE_CHECKING:
    from inference.results import Mask
    from station.opening import OpenedInspection

_REASON_HEIGHT = 110
_LEAST_WIDTH = 940


class ReviewDialog(BaseDialog):
    """Asks what becomes of the part and why, and records it; takes remarks and leads to the mask meanwhile."""

    recorded = Signal(int)
    """Number of the inspection whose decision is recorded."""
    added = Signal(int)
    """Number of the inspection to which a remark or a corrected mask was added."""
    message = Signal(object)

    def __init__(
        self,
        operations: Operations,
        opened: OpenedInspection,
        settings_codes: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, tr("Decision on {name}", name=opened.record.file_name), (1080, 640))
        self.setMinimumWidth(_LEAST_WIDTH)
        self._operations = operations
        self._opened = opened
        self._record = opened.record
        self._may_review = True
        self._recording: Operation | None = None
        self._build()
        self.show_codes(settings_codes)
        self.timeline.show_record(self._record)
        self.choice.changed.connect(self._enable)
        self.reason_edit.changed.connect(self._enable)
        self._enable()
        self.choice.setFocus()
        self._read()

    def choose(self, decision: Decision) -> None:
        """Pick a decision."""
        self.choice.choose(decision)

    def show_codes(self, codes: Sequence[str]) -> None:
        """Offer the codes of the catalogue; what is picked stays picked where it is still there."""
        picked = self.code_box.currentData()
        self.code_box.clear()
        self.code_box.addItem(tr("No code"), "")
        for code in codes:
            self.code_box.addItem(code, code)
        self.code_box.setCurrentIndex(max(self.code_box.findData(picked), 0))

    def record(self) -> None:
        """Record the decision; on failure everything that was typed stays."""
        decision = self.choice.decision
        if decision is None or not self.reason_edit.is_enough or self._recording is not None:
            return
        number, code, reason = self._record.id, str(self.code_box.currentData()), self.reason_edit.reason
        severity = self.severity_box.severity
        self.fault.hide()
        self._recording = self._operations.run(
            tr("Recording the decision on {name}", name=self._record.file_name),
            lambda station, control: dispose(station, number, decision, code, reason, severity),
            lane=Lane.DATABASE,
            owner=self,
            on_success=self._finish,
            on_failure=self._fail,
        )
        self._enable()

    def correct_mask(self) -> None:
        """Draw the defect as it is."""
        from gui.mask_editor import MaskEditor  # noqa: PLC0415 - rarely needed

        editor = MaskEditor(self._operations, self._opened, self)
        editor.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        editor.message.connect(self.message)
        editor.saved.connect(self._take_mask)
        editor.open()

    def reject(self) -> None:
        """Close without a decision; not while something is being recorded."""
        if self._recording is None and not self.comment_field.is_recording:
            super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """A figure picks a decision and leads on to the reason."""
        position = event.key() - Qt.Key.Key_1
        decisions = get_args(Decision)
        if 0 <= position < len(decisions) and self.choice.isEnabled():
            self._pick(decisions[position])
        else:
            super().keyPressEvent(event)

    # Building

    def _build(self) -> None:
        self.choice = DecisionChoice(self)
        self.code_box = QComboBox(self)
        self.code_box.setAccessibleName(tr("Defect code"))
        self.code_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.code_box.setMinimumContentsLength(8)
        self.code_box.setToolTip(tr("Codes are kept in the settings"))
        self.severity_box = SeverityChoice(self)
        self.reason_edit = ReasonEdit(self)
        self.reason_edit.setMinimumHeight(_REASON_HEIGHT)
        self.reasons_button = EarlierReasons(self)
        self.reasons_button.picked.connect(self._take_reason)
        self.fault = make_label("error", self)
        self.fault.hide()
        columns = QHBoxLayout()
        columns.setSpacing(3 * SPACING)
        columns.addWidget(self._build_page(), 6)
        columns.addLayout(self._build_record(), 5)
        self.body.addLayout(columns, 1)
        self.body.addWidget(self.fault)
        self.waiting = make_label("muted", self)
        self._buttons.insertWidget(0, self.waiting, 1)
        self.add_button(tr("Cancel")).clicked.connect(self.reject)
        self.record_button = self.add_button(tr("Record decision"), "primary", is_default=True)
        self.record_button.clicked.connect(self.record)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.record)
        for position, decision in enumerate(get_args(Decision), start=1):
            QShortcut(QKeySequence(f"Alt+{position}"), self, lambda decision=decision: self._pick(decision))

    def _build_page(self) -> QScrollArea:
        """Lay out what is asked so that it can be scrolled where the screen is small."""
        page = QWidget(self)
        page.setProperty("role", "page")
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING + 4)
        layout.addWidget(ReviewHead(self._record, self))
        layout.addWidget(make_label("", self, tr("What becomes of the part?")))
        layout.addWidget(self.choice)
        layout.addLayout(self._build_code_row())
        layout.addLayout(self._build_reason_row())
        layout.addWidget(self.reason_edit, 1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(page)
        return scroll

    def _build_record(self) -> QVBoxLayout:
        """Lay out what stands on the record, and what can be added to it without a decision."""
        self.timeline = RecordTimeline(self)
        self.comment_field = CommentField(self._operations, self._record.id, self)
        self.comment_field.recorded.connect(self._note_comment)
        self.comment_field.failed.connect(self._say_fault)
        self.mask_button = make_icon_button("draw", tr("Correct the &mask…"), self)
        self.mask_button.setAutoDefault(False)
        self.mask_button.setToolTip(tr("Draw the defect as it is; the machine's mask stays beside it"))
        self.mask_button.clicked.connect(self.correct_mask)
        head = QHBoxLayout()
        head.addWidget(make_label("pane-title", self, tr("On the record")), 1)
        head.addWidget(self.mask_button)
        column = QVBoxLayout()
        column.setSpacing(SPACING)
        column.addLayout(head)
        column.addWidget(self.timeline, 1)
        column.addWidget(self.comment_field)
        return column

    def _build_code_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(SPACING)
        for text, box in ((tr("Defect &code"), self.code_box), (tr("&Severity"), self.severity_box)):
            caption = QLabel(text, self)
            caption.setBuddy(box)
            row.addWidget(caption)
            row.addWidget(box)
        row.addStretch(1)
        return row

    def _build_reason_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(make_label("", self, tr("Why?")), 1)
        row.addWidget(self.reasons_button)
        return row

    # Doing

    def _pick(self, decision: Decision) -> None:
        self.choice.choose(decision)
        self.reason_edit.setFocus()

    def _read(self) -> None:
        """Read what may have changed since the inspection was opened."""
        number = self._record.id
        self._operations.run(
            tr("Reading earlier decisions"),
            lambda station, control: prepare_review(station, number),
            lane=Lane.DATABASE,
            owner=self,
            on_success=self._show_material,
            on_failure=self._say_fault,
        )

    def _show_material(self, material: ReviewMaterial) -> None:
        self._record = material.record
        self._may_review = material.may_review
        self.timeline.show_record(material.record, material.signatures)
        self.show_codes(material.codes)
        self.reasons_button.offer(material.reasons)
        waiting = trn("{count} part waits for a decision.", "{count} parts wait for a decision.", material.waiting)
        self.waiting.setText(waiting if material.waiting else "")
        self._enable()

    def _take_reason(self, reason: str) -> None:
        self.reason_edit.edit.selectAll()
        # Inserted rather than set, so that undo brings back what was typed.
        self.reason_edit.edit.insertPlainText(reason)
        self.reason_edit.setFocus()

    def _note_comment(self) -> None:
        self.fault.hide()
        self.added.emit(self._record.id)
        self._read()

    def _take_mask(self, made: CorrectedMask, mask: Mask) -> None:
        self._opened = replace(self._opened, corrected_mask=mask)
        self.added.emit(made.inspection_id)
        self._read()

    def _finish(self, disposition: Disposition) -> None:
        self._recording = None
        decision = decision_word(disposition.decision)
        name = self._record.file_name
        self.message.emit(Message(tr("Recorded for {name}: {decision}.", name=name, decision=decision), "success"))
        self.recorded.emit(disposition.inspection_id)
        self._enable()
        if self.comment_field.has_text:  # what was written is not lost with the dialog
            self.comment_field.recorded.connect(self.accept)
            self.comment_field.record()
        else:
            self.accept()

    def _fail(self, failure: Failure) -> None:
        self._recording = None
        self._say_fault(failure)
        self._enable()

    def _say_fault(self, failure: Failure) -> None:
        self.fault.setText(tr("Nothing was recorded: {reason}", reason=failure.sentence))
        self.fault.show()

    def _enable(self) -> None:
        is_idle = self._recording is None
        for widget in (self.choice, self.code_box, self.severity_box, self.reason_edit, self.reasons_button):
            widget.setEnabled(is_idle)
        self.comment_field.set_allowed(is_idle and self._may_review)
        self.mask_button.setEnabled(is_idle and self._may_review)
        missing = self._find_missing()
        self.record_button.setEnabled(is_idle and not missing)
        self.record_button.setToolTip(missing or tr("Ctrl+Return records too"))

    def _find_missing(self) -> str:
        if not self._may_review:
            return tr("Your role does not include decisions; ask an engineer to log on.")
        if self.choice.decision is None:
            return tr("Pick what becomes of the part first.")
        return "" if self.reason_edit.is_enough else tr("Say why first.")

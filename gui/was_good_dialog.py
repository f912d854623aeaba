""" "This was good": the part on show becomes one more reference, and what that does to other parts is shown at once.

`offer_was_good` finds out whether it can be done and opens the dialog. Recording comes first and is said when it is
done; learning, judging the part again and checking the golden set follow and can be stopped.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from gui.dialogs import BaseDialog, ask_reason
from gui.golden_table import GoldenTable, KnownPart, describe_part
from gui.messages import Message
from gui.operations import Control, Failure, Lane, Operation, Operations
from gui.theme import SPACING
from gui.translated import tell, tr, trn
from gui.was_good_question import PICTURE, DoubtedPart, GoodPartQuestion, wrapped
from gui.work_progress import WorkProgress
from station.good_parts import (
    GoodPartOutcome,
    GoodPartPlan,
    judge_good_part,
    plan_good_part,
    record_good_part,
    take_back_good_part,
)
from station.opening import OpenedInspection
from station.references_check import PhotoPreview, shrink_photo
from station.station import Station
from storage.records import ProductVersion


def offer_was_good(
    operations: Operations,
    opened: OpenedInspection,
    parent: QWidget | None = None,
    *,
    on_recorded: Callable[[ProductVersion], object] | None = None,
    on_message: Callable[[Message], object] | None = None,
) -> Operation:
    """Open the dialog for an inspection; why it cannot be done goes where `operations` sends failures."""
    number, photo = opened.record.id, opened.photo

    def plan(station: Station, control: Control) -> tuple[GoodPartPlan, PhotoPreview]:
        return plan_good_part(station, number), shrink_photo(photo, 2 * PICTURE.width())

    def show(found: tuple[GoodPartPlan, PhotoPreview]) -> None:
        dialog = WasGoodDialog(operations, *found, parent)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if on_recorded is not None:
            dialog.recorded.connect(on_recorded)
        if on_message is not None:
            dialog.message.connect(on_message)
        dialog.open()

    title = tr("Opening {name}", name=opened.record.file_name)
    on_failure = _tell(on_message) if on_message is not None else None
    return operations.run(title, plan, lane=Lane.DATABASE, owner=parent, on_success=show, on_failure=on_failure)


def _tell(on_message: Callable[[Message], object]) -> Callable[[Failure], object]:
    return lambda failure: on_message(Message(failure.sentence, "error"))


class WasGoodDialog(BaseDialog):
    """Explains, asks why, records, and shows before and after."""

    recorded = Signal(object)
    """The `ProductVersion` that has the part as a reference, or has it no more after it was taken back."""
    checked = Signal(object)
    """The `GoodPartOutcome`."""
    message = Signal(object)

    def __init__(
        self, operations: Operations, plan: GoodPartPlan, preview: PhotoPreview, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, tr("This was good"), (680, 540))
        self.setMinimumSize(600, 500)
        self._operations = operations
        self._plan = plan
        self._version: ProductVersion | None = None
        self._recording: Operation | None = None
        self._checking: Operation | None = None
        self._build(preview)
        self.reason_edit.changed.connect(self._enable)
        self._enable()
        self.reason_edit.setFocus()

    # Building

    def _build(self, preview: PhotoPreview) -> None:
        question = GoodPartQuestion(self._plan, self)
        self.reason_edit = question.reason_edit
        self._pages = QStackedWidget(self)
        self._pages.addWidget(question)
        self._pages.addWidget(self._build_answer())
        self.fault = wrapped("", self, "error")
        self.fault.hide()
        self.body.addWidget(DoubtedPart(self._plan, preview, self))
        self.body.addWidget(self._pages, 1)
        self.body.addWidget(self.fault)
        self.back_button = self.add_button(tr("Take the reference back…"), "danger", is_left=True)
        self.back_button.clicked.connect(self._ask_back)
        self.back_button.hide()
        self.close_button = self.add_button(tr("Cancel"))
        self.close_button.clicked.connect(self.reject)
        self.add = self.add_button(tr("Add as a reference"), "primary", is_default=True)
        self.add.clicked.connect(self.record)

    def _build_answer(self) -> QWidget:
        page = QWidget(self)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACING)
        self.said = wrapped("", page)
        self.outcome = wrapped("", page, "heading")
        self.progress = WorkProgress(page)
        self.table = GoldenTable(tr("Before and after"), page)
        for widget in (self.said, self.progress, self.outcome):
            layout.addWidget(widget)
        layout.addWidget(self.table, 1)
        return page

    # Doing

    def record(self) -> None:
        """Record decision and reference; only then anything is said to be done."""
        number, reason = self._plan.inspection.id, self.reason_edit.reason
        self.fault.hide()
        self._recording = self._operations.run(
            tr("Adding references to {name}", name=self._plan.version.name),
            lambda station, control: record_good_part(station, number, reason),
            lane=Lane.DATABASE,
            owner=self,
            on_success=self._take_recorded,
            on_failure=self._fail,
        )
        self._enable()

    def reject(self) -> None:
        """Close; what is recorded stays, and a check that still runs is stopped. Not while it is being recorded."""
        if self._recording is not None:
            return
        if self._checking is not None:
            self._checking.cancel()
            text = tr(
                "The photo is a reference of {name} since version {number}; its golden set was not checked.",
                name=self._plan.version.name,
                number=self._version.version if self._version else self._plan.version.version,
            )
            self.message.emit(Message(text, "warning"))
        super().reject()

    def _take_recorded(self, version: ProductVersion) -> None:
        self._recording, self._version = None, version
        self.said.setText(
            tr(
                "Recorded: the photo is a reference of {name} since version {number}, and the part is accepted.",
                name=version.name,
                number=version.version,
            )
        )
        self.close_button.setText(tr("Close"))
        self.add.hide()
        self.table.hide()
        self.outcome.hide()
        self._pages.setCurrentIndex(1)
        self.close_button.setFocus()
        self._enable()
        self.recorded.emit(version)
        self._check()

    def _check(self) -> None:
        number = self._plan.inspection.id
        self._checking = self._operations.run(
            tr("Learning {name}", name=self._plan.version.name),
            lambda station, control: judge_good_part(station, number, control.progress),
            lane=Lane.ENGINE,
            owner=self,
            on_success=self._take_outcome,
            on_failure=self._fail_check,
            on_cancelled=self._say_unchecked,
        )
        self.progress.follow(self._checking)

    def _take_outcome(self, outcome: GoodPartOutcome) -> None:
        self._checking = None
        record = self._plan.inspection
        itself = KnownPart(
            tr("{name} (this part)", name=record.file_name),
            "accept",
            self._version.created_by.name if self._version else "",
            record.verdict,
            outcome.verdict,
            outcome.verdict == "accept",
        )
        self.table.show_parts([itself, *(describe_part(result.part, result) for result in outcome.check.results)])
        self.outcome.setText(_describe_outcome(outcome))
        self.table.show()
        self.outcome.show()
        self.back_button.setVisible(not outcome.check.passed)
        for warning in outcome.warnings:
            self.message.emit(Message(tell(warning), "warning"))
        self.checked.emit(outcome)

    def _say_unchecked(self) -> None:
        self._checking = None
        self._say_fault(tr("Stopped. The reference stays recorded, but the golden set was not checked."))

    def _fail_check(self, failure: Failure) -> None:
        self._checking = None
        self._say_fault(
            tr("The reference is recorded, but the check could not be made: {fault}", fault=failure.sentence)
        )

    def _ask_back(self) -> None:
        """Retire the reference that was just made."""
        text = tr("The photo is not compared with any more; your decision about the part stays. Why?")
        reason = ask_reason(self, tr("Take the reference back"), text)
        version = self._version
        if reason is None or version is None:
            return
        number = self._plan.inspection.id
        self._recording = self._operations.run(
            tr("Retiring references"),
            lambda station, control: take_back_good_part(station, version, number, reason),
            lane=Lane.DATABASE,
            owner=self,
            on_success=self._take_back,
            on_failure=self._fail,
        )
        self._enable()

    def _take_back(self, version: ProductVersion) -> None:
        self._recording = None
        self.back_button.hide()
        self.said.setText(tr("Recorded: version {number} has the reference no more.", number=version.version))
        self.outcome.hide()
        self.table.hide()
        self.recorded.emit(version)

    def _fail(self, failure: Failure) -> None:
        self._recording = None
        self._say_fault(failure.sentence)
        self._enable()

    def _say_fault(self, sentence: str) -> None:
        self.fault.setText(sentence)
        self.fault.show()

    def _enable(self) -> None:
        is_idle = self._recording is None
        self.add.setEnabled(is_idle and self.reason_edit.is_enough)
        self.back_button.setEnabled(is_idle)
        self.reason_edit.setEnabled(is_idle)


def _describe_outcome(outcome: GoodPartOutcome) -> str:
    if outcome.verdict != "accept":
        return tr("This part is still not accepted; look at it and at the references again.")
    if not outcome.check.results:
        return tr("This part is accepted now.")
    if outcome.check.passed:
        return tr("This part is accepted now, and all parts of the golden set are judged as they should be.")
    return trn(
        "This part is accepted now, but {count} part of the golden set is judged wrongly.",
        "This part is accepted now, but {count} parts of the golden set are judged wrongly.",
        len(outcome.check.failures),
    )

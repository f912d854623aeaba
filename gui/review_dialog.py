"""A person's decision on an inspection: what becomes of the part, a defect code, and why. The verdict stays as it is.

The keys 1 to 5 pick a decision (with Alt while something is typed), Ctrl+Return records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, get_args

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.decision_choice import DecisionChoice
from gui.dialogs import BaseDialog, ReasonEdit
from gui.earlier_decisions import EarlierDecisions
from gui.icons import icon
from gui.messages import Message
from gui.operations import Failure, Lane, Operation, Operations
from gui.review_head import ReviewHead
from gui.theme import SPACING
from gui.translated import decision_word, tr, trn
from station.reviewing import ReviewMaterial, dispose, prepare_review
from storage.records import Decision, Disposition

if TYPE_CHECKING:
    from station.opening import OpenedInspection

_REASON_HEIGHT = 130
_LONGEST_REASON = 60
"""Characters of an earlier reason that a menu shows."""


class ReviewDialog(BaseDialog):
    """Asks what becomes of the part and why, and records it."""

    recorded = Signal(int)
    """Number of the inspection whose decision is recorded."""
    message = Signal(object)

    def __init__(
        self,
        operations: Operations,
        opened: OpenedInspection,
        settings_codes: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent, tr("Decision on {name}", name=opened.record.file_name), (720, 530))
        self._operations = operations
        self._record = opened.record
        self._recording: Operation | None = None
        self._build()
        self.show_codes(settings_codes)
        self.earlier.show_decisions(self._record.dispositions)
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
        self.fault.hide()
        self._recording = self._operations.run(
            tr("Recording the decision on {name}", name=self._record.file_name),
            lambda station, control: dispose(station, number, decision, code, reason),
            lane=Lane.DATABASE,
            owner=self,
            on_success=self._finish,
            on_failure=self._fail,
        )
        self._enable()

    def reject(self) -> None:
        """Close without a decision; not while one is being recorded."""
        if self._recording is None:
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
        self.code_box.setMinimumContentsLength(16)
        self.code_box.setToolTip(tr("Codes are kept in the settings"))
        self.reason_edit = ReasonEdit(self)
        self.reason_edit.setFixedHeight(_REASON_HEIGHT)
        self.reasons_button = self._build_reasons_button()
        self.earlier = EarlierDecisions(self)
        self.fault = _make_label("error", self)
        self.fault.hide()
        self.body.addWidget(self._build_page())
        self.body.addWidget(self.fault)
        self.waiting = _make_label("muted", self)
        self._buttons.insertWidget(0, self.waiting, 1)
        self.add_button(tr("Cancel")).clicked.connect(self.reject)
        self.record_button = self.add_button(tr("Record"), "primary", is_default=True)
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
        layout.addWidget(_make_caption(tr("What becomes of the part?"), self))
        layout.addWidget(self.choice)
        layout.addLayout(self._build_code_row())
        layout.addWidget(self.reason_edit)
        layout.addWidget(self.earlier)
        layout.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(page)
        return scroll

    def _build_code_row(self) -> QHBoxLayout:
        caption = QLabel(tr("Defect &code"), self)
        caption.setBuddy(self.code_box)
        row = QHBoxLayout()
        row.setSpacing(SPACING)
        row.addWidget(caption)
        row.addWidget(self.code_box)
        row.addStretch(1)
        row.addWidget(self.reasons_button)
        return row

    def _build_reasons_button(self) -> QToolButton:
        button = QToolButton(self)
        button.setText(tr("Earlier reasons"))
        button.setAccessibleName(tr("Earlier reasons"))
        button.setToolTip(tr("Take a reason that was given before"))
        button.setIcon(icon("history"))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(QMenu(button))
        button.hide()
        return button

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
        self._record = replace(self._record, dispositions=material.record.dispositions)
        self.earlier.show_decisions(material.record.dispositions)
        self.show_codes(material.codes)
        self._offer_reasons(material.reasons)
        waiting = trn("{count} part waits for a decision.", "{count} parts wait for a decision.", material.waiting)
        self.waiting.setText(waiting if material.waiting else "")

    def _offer_reasons(self, reasons: Sequence[str]) -> None:
        menu = self.reasons_button.menu()
        menu.clear()
        for reason in reasons:
            short = " ".join(reason.split())
            words = short if len(short) <= _LONGEST_REASON else f"{short[:_LONGEST_REASON]}…"
            action = QAction(words.replace("&", "&&"), menu)
            action.triggered.connect(lambda _, reason=reason: self._take_reason(reason))
            menu.addAction(action)
        self.reasons_button.setVisible(bool(reasons))

    def _take_reason(self, reason: str) -> None:
        self.reason_edit.edit.selectAll()
        # Inserted rather than set, so that undo brings back what was typed.
        self.reason_edit.edit.insertPlainText(reason)
        self.reason_edit.setFocus()

    def _finish(self, disposition: Disposition) -> None:
        self._recording = None
        decision = decision_word(disposition.decision)
        name = self._record.file_name
        self.message.emit(Message(tr("Recorded for {name}: {decision}.", name=name, decision=decision), "success"))
        self.recorded.emit(disposition.inspection_id)
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
        for widget in (self.choice, self.code_box, self.reason_edit, self.reasons_button):
            widget.setEnabled(is_idle)
        missing = self._find_missing()
        self.record_button.setEnabled(is_idle and not missing)
        self.record_button.setToolTip(missing or tr("Ctrl+Return records too"))

    def _find_missing(self) -> str:
        if self.choice.decision is None:
            return tr("Pick what becomes of the part first.")
        return "" if self.reason_edit.is_enough else tr("Say why first.")


def _make_caption(text: str, parent: QWidget) -> QLabel:
    label = _make_label("", parent)
    label.setText(text)
    return label


def _make_label(role: str, parent: QWidget) -> QLabel:
    label = QLabel(parent)
    label.setProperty("role", role)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label

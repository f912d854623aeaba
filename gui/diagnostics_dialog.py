"""What this station is like, for a person who reads it, copies it or hands it to IT: versions, sizes, chain, log.

It joins pages and background. Nothing is sent; a log bundle is one file that somebody saves where they like.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, QStandardPaths, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from gui.diagnostics_page import DiagnosticsPage
from gui.dialogs import BaseDialog
from gui.operations import Control, Failure, Lane, Operation, Operations
from gui.theme import SPACING, icon, mono_font
from gui.translated import format_number, tell, tr, trn
from gui.work_progress import WorkProgress
from station.diagnosing import Diagnosis, diagnose, format_diagnosis
from station.log_bundle import save_log_bundle
from station.station import Station
from storage.records import VerificationReport

_SIGNS = {"success": ("check-decagram-outline", "success"), "error": ("alert-octagon-outline", "danger")}
BUNDLE_NAME = "anomalygpt-logs.zip"


class DiagnosticsDialog(BaseDialog):
    """Shows what can be found out, proves the audit chain, saves the log bundle."""

    message = Signal(object)

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent, tr("Diagnostics"), (820, 680))
        self._operations = operations
        self._diagnosis: Diagnosis | None = None
        self._running: list[Operation] = []
        self.overview = DiagnosticsPage(self)
        self.tabs = QTabWidget(self)
        self.tabs.setAccessibleName(tr("Diagnostics"))
        self.tabs.addTab(self.overview, tr("Overview"))
        self.tabs.addTab(self._make_audit_page(), tr("Audit chain"))
        self.tabs.addTab(self._make_log_page(), tr("Log"))
        self.progress = WorkProgress(self)
        self.outcome = QLabel(self)
        self.outcome.setWordWrap(True)
        self.outcome.setProperty("role", "muted")
        self.outcome.setTextFormat(Qt.TextFormat.PlainText)
        self.body.addWidget(self.tabs, 1)
        self.body.addWidget(self.progress)
        self.body.addWidget(self.outcome)
        self._add_buttons()
        self.look()

    @property
    def diagnosis(self) -> Diagnosis | None:
        """What is shown; None until it was found out."""
        return self._diagnosis

    def done(self, result: int) -> None:
        """Stop what is under way for this dialog alone."""
        for operation in self._running:
            operation.cancel()
        super().done(result)

    def look(self) -> None:
        """Find everything out anew."""

        def find_out(station: Station, control: Control) -> Diagnosis:
            return diagnose(station, lambda share, what: control.progress(share))

        self.refresh_button.setEnabled(False)
        operation = self._follow(
            self._operations.run(
                tr("Finding out what this station is like"),
                find_out,
                lane=Lane.FILES,
                owner=self,
                on_success=self._show,
                on_failure=lambda failure: self._say(failure.sentence),
            )
        )
        operation.finished.connect(self._allow_again)
        self.progress.follow(operation)

    def verify(self) -> None:
        """Prove the whole audit chain."""

        def prove(station: Station, control: Control) -> VerificationReport:
            return station.store.verify(lambda share, what: control.progress(share))

        self.verify_button.setEnabled(False)
        self._sign.hide()
        self.findings.clear()
        self.verified.setText("")
        operation = self._follow(
            self._operations.run(
                tr("Verifying the audit database"),
                prove,
                lane=Lane.FILES,
                owner=self,
                on_success=self._show_verification,
                on_failure=self._fail_verification,
                on_cancelled=lambda: self._end_verification(tr("The verification was stopped."), "muted"),
            )
        )
        self.verify_progress.follow(operation)

    def save_bundle(self, target: Path) -> None:
        """Write the log bundle."""
        text = format_diagnosis(self._diagnosis) if self._diagnosis else ""
        self._operations.run(
            tr("Saving the log bundle"),
            lambda station, control: save_log_bundle(station.home, target, text),
            lane=Lane.FILES,
            owner=self,
            on_success=lambda path: self._say(tr("Saved as {path}. Nothing was sent.", path=path)),
            on_failure=lambda failure: self._say(failure.sentence),
        )

    # Building

    def _make_audit_page(self) -> QWidget:
        page = QWidget(self)
        text = tr(
            "Recomputes every hash of every record, photo and map, and says what does not fit. With many photos it "
            "takes minutes; it can be stopped at any time."
        )
        intro = QLabel(text, page)
        intro.setWordWrap(True)
        self.verify_button = QPushButton(tr("Verify now"), page)
        self.verify_button.setAutoDefault(False)
        self.verify_button.clicked.connect(self.verify)
        self.verify_progress = WorkProgress(page)
        self._sign = QLabel(page)
        self._sign.hide()
        self.verified = QLabel(page)
        self.verified.setWordWrap(True)
        self.verified.setTextFormat(Qt.TextFormat.PlainText)
        self.verified.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.findings = _make_text(page, tr("What was found"))
        layout = _lay_out(page)
        layout.addWidget(intro)
        layout.addWidget(self.verify_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.verify_progress)
        said = QHBoxLayout()
        said.setSpacing(SPACING)
        said.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        said.addWidget(self.verified, 1)
        layout.addLayout(said)
        layout.addWidget(self.findings, 1)
        return page

    def _make_log_page(self) -> QWidget:
        page = QWidget(self)
        self.log = _make_text(page, tr("The last lines of the log"))
        self.log.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.log.setPlaceholderText(tr("Nothing is in the log."))
        _lay_out(page).addWidget(self.log, 1)
        return page

    def _add_buttons(self) -> None:
        self.copy_button = self.add_button(tr("Copy"), is_left=True)
        self.copy_button.setToolTip(tr("Copy everything as text"))
        self.copy_button.clicked.connect(self._copy)
        self.save_button = self.add_button(tr("Save log bundle…"), is_left=True)
        self.save_button.setToolTip(tr("One file with logs, settings and versions. Nothing is sent."))
        self.save_button.clicked.connect(self._choose_and_save)
        self.refresh_button = self.add_button(tr("Look again"), is_left=True)
        self.refresh_button.clicked.connect(self.look)
        self.add_close_button()
        self.copy_button.setEnabled(False)
        self.save_button.setEnabled(False)

    # Showing

    def _show(self, diagnosis: Diagnosis) -> None:
        self._diagnosis = diagnosis
        self.overview.show_diagnosis(diagnosis)
        self.log.setPlainText("\n".join(diagnosis.log))
        self.log.verticalScrollBar().setValue(self.log.verticalScrollBar().maximum())
        self.copy_button.setEnabled(True)
        self.save_button.setEnabled(True)

    def _show_verification(self, found: VerificationReport) -> None:
        checked = found.checked
        counts = tr(
            "{events} events, {rows} rows and {blobs} photos and maps were recomputed.",
            **{name: format_number(checked.get(name, 0)) for name in ("events", "rows", "blobs")},
        )
        if found.ok:
            self._end_verification(tr("Everything fits together. {counts}", counts=counts), "success")
        else:
            wrong = trn("{count} place does not fit.", "{count} places do not fit.", len(found.problems))
            self._end_verification(tr("Not intact: {wrong} {counts}", wrong=wrong, counts=counts), "error")
        sentences = [tell(problem.sentence) for problem in (*found.problems, *found.warnings)]
        head = tr("Newest event {number}, hash {hash}", number=found.head_seq, hash=found.head_hash or tr("none"))
        self.findings.setPlainText("\n".join([*sentences, head]))

    def _fail_verification(self, failure: Failure) -> None:
        self._end_verification(failure.sentence, "error")

    def _end_verification(self, text: str, role: str) -> None:
        self.verify_button.setEnabled(True)
        self._sign.setVisible(role in _SIGNS)
        if role in _SIGNS:
            self._sign.setPixmap(icon(*_SIGNS[role]).pixmap(QSize(20, 20), self.devicePixelRatioF()))
        self.verified.setText(text)
        self.verified.setProperty("role", role)
        self.verified.style().polish(self.verified)

    def _copy(self) -> None:
        if self._diagnosis is not None:
            QGuiApplication.clipboard().setText(format_diagnosis(self._diagnosis))
            self._say(tr("Everything is on the clipboard."))

    def _choose_and_save(self) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        start = str(Path(folder) / BUNDLE_NAME)
        name, _ = QFileDialog.getSaveFileName(self, tr("Save log bundle"), start, tr("Zip files (*.zip)"))
        if name:
            self.save_bundle(Path(name))

    def _say(self, text: str) -> None:
        self.outcome.setText(text)

    def _allow_again(self) -> None:
        self.refresh_button.setEnabled(True)

    def _follow(self, operation: Operation) -> Operation:
        self._running = [other for other in self._running if not other.is_finished]
        self._running.append(operation)
        return operation


def _make_text(page: QWidget, name: str) -> QPlainTextEdit:
    text = QPlainTextEdit(page)
    text.setReadOnly(True)
    text.setFont(mono_font())
    text.setAccessibleName(name)
    text.setTabChangesFocus(True)
    return text


def _lay_out(page: QWidget) -> QVBoxLayout:
    layout = QVBoxLayout(page)
    layout.setContentsMargins(2 * SPACING, 2 * SPACING, 2 * SPACING, 2 * SPACING)
    layout.setSpacing(SPACING + 4)
    return layout

"""What a person sees after a fault of ours: a plain sentence, what is safe, and a way to hand the details on.

Nothing is sent. The photo at work and everything recorded are as they were.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog, QHBoxLayout, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from gui.dialogs import BaseDialog
from gui.theme import SPACING, icon, mono_font
from gui.translated import tr
from station.crash_reports import CrashReport, describe_crash, save_crash_bundle
from station.errors import KNOWN_ERRORS

BUNDLE_NAME = "anomalygpt-logs.zip"


class CrashDialog(BaseDialog):
    """Shows one `CrashReport`. Accepted and rejected (also Escape) mean go on; `close_program` says otherwise."""

    def __init__(self, report: CrashReport, home: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent, tr("Something went wrong"), (640, 440))
        self.close_program = False
        self._report = report
        self._home = home
        self.text = describe_crash(report, home)
        self.body.addLayout(self._make_head())
        self.details = QPlainTextEdit(self.text, self)
        self.details.setReadOnly(True)
        self.details.setFont(mono_font())
        self.details.setAccessibleName(tr("Details"))
        self.details.setTabChangesFocus(True)
        self.body.addWidget(self.details, 1)
        self.outcome = QLabel(self)
        self.outcome.setWordWrap(True)
        self.outcome.setProperty("role", "muted")
        self.outcome.setText(self._say_where())
        self.body.addWidget(self.outcome)
        self._add_buttons()

    def _make_head(self) -> QHBoxLayout:
        sign = QLabel(self)
        sign.setPixmap(icon("alert-circle-outline", "danger").pixmap(QSize(40, 40), self.devicePixelRatioF()))
        title = QLabel(tr("The program made a mistake"), self)
        title.setProperty("role", "title")
        text = QLabel(
            tr(
                "What was recorded before is safe. What you just did may not have been finished: check it and, if need "
                "be, do it again. If this happens repeatedly, close the program and start it anew."
            ),
            self,
        )
        text.setWordWrap(True)
        words = QVBoxLayout()
        words.addWidget(title)
        words.addWidget(text)
        head = QHBoxLayout()
        head.setSpacing(2 * SPACING)
        head.addWidget(sign)
        head.addLayout(words, 1)
        return head

    def _add_buttons(self) -> None:
        self.copy_button = self.add_button(tr("Copy"), is_left=True)
        self.copy_button.setToolTip(tr("Copy the details to the clipboard"))
        self.copy_button.clicked.connect(self._copy)
        self.save_button = self.add_button(tr("Save log bundle..."), is_left=True)
        self.save_button.setToolTip(tr("One file with logs, settings and versions. Nothing is sent."))
        self.save_button.clicked.connect(self._choose_and_save)
        self.close_button = self.add_button(tr("Close the program"))
        self.close_button.clicked.connect(self._close_program)
        self.continue_button = self.add_button(tr("Continue"), "primary", is_default=True)
        self.continue_button.clicked.connect(self.accept)
        self.continue_button.setFocus()

    def _say_where(self) -> str:
        if self._report.path is None:
            return tr("Nothing is sent to anybody.")
        return tr("Kept in {path}. Nothing is sent to anybody.", path=self._report.path)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text)
        self.outcome.setText(tr("The details are on the clipboard."))

    def _choose_and_save(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, tr("Save log bundle"), str(Path.home() / BUNDLE_NAME), tr("Zip files (*.zip)")
        )
        if name:
            self.save_bundle(Path(name))

    def save_bundle(self, target: Path) -> None:
        """Write the log bundle. It is small, and after a fault nothing but this dialog can be relied on."""
        try:
            save_crash_bundle(self._report, self._home, target)
        except KNOWN_ERRORS as error:
            self.outcome.setText(str(error))
            return
        self.outcome.setText(tr("Saved as {path}.", path=target))

    def _close_program(self) -> None:
        self.close_program = True
        self.reject()


def show_crash(report: CrashReport, home: Path, parent: QWidget | None = None) -> None:
    """Show a crash and wait for the person; close the program if they want that."""
    dialog = CrashDialog(report, home, parent)
    dialog.exec()
    wants_to_close = dialog.close_program
    dialog.deleteLater()
    if wants_to_close:
        QApplication.closeAllWindows()
        QApplication.quit()

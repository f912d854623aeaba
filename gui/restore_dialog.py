"""The way back: a backup is compared with the data in use, then restored into a new folder. What is in use stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QGridLayout, QLabel, QLineEdit, QWidget

from gui.database_page import make_button, make_words
from gui.dialogs import BaseDialog
from gui.operations import Failure, Lane, Operation, Operations
from gui.theme import SPACING
from gui.translated import format_moment, format_number, tr
from gui.work_progress import WorkProgress
from station.restoring import RestorePlan, plan_restore, restore
from storage.records import BackupSummary
from storage.restore_comparison import ChainState


class RestoreDialog(BaseDialog):
    """Asks for the backup, shows what it means, asks for the new folder, restores."""

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent, tr("Restore a backup"), (640, 460))
        self._operations = operations
        self._plan: RestorePlan | None = None
        self._running: Operation | None = None
        self.source_edit = _make_path(tr("Backup"), self)
        self.target_edit = _make_path(tr("New folder"), self)
        self.comparison = QGridLayout()
        self._cells: dict[tuple[int, int], QLabel] = {}
        self.meaning = make_words(self, "")
        self.outcome = make_words(self)
        self.progress = WorkProgress(self)
        self._build()
        self._enable()

    @property
    def plan(self) -> RestorePlan | None:
        """What restoring would mean; None until a backup was looked at."""
        return self._plan

    def compare(self, source: Path) -> None:
        """Look at a backup."""
        self._plan = None
        self.source_edit.setText(str(source))
        self._say("")
        self._operations.run(
            tr("Comparing the backup"),
            lambda station, control: plan_restore(station, source),
            lane=Lane.FILES,
            owner=self,
            on_success=self._show,
            on_failure=self._fail,
        )

    def restore(self) -> None:
        """Restore into the folder that is named."""
        plan, target = self._plan, self.target_edit.text().strip()
        if plan is None or not target or self._running is not None:
            return
        self._say("")
        self._running = self._operations.run(
            tr("Restoring the backup"),
            lambda station, control: restore(station, plan.source, Path(target)),
            lane=Lane.FILES,
            owner=self,
            on_success=self._tell,
            on_failure=self._fail,
        )
        self.progress.follow(self._running)
        self._enable()

    def _show(self, plan: RestorePlan) -> None:
        self._plan = plan
        columns = (plan.comparison.backup, plan.comparison.current)
        for column, state in enumerate(columns, start=1):
            for row, text in enumerate(_tell_state(state), start=1):
                self._cells[row, column].setText(text)
        self.meaning.setText(plan.sentence)
        if not self.target_edit.text():
            self.target_edit.setText(str(plan.source.with_name(f"{plan.source.name}-restored")))
        self._enable()

    def _tell(self, made: BackupSummary) -> None:
        self._running = None
        self._say(
            tr(
                "Restored to {folder} and verified: {events} events, {files} files. The data in use stayed as it was."
                " To work with the restored data, start the program with --home and this folder.",
                folder=made.folder,
                events=format_number(made.events),
                files=format_number(made.blobs),
            )
        )
        self._enable()

    def _fail(self, failure: Failure) -> None:
        self._running = None
        self._say(failure.sentence, "error")
        self._enable()

    def _say(self, text: str, role: str = "muted") -> None:
        self.outcome.setText(text)
        self.outcome.setProperty("role", role)
        self.outcome.style().polish(self.outcome)

    def _enable(self) -> None:
        can = self._plan is not None and bool(self.target_edit.text().strip()) and self._running is None
        self.restore_button.setEnabled(can)

    def _build(self) -> None:
        intro = make_words(self)
        intro.setText(
            tr("A backup is restored into a new folder and verified. The data in use is not touched; it stays aside.")
        )
        self.body.addWidget(intro)
        paths = QGridLayout()
        paths.setSpacing(SPACING)
        self.source_button = make_button(tr("Choose…"), self._choose_source, self)
        self.source_button.setAccessibleName(tr("Choose the backup"))
        self.target_button = make_button(tr("Choose…"), self._choose_target, self)
        self.target_button.setAccessibleName(tr("Choose the new folder"))
        rows: tuple[tuple[str, QLineEdit, QWidget], ...] = (
            (tr("Backup"), self.source_edit, self.source_button),
            (tr("New folder"), self.target_edit, self.target_button),
        )
        for row, (caption, edit, button) in enumerate(rows):
            paths.addWidget(QLabel(caption, self), row, 0)
            paths.addWidget(edit, row, 1)
            paths.addWidget(button, row, 2)
        self.body.addLayout(paths)
        self._build_comparison()
        self.body.addLayout(self.comparison)
        self.body.addWidget(self.meaning)
        self.body.addStretch(1)
        self.body.addWidget(self.progress)
        self.body.addWidget(self.outcome)
        self.restore_button = self.add_button(tr("Restore"), "primary")
        self.restore_button.clicked.connect(lambda _: self.restore())
        self.add_close_button()
        self.source_edit.editingFinished.connect(self._take_typed)
        self.target_edit.textChanged.connect(lambda _: self._enable())

    def _build_comparison(self) -> None:
        captions = ("", tr("Last record"), tr("Inspections"), tr("Events"))
        heads = (tr("In the backup"), tr("In use now"))
        self.comparison.setHorizontalSpacing(3 * SPACING)
        for row, caption in enumerate(captions):
            self.comparison.addWidget(QLabel(caption, self), row, 0)
            for column, head in enumerate(heads, start=1):
                label = QLabel(head if row == 0 else "–", self)
                label.setProperty("role", "pane-title" if row == 0 else "")
                self.comparison.addWidget(label, row, column)
                self._cells[row, column] = label
        self.comparison.setColumnStretch(2, 1)

    def _take_typed(self) -> None:
        typed = self.source_edit.text().strip()
        if typed and (self._plan is None or str(self._plan.source) != typed):
            self.compare(Path(typed))

    def _choose_source(self) -> None:
        self._choose(tr("Folder of a backup"), self.compare)

    def _choose_target(self) -> None:
        self._choose(tr("New folder for the restored data"), lambda path: self.target_edit.setText(str(path)))

    def _choose(self, title: str, take: Callable[[Path], object]) -> None:
        name = QFileDialog.getExistingDirectory(self, title)
        if name:
            take(Path(name))


def _make_path(name: str, parent: QWidget) -> QLineEdit:
    edit = QLineEdit(parent)
    edit.setAccessibleName(name)
    return edit


def _tell_state(state: ChainState | None) -> tuple[str, str, str]:
    if state is None:
        return ("–", "–", "–")
    return (format_moment(state.last_event_at, "medium"), format_number(state.inspections), format_number(state.events))

"""A batch in the window: choose photos or a folder, see how far it is, pause, resume, cancel, report.

What runs it is `batch_runner`; a batch that an earlier start left behind is offered to go on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from gui.batch_runner import ACTIVE, OPEN, BatchRunner, BatchState
from gui.batch_summary import BatchFigures
from gui.batch_table import BatchTable
from gui.dropped_files import list_files
from gui.elided_label import ElidedLabel
from gui.empty_state import EmptyState
from gui.history_exports import HistoryExports
from gui.icon_button import make_icon_button
from gui.messages import Message
from gui.operations import Failure, Operations
from gui.theme import SPACING
from gui.translated import tr, trn
from inference.images import SUPPORTED_SUFFIXES
from station.batch_values import Batch, PhotoResult
from storage.records import InspectionFilter


class BatchPage(QWidget):
    """One batch at a time."""

    inspection_recorded = Signal(int)
    open_requested = Signal(int)
    report_requested = Signal(list)
    message = Signal(object)
    settled = Signal(object)
    """A `Message` that is not true any more."""

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._product: str | None = None
        self._unfinished: Batch | None = None
        self._complaint: Message | None = None
        self.runner = BatchRunner(operations, self)
        self.exports = HistoryExports(operations, self)
        self._build()
        self._lay_out()
        self._connect()
        self.setAcceptDrops(True)
        self._show_state(BatchState.IDLE)
        QTimer.singleShot(0, self, self.runner.look_for_unfinished)

    @property
    def is_open(self) -> bool:
        """Whether a batch is under way or stands still."""
        return self.runner.state in OPEN

    def choose_product(self, name: str | None) -> None:
        """Judge the next batch by this product."""
        self._product = name
        self._show_empty()

    def take(self, sources: Sequence[Path]) -> None:
        """Begin a batch of files and folders."""
        if self._product is None:
            text = tr("Choose a product first: the photos are compared with its good parts.")
            self.message.emit(Message(text, "warning"))
        elif not self.runner.start(sources, self._product):
            self.message.emit(Message(tr("A batch is under way; let it end or cancel it first."), "warning"))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Take files and folders."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Make a batch of what was dropped."""
        files = list_files(event.mimeData())
        if files:
            event.acceptProposedAction()
            self.take(files)

    def _build(self) -> None:
        make = self._make_button
        self.folder_button = make("folder-open-outline", tr("Open folder…"), self._ask_folder)
        self.photos_button = make("image-multiple-outline", tr("Open photos…"), self._ask_photos)
        self.pause_button = make("pause", tr("Pause"), self.runner.pause)
        self.go_on_button = make("play", tr("Go on"), self.runner.go_on)
        self.cancel_button = make("stop-circle-outline", tr("Cancel the batch"), self.runner.cancel)
        self.report_button = make("file-pdf-box", tr("Report…"), self._report)
        self.table_button = make("table", tr("Table (CSV)…"), self._export_table)
        self.title = ElidedLabel(mode=Qt.TextElideMode.ElideMiddle)
        self.title.setProperty("role", "heading")
        self.standing = QLabel(self)
        self.standing.setProperty("role", "muted")
        self.figures = BatchFigures(self)
        self.table = BatchTable(tr("Photos of the batch"), self)
        self._empty = EmptyState("folder-play-outline", "", "", parent=self)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._make_board())

    def _make_button(self, sign: str, text: str, do: Callable[[], object]) -> QPushButton:
        button = make_icon_button(sign, text, self)
        button.clicked.connect(lambda _checked: do())
        return button

    def _make_board(self) -> QWidget:
        board = QWidget(self)
        layout = QVBoxLayout(board)
        layout.setContentsMargins(0, SPACING, 0, 0)
        layout.setSpacing(SPACING + 4)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.standing)
        layout.addLayout(head)
        layout.addWidget(self.figures)
        layout.addWidget(self.table, 1)
        return board

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACING)
        for button in (self.folder_button, self.photos_button):
            buttons.addWidget(button)
        buttons.addStretch(1)
        for button in (
            self.pause_button,
            self.go_on_button,
            self.cancel_button,
            self.table_button,
            self.report_button,
        ):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACING, SPACING + 4, SPACING, SPACING)
        layout.setSpacing(SPACING)
        layout.addLayout(buttons)
        layout.addWidget(self._stack, 1)

    def _connect(self) -> None:
        self.runner.state_changed.connect(self._show_state)
        self.runner.begun.connect(self._show_batch)
        self.runner.photo_done.connect(self._show_result)
        self.runner.progressed.connect(self.figures.show_summary)
        self.runner.ended.connect(self._say_end)
        self.runner.failed.connect(self._say_failure)
        self.runner.unfinished_found.connect(self._offer)
        self.table.opened.connect(self.open_requested)
        self.exports.message.connect(self.message)

    def _show_state(self, state: BatchState) -> None:
        is_open, has_batch = state in OPEN, self.runner.batch is not None
        for button in (self.folder_button, self.photos_button):
            button.setEnabled(not is_open)
        self.pause_button.setVisible(state in (BatchState.RUNNING, BatchState.PAUSING))
        self.pause_button.setEnabled(state is BatchState.RUNNING)
        self.go_on_button.setVisible(state is BatchState.PAUSED)
        self.cancel_button.setVisible(is_open)
        self.cancel_button.setEnabled(state is not BatchState.CANCELLING)
        is_over = state in (BatchState.FINISHED, BatchState.CANCELLED, BatchState.PAUSED)
        has_results = has_batch and is_over and bool(self.runner.batch and self.runner.batch.inspection_ids)
        for button in (self.report_button, self.table_button):
            button.setVisible(has_results)
        if state is not BatchState.PAUSED and self._complaint is not None:
            self.settled.emit(self._complaint)
            self._complaint = None
        self.figures.set_running(state in (BatchState.RUNNING, BatchState.PAUSING))
        self.standing.setText(_name_state(state))
        self._stack.setCurrentIndex(1 if has_batch or state in ACTIVE else 0)
        self._show_empty()

    def _show_empty(self) -> None:
        if self._unfinished is not None:
            left = len(self._unfinished.items) - self._unfinished.done
            text = trn("{count} photo was not inspected yet.", "{count} photos were not inspected yet.", left)
            title = tr("The batch {name} was interrupted", name=self._unfinished.name)
            self._empty.say(title, text, tr("Go on with it"), self._resume)
        elif self._product is None:
            self._empty.say(
                tr("No product chosen"), tr("Choose a product on the page Inspect; then open a folder here.")
            )
        else:
            self._empty.say(
                tr("No batch yet"),
                tr(
                    "Drop a folder or many photos here; each is compared with the good parts of {name}.",
                    name=self._product,
                ),
                tr("Open folder…"),
                self._ask_folder,
            )

    def _show_batch(self, batch: Batch) -> None:
        self._unfinished = None
        self.title.setText(tr("{name}, compared with {product}", name=batch.name, product=batch.product))
        self.table.show_photos([item.path for item in batch.items], [item.result for item in batch.items])

    def _show_result(self, place: int, result: PhotoResult) -> None:
        self.table.show_result(place, result)
        if result.inspection_id is not None:
            self.inspection_recorded.emit(result.inspection_id)

    def _say_end(self, batch: Batch) -> None:
        self._show_state(self.runner.state)
        if self.runner.state is BatchState.FINISHED:
            text = trn(
                "The batch is finished: {count} photo.", "The batch is finished: {count} photos.", len(batch.items)
            )
            self.message.emit(Message(text, "success", tr("Report…"), self._report))

    def _say_failure(self, failure: Failure) -> None:
        self._show_state(self.runner.state)
        if self.runner.state is BatchState.PAUSED:
            self._complaint = Message(failure.sentence, "error", tr("Go on"), self.runner.go_on)
            self.message.emit(self._complaint)
        else:
            self.message.emit(Message(failure.sentence, "error"))

    def _offer(self, batch: Batch) -> None:
        self._unfinished = batch
        self._show_empty()
        text = tr("The batch {name} was interrupted and can go on.", name=batch.name)
        self.message.emit(Message(text, "info", tr("Go on with it"), self._resume))

    def _resume(self) -> None:
        batch, self._unfinished = self._unfinished, None
        if batch is not None and not self.runner.resume(batch):
            self._unfinished = batch

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Folder with photos of parts"))
        if name:
            self.take([Path(name)])

    def _ask_photos(self) -> None:
        kinds = " ".join(f"*{suffix}" for suffix in sorted(SUPPORTED_SUFFIXES))
        names = QFileDialog.getOpenFileNames(
            self, tr("Photos of parts to inspect"), "", tr("Photos ({kinds})", kinds=kinds)
        )[0]
        if names:
            self.take([Path(name) for name in names])

    def _report(self) -> None:
        if self.runner.batch is not None and self.runner.batch.inspection_ids:
            self.report_requested.emit(list(self.runner.batch.inspection_ids))

    def _export_table(self) -> None:
        if self.runner.batch is not None:
            self.exports.export_table(InspectionFilter(ids=self.runner.batch.inspection_ids))


def _name_state(state: BatchState) -> str:
    words = {
        BatchState.PLANNING: tr("Looking for photos"),
        BatchState.RUNNING: tr("Running"),
        BatchState.PAUSING: tr("Pauses after this photo"),
        BatchState.PAUSED: tr("Paused"),
        BatchState.CANCELLING: tr("Stopping"),
        BatchState.CANCELLED: tr("Cancelled"),
        BatchState.FINISHED: tr("Finished"),
    }
    return words.get(state, "")

"""A report before it is handed on: the pages of the very PDF, saved and printed from here.

One inspection gives its report, several the report of a lot. It joins pages, toolbar and background; what is in the
report is the station's affair, drawing pages is `report_work`'s.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QStandardPaths, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QStackedWidget, QWidget

from gui.dialogs import BaseDialog
from gui.empty_state import EmptyState
from gui.operations import Failure, Lane, Operation, Operations
from gui.report_page_list import PageList
from gui.report_pages import ReportPages
from gui.report_printing import ReportPrinting
from gui.report_toolbar import ReportToolbar
from gui.report_work import PreviewedReport, draw_work, make_work, save_work
from gui.theme import SPACING
from gui.translated import tell, tr, trn
from gui.work_progress import WorkProgress


class ReportDialog(BaseDialog):
    """Shows, saves and prints the report of inspections."""

    saved = Signal(object)
    """Path of the file that was written."""

    def __init__(self, operations: Operations, inspection_ids: Sequence[int], parent: QWidget | None = None) -> None:
        super().__init__(parent, _name_window(inspection_ids), (980, 860))
        self.resize(self.size().boundedTo(self.screen().availableSize() * 0.94))
        self._operations = operations
        self._ids = tuple(inspection_ids)
        self._previewed: PreviewedReport | None = None
        self._making: Operation | None = None
        self._printing: ReportPrinting | None = None
        self._turn = 0
        self._drawing = False
        self._wanted: list[tuple[int, float]] = []
        self.folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
        """Where the dialog for saving starts."""
        self._build()
        self._connect()
        self._make()

    @property
    def previewed(self) -> PreviewedReport | None:
        """The report on show; None while it is being made."""
        return self._previewed

    def save_to(self, path: Path) -> None:
        """Write the report on show to a file."""
        if self._previewed is None:
            return
        self._say(tr("Saving {name}…", name=path.name))
        self._operations.run(
            tr("Saving {name}", name=path.name),
            save_work(self._previewed.report, path),
            lane=Lane.FILES,
            owner=self,
            on_success=lambda _: self._tell_saved(path),
            on_failure=self._fail,
        )

    def print_on(self, printer: QPrinter) -> None:
        """Print the report on show."""
        if self._previewed is None:
            return
        printing = self._printing = ReportPrinting(self._operations, self._previewed, printer, self)
        printing.progressed.connect(
            lambda done, count: self._say(tr("Page {page} of {count} is printed.", page=done, count=count))
        )
        printing.succeeded.connect(lambda name: self._end_printing(tr("Printed on {printer}.", printer=name), "muted"))
        printing.failed.connect(lambda sentence: self._end_printing(sentence, "error"))
        self.print_button.setEnabled(False)
        printing.start()

    def done(self, result: int) -> None:
        """Stop what is under way for this dialog alone."""
        if self._making is not None:
            self._making.cancel()
        if self._printing is not None:
            self._printing.stop()
        super().done(result)

    # Building

    def _build(self) -> None:
        self.pages = ReportPages(self)
        self.page_list = PageList(self)
        self.progress = WorkProgress(self)
        self.waiting = EmptyState("file-document-outline", "", "")
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.waiting)
        self._stack.addWidget(self.pages)
        middle = QHBoxLayout()
        middle.setSpacing(SPACING)
        middle.addWidget(self.page_list)
        middle.addWidget(self._stack, 1)
        self.tools = ReportToolbar(len(self._ids), self)
        self.body.addWidget(self.tools)
        self.body.addLayout(middle, 1)
        self.outcome = QLabel(self)
        self.outcome.setWordWrap(True)
        self.outcome.setTextFormat(Qt.TextFormat.PlainText)
        self.outcome.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.body.addWidget(self.progress)
        self.body.addWidget(self.outcome)
        self.print_button = self.add_button(tr("Print…"), is_left=True)
        self.close_button = self.add_button(tr("Close"))
        self.save_button = self.add_button(tr("Save as…"), "primary", is_default=True)
        self._enable()

    def _connect(self) -> None:
        self.pages.page_wanted.connect(self._want)
        self.pages.page_changed.connect(self._show_place)
        self.pages.zoom_changed.connect(self.tools.show_zoom)
        self.page_list.page_chosen.connect(self.pages.go_to)
        self.page_list.pictures_wanted.connect(self._draw_next)
        self.tools.zoom_in_button.clicked.connect(self.pages.zoom_in)
        self.tools.zoom_out_button.clicked.connect(self.pages.zoom_out)
        self.tools.fit_button.clicked.connect(self.pages.fit_width)
        self.tools.details_changed.connect(self._make)
        self.save_button.clicked.connect(self._choose_and_save)
        self.print_button.clicked.connect(self._choose_and_print)
        self.close_button.clicked.connect(self.reject)

    # Making and drawing

    def _make(self) -> None:
        """Make the report; one that was being made with other pages is given up."""
        if self._making is not None:
            self._making.cancel()
        self._previewed = None
        self._wanted.clear()
        self.page_list.show_pages(0)
        self.tools.show_place(0, 0)
        self.waiting.say(tr("Making the report"), tr("The pages appear here as soon as they are made."))
        self._stack.setCurrentWidget(self.waiting)
        self._say("")
        self._enable()
        self._turn += 1
        turn = self._turn
        self._making = self._operations.run(
            tr("Making the report"),
            make_work(self._ids, self.tools.details),
            lane=Lane.FILES,
            owner=self,
            on_success=lambda previewed: self._show(turn, previewed),
            on_failure=lambda failure: self._say_not_made(turn, failure.sentence),
            on_cancelled=lambda: self._say_not_made(turn, tr("It was stopped.")),
        )
        self.progress.follow(self._making)

    def _show(self, turn: int, previewed: PreviewedReport) -> None:
        if turn != self._turn:
            return
        self._making = None
        self._previewed = previewed
        self.page_list.show_pages(len(previewed.sizes))
        self._stack.setCurrentWidget(self.pages)
        self.pages.show_pages(previewed.sizes)
        self._enable()
        self.pages.setFocus()
        self._say("\n".join(map(tell, previewed.report.warnings)))

    def _say_not_made(self, turn: int, sentence: str) -> None:
        if turn == self._turn:
            self._making = None
            self.waiting.say(tr("The report cannot be shown"), sentence, tr("Try again"), self._make)

    def _want(self, page: int, resolution: float) -> None:
        self._wanted = [(page, resolution), *(each for each in self._wanted if each[0] != page)][:6]
        self._draw_next()

    def _draw_next(self) -> None:
        """Draw what is in view, one page at a time; small pictures for the list come after that."""
        if self._drawing or self._previewed is None:
            return
        if self._wanted:
            page, resolution = self._wanted.pop()
            self._draw(self._previewed, page, resolution)
        elif (missing := self.page_list.find_missing()) is not None:
            self._draw(self._previewed, missing, self.page_list.resolution)

    def _draw(self, previewed: PreviewedReport, page: int, resolution: float) -> None:
        self._drawing = True
        operation = self._operations.run(
            tr("Drawing page {number}", number=page + 1),
            draw_work(previewed.report.data, page, resolution),
            lane=Lane.FILES,
            owner=self,
            on_success=lambda image: self._take(previewed, page, resolution, image),
            on_failure=self._fail,
        )
        operation.finished.connect(self._drawn)

    def _take(self, previewed: PreviewedReport, page: int, resolution: float, image: QImage) -> None:
        if previewed is not self._previewed:
            return
        self.page_list.take_picture(page, image)
        if resolution > self.page_list.resolution:
            self.pages.take_picture(page, resolution, image)

    def _drawn(self) -> None:
        self._drawing = False
        self._wanted = [each for each in self._wanted if not self.pages.has_picture(each[0])]
        self._draw_next()

    def _show_place(self, page: int) -> None:
        self.page_list.mark(page)
        self.tools.show_place(page, len(self._previewed.sizes) if self._previewed else 0)

    # Saving and printing

    def _choose_and_save(self) -> None:
        chooser = QFileDialog(self, tr("Save the report"), str(self.folder), tr("PDF files (*.pdf)"))
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setDefaultSuffix("pdf")
        chooser.selectFile(suggest_name(self._ids))
        if chooser.exec():
            path = Path(chooser.selectedFiles()[0])
            self.folder = path.parent
            self.save_to(path)

    def _choose_and_print(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(suggest_name(self._ids).removesuffix(".pdf"))
        chooser = QPrintDialog(printer, self)
        chooser.setMinMax(1, len(self._previewed.sizes) if self._previewed else 1)
        if chooser.exec():
            self.print_on(printer)

    def _tell_saved(self, path: Path) -> None:
        self._say(tr("Saved as {path}.", path=path))
        self.saved.emit(path)

    def _end_printing(self, text: str, role: str) -> None:
        self._printing = None
        self.print_button.setEnabled(self._previewed is not None)
        self._set_outcome(text, role)

    def _fail(self, failure: Failure) -> None:
        self._say_fault(failure.sentence)

    # Showing

    def _enable(self) -> None:
        is_there = self._previewed is not None
        for widget in (self.save_button, self.print_button, self.page_list):
            widget.setEnabled(is_there)
        self.tools.set_zoomable(is_there)

    def _say(self, text: str) -> None:
        self._set_outcome(text, "muted")

    def _say_fault(self, sentence: str) -> None:
        self._set_outcome(sentence, "error")

    def _set_outcome(self, text: str, role: str) -> None:
        self.outcome.setText(text)
        self.outcome.setProperty("role", role)
        self.outcome.style().polish(self.outcome)
        self.outcome.setVisible(bool(text))


def suggest_name(inspection_ids: Sequence[int]) -> str:
    """Return a file name that says which inspections are in the report."""
    ordered = sorted(inspection_ids)
    numbers = str(ordered[0]) if len(ordered) == 1 else f"{ordered[0]}-{ordered[-1]}"
    return re.sub(r"[^\w.-]+", "-", tr("inspection-report-{numbers}", numbers=numbers)) + ".pdf"


def _name_window(inspection_ids: Sequence[int]) -> str:
    count = len(inspection_ids)
    if count == 1:
        return tr("Report of inspection {number}", number=inspection_ids[0])
    return trn("Report of {count} inspection", "Report of {count} inspections", count)

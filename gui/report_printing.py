"""Sends a report to a printer page by page, so that a long one needs the memory of one page and the window stays alive.

The pages are those of the preview and of the file, drawn at the printer's own resolution up to a limit.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter
from PySide6.QtPrintSupport import QPrinter

from gui.operations import Failure, Lane, Operation, Operations
from gui.report_work import PreviewedReport, draw_work, printed_work
from gui.translated import tr

MOST_DOTS_PER_INCH = 300
"""Finer is not seen in photos and text of this size, and a page would take 100 MB."""


class ReportPrinting(QObject):
    """Prints one report once."""

    progressed = Signal(int, int)
    """Pages done, and of how many."""
    succeeded = Signal(str)
    """Name of the printer."""
    failed = Signal(str)
    """The sentence to show."""

    def __init__(
        self, operations: Operations, previewed: PreviewedReport, printer: QPrinter, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._operations = operations
        self._previewed = previewed
        self._printer = printer
        self._pages = list_printed_pages(printer, len(previewed.sizes))
        self._done = 0
        self._painter = QPainter()

    def start(self) -> None:
        """Begin; the signals say how it goes."""
        self._printer.setFullPage(True)
        if not self._painter.begin(self._printer):
            self.failed.emit(tr("The printer does not take the report; choose another printer."))
            return
        self._draw_next()

    def stop(self) -> None:
        """Give up what is still being printed."""
        if self._painter.isActive():
            self._stop(tr("Printing was stopped."))

    def _draw_next(self) -> None:
        if self._done == len(self._pages):
            self._finish()
            return
        page = self._pages[self._done]
        dots = min(self._printer.resolution(), MOST_DOTS_PER_INCH)
        self._run(tr("Printing page {number}", number=page + 1), page, dots)

    def _run(self, title: str, page: int, dots: int) -> Operation:
        return self._operations.run(
            title,
            draw_work(self._previewed.report.data, page, dots / 72),
            lane=Lane.FILES,
            owner=self,
            on_success=self._paint,
            on_failure=self._fail,
            on_cancelled=lambda: self._stop(tr("Printing was stopped.")),
        )

    def _paint(self, image: QImage) -> None:
        if not self._painter.isActive():
            return
        if self._done:
            self._printer.newPage()
        room = QRect(self._painter.viewport())
        fitted = image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        self._painter.drawImage(_centre(fitted, room), image)
        self._done += 1
        self.progressed.emit(self._done, len(self._pages))
        self._draw_next()

    def _finish(self) -> None:
        self._painter.end()
        name = self._printer.printerName() or self._printer.outputFileName()
        self._operations.run(
            tr("Recording that the report was printed"),
            printed_work(self._previewed.report, name),
            lane=Lane.DATABASE,
            owner=self,
            on_success=lambda _: self.succeeded.emit(name),
            on_failure=self._fail,
        )

    def _fail(self, failure: Failure) -> None:
        self._stop(failure.sentence)

    def _stop(self, sentence: str) -> None:
        if self._painter.isActive():
            self._printer.abort()
            self._painter.end()
        self.failed.emit(sentence)


def list_printed_pages(printer: QPrinter, count: int) -> list[int]:
    """Return the pages, counted from 0, that the person chose in the printer's dialog."""
    first, last = printer.fromPage() or 1, printer.toPage() or count
    return list(range(first - 1, min(last, count)))


def _centre(size: QSize, room: QRect) -> QRect:
    left = room.left() + (room.width() - size.width()) // 2
    top = room.top() + (room.height() - size.height()) // 2
    return QRect(left, top, size.width(), size.height())

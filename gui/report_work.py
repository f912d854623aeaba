"""What the report dialog asks a station to do, as plain functions for a lane. Nothing here touches a widget.

Pages are drawn by PDFium from the very bytes that are saved and printed. PDFium is used on one lane only: it is not
made for two threads at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PySide6.QtCore import QSizeF
from PySide6.QtGui import QImage

from gui.operations import Control, Work
from station.reporting import MadeReport, compose_report, issue_report, note_printed
from station.station import Station
from storage.reports.contents import Details


@dataclass(frozen=True)
class PreviewedReport:
    """A report with the sizes of its pages in points."""

    report: MadeReport
    sizes: tuple[QSizeF, ...]


def make_work(inspection_ids: Sequence[int], details: Details) -> Work[PreviewedReport]:
    """Make the report of these inspections."""

    def make(station: Station, control: Control) -> PreviewedReport:
        report = compose_report(station, inspection_ids, details, control.progress)
        return PreviewedReport(report, measure_pages(report.data))

    return make


def draw_work(data: bytes, page: int, scale: float) -> Work[QImage]:
    """Draw one page, counted from 0; `scale` is in pixels per point."""
    return lambda station, control: draw_page(data, page, scale)


def save_work(report: MadeReport, path: Path) -> Work[str]:
    """Write the report to a file."""
    return lambda station, control: issue_report(station, report, path)


def printed_work(report: MadeReport, printer: str) -> Work[None]:
    """Note that the report was printed."""
    return lambda station, control: note_printed(station, report, printer)


def measure_pages(data: bytes) -> tuple[QSizeF, ...]:
    """Return the size of every page in points."""
    document = pypdfium2.PdfDocument(data)
    try:
        return tuple(QSizeF(*document.get_page_size(number)) for number in range(len(document)))
    finally:
        document.close()


def draw_page(data: bytes, page: int, scale: float) -> QImage:
    """Return a picture of one page in its own memory."""
    document = pypdfium2.PdfDocument(data)
    try:
        bitmap = document[page].render(scale=scale, prefer_bgrx=True)
        pixels = bytes(bitmap.buffer)
        return QImage(pixels, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGB32).copy()
    finally:
        document.close()

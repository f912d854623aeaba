"""What every page has: the sender at its head; record, program and page number at its foot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Frame, PageTemplate

from storage.reports.blocks import write, write_name
from storage.reports.contents import PROGRAM, Branding, ReportContents
from storage.reports.language import tr, trn
from storage.reports.pictures import PHOTO, encode_picture, fit_picture
from storage.reports.theme import FOOT_LEFT, FOOT_RIGHT, HEAD_LEFT, HEAD_RIGHT, RULE, Sheet
from storage.reports.wording import shorten_hash, shorten_middle


@dataclass(frozen=True)
class Chapter:
    """One inspection, or the summary: what its pages say at head and foot, and where the outline leads."""

    anchor: str
    title: str
    foot: str


def describe_chapter(contents: ReportContents, anchor: str) -> Chapter:
    """Return head and foot of an inspection's pages."""
    inspection, issue = contents.inspection, contents.issue
    title = tr("Record {number}", number=inspection.id)
    digest = tr("hash {hash}", hash=shorten_hash(inspection.record_hash))
    return Chapter(anchor, title, f"{title} · {digest} · {PROGRAM} {issue.application}")


def describe_summary(issue_hash: str, application: str, count: int) -> Chapter:
    """Return head and foot of the summary's pages."""
    counted = trn("{count} record", "{count} records", count)
    head = tr("chain head {hash}", hash=shorten_hash(issue_hash))
    return Chapter("summary", tr("Summary"), f"{counted} · {head} · {PROGRAM} {application}")


def frame_pages(chapter: Chapter, sheet: Sheet, branding: Branding, pages: int) -> PageTemplate:
    """Return the template of a chapter's pages; `pages` is the number of pages of the whole file."""
    frame = Frame(
        sheet.side,
        sheet.bottom,
        sheet.text_width,
        sheet.height - sheet.top - sheet.bottom,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    return PageTemplate(id=chapter.anchor, frames=[frame], onPage=_make_painter(chapter, sheet, branding, pages))


def _make_painter(chapter: Chapter, sheet: Sheet, branding: Branding, pages: int) -> Callable[[Any, Any], None]:
    opened: list[int] = []

    def paint(canvas: Any, document: Any) -> None:
        if not opened:
            opened.append(document.page)
            canvas.bookmarkPage(chapter.anchor)
            canvas.addOutlineEntry(chapter.title, chapter.anchor)
        _paint_head(canvas, chapter, sheet, branding)
        _paint_foot(canvas, chapter, sheet, branding, tr("Page {page} of {pages}", page=document.page, pages=pages))

    return paint


def _paint_head(canvas: Any, chapter: Chapter, sheet: Sheet, branding: Branding) -> None:
    line = sheet.height - 19 * mm
    sender = _show_sender(branding)
    sender.wrapOn(canvas, sheet.text_width * 0.62, 10 * mm)
    sender.drawOn(canvas, sheet.side, line + 2 * mm)
    title = write(f"{tr('Inspection report')} · {chapter.title}", HEAD_RIGHT)
    _place(canvas, title, sheet.side + sheet.text_width * 0.62, line + 2 * mm, sheet.text_width * 0.38)
    _rule(canvas, sheet, line)


def _show_sender(branding: Branding) -> Flowable:
    logo = encode_picture(branding.logo, PHOTO) if branding.logo else None
    if logo is not None:
        return fit_picture(logo, (60 * mm, 10 * mm), "")
    return write_name(branding.company or PROGRAM, HEAD_LEFT, 60)


def _paint_foot(canvas: Any, chapter: Chapter, sheet: Sheet, branding: Branding, number: str) -> None:
    line = 16 * mm
    _rule(canvas, sheet, line)
    _place(canvas, write(chapter.foot, FOOT_LEFT), sheet.side, line - 5 * mm, sheet.text_width * 0.8)
    right = sheet.side + sheet.text_width * 0.8
    _place(canvas, write(number, FOOT_RIGHT), right, line - 5 * mm, sheet.text_width * 0.2)
    if branding.foot_line:
        words = write(shorten_middle(branding.foot_line, 110), FOOT_LEFT)
        _place(canvas, words, sheet.side, line - 9 * mm, sheet.text_width)


def _place(canvas: Any, words: Flowable, left: float, bottom: float, width: float) -> None:
    words.wrapOn(canvas, width, 20 * mm)
    words.drawOn(canvas, left, bottom)


def _rule(canvas: Any, sheet: Sheet, height: float) -> None:
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.5)
    canvas.line(sheet.side, height, sheet.side + sheet.text_width, height)

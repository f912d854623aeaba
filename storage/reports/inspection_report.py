"""The PDF of one inspection, or of several behind the summary of the lot: contents in, one whole file out.

The file's bytes depend on the contents and the branding alone: dates come from the contents, identifiers from the
bytes. Laid out twice, the first time to learn the number of pages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from reportlab import rl_config
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, NextPageTemplate, PageBreak, Spacer

from storage.records import RecordedInspection
from storage.reports.anchoring import show_anchor
from storage.reports.blocks import write
from storage.reports.contents import PLAIN, PROGRAM, Branding, Details, ReportContents, has_details
from storage.reports.fonts import make_visible, register_text_fonts
from storage.reports.language import ENGLISH, ReportLanguage, speaking, spoken_language, tr, trn
from storage.reports.lot_report import name_anchor, summarise_lot
from storage.reports.page_frame import Chapter, describe_chapter, describe_summary, frame_pages
from storage.reports.pictures import shrink_pictures
from storage.reports.saving import save_whole
from storage.reports.sections import SECTIONS, leave_room_to_sign
from storage.reports.theme import SHEETS, SUBTITLE, TITLE
from storage.reports.verdict_panel import show_verdict
from storage.reports.wording import shorten_middle

OnPage = Callable[[int, int], None]
"""Called with the number of a page and of how many; 0 while nobody knows how many there will be."""


def write_report(
    contents: Sequence[ReportContents], path: Path, branding: Branding = PLAIN, language: ReportLanguage = ENGLISH
) -> None:
    """Write the report of these inspections, in this order, as a PDF file at `path`; whole or not at all.

    Raises ReportError when the file cannot be written there, ValueError when there is nothing to report.
    """
    save_whole(compose_report(contents, branding, language), path)


def compose_report(
    contents: Sequence[ReportContents],
    branding: Branding = PLAIN,
    language: ReportLanguage = ENGLISH,
    details: Details = "all",
    on_page: OnPage = lambda page, pages: None,
) -> bytes:
    """Return the bytes of the PDF file; equal contents, branding, language and details give equal bytes.

    `on_page` hears of every page that was laid out; what it raises ends the work.
    """
    if not contents:
        raise ValueError("a report needs at least one inspection")
    register_text_fonts()
    small = [replace(each, pictures=shrink_pictures(each.pictures)) for each in contents]
    with speaking(language):
        pages, _ = _lay_out(small, branding, details, 0, on_page)
        return _lay_out(small, branding, details, pages, on_page)[1]


def _lay_out(
    contents: Sequence[ReportContents], branding: Branding, details: Details, pages: int, on_page: OnPage
) -> tuple[int, bytes]:
    """Return the number of pages and the file when every page is told that there are `pages`."""
    sheet = SHEETS[branding.page_size]
    chapters = _list_chapters(contents, details)
    target = BytesIO()
    document = BaseDocTemplate(target, pagesize=(sheet.width, sheet.height), **_describe_file(contents, branding))
    document.setProgressCallBack(lambda kind, value: on_page(value, pages) if kind == "PAGE" else None)
    document.addPageTemplates([frame_pages(chapter, sheet, branding, pages) for chapter in chapters])
    document.build(_tell(contents, chapters, branding, details), canvasmaker=_make_canvas_maker(contents))
    return document.page, target.getvalue()


def _list_detailed(contents: Sequence[ReportContents], details: Details) -> list[tuple[int, ReportContents]]:
    """Return the inspections that have pages of their own, with their places in the lot, counted from 1."""
    count = len(contents)
    return [
        (place, each) for place, each in enumerate(contents, start=1) if has_details(each.inspection, details, count)
    ]


def _list_chapters(contents: Sequence[ReportContents], details: Details) -> list[Chapter]:
    chapters = [describe_chapter(each, name_anchor(place)) for place, each in _list_detailed(contents, details)]
    if len(contents) == 1:
        return chapters
    issue = contents[-1].issue
    return [describe_summary(issue.chain_head, issue.application, len(contents)), *chapters]


def _tell(
    contents: Sequence[ReportContents], chapters: Sequence[Chapter], branding: Branding, details: Details
) -> list[Flowable]:
    """Return everything in order: the summary when there are several, then each inspection from a new page on."""
    width = SHEETS[branding.page_size].text_width
    texts = [_tell_inspection(each, width, branding) for _, each in _list_detailed(contents, details)]
    if len(contents) > 1:
        texts = [summarise_lot(contents, width, details), *texts]
    else:
        texts[0] += show_anchor(contents[0].issue, width)
    story = list(texts[0])
    for chapter, text in zip(chapters[1:], texts[1:], strict=True):
        story += [NextPageTemplate(chapter.anchor), PageBreak(), *text]
    return story


def _tell_inspection(contents: ReportContents, width: float, branding: Branding) -> list[Flowable]:
    inspection = contents.inspection
    names = [
        tr("Record {number}", number=inspection.id),
        _name_product(inspection),
        shorten_middle(inspection.file_name, 70),
    ]
    story = [
        write(tr("Inspection report"), TITLE),
        write(make_visible(" · ".join(name for name in names if name)), SUBTITLE),
        Spacer(1, 1 * mm),
        show_verdict(inspection, width),
    ]
    for section in SECTIONS:
        story += section(contents, width)
    return [*story, *leave_room_to_sign(width)] if branding.signature_line else story


def _name_product(inspection: RecordedInspection) -> str:
    if inspection.product is None:
        return ""
    name = shorten_middle(inspection.product, 60)
    return tr("{product}, version {version}", product=name, version=inspection.product_version)


def _describe_file(contents: Sequence[ReportContents], branding: Branding) -> dict[str, object]:
    ids = [str(each.inspection.id) for each in contents]
    title = trn("Inspection report, record {id}", "Inspection report, {count} records", len(ids), id=ids[0])
    issue = contents[-1].issue
    return {
        "title": title,
        "author": make_visible(shorten_middle(branding.company or issue.issued_by.name, 200)),
        "subject": shorten_middle(
            tr("Records {numbers}; chain head {hash}", numbers=", ".join(ids), hash=issue.chain_head), 400
        ),
        "creator": f"{PROGRAM} {make_visible(issue.application)}",
        "lang": spoken_language().code,
        "invariant": 1,
        "pageCompression": 1,
    }


def _make_canvas_maker(contents: Sequence[ReportContents]) -> Any:
    moment = max(datetime.fromisoformat(each.issue.issued_at).astimezone(UTC) for each in contents)

    def make_canvas(*args: object, **options: object) -> Canvas:
        canvas = Canvas(*args, **options)
        _set_date(canvas, moment)
        return canvas

    return make_canvas


def _set_date(canvas: Any, moment: datetime) -> None:
    """Give the file the date of its contents; reportlab itself knows only the clock or the year 2000."""
    stamp = canvas._doc._timeStamp
    stamp.t, stamp.lt, stamp.YMDhms = moment.timestamp(), moment.timetuple(), tuple(moment.timetuple())[:6]
    stamp.dhh = stamp.dmm = 0
    stamp.tzname = "UTC"


# Binary streams as they are: the text armour reportlab puts round them by default adds a quarter to every picture.
rl_config.useA85 = 0

"""The first page of a report on several inspections: how many of each verdict, and one row for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Table, TableStyle

from storage.reports.blocks import rule_table, write, write_name
from storage.reports.contents import ReportContents
from storage.reports.drawings import draw_mark
from storage.reports.fonts import BOLD, mark_up
from storage.reports.theme import LABEL, NOTE, SMALL, SUBTITLE, TINT, TITLE, VALUE, VERDICT_COLOURS, WHITE, tally_style
from storage.reports.wording import (
    VERDICT_WORDS,
    format_count,
    format_p_value,
    format_score,
    format_utc,
    shorten_middle,
)


def summarise(contents: Sequence[ReportContents], width: float) -> list[Flowable]:
    """Return the blocks of the summary page; each row leads to its inspection."""
    times = sorted(each.inspection.recorded_at for each in contents)
    span = " to ".join(dict.fromkeys(format_utc(time) for time in (times[0], times[-1])))
    note = "Scores and p-values are rounded here; the pages of each inspection have them as recorded."
    note += " Verdicts are the machine's and are never altered; decisions of people stand beside them."
    return [
        write("Inspection report", TITLE),
        write(f"{format_count(len(contents), 'inspection')}, recorded {span}", SUBTITLE),
        _tally(contents, width),
        _list_inspections(contents, width),
        write(note, NOTE),
    ]


def name_anchor(position: int) -> str:
    """Return the name under which an inspection is found inside the file; positions count from 1."""
    return f"inspection-{position}"


def _tally(contents: Sequence[ReportContents], width: float) -> Table:
    counts: Counter[str | None] = Counter(each.inspection.verdict for each in contents)
    kinds = [kind for kind in VERDICT_WORDS if kind or counts[kind]]
    cells = [[draw_mark(kind, 11 * mm), _write_count(kind, counts[kind])] for kind in kinds]
    column = width / len(kinds)
    table = Table([[part for cell in cells for part in cell]], colWidths=[18 * mm, column - 18 * mm] * len(kinds))
    backgrounds = [
        ("BACKGROUND", (2 * place, 0), (2 * place + 1, 0), VERDICT_COLOURS[kind].tint if counts[kind] else TINT)
        for place, kind in enumerate(kinds)
    ]
    gaps = [("LINEBEFORE", (2 * place, 0), (2 * place, 0), 6, WHITE) for place in range(1, len(kinds))]
    padding = [(f"{side}PADDING", (0, 0), (-1, -1), 3 * mm) for side in ("TOP", "BOTTOM")]
    table.setStyle(TableStyle([*backgrounds, *padding, *gaps, ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]))
    table.spaceAfter = 6 * mm
    return table


def _write_count(verdict: str | None, count: int) -> list[Flowable]:
    return [write(str(count), tally_style(verdict)), write(VERDICT_WORDS[verdict].lower(), LABEL)]


def _list_inspections(contents: Sequence[ReportContents], width: float) -> Flowable:
    head = ["Record", "", "Verdict", "Product", "File", ">Score", ">p-value", "Recorded", "Decision"]
    shares = [0.08, 0.045, 0.10, 0.15, 0.22, 0.075, 0.09, 0.13, 0.11]
    rows = [_describe(each, position) for position, each in enumerate(contents, start=1)]
    return rule_table(head, rows, [share * width for share in shares])


def _describe(contents: ReportContents, position: int) -> list[str | Flowable]:
    inspection = contents.inspection
    link = f"<link href={quoteattr('#' + name_anchor(position))}>{inspection.id}</link>"
    product = f"{shorten_middle(inspection.product, 40)} v{inspection.product_version}" if inspection.product else "–"
    decision = inspection.dispositions[-1].decision if inspection.dispositions else "–"
    return [
        Paragraph(link, VALUE),
        draw_mark(inspection.verdict, 3.6 * mm),
        Paragraph(f'<font name="{BOLD}">{mark_up(VERDICT_WORDS[inspection.verdict].lower(), BOLD)}</font>', VALUE),
        write_name(product),
        write_name(inspection.file_name, VALUE, 48),
        format_score(inspection.score, inspection.limit or 50.0) if inspection.score is not None else "–",
        format_p_value(inspection.p_value),
        write(format_utc(inspection.recorded_at), SMALL),
        decision,
    ]

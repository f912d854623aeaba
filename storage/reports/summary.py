"""The first page of a report on several inspections: how many of each verdict, and one row for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Table, TableStyle

from storage.reports.blocks import rule_table, set_markup, write, write_name
from storage.reports.contents import ReportContents
from storage.reports.drawings import draw_mark
from storage.reports.fonts import BOLD, mark_up
from storage.reports.language import tr, trn
from storage.reports.theme import LABEL, NOTE, SMALL, SUBTITLE, TINT, TITLE, VALUE, VERDICT_COLOURS, WHITE, tally_style
from storage.reports.wording import (
    VERDICTS,
    format_p_value,
    format_score,
    format_utc,
    name_decision,
    name_verdict,
    shorten_middle,
)


def summarise(contents: Sequence[ReportContents], width: float) -> list[Flowable]:
    """Return the blocks of the summary page; each row leads to its inspection."""
    times = sorted(each.inspection.recorded_at for each in contents)
    note = tr(
        "Scores and p-values are rounded here; the pages of each inspection have them as recorded."
        " Verdicts are the machine's and are never altered; decisions of people stand beside them."
    )
    counted = trn(
        "{count} inspection, recorded {when}",
        "{count} inspections, recorded {when}",
        len(contents),
        when=_tell_span(format_utc(times[0]), format_utc(times[-1])),
    )
    return [
        write(tr("Inspection report"), TITLE),
        write(counted, SUBTITLE),
        _tally(contents, width),
        _list_inspections(contents, width),
        write(note, NOTE),
    ]


def _tell_span(first: str, last: str) -> str:
    return first if first == last else tr("{first} to {last}", first=first, last=last)


def name_anchor(position: int) -> str:
    """Return the name under which an inspection is found inside the file; positions count from 1."""
    return f"inspection-{position}"


def _tally(contents: Sequence[ReportContents], width: float) -> Table:
    counts: Counter[str | None] = Counter(each.inspection.verdict for each in contents)
    kinds = [kind for kind in VERDICTS if kind or counts[kind]]
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
    return [write(str(count), tally_style(verdict)), write(name_verdict(verdict), LABEL)]


def _list_inspections(contents: Sequence[ReportContents], width: float) -> Flowable:
    numbers = (tr("Score"), tr("p-value"))
    head = [
        tr("Record"),
        "",
        tr("Verdict"),
        tr("Product"),
        tr("File"),
        *(f">{name}" for name in numbers),
        tr("Recorded"),
        tr("Decision"),
    ]
    shares = [0.08, 0.045, 0.10, 0.15, 0.22, 0.075, 0.09, 0.13, 0.11]
    rows = [_describe(each, position) for position, each in enumerate(contents, start=1)]
    return rule_table(head, rows, [share * width for share in shares])


def _describe(contents: ReportContents, position: int) -> list[str | Flowable]:
    inspection = contents.inspection
    link = f"<link href={quoteattr('#' + name_anchor(position))}>{inspection.id}</link>"
    product = f"{shorten_middle(inspection.product, 40)} v{inspection.product_version}" if inspection.product else "–"
    decision = name_decision(inspection.dispositions[-1].decision) if inspection.dispositions else "–"
    return [
        Paragraph(link, VALUE),
        draw_mark(inspection.verdict, 3.6 * mm),
        set_markup(f'<font name="{BOLD}">{mark_up(name_verdict(inspection.verdict), BOLD)}</font>', VALUE),
        write_name(product),
        write_name(inspection.file_name, VALUE, 48),
        format_score(inspection.score, inspection.limit or 50.0) if inspection.score is not None else "–",
        format_p_value(inspection.p_value),
        write(format_utc(inspection.recorded_at), SMALL),
        decision,
    ]

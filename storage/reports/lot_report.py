"""The summary of a lot: how many of each verdict, what people decided, the worst parts large, one row for each part.

It comes before the pages of the single inspections, where these are wanted. Scores are rounded here, and it says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import quoteattr

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Paragraph, Spacer, Table, TableStyle

from storage.records import RecordedInspection
from storage.reports.anchoring import show_anchor, tell_missing
from storage.reports.blocks import (
    Fact,
    list_facts,
    open_section,
    put_beside,
    rule_table,
    set_markup,
    write,
    write_name,
)
from storage.reports.contents import Details, ReportContents, has_details
from storage.reports.drawings import draw_mark
from storage.reports.fonts import BOLD, mark_up
from storage.reports.language import tr, trn
from storage.reports.pictures import fit_picture
from storage.reports.theme import LABEL, NOTE, SMALL, SUBTITLE, TINT, TITLE, VALUE, VERDICT_COLOURS, WHITE, tally_style
from storage.reports.wording import (
    VERDICTS,
    format_score,
    format_utc,
    name_decision,
    name_severity,
    name_verdict,
    shorten_middle,
    tell_verdict,
)

WORST = 4
"""Parts that were not accepted and are shown large."""
_GAP = 5 * mm
_THUMBNAIL = (15 * mm, 12 * mm)
_MOST_NAMES = 6


def summarise_lot(contents: Sequence[ReportContents], width: float, details: Details = "all") -> list[Flowable]:
    """Return the blocks of the summary; the row of a part that has pages of its own leads there."""
    times = sorted(each.inspection.recorded_at for each in contents)
    counted = trn(
        "{count} inspection, recorded {when}",
        "{count} inspections, recorded {when}",
        len(contents),
        when=_tell_span(format_utc(times[0]), format_utc(times[-1])),
    )
    return [
        write(tr("Inspection report of a lot"), TITLE),
        write(counted, SUBTITLE),
        _tally(contents, width),
        list_facts(_list_facts([each.inspection for each in contents]), width),
        *_show_worst(contents, width),
        *open_section(tr("All parts"), 40 * mm),
        _list_parts(contents, width, details),
        write(_explain(contents, details), NOTE),
        *show_anchor(contents[0].issue, width),
    ]


def choose_worst(inspections: Sequence[RecordedInspection]) -> list[int]:
    """Return the places of the parts to show large: rejected ones before those to review, high scores first."""
    order = {"reject": 0, "review": 1}
    bad = [place for place, each in enumerate(inspections) if each.verdict in order]
    return sorted(bad, key=lambda at: (order[inspections[at].verdict or ""], -(inspections[at].score or 0.0)))[:WORST]


def name_anchor(position: int) -> str:
    """Return the name under which an inspection is found inside the file; positions count from 1."""
    return f"inspection-{position}"


def _tell_span(first: str, last: str) -> str:
    return first if first == last else tr("{first} to {last}", first=first, last=last)


def _explain(contents: Sequence[ReportContents], details: Details) -> str:
    note = tr(
        "Scores are rounded here; the records, and the pages of single inspections, have them in full."
        " Verdicts are the machine's and are never altered; decisions of people stand beside them."
    )
    left_out = sum(not has_details(each.inspection, details, len(contents)) for each in contents)
    if not left_out:
        return note
    missing = trn(
        "{count} inspection has no pages of its own in this report; its record number leads to it.",
        "{count} inspections have no pages of their own in this report; their record numbers lead to them.",
        left_out,
    )
    return f"{note}\n{missing}"


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
    table.spaceAfter = 4 * mm
    return table


def _write_count(verdict: str | None, count: int) -> list[Flowable]:
    return [write(str(count), tally_style(verdict)), write(name_verdict(verdict), LABEL)]


def _list_facts(inspections: Sequence[RecordedInspection]) -> list[Fact]:
    products = _name_few(_name_product(each) for each in inspections)
    people = _name_few(each.recorded_by.name for each in inspections)
    facts: list[Fact] = [(tr("Products"), write_name(products)), (tr("Recorded by"), write_name(people))]
    latest = Counter(each.dispositions[-1].decision for each in inspections if each.dispositions)
    if latest:
        words = ", ".join(f"{count} {name_decision(decision)}" for decision, count in latest.most_common())
        facts.append((tr("Decisions by people"), words))
    bad = [each for each in inspections if each.verdict in ("reject", "review")]
    if bad:
        waiting = sum(not each.dispositions for each in bad)
        text = tr("{count} of {bad} parts that were not accepted", count=waiting, bad=len(bad))
        facts.append((tr("Without a decision"), text))
    return facts


def _name_few(names: Iterable[str]) -> str:
    """Return different names in the order of their first appearance; the rest of many is counted."""
    different = [shorten_middle(name, 60) for name in dict.fromkeys(names)]
    more = len(different) - _MOST_NAMES
    if more <= 0:
        return ", ".join(different)
    named = ", ".join(different[:_MOST_NAMES])
    return trn("{names} and {count} more", "{names} and {count} more", more, names=named)


def _name_product(inspection: RecordedInspection) -> str:
    if inspection.product is None:
        return tr("references without a product")
    return f"{inspection.product} v{inspection.product_version}"


def _show_worst(contents: Sequence[ReportContents], width: float) -> list[Flowable]:
    """The worst parts, two in a row, each with its overlay."""
    worst = [contents[at] for at in choose_worst([each.inspection for each in contents])]
    if not worst:
        return []
    bad = sum(each.inspection.verdict in ("reject", "review") for each in contents)
    title = tr("Parts that were not accepted")
    if bad > len(worst):
        title = tr("The {count} worst of {bad} parts that were not accepted", count=len(worst), bad=bad)
    column = (width - _GAP) / 2
    cards = [_make_card(each, column) for each in worst]
    rows = [put_beside(cards[at : at + 2], [column] * len(cards[at : at + 2]), _GAP) for at in range(0, len(cards), 2)]
    heading, *_ = open_section(title, 70 * mm)[1:]
    first, *others = rows
    blocks: list[Flowable] = [KeepTogether([heading, first])]
    for row in others:
        blocks += [Spacer(1, 3 * mm), row]
    return blocks


def _make_card(contents: ReportContents, width: float) -> list[Flowable]:
    inspection = contents.inspection
    pictures = contents.pictures
    shown = pictures.overlay or pictures.photo or pictures.thumbnail
    picture = fit_picture(shown, (width, 62 * mm), tell_missing(contents.purged))
    picture.hAlign = "LEFT"
    colour = VERDICT_COLOURS[inspection.verdict].word.hexval().replace("0x", "#")
    verdict = mark_up(tell_verdict(inspection.verdict), BOLD)
    rest = mark_up(tr("score {score}, record {number}", score=_round_score(inspection), number=inspection.id))
    line = set_markup(f'<font name="{BOLD}" color="{colour}">{verdict}</font>  {rest}', VALUE)
    name = inspection.file_name if not inspection.serial else f"{inspection.serial} · {inspection.file_name}"
    return [picture, Spacer(1, 1 * mm), line, write_name(name, SMALL, 70)]


def _round_score(inspection: RecordedInspection) -> str:
    return format_score(inspection.score, inspection.limit or 50.0) if inspection.score is not None else "–"


def _list_parts(contents: Sequence[ReportContents], width: float, details: Details) -> Flowable:
    names = (tr("No."), tr("Picture"), "", tr("Verdict"), f">{tr('Score')}")
    head = [*names, tr("Part"), tr("Recorded"), tr("Decision")]
    shares = [0.055, 0.11, 0.045, 0.13, 0.11, 0.255, 0.15, 0.145]
    count = len(contents)
    several = len({each.inspection.product for each in contents}) > 1
    rows = [
        _describe(each, position if has_details(each.inspection, details, count) else None, names_product=several)
        for position, each in enumerate(contents, start=1)
    ]
    return rule_table(head, rows, [share * width for share in shares])


def _describe(contents: ReportContents, position: int | None, *, names_product: bool) -> list[str | Flowable]:
    inspection = contents.inspection
    number: str | Flowable = str(inspection.id)
    if position is not None:
        number = Paragraph(f"<link href={quoteattr('#' + name_anchor(position))}>{inspection.id}</link>", VALUE)
    # Date above time, so that no language breaks a line within either.
    moment = format_utc(inspection.recorded_at).replace(" ", "\n", 1)
    return [
        number,
        _show_thumbnail(contents),
        draw_mark(inspection.verdict, 3.6 * mm),
        set_markup(f'<font name="{BOLD}">{mark_up(name_verdict(inspection.verdict), BOLD)}</font>', VALUE),
        _round_score(inspection),
        _name_part(inspection, names_product=names_product),
        write(moment, SMALL),
        _tell_decision(inspection),
    ]


def _tell_decision(inspection: RecordedInspection) -> str:
    if not inspection.dispositions:
        return "–"
    newest = inspection.dispositions[-1]
    decision = name_decision(newest.decision)
    if newest.severity is None:
        return decision
    return tr("{decision}, {severity}", decision=decision, severity=name_severity(newest.severity))


def _show_thumbnail(contents: ReportContents) -> Flowable:
    if contents.pictures.thumbnail is None:
        return write("–", VALUE)
    picture = fit_picture(contents.pictures.thumbnail, _THUMBNAIL, "")
    picture.hAlign = "LEFT"
    return picture


def _name_part(inspection: RecordedInspection, *, names_product: bool) -> Flowable:
    """One cell: the serial number where there is one, the file, and the product where the lot has several."""
    lines: list[Flowable] = [write_name(inspection.serial, VALUE, 48)] if inspection.serial else []
    lines.append(write_name(inspection.file_name, SMALL if inspection.serial else VALUE, 48))
    if names_product:
        lines.append(write_name(shorten_middle(_name_product(inspection), 60), SMALL))
    if len(lines) == 1:
        return lines[0]
    table = Table([[line] for line in lines], colWidths=["100%"])
    table.setStyle(TableStyle([(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")]))
    return table

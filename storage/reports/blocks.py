"""The few building blocks every section is made of: headings, lists of facts, ruled tables, remarks.

They take plain text and do the marking up, so that no section can let a strange character through.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import CondPageBreak, Flowable, LongTable, Paragraph, Table, TableStyle

from storage.reports.fonts import mark_up, mark_up_lines
from storage.reports.language import spoken_language
from storage.reports.theme import COLUMN, COLUMN_RIGHT, HEADING, LABEL, NUMBER, RULE, TEXT, VALUE
from storage.reports.wording import shorten_middle

NAME_LENGTH = 180
Fact = tuple[str, str | Flowable]

_LABEL_WIDTH = 38 * mm
_CELL_PADDING = 12
_EVEN = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (0, -1), 0),
    ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
]


def write(text: str, style: ParagraphStyle = TEXT) -> Paragraph:
    """Return one paragraph; line ends in the text stay."""
    return set_markup(mark_up_lines(text, style.fontName), style)


def write_name(name: str, style: ParagraphStyle = VALUE, length: int = NAME_LENGTH) -> Paragraph:
    """Return a name as a paragraph that wraps; a very long one loses its middle."""
    return set_markup(mark_up(shorten_middle(name, length), style.fontName), style)


def set_markup(markup: str, style: ParagraphStyle) -> Paragraph:
    """Return a paragraph of finished markup, its lines broken as the language breaks them."""
    return Paragraph(markup, _break_anywhere(style) if spoken_language().breaks_anywhere else style)


@cache
def _break_anywhere(style: ParagraphStyle) -> ParagraphStyle:
    return ParagraphStyle(f"{style.name} anywhere", parent=style, wordWrap="CJK")


def open_section(title: str, room: float = 34 * mm) -> list[Flowable]:
    """Return a section's heading; it moves to the next page unless `room` points are left for it and what follows."""
    return [CondPageBreak(room), write(title, HEADING)]


def list_facts(facts: Sequence[Fact], width: float) -> Table:
    """Return labels at the left, values at the right, a thin rule between rows."""
    rows = [[write(label, LABEL), write(value, VALUE) if isinstance(value, str) else value] for label, value in facts]
    table = Table(rows, colWidths=[_LABEL_WIDTH, width - _LABEL_WIDTH], splitInRow=1)
    table.setStyle(TableStyle([*_EVEN, *_pad(2.6), ("LINEBELOW", (0, 0), (-1, -2), 0.4, RULE)]))
    return table


def rule_table(head: Sequence[str], rows: Sequence[Sequence[str | Flowable]], widths: Sequence[float]) -> LongTable:
    """Return a table whose head is repeated on every page; columns whose head starts with ">" hold numbers."""
    right = [word.startswith(">") for word in head]
    titles = [
        write(word.lstrip(">"), COLUMN_RIGHT if is_right else COLUMN)
        for word, is_right in zip(head, right, strict=True)
    ]
    rooms = [width - _CELL_PADDING if is_right else 0.0 for width, is_right in zip(widths, right, strict=True)]
    body = [[_write_cell(cell, room) for cell, room in zip(row, rooms, strict=True)] for row in rows]
    table = LongTable([titles, *body], colWidths=list(widths), repeatRows=1, splitInRow=1)
    table.setStyle(TableStyle([*_EVEN, *_pad(2.4), ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE)]))
    return table


def put_beside(columns: Sequence[list[Flowable]], widths: Sequence[float], gap: float) -> Table:
    """Return columns of blocks next to each other, their tops level, `gap` points between them."""
    cells: list[object] = [columns[0]]
    spaced = [widths[0]]
    for column, column_width in zip(columns[1:], widths[1:], strict=True):
        cells += ["", column]
        spaced += [gap, column_width]
    table = Table([cells], colWidths=spaced)
    table.hAlign = "LEFT"
    table.setStyle(TableStyle([*_no_padding(), ("VALIGN", (0, 0), (-1, -1), "TOP")]))
    return table


def _no_padding() -> list[tuple[object, ...]]:
    return [(f"{side}PADDING", (0, 0), (-1, -1), 0) for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")]


def _write_cell(cell: str | Flowable, number_room: float) -> Flowable:
    if not isinstance(cell, str):
        return cell
    return write(cell, _fit_number(cell, number_room)) if number_room else write_name(cell)


def _fit_number(number: str, room: float) -> ParagraphStyle:
    """Return the style of numbers, smaller for one with many digits: a number is never broken and never rounded."""
    needed = stringWidth(number, NUMBER.fontName, NUMBER.fontSize)
    if needed <= room:
        return NUMBER
    return ParagraphStyle("small number", parent=NUMBER, fontSize=NUMBER.fontSize * room / needed * 0.99)


def _pad(points: float) -> list[tuple[object, ...]]:
    return [("TOPPADDING", (0, 0), (-1, -1), points), ("BOTTOMPADDING", (0, 0), (-1, -1), points)]

"""Colours, distances and text styles of the reports, in one place. No content."""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm

from storage.reports.contents import PageSize
from storage.reports.fonts import BOLD, MONO, REGULAR

INK = HexColor("#1B242D")
MUTED = HexColor("#586673")
RULE = HexColor("#D3DAE0")
TINT = HexColor("#F4F6F8")
WHITE = HexColor("#FFFFFF")


@dataclass(frozen=True)
class VerdictColours:
    """The colours of one verdict: its mark, its word (at least 4.5 : 1 on the tint) and the panel behind."""

    mark: Color
    word: Color
    tint: Color


VERDICT_COLOURS = {
    "accept": VerdictColours(HexColor("#1F8A54"), HexColor("#146B3F"), HexColor("#EEF7F2")),
    "review": VerdictColours(HexColor("#E69F00"), HexColor("#8A5A00"), HexColor("#FDF6E7")),
    "reject": VerdictColours(HexColor("#B3261E"), HexColor("#A3201A"), HexColor("#FBEFEE")),
    None: VerdictColours(HexColor("#7B8894"), MUTED, TINT),
}


@dataclass(frozen=True)
class Sheet:
    """The paper and what is left of it inside the margins, in points."""

    width: float
    height: float
    side: float = 20 * mm
    top: float = 26 * mm
    bottom: float = 22 * mm

    @property
    def text_width(self) -> float:
        """Width between the side margins."""
        return self.width - 2 * self.side


SHEETS: dict[PageSize, Sheet] = {"A4": Sheet(*A4), "Letter": Sheet(*LETTER)}


def _style(name: str, size: float, *, font: str = REGULAR, colour: Color = INK, **more: object) -> ParagraphStyle:
    return ParagraphStyle(
        name, fontName=font, fontSize=size, leading=round(size * 1.38, 1), textColor=colour, splitLongWords=1, **more
    )


TITLE = _style("title", 19, font=BOLD)
SUBTITLE = _style("subtitle", 9.5, colour=MUTED, spaceAfter=3 * mm)
HEADING = _style("heading", 10.5, font=BOLD, spaceBefore=6 * mm, spaceAfter=1.8 * mm)
TEXT = _style("text", 9, spaceAfter=1.2 * mm)
NOTE = _style("note", 7.8, colour=MUTED, spaceBefore=1.2 * mm, spaceAfter=1 * mm)
LABEL = _style("label", 8.4, colour=MUTED)
VALUE = _style("value", 8.8)
NUMBER = _style("number", 8.8, alignment=TA_RIGHT)
COLUMN = _style("column", 7.8, font=BOLD, colour=MUTED)
COLUMN_RIGHT = _style("column right", 7.8, font=BOLD, colour=MUTED, alignment=TA_RIGHT)
HASH = _style("hash", 7.6, font=MONO)
SMALL = _style("small", 7)
SMALL_HASH = _style("small hash", 6.6, font=MONO, colour=MUTED)
TURN = _style("turn", 8, colour=MUTED, spaceBefore=2 * mm, keepWithNext=1)
CENTRED = _style("centred", 8.4, colour=MUTED, alignment=TA_CENTER)
HEAD_LEFT = _style("head left", 9, font=BOLD)
HEAD_RIGHT = _style("head right", 8.4, colour=MUTED, alignment=TA_RIGHT)
FOOT_LEFT = _style("foot left", 7.2, colour=MUTED)
FOOT_RIGHT = _style("foot right", 7.2, colour=MUTED, alignment=TA_RIGHT)
STATEMENT = _style("statement", 8.4, colour=MUTED, spaceBefore=6 * mm, borderPadding=0)


def verdict_word_style(verdict: str | None) -> ParagraphStyle:
    """Return the style of the large word that names the verdict."""
    return _style("verdict word", 25, font=BOLD, colour=VERDICT_COLOURS[verdict].word, spaceAfter=0.5 * mm)


def tally_style(verdict: str | None) -> ParagraphStyle:
    """Return the style of a count of verdicts on the summary page."""
    return _style("tally", 16, font=BOLD, colour=VERDICT_COLOURS[verdict].word)

"""The fonts of the reports and the way any text gets through them: no character is lost, none becomes a black box.

Each character is set in the first font that has it; one that no font has, or that has no picture of its own (control
and direction characters), appears as its code, such as [U+200B]. Which files, and under which licence, is told by the
README beside them.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import groupby
from threading import Lock
from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from resources import locate
from storage.reports.right_to_left import cut_long_line, order_for_display

REGULAR = "IBMPlexSans"
BOLD = "IBMPlexSans-SemiBold"
MONO = "IBMPlexMono"
_FILES = {
    REGULAR: "IBMPlexSans-Regular.ttf",
    BOLD: "IBMPlexSans-SemiBold.ttf",
    MONO: "IBMPlexMono-Regular.ttf",
    "DejaVuSans": "DejaVuSans.ttf",
    "DroidSansFallback": "DroidSansFallback.ttf",
}
_FALLBACKS = ("DejaVuSans", "DroidSansFallback")
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_VARIATION_SELECTORS = "\ufe0e\ufe0f"
_REGISTERING = Lock()


def register_text_fonts() -> None:
    """Make the three fonts that every page uses known to reportlab. The fallbacks follow when a character asks."""
    for name in (REGULAR, BOLD, MONO):
        _load_font(name)


def mark_up(text: str, font: str = REGULAR) -> str:
    """Return one line of text as reportlab's markup: fallback fonts named, odd characters as codes, blanks kept."""
    line = unicodedata.normalize("NFC", text).replace("  ", " \u00a0")
    runs = _split_runs(order_for_display(_encode_unseen(line)), font)
    return "".join(_mark_run(run_font, run, font) for run_font, run in runs)


def mark_up_lines(text: str, font: str = REGULAR) -> str:
    """Return text of several lines as reportlab's markup; line ends stay, tabs become blanks."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4).split("\n")
    return "<br/>".join(mark_up(part, font) for line in lines for part in cut_long_line(line))


def make_visible(text: str) -> str:
    """Return a text with every character that no font has, or that cannot be seen, as its code; for plain strings."""
    return "".join(run for _, run in split_by_font(text, REGULAR))


def split_by_font(text: str, font: str) -> list[tuple[str, str]]:
    """Cut one line into (font, run), for what is drawn without markup; nothing is turned round or left unseen."""
    return _split_runs(_encode_unseen(unicodedata.normalize("NFC", text)), font)


def measure_line(text: str, font: str, size: float) -> float:
    """Return the width in points of a line that is drawn run by run."""
    return sum(float(pdfmetrics.stringWidth(run, name, size)) for name, run in split_by_font(text, font))


def _encode_unseen(text: str) -> str:
    return "".join(_encode(char) if unicodedata.category(char) in _UNSEEN else char for char in text)


def _encode(char: str) -> str:
    return f"[U+{ord(char):04X}]"


def _split_runs(text: str, font: str) -> list[tuple[str, str]]:
    """Cut a text into (font, run); a variation selector only picks a style of the sign before it and is left out."""
    fitted = [_fit(char, font) for char in text if char not in _VARIATION_SELECTORS]
    return [(name, "".join(run for _, run in group)) for name, group in groupby(fitted, key=lambda pair: pair[0])]


def _fit(char: str, font: str) -> tuple[str, str]:
    for name in (font, *_FALLBACKS):
        if ord(char) in _load_font(name).face.charToGlyph:
            return name, char
    return font, _encode(char)


def _mark_run(name: str, run: str, font: str) -> str:
    return escape(run) if name == font else f'<font name="{name}">{escape(run)}</font>'


@cache
def _load_font(name: str) -> TTFont:
    """Read a font file once and make it known to reportlab under its name, also where markup asks for it."""
    with _REGISTERING:
        if name in pdfmetrics.getRegisteredFontNames():
            return pdfmetrics.getFont(name)
        font = TTFont(name, str(locate("fonts", _FILES[name])))
        pdfmetrics.registerFont(font)
        pdfmetrics.registerFontFamily(name, normal=name, bold=name, italic=name, boldItalic=name)
        return font

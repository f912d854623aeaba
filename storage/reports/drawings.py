"""Small vector drawings: the mark of a verdict, the gauge of its score, a badge.

Shape, colour and word always go together, so that a copy in grey says as much as the original.
"""

from __future__ import annotations

from math import cos, pi, sin

from reportlab.graphics.shapes import Circle, Drawing, Group, Line, Polygon, PolyLine, Rect, String
from reportlab.lib.colors import Color
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth

from storage.reports.fonts import BOLD, REGULAR, measure_line, split_by_font
from storage.reports.language import tr
from storage.reports.theme import INK, MUTED, RULE, VERDICT_COLOURS, WHITE
from storage.reports.wording import format_score, format_short

_Strokes = tuple[tuple[float, ...], ...]
_STROKES: dict[str | None, _Strokes] = {
    "accept": ((-0.42, 0.02, -0.12, -0.3, 0.44, 0.34),),
    "reject": ((-0.34, -0.34, 0.34, 0.34), (-0.34, 0.34, 0.34, -0.34)),
    None: ((-0.4, 0.0, 0.4, 0.0),),
}
"""The strokes of each sign as x, y, x, y ..., in units of the mark's radius from its middle."""


def draw_mark(verdict: str | None, size: float) -> Drawing:
    """Return the verdict's mark: circle with tick, triangle with "!", octagon with cross, circle with dash."""
    drawing = Drawing(size, size)
    middle = size / 2
    drawing.add(_outline(verdict, middle))
    drawing.add(_sign(verdict, middle))
    return drawing


def _outline(verdict: str | None, r: float) -> Circle | Polygon:
    colour = VERDICT_COLOURS[verdict].mark
    corners = {"review": (3, pi / 2), "reject": (8, pi / 8)}.get(verdict or "")
    if corners is None:
        return Circle(r, r, r * 0.96, fillColor=colour, strokeColor=None)
    number, turn = corners
    angles = (turn + 2 * pi * corner / number for corner in range(number))
    points = [r + 0.99 * r * part for angle in angles for part in (cos(angle), sin(angle))]
    return Polygon(points, fillColor=colour, strokeColor=None)


def _sign(verdict: str | None, r: float) -> Group:
    if verdict == "review":
        size = r * 1.1
        return Group(String(r, r - size * 0.36, "!", fontName=BOLD, fontSize=size, fillColor=INK, textAnchor="middle"))
    lines = (PolyLine([r + r * part for part in stroke]) for stroke in _STROKES[verdict])
    return Group(*(_thicken(line, r * 0.19) for line in lines))


def _thicken(line: PolyLine, width: float) -> PolyLine:
    line.strokeColor, line.strokeWidth, line.strokeLineCap, line.strokeLineJoin = WHITE, width, 1, 1
    return line


def draw_gauge(verdict: str | None, score: float, limit: float, width: float) -> Drawing:
    """Return the score from 0 to 100 on a bar whose limit is marked; the number stands above its pointer."""
    drawing = Drawing(width, 18.5 * mm)
    base, thick = 6.2 * mm, 2.6 * mm
    at_limit, at_score = width * limit / 100, width * min(max(score, 0), 100) / 100
    for left, right, kind in ((0, at_limit, "accept"), (at_limit, width, "reject")):
        colours = VERDICT_COLOURS[kind]
        drawing.add(Rect(left, base, right - left, thick, fillColor=colours.mark, fillOpacity=0.25, strokeColor=None))
    drawing.add(Line(at_limit, base - 1 * mm, at_limit, base + thick + 1 * mm, strokeColor=INK, strokeWidth=1.1))
    _write_scale(drawing, (0, at_limit, width), ("0", tr("limit {limit}", limit=format_short(limit)), "100"))
    _point_at(drawing, verdict, at_score, format_score(score, limit))
    return drawing


def _write_scale(drawing: Drawing, places: tuple[float, ...], words: tuple[str, ...]) -> None:
    for place, word, anchor in zip(places, words, ("start", "middle", "end"), strict=True):
        room = measure_line(word, REGULAR, 7.2)
        left = place - room * {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]
        drawing.add(_set_line(word, (left, 2.2 * mm), REGULAR, 7.2, MUTED))


def _point_at(drawing: Drawing, verdict: str | None, at: float, score: str) -> None:
    colour = VERDICT_COLOURS[verdict].word
    tip = 9 * mm
    half = 1.5 * mm
    drawing.add(
        Polygon([at, tip, at - half, tip + 2.3 * mm, at + half, tip + 2.3 * mm], fillColor=colour, strokeColor=None)
    )
    size = 15
    room = measure_line(score, BOLD, size)
    left = min(max(at - room / 2, 0), drawing.width - room)
    drawing.add(_set_line(score, (left, tip + 3.3 * mm), BOLD, size, colour))


def draw_badge(word: str) -> Drawing:
    """Return a word in capitals within a thin rounded frame."""
    size = 6.8
    width, height = measure_line(word, BOLD, size) + 9, 12
    drawing = Drawing(width, height)
    drawing.add(
        Rect(0.4, 0.4, width - 0.8, height - 0.8, rx=3, ry=3, fillColor=WHITE, strokeColor=RULE, strokeWidth=0.8)
    )
    drawing.add(_set_line(word, (4.5, 3.7), BOLD, size, INK))
    return drawing


def _set_line(text: str, place: tuple[float, float], font: str, size: float, colour: Color) -> Group:
    """Return a line of text from `place` to the right, each character in a font that has it."""
    group, left = Group(), place[0]
    for name, run in split_by_font(text, font):
        group.add(String(left, place[1], run, fontName=name, fontSize=size, fillColor=colour))
        left += stringWidth(run, name, size)
    return group

"""Panels side by side, values in colours, dots on photos and plain curves, for pages to learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from resources import locate

WIDTH, HEIGHT = 236, 190
"""Of a panel, without its words."""
GAP = 12
INK, MUTED, PAPER = (32, 32, 36), (110, 110, 118), (255, 255, 255)
COLOURS = ((0, 114, 178), (213, 94, 0), (0, 158, 115))
"""After Okabe and Ito: told apart by everybody."""
_SCALE = ((20, 22, 60), (38, 84, 138), (40, 150, 140), (160, 205, 90), (255, 230, 90))
_MOST_COLOURS = 128


@dataclass(frozen=True)
class Panel:
    """A picture with a title above it and a sentence below it."""

    picture: Image.Image
    title: str
    words: str


@dataclass(frozen=True)
class Curve:
    x: np.ndarray
    y: np.ndarray
    name: str


@cache
def font(size: int, *, strong: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(locate("fonts", f"IBMPlexSans-{'SemiBold' if strong else 'Regular'}.ttf"), size)


def save_row(panels: Sequence[Panel], path) -> None:
    """Write panels side by side; few colours, so that the file is small."""
    words = [_break(panel.words) for panel in panels]
    head, line = 26, 17
    tall = head + HEIGHT + 6 + line * max(len(lines) for lines in words) + 6
    sheet = Image.new("RGB", (GAP + len(panels) * (WIDTH + GAP), tall), PAPER)
    draw = ImageDraw.Draw(sheet)
    for number, (panel, lines) in enumerate(zip(panels, words, strict=True)):
        left = GAP + number * (WIDTH + GAP)
        draw.text((left, 4), panel.title, INK, font(14, strong=True))
        sheet.paste(_fit(panel.picture), (left, head))
        for row, text in enumerate(lines):
            draw.text((left, head + HEIGHT + 6 + row * line), text, MUTED, font(13))
    sheet.quantize(_MOST_COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def paint(values: np.ndarray, low: float | None = None, high: float | None = None) -> Image.Image:
    """Numbers (h, w) as colours from dark to yellow; between the smallest and the largest unless told otherwise."""
    low = float(values.min()) if low is None else low
    high = float(values.max()) if high is None else high
    at = np.clip((values - low) / max(high - low, 1e-9), 0, 1)
    places = np.linspace(0, 1, len(_SCALE))
    rgb = np.stack([np.interp(at, places, [colour[c] for colour in _SCALE]) for c in range(3)], axis=-1)
    return Image.fromarray(rgb.astype(np.uint8))


def mark_grid(photo: np.ndarray, rows: int, columns: int, marked: tuple[int, int] | None = None) -> Image.Image:
    """The photo with the borders of its patches, and one patch framed."""
    picture = draw_grid(Image.fromarray(photo), rows, columns, 0.25)
    return frame(picture, rows, columns, marked) if marked else picture


def draw_grid(picture: Image.Image, rows: int, columns: int, strength: float = 0.6) -> Image.Image:
    """White lines between cells, `strength` of them over the picture."""
    picture = _fit(picture)
    lined = picture.copy()
    draw = ImageDraw.Draw(lined)
    for row in range(1, rows):
        draw.line([(0, row * HEIGHT / rows), (WIDTH, row * HEIGHT / rows)], PAPER)
    for column in range(1, columns):
        draw.line([(column * WIDTH / columns, 0), (column * WIDTH / columns, HEIGHT)], PAPER)
    return Image.blend(picture, lined, strength)


def frame(picture: Image.Image, rows: int, columns: int, marked: tuple[int, int]) -> Image.Image:
    picture = _fit(picture)
    row, column = marked
    box = [column * WIDTH / columns - 1, row * HEIGHT / rows - 1]
    box += [(column + 1) * WIDTH / columns + 1, (row + 1) * HEIGHT / rows + 1]
    ImageDraw.Draw(picture).rectangle(box, outline=(255, 40, 40), width=2)
    return picture


def mark_dots(photo: np.ndarray, rows: int, columns: int, chosen: np.ndarray) -> Image.Image:
    """The photo with a dot on every chosen patch, numbered row by row."""
    picture = _fit(Image.fromarray(photo))
    draw = ImageDraw.Draw(picture)
    for index in chosen:
        x, y = (index % columns + 0.5) * WIDTH / columns, (index // columns + 0.5) * HEIGHT / rows
        draw.ellipse([x - 2.5, y - 2.5, x + 2.5, y + 2.5], (255, 210, 40), (60, 40, 0))
    return picture


def plot(
    curves: Sequence[Curve],
    across: str,
    up: str,
    *,
    most_x: float = 1.0,
    most_y: float = 1.0,
    names_below: bool = False,
) -> Image.Image:
    """Curves from zero on, with their names."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(picture)
    left, right, top, bottom = 30, WIDTH - 8, 20, HEIGHT - 34

    def place(x: float, y: float) -> tuple[float, float]:
        return left + (right - left) * x / most_x, bottom - (bottom - top) * min(y, most_y) / most_y

    for curve, colour in zip(curves, COLOURS, strict=False):
        points = [place(x, y) for x, y in zip(curve.x, curve.y, strict=True)]
        draw.line(points, colour, 2)
    draw.line([(left, top), (left, bottom), (right, bottom)], MUTED)
    for share in (0, 0.5, 1):
        draw.text((left - 4, place(0, share * most_y)[1]), f"{share * most_y:g}", MUTED, font(11), anchor="rm")
        draw.text((place(share * most_x, 0)[0], bottom + 3), f"{share * most_x:g}", MUTED, font(11), anchor="ma")
    draw.text((left, 2), up, INK, font(12))
    draw.text((right, HEIGHT - 17), across, INK, font(12), anchor="ra")
    for number, (curve, colour) in enumerate(zip(curves, COLOURS, strict=False)):
        first = bottom - 20 - 16 * len(curves) if names_below else top + 2
        draw.text((right, first + 16 * number), curve.name, colour, font(12), anchor="ra")
    return picture


def draw_bars(names: Sequence[str], shares: Sequence[float]) -> Image.Image:
    """Shares as bars, the largest whole."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(picture)
    tall, widest = HEIGHT / len(names), max(shares)
    for number, (name, share) in enumerate(zip(names, shares, strict=True)):
        top = number * tall + 3
        draw.rectangle([88, top, 88 + (WIDTH - 136) * share / widest, top + tall - 8], COLOURS[0])
        draw.text((82, top + tall / 2 - 4), name, INK, font(13), anchor="rm")
        draw.text(
            (WIDTH - 4, top + tall / 2 - 4), f"{100 * share:.{int(share < 0.01)}f} %", MUTED, font(12), anchor="rm"
        )
    return picture


def _fit(picture: Image.Image) -> Image.Image:
    """Squeezed to a panel: small pictures in blocks, so that each number is seen."""
    if picture.size == (WIDTH, HEIGHT):
        return picture.copy()
    method = Image.Resampling.NEAREST if picture.width <= WIDTH else Image.Resampling.BOX
    return picture.convert("RGB").resize((WIDTH, HEIGHT), method)


def _break(text: str) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font(13).getlength(longer) <= WIDTH:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines

"""Defects painted onto a photo, one function a kind. Each returns the photo and exactly what it covered.

`severity` is 0 (hardly visible) to 1 (obvious). Lengths follow the shorter side of the photo, widths its pixels, since
a hairline is as thin as a camera can show it whatever the photo's size.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from inference.highlighter.concepts import Concept
from inference.results import RgbPixels
from inference.simulation.painting import Colour, Painted, lay_over, scale_light, soften, to_mask
from inference.synthesis.noise import blur, draw_fractal_noise, draw_noise, step_smoothly
from inference.synthesis.strokes import (
    Points,
    Stroke,
    bend_line,
    curl_fibre,
    draw_patch,
    draw_strokes,
    grow_crack,
    taper,
)

Maker = Callable[[RgbPixels, float, np.random.Generator], Painted]


def paint_crack(pixels: RgbPixels, severity: float, rng: np.random.Generator) -> Painted:
    """A dark line that wanders and branches, broken where grains bridge it, of 1 to 8 pixels."""
    length = _between(rng, 0.25, 1.1) * min(pixels.shape[:2])
    half = 0.5 + severity * _between(rng, 0.2, 3.0)
    strokes = grow_crack(_site(pixels, rng), rng.uniform(0, 2 * np.pi), length, half, rng)
    share = draw_strokes(pixels.shape[:2], strokes)
    gaps = step_smoothly(draw_noise(pixels.shape[:2], _between(rng, 3, 10), rng), -1.9, -0.9)
    visible = soften(share * (0.35 + 0.65 * gaps), 0.3 + 0.4 * rng.random())
    depth = (0.18 + 0.7 * severity) * _between(rng, 0.8, 1.1)
    return Painted(scale_light(pixels, 1.0 - visible * np.float32(min(depth, 0.95))), to_mask(share))


def paint_scratch(pixels: RgbPixels, severity: float, rng: np.random.Generator) -> Painted:
    """One to three straight grooves side by side, brighter or darker than what is around them."""
    site, heading = _site(pixels, rng), rng.uniform(0, np.pi)
    length, half = _between(rng, 0.2, 0.8) * min(pixels.shape[:2]), 0.5 + severity * _between(rng, 0.1, 1.6)
    strokes = []
    for _ in range(int(rng.integers(1, 4))):
        path = bend_line(site + rng.normal(0, 3 * half, 2), heading + rng.normal(0, 0.03), length, rng.normal(0, 0.03))
        strokes.append(Stroke(path, taper(len(path), half, rng)))
    share = draw_strokes(pixels.shape[:2], strokes)
    change = (0.15 + 0.7 * severity) * (1.0 if rng.random() < 0.75 else -0.6)
    return Painted(scale_light(pixels, 1.0 + soften(share, 0.4) * np.float32(change)), to_mask(share))


def paint_fibre(pixels: RgbPixels, severity: float, rng: np.random.Generator) -> Painted:
    """A hair or thread that lies on the surface: an even width, a slowly turning path, a soft shadow beside it."""
    path = curl_fibre(_site(pixels, rng), _between(rng, 0.2, 0.9) * min(pixels.shape[:2]), rng)
    half = 0.5 + severity * _between(rng, 0.1, 1.3)
    share = draw_strokes(pixels.shape[:2], [Stroke(path, np.full(len(path), half))])
    shadow = soften(np.roll(share, (2, 2), (0, 1)), 1.5)
    shaded = scale_light(pixels, 1.0 - 0.25 * shadow)
    colour = _far_colour(pixels, rng)
    return Painted(lay_over(shaded, share, colour, 0.35 + 0.6 * severity), to_mask(share))


def paint_hole(pixels: RgbPixels, severity: float, rng: np.random.Generator) -> Painted:
    """A round dark opening with a rim that catches light on one side."""
    radius = 2.0 + severity * _between(rng, 1, 0.06 * min(pixels.shape[:2]))
    patch = draw_patch(pixels.shape[:2], _site(pixels, rng), radius * 2.0, 0.12, rng)
    share = step_smoothly(patch, 0.72, 0.78)
    lit = np.roll(share, (1, 1), (0, 1)) - share
    shaded = scale_light(pixels, 1.0 + 0.5 * np.clip(lit, 0, 1).astype(np.float32))
    tone = float(rng.uniform(0.0, 0.1))
    return Painted(lay_over(shaded, share, (tone, tone, tone), 0.6 + 0.38 * severity), to_mask(share))


def paint_porosity(pixels: RgbPixels, severity: float, rng: np.random.Generator) -> Painted:
    """A cluster of small dark pits."""
    site, spread = _site(pixels, rng), _between(rng, 0.03, 0.12) * min(pixels.shape[:2])
    pits = []
    for _ in range(int(6 + 24 * severity)):
        middle = site + rng.normal(0, spread, 2)
        radius = float(np.clip(rng.lognormal(0.0, 0.5) * (0.8 + 1.2 * severity), 0.6, 5.0))
        pits.append(Stroke(np.array([middle, middle + rng.normal(0, 0.4 * radius, 2)]), np.array([radius, radius])))
    share = draw_strokes(pixels.shape[:2], pits)
    return Painted(scale_light(pixels, 1.0 - soften(share, 0.4) * np.float32(0.35 + 0.55 * severity)), to_mask(share))


def paint_bubble(pixels: RgbPixels, severity: float, rng: np.random.Generator) -> Painted:
    """A blister under a skin: a ring, dark on one side, and a glint on the other."""
    shape, radius = pixels.shape[:2], 3.0 + severity * _between(rng, 2, 0.08 * min(pixels.shape[:2]))
    middle = _site(pixels, rng)
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    across, down = (x - np.float32(middle[0])) / radius, (y - np.float32(middle[1])) / radius
    distance = np.hypot(across, down).astype(np.float32)
    share = step_smoothly(distance, 1.08, 0.98)
    ring = np.exp(-(((distance - 1.0) * radius / 1.6) ** 2)).astype(np.float32)
    glint = np.exp(-((across + 0.4) ** 2 + (down + 0.4) ** 2) / 0.05).astype(np.float32)
    bulge = share * (-(across + down) * 0.25).astype(np.float32)
    factor = 1.0 + (0.3 + 0.7 * severity) * (bulge - 0.3 * ring + 0.6 * glint)
    return Painted(scale_light(pixels, np.asarray(factor, np.float32)), to_mask(share))


def paint_stain(pixels: RgbPixels, severity: float, rng: np.random.Generator) -> Painted:
    """A film of something that dried, darker at its rim."""
    patch = draw_patch(pixels.shape[:2], _site(pixels, rng), _radius(pixels, rng), 0.4, rng)
    share, rim = step_smoothly(patch, 0.5, 0.55), step_smoothly(patch, 0.66, 0.54)
    strength = share * (0.55 + 0.45 * rim) * np.float32(0.2 + 0.6 * severity)
    tint = np.asarray(rng.uniform(0.3, 0.9, 3), np.float32)
    light = pixels.astype(np.float32) / 255.0 * (1.0 - strength[..., None] * (1.0 - 0.5 * tint))
    return Painted(np.asarray(np.clip(255 * light, 0, 255).round(), np.uint8), to_mask(share))


def paint_rust(pixels: RgbPixels, severity: float, rng: np.random.Generator) -> Painted:
    """Islands of brown and orange oxide."""
    patch = draw_patch(pixels.shape[:2], _site(pixels, rng), _radius(pixels, rng), 0.9, rng)
    crumbs = draw_fractal_noise(pixels.shape[:2], 5.0, rng, octaves=3)
    share = step_smoothly(patch + 0.05 * crumbs, 0.5, 0.66)
    dark = lay_over(pixels, share, (0.30, 0.15, 0.07), 0.5 + 0.45 * severity)
    fresh = step_smoothly(crumbs + draw_noise(pixels.shape[:2], 20.0, rng), -0.2, 1.5)
    return Painted(lay_over(dark, share * fresh, (0.62, 0.33, 0.12), 0.75), to_mask(share))


def paint_contamination(pixels: RgbPixels, severity: float, rng: np.random.Generator) -> Painted:
    """Dirt or a lump of something else: a ragged, opaque patch with grain and shadow of its own."""
    radius = 0.5 * _radius(pixels, rng)
    patch = draw_patch(pixels.shape[:2], _site(pixels, rng), radius, 0.8, rng)
    share = step_smoothly(patch, 0.5, 0.58)
    grain = 1.0 + 0.25 * draw_fractal_noise(pixels.shape[:2], 4.0, rng, octaves=3)
    shaded = scale_light(pixels, 1.0 - 0.3 * soften(np.roll(share, (3, 2), (0, 1)), 2.0))
    covered = lay_over(shaded, share, _far_colour(pixels, rng), 0.55 + 0.4 * severity)
    return Painted(scale_light(covered, np.asarray(1.0 + share * (grain - 1.0), np.float32)), to_mask(share))


def paint_wrong_colour(pixels: RgbPixels, severity: float, rng: np.random.Generator) -> Painted:
    """A patch whose relief is right and whose hue is not."""
    patch = draw_patch(pixels.shape[:2], _site(pixels, rng), 1.4 * _radius(pixels, rng), 0.25, rng)
    share = step_smoothly(patch, 0.5, 0.56)
    gains = 1.0 + np.asarray(rng.choice([-1, 1], 3) * rng.uniform(0.3, 1.0, 3), np.float32) * (0.2 + 0.5 * severity)
    light = pixels.astype(np.float32) / 255.0 * (1.0 + share[..., None] * (gains - 1.0))
    return Painted(np.asarray(np.clip(255 * light, 0, 255).round(), np.uint8), to_mask(share))


def paint_dent(pixels: RgbPixels, severity: float, rng: np.random.Generator) -> Painted:
    """A hollow: bright on the side that faces the light, dark on the other, the relief left as it is."""
    patch = draw_patch(pixels.shape[:2], _site(pixels, rng), _radius(pixels, rng), 0.1, rng)
    hollow = blur(step_smoothly(patch, 0.45, 0.95), 2.0)
    turn = float(rng.uniform(0, 2 * np.pi))
    slope = np.gradient(hollow)
    shade = (slope[1] * np.cos(turn) + slope[0] * np.sin(turn)) / (np.abs(slope).max() + 1e-6)
    factor = 1.0 + (0.2 + 0.5 * severity) * shade - 0.1 * hollow
    return Painted(scale_light(pixels, np.asarray(factor, np.float32)), to_mask(step_smoothly(patch, 0.45, 0.55)))


PAINTERS: Mapping[Concept, Maker] = {
    Concept.CRACK: paint_crack,
    Concept.SCRATCH: paint_scratch,
    Concept.FIBRE: paint_fibre,
    Concept.HOLE: paint_hole,
    Concept.POROSITY: paint_porosity,
    Concept.BUBBLE: paint_bubble,
    Concept.STAIN: paint_stain,
    Concept.RUST: paint_rust,
    Concept.CONTAMINATION: paint_contamination,
    Concept.WRONG_COLOUR: paint_wrong_colour,
    Concept.DENT: paint_dent,
}
"""Kinds that can be painted on any surface; chips and burrs need the edge of a part (`inference.synthesis`)."""


def paint(pixels: RgbPixels, concept: Concept, severity: float, rng: np.random.Generator) -> Painted:
    """Paint one defect onto a photo uint8 (H, W, 3); raises KeyError for a kind that cannot be painted."""
    return PAINTERS[concept](pixels, severity, rng)


def _between(rng: np.random.Generator, low: float, high: float) -> float:
    return float(rng.uniform(low, high))


def _site(pixels: RgbPixels, rng: np.random.Generator) -> Points:
    """A point (x, y) away from the border of the photo."""
    return np.asarray(rng.uniform(0.15, 0.85, 2) * (pixels.shape[1], pixels.shape[0]))


def _radius(pixels: RgbPixels, rng: np.random.Generator) -> float:
    side: int = min(pixels.shape[0], pixels.shape[1])
    return _between(rng, 0.05, 0.22) * side


def _far_colour(pixels: RgbPixels, rng: np.random.Generator) -> Colour:
    """A colour that is clearly brighter or darker than the photo."""
    mean = float(pixels.mean()) / 255.0
    tone = rng.uniform(0.02, 0.25) if mean > 0.5 or (mean > 0.3 and rng.random() < 0.5) else rng.uniform(0.75, 1.0)
    red, green, blue = (float(np.clip(tone + rng.normal(0, 0.08), 0, 1)) for _ in range(3))
    return red, green, blue

"""The moulded cap: a blue screw cap with knurled skirt and twelve ribs, on a pale belt.

Lengths are in units of its outer radius, seen straight from above.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from inference.results import FloatMap, Mask
from inference.synthesis.belt import lay_belt
from inference.synthesis.camera import View
from inference.synthesis.noise import blur, draw_fractal_noise, draw_noise, open_stream, step_smoothly
from inference.synthesis.surfaces import Material, Scene, Surface, darken, raise_by, spread

PLASTIC = Material(diffuse=(0.014, 0.066, 0.19), gloss=0.075, along=0.10, across=0.10)
WHITENED = Material(diffuse=(0.10, 0.19, 0.34), gloss=0.02, along=0.4, across=0.4)
"""Plastic turns pale where it breaks."""
PALE_BELT = Material(diffuse=(0.24, 0.245, 0.235), gloss=0.03, along=0.4, across=0.4)
KNURLS, KNURL_DEPTH = 72, 0.016
RIBS, RIB_FROM, RIB_TO, RIB_HALF_WIDTH = 12, 0.40, 0.66, 0.022
HEIGHT = 0.30
EDGE_ROUNDING = 0.006


def build_cap(view: View, seed: int, omitted: int | None = None) -> Scene:
    """Return a cap on its belt; `omitted` leaves one rib away, number 0 to 11."""
    radius = np.asarray(np.hypot(view.u, view.v), dtype=np.float32)
    around = np.asarray(np.arctan2(view.v, view.u), dtype=np.float32)
    outline = 1.0 - np.float32(KNURL_DEPTH) * (0.5 + 0.5 * np.cos(around * KNURLS))
    relief = find_profile(radius) + raise_ribs(radius, around, omitted) - cut_knurls(radius, around)
    part = raise_by(spread(PLASTIC, view.shape), blur(relief, EDGE_ROUNDING * view.scale) * np.float32(view.scale))
    part = leave_mould_marks(part, view, radius, open_stream(seed, "mould"))
    coverage = step_smoothly(np.asarray((radius - outline) * view.scale, dtype=np.float32), 0.7, -0.7)
    sites = np.where(radius < 0.86, 255, 0).astype(np.uint8)
    footprint = None if omitted is None else mark_rib(radius, around, omitted)
    belt = lay_belt(view, PALE_BELT, open_stream(seed, "belt"))
    return Scene(part, coverage, belt, sites, view.scale, broken=WHITENED, flash=PLASTIC, omitted=footprint)


def find_profile(radius: FloatMap) -> FloatMap:
    """Return the height over the belt: a gate nub, a dished lid, a raised ring, a rounded shoulder."""
    corners = (
        (0.0, 0.012), (0.028, 0.012), (0.036, -0.004), (0.045, 0.0), (0.24, 0.0), (0.255, 0.014), (0.285, 0.014),
        (0.30, 0.0), (0.74, 0.0), (0.765, 0.022), (0.86, 0.022), (0.90, 0.016), (0.935, -0.004), (0.965, -0.04),
        (1.0, -0.12), (9.0, -0.12),
    )  # fmt: skip
    at, level = zip(*corners, strict=True)
    return np.asarray(np.interp(radius, at, level) + HEIGHT, dtype=np.float32)


def raise_ribs(radius: FloatMap, around: FloatMap, omitted: int | None) -> FloatMap:
    """Return the height that the radial ribs add."""
    number, aside = find_rib(around)
    across = step_smoothly(np.abs(aside) * radius, RIB_HALF_WIDTH, 0.45 * RIB_HALF_WIDTH)
    along = step_smoothly(radius, RIB_FROM - 0.01, RIB_FROM + 0.01) * step_smoothly(
        radius, RIB_TO + 0.01, RIB_TO - 0.01
    )
    present = number != (-1 if omitted is None else omitted)
    return np.asarray(0.020 * across * along * present, dtype=np.float32)


def find_rib(around: FloatMap) -> tuple[FloatMap, FloatMap]:
    """Return the number of the nearest rib and the angle from its middle, radians."""
    step = np.float32(2 * np.pi / RIBS)
    nearest = np.rint(around / step)
    return np.asarray(nearest % RIBS, dtype=np.float32), np.asarray(around - nearest * step, dtype=np.float32)


def mark_rib(radius: FloatMap, around: FloatMap, number: int) -> Mask:
    """Return the footprint of one rib, 0 or 255."""
    nearest, aside = find_rib(around)
    beside = np.abs(aside) * radius < RIB_HALF_WIDTH + 0.008
    return np.where(
        beside & (nearest == number) & (radius > RIB_FROM - 0.015) & (radius < RIB_TO + 0.015), 255, 0
    ).astype(np.uint8)


def cut_knurls(radius: FloatMap, around: FloatMap) -> FloatMap:
    """Return the depth of the grip's flutes, which run out at the shoulder."""
    flute = (0.5 + 0.5 * np.cos(around * KNURLS)) ** 2
    return np.asarray(0.045 * flute * step_smoothly(radius, 0.905, 0.985), dtype=np.float32)


def leave_mould_marks(surface: Surface, view: View, radius: FloatMap, rng: np.random.Generator) -> Surface:
    """Return the plastic with its eroded matt lid, orange peel, flow lines from the gate, and specks of dust."""
    peel = draw_fractal_noise(view.shape, 0.03 * view.scale, rng, octaves=3)
    spark = draw_noise(view.shape, max(0.006 * view.scale, 1.2), rng)
    matt = step_smoothly(radius, 0.74, 0.72) * step_smoothly(radius, 0.30, 0.32)
    surface = raise_by(surface, (0.00030 * peel + 0.00055 * matt * spark) * np.float32(view.scale))
    rough = surface.across + 0.16 * matt
    surface = replace(surface, along=rough, across=rough)
    flow = draw_fractal_noise(view.shape, 0.4 * view.scale, rng)
    return darken(surface, 1.0 + 0.03 * flow + 0.02 * peel)

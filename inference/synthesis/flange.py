"""The turned and cast flange: a bearing housing with six bolt holes on a conveyor belt.

Lengths are in units of its outer radius, seen straight from above. Its light and its photo are made elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.results import FloatMap, Mask
from inference.synthesis.belt import lay_belt
from inference.synthesis.camera import View
from inference.synthesis.noise import blur, draw_fractal_noise, draw_noise, draw_white_noise, open_stream, step_smoothly
from inference.synthesis.surfaces import Material, Scene, Surface, coat, darken, mix, raise_by, spread

STEEL_TINT = (1.0, 0.985, 0.955)
TURNED = Material(diffuse=(0.075, 0.074, 0.071), gloss=0.50, along=0.07, across=0.27)
MILLED = Material(diffuse=(0.07, 0.07, 0.068), gloss=0.52, along=0.12, across=0.20)
CAST = Material(diffuse=(0.068, 0.064, 0.060), gloss=0.075, along=0.42, across=0.42)
BELT = Material(diffuse=(0.034, 0.041, 0.044), gloss=0.032, along=0.38, across=0.38)

BORE, HUB, RIM = 0.275, 0.455, 0.965
HUB_TOP, FACE, RECESS = 0.20, 0.10, 0.055
CAST_FROM, CAST_TO = 0.50, 0.585
BOLTS, BOLT_CIRCLE, BOLT_RADIUS = 6, 0.735, 0.072
FIRST_BOLT = float(np.deg2rad(17.0))
SPOT_FACE = 0.118
DEPTH = 0.16
"""Height of the flange's face over the belt."""
EDGE_ROUNDING = 0.0022
"""Radius to which tool and handling have rounded every edge."""
PARALLAX = 0.11
"""Sideways shift of the belt level, per unit of distance from the camera's axis."""


@dataclass(frozen=True)
class Holes:
    """The hole nearest to each pixel; every map is float32 (H, W), lengths in units of the part."""

    du: FloatMap
    dv: FloatMap
    """Place relative to the hole's middle."""
    distance: FloatMap
    """From the hole's middle; huge where the hole was left out."""
    radius: FloatMap
    chamfer: FloatMap
    depth: FloatMap
    number: NDArray[np.intp]
    """0 to 5 for the bolt holes, 6 for the bore."""


def build_flange(view: View, seed: int, omitted: int | None = None) -> Scene:
    """Return a flange on its belt; `omitted` leaves one bolt hole undrilled, number 0 to 5."""
    radius = np.asarray(np.hypot(view.u, view.v), dtype=np.float32)
    holes = locate_holes(view, radius, omitted)
    part = turn_blank(view, radius, seed)
    part = mill_seats(part, view, holes, open_stream(seed, "seats"))
    part = engrave_text(part, view, "FB-62 H7", 0.755, -73.0)
    part = scatter_handling_marks(part, view, open_stream(seed, "handling"))
    part, opened = drill(part, view, holes)
    part = replace(part, height=blur(part.height, EDGE_ROUNDING * view.scale))
    coverage = step_smoothly(radius * view.scale, view.scale + 0.7, view.scale - 0.7) * (1.0 - opened)
    footprint = None if omitted is None else mark_seat(view, omitted)
    return Scene(
        part,
        coverage,
        lay_belt(view, BELT, open_stream(seed, "belt")),
        find_sites(radius, holes),
        view.scale,
        omitted=footprint,
    )


def locate_holes(view: View, radius: FloatMap, omitted: int | None) -> Holes:
    """Return the nearest hole of every pixel: bolt holes by their sector of 60 degrees, the bore inside the hub."""
    first, step = FIRST_BOLT, 2 * np.pi / BOLTS
    sector = np.rint((np.arctan2(view.v, view.u) - first) / step).astype(np.intp) % BOLTS
    number = np.where(radius < CAST_FROM, BOLTS, sector)
    middles = np.array([*(find_bolt(index) for index in range(BOLTS)), (0.0, 0.0)], dtype=np.float32)
    du, dv = view.u - middles[number, 0], view.v - middles[number, 1]
    distance = np.where(number == (-1 if omitted is None else omitted), 9.0, np.hypot(du, dv))

    def choose(bolt: float, bore: float) -> FloatMap:
        return np.where(number == BOLTS, np.float32(bore), np.float32(bolt)).astype(np.float32)

    bore_depth = HUB_TOP + DEPTH - FACE
    return Holes(
        du=du,
        dv=dv,
        distance=distance.astype(np.float32),
        radius=choose(BOLT_RADIUS, BORE),
        chamfer=choose(0.016, 0.022),
        depth=choose(DEPTH, bore_depth),
        number=number,
    )


def find_bolt(number: int) -> tuple[float, float]:
    """Return the middle of a bolt hole in part coordinates."""
    angle = FIRST_BOLT + 2 * np.pi * number / BOLTS
    return float(BOLT_CIRCLE * np.cos(angle)), float(BOLT_CIRCLE * np.sin(angle))


def find_sites(radius: FloatMap, holes: Holes) -> Mask:
    """Return where a defect may be centred: the faces, clear of holes and rims; 0 or 255."""
    clear = holes.distance > holes.radius + holes.chamfer + 0.025
    return np.where(clear & (radius > BORE + 0.03) & (radius < RIM - 0.02), 255, 0).astype(np.uint8)


def mark_seat(view: View, number: int) -> Mask:
    """Return the footprint of a bolt hole with its seat, 0 or 255."""
    u, v = find_bolt(number)
    return np.where(np.hypot(view.u - u, view.v - v) <= SPOT_FACE, 255, 0).astype(np.uint8)


def turn_blank(view: View, radius: FloatMap, seed: int) -> Surface:
    """Return the blank before drilling: cast skin, turned faces, chamfers, and the marks of the lathe."""
    surface = spread(TURNED, view.shape, STEEL_TINT)
    surface = replace(
        surface, grain=(np.arctan2(view.v, view.u) + np.float32(view.angle + np.pi / 2)).astype(np.float32)
    )
    surface = raise_by(surface, find_profile(radius) * np.float32(view.scale))
    surface = replace(surface, tilt=draw_lathe_marks(view, radius, open_stream(seed, "lathe")))
    surface = vary_finish(surface, view, radius, open_stream(seed, "finish"))
    skin = step_smoothly(radius, CAST_FROM - 0.012, CAST_FROM) * step_smoothly(radius, CAST_TO + 0.012, CAST_TO)
    return leave_cast_skin(surface, view, skin, open_stream(seed, "cast"))


def find_profile(radius: FloatMap) -> FloatMap:
    """Return the height of the turned profile over the belt, in units of the part."""
    corners = (
        (0.0, HUB_TOP), (HUB - 0.016, HUB_TOP), (HUB, HUB_TOP - 0.016), (HUB + 0.018, FACE - 0.005),
        (CAST_FROM - 0.008, RECESS + 0.012), (CAST_FROM + 0.012, RECESS), (CAST_TO - 0.012, RECESS),
        (CAST_TO + 0.010, FACE), (0.866, FACE), (0.874, FACE - 0.009), (0.886, FACE - 0.009), (0.894, FACE),
        (RIM, FACE), (1.0, FACE - 0.034), (9.0, FACE - 0.034),
    )  # fmt: skip
    at, level = zip(*corners, strict=True)
    return np.asarray(np.interp(radius, at, level) + (DEPTH - FACE), dtype=np.float32)


def draw_lathe_marks(view: View, radius: FloatMap, rng: np.random.Generator) -> FloatMap:
    """Return slopes across the grain: the feed of the tool (rings), and streaks that fade along the turn."""
    rings, turns = max(int(view.scale * 1.15), 64), 720
    feed = draw_white_noise((1, rings), rng) * 0.035 + draw_noise((1, rings), (1, 5), rng) * 0.045
    chatter = draw_noise((turns, rings), (90, 1.0), rng) * 0.055 + draw_noise((turns, rings), (22, 1.3), rng) * 0.03
    strip = (feed + chatter).astype(np.float32)
    strip = np.vstack([strip[:-40], blend_ends(strip[-40:], strip[:40])])
    turn_share = (np.arctan2(view.v, view.u) / (2 * np.pi)) % 1.0
    row = (turn_share * (strip.shape[0] - 1)).astype(np.float32)
    column = np.clip(radius * np.float32(rings - 1), 0, rings - 1).astype(np.float32)
    return np.asarray(cv2.remap(strip, column, row, cv2.INTER_LINEAR), dtype=np.float32)


def blend_ends(end: FloatMap, start: FloatMap) -> FloatMap:
    """Return rows that lead from `end` over to the first row of `start`, so that a turn closes without a seam."""
    share = np.linspace(0.0, 1.0, end.shape[0], dtype=np.float32)[:, None]
    return np.asarray(end * np.sqrt(1.0 - share) + start[:1] * share, dtype=np.float32)


def vary_finish(surface: Surface, view: View, radius: FloatMap, rng: np.random.Generator) -> Surface:
    """Return the turned faces with the slight clouds, oil film and waviness that no real part is without."""
    clouds = draw_fractal_noise(view.shape, 0.35 * view.scale, rng)
    fine = draw_fractal_noise(view.shape, 0.02 * view.scale, rng, octaves=3)
    hub = step_smoothly(radius, HUB + 0.01, HUB - 0.01)
    surface = replace(surface, across=surface.across * (1.0 - 0.16 * hub) * (1.0 + 0.05 * clouds))
    surface = darken(surface, 1.0 + 0.045 * clouds + 0.035 * fine)
    waviness = draw_noise(view.shape, 0.25 * view.scale, rng) * np.float32(0.0012 * view.scale)
    return raise_by(surface, waviness)


def leave_cast_skin(surface: Surface, view: View, share: FloatMap, rng: np.random.Generator) -> Surface:
    """Return the surface with the grainy skin of sand casting where `share` is 1."""
    grains = draw_fractal_noise(view.shape, 0.016 * view.scale, rng, octaves=3)
    lumps = draw_noise(view.shape, 0.05 * view.scale, rng)
    surface = coat(surface, CAST, share)
    surface = raise_by(surface, share * (0.0019 * grains + 0.0016 * lumps) * np.float32(view.scale))
    return darken(surface, 1.0 + share * (0.10 * grains + 0.06 * lumps))


def mill_seats(surface: Surface, view: View, holes: Holes, rng: np.random.Generator) -> Surface:
    """Return the surface with a shallow round seat milled around each bolt hole; its grain turns about the hole."""
    seat = step_smoothly(holes.distance, SPOT_FACE + 0.002, SPOT_FACE - 0.004) * (holes.number < BOLTS)
    rings = (draw_white_noise((BOLTS + 1, 160), rng) * 0.05 + draw_noise((BOLTS + 1, 160), (1, 3), rng) * 0.04).astype(
        np.float32
    )
    marks = rings[holes.number, np.clip(holes.distance * 1200, 0, 159).astype(np.intp)]
    around = np.arctan2(holes.dv, holes.du) + np.float32(view.angle + np.pi / 2)
    sunk = coat(surface, MILLED, seat)
    grain = np.where(seat > 0.5, around, surface.grain).astype(np.float32)
    sunk = replace(sunk, grain=grain, tilt=mix(surface.tilt, marks, seat))
    return raise_by(sunk, seat * np.float32(-0.007 * view.scale))


def drill(surface: Surface, view: View, holes: Holes) -> tuple[Surface, FloatMap]:
    """Return the surface with its chamfered holes, and the share of each pixel through which the background is seen.

    The far end of a hole is imaged closer to the camera's axis, so a sickle of its wall shows.
    """
    shrink = PARALLAX * holes.depth / (1.0 + PARALLAX * holes.depth)
    end_u = holes.du - (view.axis[0] - (view.u - holes.du)) * shrink
    end_v = holes.dv - (view.axis[1] - (view.v - holes.dv)) * shrink
    far = np.maximum(np.hypot(end_u, end_v), holes.distance - holes.radius) - holes.radius * (1.0 - shrink)
    near = holes.radius - holes.distance
    inside = step_smoothly(near * view.scale, -0.6, 0.6)
    inward = np.maximum(near, 0.0)
    down = inward / np.maximum(inward + np.maximum(far, 0.0), 1e-4)
    chamfer = np.clip(near + holes.chamfer, 0.0, holes.chamfer) * np.float32(0.8)
    surface = coat(surface, MILLED, step_smoothly(near + holes.chamfer, -0.001, 0.001))
    surface = darken(surface, 1.0 - 0.72 * inside * (0.55 + 0.45 * down))
    surface = raise_by(surface, -(chamfer + inside * down * holes.depth) * np.float32(view.scale))
    return surface, step_smoothly(far * view.scale, 0.7, -0.7) * inside


def engrave_text(surface: Surface, view: View, text: str, at_radius: float, at_degrees: float) -> Surface:
    """Return the surface with characters engraved along the turn, centred at an angle (0 right, -90 top)."""
    dots = 400.0
    strip = np.zeros((64, 420), dtype=np.uint8)
    (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 1.1, 3)
    cv2.putText(
        strip, text, ((420 - width) // 2, (64 + height) // 2), cv2.FONT_HERSHEY_SIMPLEX, 1.1, 255, 3, cv2.LINE_AA
    )
    around = (np.arctan2(view.v, view.u) - np.deg2rad(at_degrees) + np.pi) % (2 * np.pi) - np.pi
    column = (around * at_radius * dots + 210).astype(np.float32)
    row = ((at_radius - np.hypot(view.u, view.v)) * dots + 32).astype(np.float32)
    groove = cv2.remap(strip, column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    share = blur(groove.astype(np.float32) / 255.0, 0.001 * view.scale)
    return darken(raise_by(surface, share * np.float32(-0.003 * view.scale)), 1.0 - 0.5 * share)


def scatter_handling_marks(surface: Surface, view: View, rng: np.random.Generator) -> Surface:
    """Return the surface with the hairlines and specks of ordinary handling, far below what would be a defect."""
    marks = np.zeros(view.shape, dtype=np.uint8)
    for _ in range(int(rng.integers(14, 26))):
        start = rng.uniform(0, 1, 2) * (view.shape[1], view.shape[0])
        end = start + rng.normal(0, 0.05 * view.scale, 2)
        cv2.line(
            marks, tuple(int(p) for p in start), tuple(int(p) for p in end), int(rng.integers(40, 130)), 1, cv2.LINE_AA
        )
    share = marks.astype(np.float32) / 255.0
    return replace(darken(surface, 1.0 - 0.10 * share), across=surface.across * (1.0 + 0.35 * share))

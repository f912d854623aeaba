"""Simulated defects: each changes the surface before light falls on it, and returns exactly what it changed.

The size of a defect follows its severity, 0 (hardly visible) to 1 (obvious). How it then looks is the light's affair.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import cv2
import numpy as np

from inference.results import FloatMap, Mask
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
from inference.synthesis.surfaces import Material, Scene, Surface, coat, darken, mix, raise_by

DARK_RUST = Material(diffuse=(0.046, 0.021, 0.012), gloss=0.02, along=0.45, across=0.45)
FRESH_RUST = Material(diffuse=(0.135, 0.056, 0.022), gloss=0.010, along=0.5, across=0.5)
LINT = Material(diffuse=(0.035, 0.05, 0.11), gloss=0.02, along=0.5, across=0.5)
SOOT = Material(diffuse=(0.012, 0.011, 0.010), gloss=0.004, along=0.5, across=0.5)
COVERED = 0.12
"""A pixel belongs to the mask from this share on; with less, nobody can see the change."""


class DefectKind(StrEnum):
    """What can be wrong with a part."""

    CRACK = "crack"
    SCRATCH = "scratch"
    POROSITY = "porosity"
    DENT = "dent"
    CHIP = "chip"
    BURR = "burr"
    STAIN = "stain"
    RUST = "rust"
    FIBRE = "fibre"
    MISSING_FEATURE = "missing_feature"


@dataclass(frozen=True)
class Defect:
    """A defect to simulate."""

    kind: DefectKind
    severity: float = 0.5
    """0 is hardly visible, 1 is obvious."""
    count: int = 1
    """How many of them, at least 1; a missing feature is always one."""

    def __post_init__(self) -> None:
        if not 0.0 <= self.severity <= 1.0:
            raise ValueError(f"severity {self.severity} is outside 0 to 1")
        if self.count < 1:
            raise ValueError(f"count {self.count} is below 1")


@dataclass(frozen=True)
class Damage:
    """A damaged scene and the share of each pixel that was changed."""

    scene: Scene
    share: FloatMap


def apply_defect(scene: Scene, defect: Defect, rng: np.random.Generator) -> tuple[Scene, Mask]:
    """Return the scene with the defect in it, and the defect's mask: uint8 (H, W), 0 or 255."""
    if defect.kind is DefectKind.MISSING_FEATURE:
        if scene.omitted is None:
            raise ValueError("a feature is left out when the part is built, and this part has all of them")
        return scene, scene.omitted
    mask = np.zeros(scene.coverage.shape, dtype=np.uint8)
    for _ in range(defect.count):
        damage = MAKERS[defect.kind](scene, defect.severity, rng)
        scene = damage.scene
        mask[damage.share > COVERED] = 255
    return scene, mask


def pick_site(scene: Scene, rng: np.random.Generator) -> Points:
    """Return a point (x, y) in pixels at which the part may carry a surface defect."""
    rows, columns = np.nonzero(scene.sites)
    index = int(rng.integers(len(rows)))
    return np.array([columns[index], rows[index]], dtype=np.float64)


def find_edge(scene: Scene, rng: np.random.Generator) -> tuple[Points, Points]:
    """Return one outline of the part (N, 2) in pixels, rolled to start at a random point, and that point (2,)."""
    solid = (scene.coverage > 0.5).astype(np.uint8)
    outlines, _ = cv2.findContours(solid, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
    long_enough = [outline[:, 0, :] for outline in outlines if len(outline) > 0.25 * scene.scale]
    lengths = np.array([len(outline) for outline in long_enough])
    outline = long_enough[int(rng.choice(len(lengths), p=lengths / lengths.sum()))].astype(np.float64)
    outline = np.roll(outline, int(rng.integers(len(outline))), axis=0)
    return outline, outline[0]


def grade(severity: float, low: float, high: float) -> float:
    """Return the value between `low` and `high` that belongs to a severity."""
    return low + (high - low) * severity


def on_part(scene: Scene, share: FloatMap) -> FloatMap:
    """Return the share without what lies beside the part."""
    return np.asarray(share * (scene.coverage > 0.5), dtype=np.float32)


def make_crack(scene: Scene, severity: float, rng: np.random.Generator) -> Damage:
    """A branching fracture line, dark because no light leaves its depth."""
    length = grade(severity, 0.22, 0.75) * scene.scale
    half_width = max(grade(severity, 0.0011, 0.0045) * scene.scale, 0.45)
    strokes = grow_crack(pick_site(scene, rng), rng.uniform(0, 2 * np.pi), length, half_width, rng)
    share = on_part(scene, draw_strokes(scene.coverage.shape, strokes))
    part = coat(scene.part, SOOT, share * np.float32(grade(severity, 0.72, 0.97)))
    part = raise_by(part, -blur(share, 0.6) * np.float32(1.5 + half_width))
    return Damage(replace(scene, part=part), share)


def make_scratch(scene: Scene, severity: float, rng: np.random.Generator) -> Damage:
    """One to three parallel grooves with raised lips, whose own grain catches the light where the part's does not."""
    site, heading = pick_site(scene, rng), rng.uniform(0, np.pi)
    length = grade(severity, 0.25, 0.85) * scene.scale
    half_width = max(grade(severity, 0.0012, 0.0036) * scene.scale, 0.5)
    strokes = []
    for _ in range(int(rng.integers(1, 4))):
        aside = rng.normal(0.0, 3.0 * half_width, 2)
        path = bend_line(
            site + aside, heading + rng.normal(0, 0.02), length * rng.uniform(0.5, 1.0), rng.normal(0, 0.03)
        )
        strokes.append(Stroke(path, taper(len(path), half_width, rng)))
    share = on_part(scene, draw_strokes(scene.coverage.shape, strokes))
    part = cut_groove(scene.part, share, heading, severity, half_width)
    return Damage(replace(scene, part=part), share)


def cut_groove(part: Surface, share: FloatMap, heading: float, severity: float, half_width: float) -> Surface:
    """Return the surface with bare grooves along `heading`: their flanks throw back light that the face does not."""
    bared = share * np.float32(grade(severity, 0.55, 1.0))
    color = part.diffuse * (1.0 + 1.2 * bared[..., None]) + 0.06 * bared[..., None]
    groove = raise_by(part, (0.5 * blur(share, 0.8 + half_width) - share) * np.float32(0.5 + 0.45 * half_width))
    return replace(
        groove,
        diffuse=np.asarray(color, dtype=np.float32),
        gloss=np.asarray(np.clip(part.gloss * (1.0 + 0.3 * bared), 0.0, 0.9), dtype=np.float32),
        along=mix(part.along, 0.10, bared),
        across=mix(part.across, 0.45, bared),
        grain=np.where(share > 0.3, np.float32(heading), part.grain).astype(np.float32),
        tilt=part.tilt * (1.0 - bared),
    )


def make_porosity(scene: Scene, severity: float, rng: np.random.Generator) -> Damage:
    """A cluster of pits where gas was trapped in the casting, a few large and many small."""
    site = pick_site(scene, rng)
    pits = []
    for _ in range(int(grade(severity, 4, 22))):
        middle = site + rng.normal(0.0, grade(severity, 0.018, 0.055) * scene.scale, 2)
        radius = max(float(rng.lognormal(0.0, 0.55)) * grade(severity, 0.003, 0.0085) * scene.scale, 0.6)
        squeeze = rng.normal(0.0, 0.5 * radius, 2)
        pits.append(Stroke(np.array([middle, middle + squeeze]), np.array([radius, radius])))
    share = on_part(scene, draw_strokes(scene.coverage.shape, pits))
    part = raise_by(scene.part, -blur(share, 0.9) * np.float32(0.011 * scene.scale))
    part = coat(part, SOOT, np.sqrt(share) * np.float32(0.86))
    return Damage(replace(scene, part=part), share)


def make_dent(scene: Scene, severity: float, rng: np.random.Generator) -> Damage:
    """A hollow from a blow, with the metal it displaced as a low rim; finish and grain stay as they were."""
    radius = grade(severity, 0.030, 0.085) * scene.scale
    patch = draw_patch(scene.coverage.shape, pick_site(scene, rng), radius, 0.09, rng)
    hollow = blur(step_smoothly(patch, 0.42, 0.95), 0.10 * radius)
    rim = blur(step_smoothly(patch, 0.22, 0.42), 0.10 * radius) * (1.0 - hollow)
    depth = grade(severity, 0.24, 0.55) * radius
    share = on_part(scene, np.maximum(hollow, rim))
    bruise = on_part(scene, np.maximum(hollow, 0.4 * rim))
    part = raise_by(scene.part, np.asarray((0.14 * rim - hollow) * depth * (scene.coverage > 0.5), dtype=np.float32))
    part = replace(darken(part, 1.0 - 0.12 * bruise), tilt=part.tilt * (1.0 - 0.6 * bruise))
    return Damage(replace(scene, part=part), share)


def make_chip(scene: Scene, severity: float, rng: np.random.Generator) -> Damage:
    """A piece broken off an edge: a grainy facet that eats into the part's outline."""
    _, place = find_edge(scene, rng)
    shape, radius = scene.coverage.shape, grade(severity, 0.035, 0.10) * scene.scale
    patch = draw_patch(shape, place, radius, 0.38, rng)
    share = on_part(scene, step_smoothly(patch, 0.50, 0.56))
    deep = step_smoothly(patch, 0.50, 0.95)
    facets = draw_fractal_noise(shape, max(0.4 * radius, 2.0), rng, octaves=4)
    part = coat(scene.part, scene.broken, share)
    part = raise_by(part, (-(0.35 + 0.65 * deep) * 0.42 * radius + 0.055 * radius * facets) * blur(share, 0.8))
    part = darken(part, 1.0 + share * 0.16 * np.clip(facets, -2, 2))
    gone = step_smoothly(patch, 0.76, 0.80)
    return Damage(replace(scene, part=part, coverage=scene.coverage * (1.0 - gone)), share)


def make_burr(scene: Scene, severity: float, rng: np.random.Generator) -> Damage:
    """A ragged lip of displaced metal that stands over an edge."""
    outline, _ = find_edge(scene, rng)
    reach = min(int(grade(severity, 0.16, 0.42) * scene.scale), len(outline) - 1)
    path = outline[:reach]
    tooth = np.abs(
        np.interp(np.arange(reach), np.linspace(0, reach, max(reach // 5, 4)), rng.standard_normal(max(reach // 5, 4)))
    )
    half_widths = taper(reach, grade(severity, 0.006, 0.016) * scene.scale, rng) * (0.35 + 0.65 * tooth)
    share = draw_strokes(scene.coverage.shape, [Stroke(path, np.maximum(half_widths, 0.6))])
    ragged = draw_noise(scene.coverage.shape, max(0.010 * scene.scale, 1.5), rng)
    level = np.float32(np.percentile(scene.part.height[share > 0.5], 80)) if (share > 0.5).any() else np.float32(0.0)
    part = coat(scene.part, scene.flash, share)
    lip = mix(part.height, level + np.float32(0.010 * scene.scale) * (0.6 + 0.35 * ragged), blur(share, 0.7))
    part = replace(part, height=lip)
    return Damage(replace(scene, part=part, coverage=np.maximum(scene.coverage, share)), share)


def make_stain(scene: Scene, severity: float, rng: np.random.Generator) -> Damage:
    """Dried coolant or oil: a tinted film, darker at its rim where the drop dried last."""
    radius = grade(severity, 0.06, 0.20) * scene.scale
    patch = draw_patch(scene.coverage.shape, pick_site(scene, rng), radius, 0.40, rng)
    share = on_part(scene, step_smoothly(patch, 0.50, 0.53))
    rim = step_smoothly(patch, 0.66, 0.53)
    strength = share * (0.55 + 0.45 * rim) * np.float32(grade(severity, 0.35, 0.85))
    film = 1.0 - strength[..., None] * np.array([0.42, 0.58, 0.78], dtype=np.float32)
    part = darken(scene.part, 1.0 - 0.55 * strength)
    part = replace(
        part, diffuse=part.diffuse * film, along=part.along + 0.10 * strength, tilt=part.tilt * (1.0 - 0.5 * share)
    )
    return Damage(replace(scene, part=part), share)


def make_rust(scene: Scene, severity: float, rng: np.random.Generator) -> Damage:
    """A corroded area: islands of raised, crumbly oxide around a denser middle."""
    shape, radius = scene.coverage.shape, grade(severity, 0.035, 0.13) * scene.scale
    patch = draw_patch(shape, pick_site(scene, rng), radius, 0.95, rng)
    crumbs = draw_fractal_noise(shape, max(0.012 * scene.scale, 2.0), rng, octaves=3)
    share = on_part(scene, step_smoothly(patch + 0.05 * crumbs, 0.50, 0.72))
    tone = draw_fractal_noise(shape, max(0.05 * scene.scale, 3.0), rng, octaves=4)
    part = coat(scene.part, DARK_RUST, share * np.float32(grade(severity, 0.70, 0.97)))
    part = coat(part, FRESH_RUST, share * step_smoothly(tone + 0.5 * crumbs, -0.2, 1.7) * np.float32(0.75))
    part = raise_by(part, blur(share, 0.006 * scene.scale) * (0.4 + 0.6 * crumbs) * np.float32(0.0007 * scene.scale))
    halo = on_part(scene, step_smoothly(patch, 0.45, 0.53)) * (1.0 - share)
    tinge = 1.0 - halo[..., None] * np.array([0.12, 0.26, 0.42], dtype=np.float32)
    part = replace(
        part,
        diffuse=np.asarray(part.diffuse * tinge, dtype=np.float32),
        gloss=np.asarray(part.gloss * (1.0 - 0.18 * halo), dtype=np.float32),
    )
    return Damage(replace(scene, part=part), np.maximum(share, np.float32(0.2) * halo))


def make_fibre(scene: Scene, severity: float, rng: np.random.Generator) -> Damage:
    """A thread of a cleaning cloth that lies on the part."""
    path = curl_fibre(pick_site(scene, rng), grade(severity, 0.15, 0.55) * scene.scale, rng)
    half_width = max(grade(severity, 0.0012, 0.0030) * scene.scale, 0.5)
    share = on_part(scene, draw_strokes(scene.coverage.shape, [Stroke(path, np.full(len(path), half_width))]))
    part = coat(scene.part, LINT, share)
    part = raise_by(part, blur(share, 0.5) * np.float32(0.9 * half_width))
    return Damage(replace(scene, part=part), share)


MAKERS: Mapping[DefectKind, Callable[[Scene, float, np.random.Generator], Damage]] = {
    DefectKind.CRACK: make_crack,
    DefectKind.SCRATCH: make_scratch,
    DefectKind.POROSITY: make_porosity,
    DefectKind.DENT: make_dent,
    DefectKind.CHIP: make_chip,
    DefectKind.BURR: make_burr,
    DefectKind.STAIN: make_stain,
    DefectKind.RUST: make_rust,
    DefectKind.FIBRE: make_fibre,
}

"""What is in front of the camera: a height field with its material, and the scene of a part over its background.

Surfaces are values: changing one returns another. How light falls on them is left to `lighting`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from inference.results import FloatMap, Mask

Color = tuple[float, float, float]


@dataclass(frozen=True)
class Material:
    """One uniform finish: linear RGB reflectances of 0 to 1 and roughness as the spread of microscopic slopes."""

    diffuse: Color
    gloss: float
    along: float
    """Roughness along the grain."""
    across: float
    """Roughness across the grain; equal to `along` where there is none."""


@dataclass(frozen=True)
class Surface:
    """A height field and its material per pixel; every map is float32 (H, W) in the photo's own geometry."""

    height: FloatMap
    """In pixels, so that its gradient is the slope."""
    diffuse: NDArray[np.float32]
    """Linear RGB reflectance, (H, W, 3)."""
    gloss: FloatMap
    """Mirror reflectance, 0 to 1."""
    along: FloatMap
    across: FloatMap
    grain: FloatMap
    """Direction of the finest grooves in the photo, radians."""
    tilt: FloatMap
    """Slope across the grain from marks too fine for the height field."""
    tint: Color = (1.0, 1.0, 1.0)
    """Colour of mirror reflections."""


@dataclass(frozen=True)
class Scene:
    """A part over its background, before light and camera."""

    part: Surface
    coverage: FloatMap
    """Share of each pixel that the part covers, 0 to 1."""
    background: Surface | None
    """What is seen beside the part and through its holes; None where the part fills the photo."""
    sites: Mask
    """Where a defect may be centred, 0 or 255."""
    scale: float
    """Pixels per unit of length of the part (its outer radius, or half the photo's short side)."""
    broken: Material = Material(diffuse=(0.15, 0.148, 0.143), gloss=0.16, along=0.42, across=0.42)
    """What a broken-off piece lays bare; iron unless said otherwise."""
    flash: Material = Material(diffuse=(0.12, 0.12, 0.117), gloss=0.62, along=0.24, across=0.30)
    """What a burr consists of."""
    omitted: Mask | None = None
    """Footprint of a feature left out, 0 or 255."""


def keep_off_frame(shape: tuple[int, int]) -> Mask:
    """Return the sites of a part that fills the photo: all but an eighth along the frame, 0 or 255."""
    sites = np.zeros(shape, dtype=np.uint8)
    down, across = shape[0] // 8, shape[1] // 8
    sites[down:-down, across:-across] = 255
    return sites


def spread(material: Material, shape: tuple[int, int], tint: Color = (1.0, 1.0, 1.0)) -> Surface:
    """Return a flat surface of one material."""

    def fill(value: float) -> FloatMap:
        return np.full(shape, value, dtype=np.float32)

    diffuse = np.empty((*shape, 3), dtype=np.float32)
    diffuse[:] = material.diffuse
    return Surface(
        height=fill(0.0),
        diffuse=diffuse,
        gloss=fill(material.gloss),
        along=fill(material.along),
        across=fill(material.across),
        grain=fill(0.0),
        tilt=fill(0.0),
        tint=tint,
    )


def mix(below: FloatMap, above: FloatMap | float, coverage: FloatMap) -> FloatMap:
    """Return `below` where coverage is 0, `above` where it is 1."""
    return np.asarray(below + coverage * (np.asarray(above, dtype=np.float32) - below), dtype=np.float32)


def coat(surface: Surface, material: Material, coverage: FloatMap) -> Surface:
    """Return the surface with another material where `coverage` is 1; height and grain stay, fine marks fade."""
    color = np.asarray(material.diffuse, dtype=np.float32)
    return replace(
        surface,
        diffuse=surface.diffuse + coverage[..., None] * (color - surface.diffuse),
        gloss=mix(surface.gloss, material.gloss, coverage),
        along=mix(surface.along, material.along, coverage),
        across=mix(surface.across, material.across, coverage),
        tilt=surface.tilt * (1.0 - coverage),
    )


def raise_by(surface: Surface, pixels: FloatMap) -> Surface:
    """Return the surface with its height changed by `pixels`."""
    return replace(surface, height=surface.height + pixels)


def darken(surface: Surface, factor: FloatMap) -> Surface:
    """Return the surface with all its reflectances multiplied by `factor`."""
    return replace(surface, diffuse=surface.diffuse * factor[..., None], gloss=surface.gloss * factor)

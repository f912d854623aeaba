"""Photographs of simulated parts, with or without a defect, and the defect's mask: the room's one entry.

The same product, seed, defect and size give the same photo; the same seed without the defect gives the same part as it
was before. Writing files is left to `samples`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from inference.results import Mask, RgbPixels
from inference.synthesis.camera import Handling, View, frame_part, take_photo
from inference.synthesis.cap import RIBS, build_cap
from inference.synthesis.defects import Defect, DefectKind, apply_defect
from inference.synthesis.flange import BOLTS, build_flange
from inference.synthesis.leather import build_leather
from inference.synthesis.lighting import Illumination, Light, light_scene
from inference.synthesis.noise import open_stream
from inference.synthesis.sheet import build_sheet
from inference.synthesis.surfaces import Scene

SMALLEST_SIDE = 64


class SampleProduct(StrEnum):
    """The simulated products."""

    FLANGE = "flange"
    CAP = "cap"
    SHEET = "sheet"
    LEATHER = "leather"


@dataclass(frozen=True)
class RenderedPart:
    """A simulated photo."""

    pixels: RgbPixels
    """uint8 (H, W, 3), RGB."""
    mask: Mask
    """uint8 (H, W): 255 where the defect changed the part, else 0."""
    defect: DefectKind | None
    box: tuple[int, int, int, int] | None
    """The mask's bounding box (x, y, width, height) in pixels; None without a defect."""


@dataclass(frozen=True)
class Station:
    """How one product is photographed: its builder, its lamps, its handling, and the defects it can have."""

    build: Callable[[View, int, int | None], Scene]
    illumination: Illumination
    handling: Handling
    filling: float
    exposure: float
    defects: frozenset[DefectKind]
    features: int = 0
    """How many alike features the part has, one of which may be missing."""


def render_part(
    product: SampleProduct, seed: int, defect: Defect | None = None, size: tuple[int, int] = (512, 512)
) -> RenderedPart:
    """Return the photo of one part, (height, width) pixels; raises ValueError for a defect the product cannot have."""
    if min(size) < SMALLEST_SIDE:
        raise ValueError(
            f"a photo of {size[1]} x {size[0]} pixels is too small: the shorter side needs {SMALLEST_SIDE}"
        )
    station = STATIONS[product]
    if defect is not None and defect.kind not in station.defects:
        raise ValueError(
            f"a {product} cannot have the defect {defect.kind}: choose from {', '.join(list_defects(product))}"
        )
    streams = (seed, str(product))
    view = frame_part(size, station.filling, station.handling, open_stream(*streams, "pose"))
    scene = station.build(view, seed, choose_omission(station, seed, defect))
    mask = np.zeros(size, dtype=np.uint8)
    if defect is not None:
        scene, mask = apply_defect(scene, defect, open_stream(*streams, str(defect.kind)))
    rng = open_stream(*streams, "lamps")
    radiance = light_scene(scene, vary_lamps(station.illumination, rng))
    exposure = station.exposure * float(1.0 + rng.uniform(-1, 1) * station.handling.exposure)
    pixels = take_photo(radiance, exposure, open_stream(*streams, "sensor"))
    return RenderedPart(pixels, mask, None if defect is None else defect.kind, find_box(mask))


def choose_omission(station: Station, seed: int, defect: Defect | None) -> int | None:
    """Return the number of the feature to leave out, or None."""
    if defect is None or defect.kind is not DefectKind.MISSING_FEATURE:
        return None
    return int(open_stream(seed, "omission").integers(station.features))


def vary_lamps(illumination: Illumination, rng: np.random.Generator) -> Illumination:
    """Return the lamps as they are on another day: up to 2 degrees aside, up to 5 % brighter or darker."""
    lights = tuple(
        Light(
            light.azimuth + float(rng.uniform(-0.035, 0.035)),
            light.elevation + float(rng.uniform(-0.02, 0.02)),
            light.power * float(rng.uniform(0.95, 1.05)),
            light.size,
            light.color,
            light.casts_shadow,
        )
        for light in illumination.lights
    )
    return Illumination(lights, illumination.dome * float(rng.uniform(0.96, 1.04)))


def find_box(mask: Mask) -> tuple[int, int, int, int] | None:
    """Return the bounding box (x, y, width, height) of what is not 0, or None."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return None
    left, top = int(columns[0]), int(rows[0])
    return left, top, int(columns[-1]) - left + 1, int(rows[-1]) - top + 1


def aim_lamps(key: float, fill: float, rim: float) -> tuple[Light, ...]:
    """Return a shadow-casting softbox at the upper left, a cooler fill at the right, and a broad lamp from below."""
    return (
        Light(float(np.deg2rad(-128)), float(np.deg2rad(52)), key, 0.07, (1.0, 0.99, 0.97), casts_shadow=True),
        Light(float(np.deg2rad(20)), float(np.deg2rad(38)), fill, 0.13, (0.95, 0.98, 1.0)),
        Light(float(np.deg2rad(100)), float(np.deg2rad(62)), rim, 0.2),
    )


def list_defects(product: SampleProduct) -> tuple[DefectKind, ...]:
    """Return the defects the product can have, by name."""
    return tuple(sorted(STATIONS[product].defects))


SURFACE_DEFECTS = frozenset(
    {DefectKind.CRACK, DefectKind.SCRATCH, DefectKind.POROSITY, DefectKind.DENT, DefectKind.STAIN, DefectKind.FIBRE}
)
METAL_DEFECTS = SURFACE_DEFECTS | {DefectKind.RUST}
EDGE_DEFECTS = frozenset({DefectKind.CHIP, DefectKind.BURR})

STATIONS = {
    SampleProduct.FLANGE: Station(
        build=build_flange,
        illumination=Illumination(aim_lamps(2.2, 0.9, 0.7), 0.17),
        handling=Handling(),
        filling=0.86,
        exposure=0.80,
        defects=METAL_DEFECTS | EDGE_DEFECTS | {DefectKind.MISSING_FEATURE},
        features=BOLTS,
    ),
    SampleProduct.CAP: Station(
        build=build_cap,
        illumination=Illumination(aim_lamps(2.2, 0.8, 0.6), 0.33),
        handling=Handling(shift=0.015, rotation=0.05),
        filling=0.80,
        exposure=0.80,
        defects=SURFACE_DEFECTS | EDGE_DEFECTS | {DefectKind.MISSING_FEATURE},
        features=RIBS,
    ),
    SampleProduct.SHEET: Station(
        build=build_sheet,
        illumination=Illumination(aim_lamps(2.2, 1.0, 0.8), 0.30),
        handling=Handling(shift=0.05, rotation=0.05),
        filling=1.0,
        exposure=0.62,
        defects=METAL_DEFECTS,
    ),
    SampleProduct.LEATHER: Station(
        build=build_leather,
        illumination=Illumination(aim_lamps(2.4, 0.9, 0.6), 0.35),
        handling=Handling(shift=0.05, rotation=0.05),
        filling=1.0,
        exposure=0.9,
        defects=SURFACE_DEFECTS - {DefectKind.POROSITY, DefectKind.DENT},
    ),
}

"""Inspections to learn from: rendered parts, good and damaged, judged by the detector against one reference.

Each product is one of our renders in colours of its own, so that mini learns what a map says and not what one part
looks like. What is drawn depends on the product's number alone, so that any of them can be made again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from inference.backbones.base import Backbone
from inference.detector import Detector, LearnedProduct
from inference.dialogue.facts import Facts, RegionFact
from inference.images import Photo
from inference.mini.looking import look
from inference.mini.subjects import Spot, Subject
from inference.regions import name_place
from inference.results import FloatMap, Judgement, Mask, RgbPixels
from inference.synthesis.defects import Defect
from inference.synthesis.noise import open_stream
from inference.synthesis.photographs import SampleProduct, list_defects, render_part

SIDE = 448
"""Height and width of the photos in pixels."""
MOST_DEFECTS = 3
VISIBLE = 0.6
"""Defects of which the map shows less than this share of the limit teach nothing and are left out."""
_SMALLEST_SPOT = 12
"""Pixels; what is smaller belongs to the spot beside it or is not seen."""
_JOIN = 9
"""Pixels over which the pieces of one defect are taken together."""


@dataclass(frozen=True)
class Look:
    """How a product's photos differ from the render: the same for all of them."""

    gains: tuple[float, float, float]
    gamma: float
    is_grey: bool
    turns: int
    """Quarter turns."""


def simulate_product(
    number: int, detector: Detector, eye: Backbone, *, inspections: int, seed: int = 0
) -> Iterator[Subject]:
    """Yield the inspections of product `number`: half of the parts are damaged, in one to three places.

    Parts whose damage the map does not show are left out. `eye` is the backbone that `looking` uses.
    """
    kind = list(SampleProduct)[number % len(SampleProduct)]
    rng = open_stream(seed, "mini", str(number))
    appearance = draw_look(rng)
    reference = _render(kind, int(rng.integers(1 << 30)), None, appearance)[0]
    product = detector.learn([reference])
    scale = float(rng.choice([0.02, 0.05, 0.1])) if rng.random() < 0.5 else None
    for place in range(inspections):
        defect = _draw_defect(kind, rng) if place % 2 else None
        photo, mask = _render(kind, int(rng.integers(1 << 30)), defect, appearance)
        subject = inspect_part(detector, product, eye, photo, mask, str(defect.kind) if defect else "", scale)
        if subject is not None:
            yield subject


def inspect_part(
    detector: Detector,
    product: LearnedProduct,
    eye: Backbone,
    photo: Photo,
    mask: Mask,
    kind: str,
    mm_per_px: float | None = None,
) -> Subject | None:
    """Judge a part of which the truth is known; None where it is damaged and the map does not show it."""
    judgement = detector.inspect(photo, product)
    spots = find_spots(mask, judgement.anomaly_map, kind)
    if mask.any() and not (spots and spots[0].peak >= VISIBLE):
        return None
    facts = state_facts(judgement, mm_per_px)
    return Subject(look(eye, photo.pixels, judgement.anomaly_map), spots, facts)


def find_spots(mask: Mask, anomaly_map: FloatMap, kind: str) -> tuple[Spot, ...]:
    """The simulated defects of a mask uint8 (H, W), strongest on the map first."""
    near = cv2.dilate(mask, np.ones((_JOIN, _JOIN), np.uint8))
    count, labels = cv2.connectedComponents((near > 0).astype(np.uint8), connectivity=8, ltype=cv2.CV_32S)
    spots = []
    for label in range(1, count):
        inside = (labels == label) & (mask > 0)
        if inside.sum() < _SMALLEST_SPOT:
            continue
        rows, columns = np.nonzero(inside)
        place = name_place(float(columns.mean()), float(rows.mean()), mask.shape[1], mask.shape[0])
        peak = float(anomaly_map[labels == label].max())
        spots.append(Spot(place, kind.replace("_", " "), float(inside.mean()), peak))
    return tuple(sorted(spots, key=lambda spot: -spot.peak))


def state_facts(judgement: Judgement, mm_per_px: float | None) -> Facts:
    """What the record of a judgement says, as far as mini reads it."""
    regions = tuple(
        RegionFact(number, region.place, region.width, region.height, region.area_px, region.peak)
        for number, region in enumerate(judgement.regions, start=1)
    )
    return Facts(
        verdict=str(judgement.verdict),
        score=round(judgement.score, 1),
        limit=judgement.limit,
        parts=judgement.calibration.parts,
        regions=regions,
        mm_per_px=mm_per_px,
        references=1,
    )


def draw_look(rng: np.random.Generator) -> Look:
    """Draw how a product looks."""
    gains = tuple(float(gain) for gain in rng.uniform(0.65, 1.15, 3))
    return Look(
        (gains[0], gains[1], gains[2]), float(rng.uniform(0.7, 1.4)), bool(rng.random() < 0.2), int(rng.integers(4))
    )


def dress(pixels: RgbPixels, appearance: Look) -> RgbPixels:
    """Give a render its product's look."""
    light = (pixels.astype(np.float32) / 255.0) ** appearance.gamma * np.asarray(appearance.gains, np.float32)
    if appearance.is_grey:
        light = np.repeat(light.mean(axis=2, keepdims=True), 3, axis=2)
    turned = np.rot90(np.clip(255 * light, 0, 255), appearance.turns)
    return np.ascontiguousarray(turned.round().astype(np.uint8))


def make_photo(pixels: RgbPixels, name: str) -> Photo:
    """A photo that was never a file."""
    return Photo(pixels, name, hashlib.sha256(pixels.tobytes()).hexdigest(), 8)


def _render(kind: SampleProduct, seed: int, defect: Defect | None, appearance: Look) -> tuple[Photo, Mask]:
    rendered = render_part(kind, seed, defect, (SIDE, SIDE))
    mask = np.ascontiguousarray(np.rot90(rendered.mask, appearance.turns))
    return make_photo(dress(rendered.pixels, appearance), f"{kind}-{seed}.png"), mask


def _draw_defect(kind: SampleProduct, rng: np.random.Generator) -> Defect:
    kinds = list_defects(kind)
    chosen = kinds[int(rng.integers(len(kinds)))]
    count = 1 if rng.random() < 0.6 else int(rng.integers(2, MOST_DEFECTS + 1))
    return Defect(chosen, float(rng.uniform(0.3, 1.0)), count)

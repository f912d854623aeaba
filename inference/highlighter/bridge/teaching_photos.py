"""Photos to teach bridge with: drawn surfaces and rendered parts, with none to two named defects and their masks.

What is drawn depends on the number of the photo alone. A third of the photos has no defect, so that "not found" is
learned as well as "found".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.highlighter.concepts import Concept
from inference.results import Mask, RgbPixels
from inference.simulation.backgrounds import draw_surface
from inference.simulation.defects import PAINTERS, paint
from inference.simulation.painting import to_pixels
from inference.synthesis.defects import Defect, DefectKind
from inference.synthesis.photographs import SampleProduct, list_defects, render_part

SIDE = 256
TAUGHT: tuple[Concept, ...] = (*sorted(PAINTERS), Concept.CHIP, Concept.BURR)
"""What bridge knows, in the order of its outputs."""
_RENDERED = {
    DefectKind.CRACK: Concept.CRACK,
    DefectKind.SCRATCH: Concept.SCRATCH,
    DefectKind.POROSITY: Concept.POROSITY,
    DefectKind.DENT: Concept.DENT,
    DefectKind.CHIP: Concept.CHIP,
    DefectKind.BURR: Concept.BURR,
    DefectKind.STAIN: Concept.STAIN,
    DefectKind.RUST: Concept.RUST,
    DefectKind.FIBRE: Concept.FIBRE,
}
_RENDERED_SHARE = 0.35
_RENDER_SIDES = (256, 384, 512)
_GOOD_SHARE = 0.33


@dataclass(frozen=True)
class TeachingPhoto:
    """One photo with what is on it."""

    pixels: RgbPixels
    """uint8 (256, 256, 3)."""
    masks: NDArray[np.bool_]
    """bool (K, 256, 256), in the order of `TAUGHT`."""


def draw_photo(number: int, seed: int) -> TeachingPhoto:
    """Draw one photo."""
    rng = np.random.default_rng((seed, number))
    masks = np.zeros((len(TAUGHT), SIDE, SIDE), np.bool_)
    if rng.random() < _RENDERED_SHARE:
        pixels = _render(masks, rng)
    else:
        pixels = draw_surface((SIDE, SIDE), rng)
        for _ in range(0 if rng.random() < _GOOD_SHARE else int(rng.integers(1, 3))):
            pixels = _paint_one(pixels, masks, rng)
    return _disguise(pixels, masks, rng)


def _paint_one(pixels: RgbPixels, masks: NDArray[np.bool_], rng: np.random.Generator) -> RgbPixels:
    """Cracks are asked for most, and hardest."""
    kinds = sorted(PAINTERS)
    concept = Concept.CRACK if rng.random() < 0.3 else kinds[int(rng.integers(len(kinds)))]
    painted = paint(pixels, concept, float(rng.uniform(0.1, 1.0)), rng)
    masks[TAUGHT.index(concept)] |= painted.mask > 0
    return painted.pixels


def _render(masks: NDArray[np.bool_], rng: np.random.Generator) -> RgbPixels:
    """A part, or a piece of one around its defect."""
    product = list(SampleProduct)[int(rng.integers(len(SampleProduct)))]
    side = int(rng.choice(_RENDER_SIDES))
    kind = _draw_kind(list_defects(product), rng)
    defect = Defect(kind, float(rng.uniform(0.3, 1.0))) if kind else None
    rendered = render_part(product, int(rng.integers(1 << 30)), defect, (side, side))
    left, top = _place_window(rendered.mask, side, rng)
    window = np.s_[top : top + SIDE, left : left + SIDE]
    if kind:
        masks[TAUGHT.index(_RENDERED[kind])] |= rendered.mask[window] > 0
    return np.ascontiguousarray(rendered.pixels[window])


def _draw_kind(kinds: Sequence[DefectKind], rng: np.random.Generator) -> DefectKind | None:
    known = [kind for kind in kinds if kind in _RENDERED]
    return None if rng.random() < _GOOD_SHARE else known[int(rng.integers(len(known)))]


def _place_window(mask: Mask, side: int, rng: np.random.Generator) -> tuple[int, int]:
    rows, columns = np.nonzero(mask)
    if not len(rows):
        return int(rng.integers(0, side - SIDE + 1)), int(rng.integers(0, side - SIDE + 1))
    pick = int(rng.integers(len(rows)))
    left, top = (int(at + rng.integers(-SIDE + 40, -40)) for at in (columns[pick], rows[pick]))
    return (min(max(left, 0), side - SIDE), min(max(top, 0), side - SIDE))


def _disguise(pixels: RgbPixels, masks: NDArray[np.bool_], rng: np.random.Generator) -> TeachingPhoto:
    """Turn, mirror, and show in other colours and light; a fifth of the photos is grey."""
    turns = int(rng.integers(4))
    pixels, masks = np.rot90(pixels, turns), np.rot90(masks, turns, axes=(1, 2))
    if rng.random() < 0.5:
        pixels, masks = pixels[:, ::-1], masks[:, :, ::-1]
    light = (pixels.astype(np.float32) / 255.0) ** float(rng.uniform(0.7, 1.4))
    if rng.random() < 0.3 and not masks[_COLOURED].any():
        light = np.repeat(light.mean(axis=2, keepdims=True), 3, axis=2)
    return TeachingPhoto(np.ascontiguousarray(to_pixels(light)), np.ascontiguousarray(masks))


_COLOURED = [TAUGHT.index(concept) for concept in (Concept.RUST, Concept.WRONG_COLOUR)]
"""Kinds that nobody can tell on a grey photo."""

"""Where on a photo a product is looked at: on the part where that is clear, and within the areas a person drew."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from inference.alignment import Thumbnail
from inference.areas import cover, place_areas
from inference.part_mask import PartFinder, find_part
from inference.results import FloatMap, Mask
from inference.token_grids import Tokens


@dataclass(frozen=True)
class Attention:
    """What of a product's photos is looked at; empty means everything."""

    part: PartFinder | None = None
    areas: Mask | None = None
    """uint8, 255 where inspected, drawn on the first reference."""
    drawn_on: Thumbnail | None = None
    """The first reference, small and grey; None for an even surface, where areas keep their place in the picture."""


EVERYWHERE = Attention()


@dataclass(frozen=True)
class LookedAt:
    """Where one photo is looked at: a mask of any size, 255 inside, or None for everywhere."""

    mask: Mask | None = None
    areas_placed: bool = True
    """False when areas were drawn but the photo does not lie as the reference does; then they are left out."""


def find_looked_at(attention: Attention, tokens: Tokens, thumbnail: Thumbnail) -> LookedAt:
    """Find where to look on a photo, from its tokens (h, w, C) at the first scale and its small grey picture."""
    part = find_part(tokens, attention.part) if attention.part is not None else None
    areas, placed = _place(attention, thumbnail)
    if part is None:
        return LookedAt(areas, placed)
    on_part = np.asarray(part, np.uint8) * 255
    if areas is None:
        return LookedAt(on_part, placed)
    height, width = areas.shape
    enlarged = cv2.resize(on_part, (width, height), interpolation=cv2.INTER_NEAREST)
    return LookedAt(np.asarray(cv2.bitwise_and(areas, enlarged), np.uint8), placed)


def look_only_at(anomaly_map: FloatMap, looked_at: LookedAt) -> FloatMap:
    """Blank an anomaly map (H, W) where nothing is looked at."""
    if looked_at.mask is None:
        return anomaly_map
    inside = cover(looked_at.mask, *anomaly_map.shape)
    return np.asarray(np.where(inside, anomaly_map, 0.0), np.float32)


def _place(attention: Attention, thumbnail: Thumbnail) -> tuple[Mask | None, bool]:
    if attention.areas is None:
        return None, True
    if attention.drawn_on is None:
        return attention.areas, True
    placed = place_areas(attention.areas, thumbnail, attention.drawn_on)
    return placed, placed is not None

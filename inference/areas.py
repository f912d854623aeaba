"""Areas a person drew on a reference, to be inspected or ignored, and where they lie on a photo.

They are kept as one mask at the reference's size. What lies outside it is not judged: neither score nor mask see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.alignment import Thumbnail, register
from inference.results import Mask

MOST_SIDE = 1024
"""Longer side a product keeps its areas at, in pixels."""


@dataclass(frozen=True)
class Outline:
    """One drawn area, in pixels of the upright reference; a brush stroke has a `width`."""

    kind: Literal["inspect", "ignore"]
    shape: Literal["rectangle", "polygon", "brush"]
    points: tuple[tuple[float, float], ...]
    """(x, y): two opposite corners, three or more corners, or one or more points of a stroke."""
    width: float = 0.0


def draw_areas(outlines: Sequence[Outline], height: int, width: int) -> Mask | None:
    """Draw areas in their order as a mask (H, W), 255 where a part is inspected; None when nothing is left out.

    With an area to inspect only such areas count; areas to ignore are taken away again.
    """
    if not outlines:
        return None
    start = 0 if any(outline.kind == "inspect" for outline in outlines) else 255
    mask = np.full((height, width), start, np.uint8)
    for outline in outlines:
        _draw(mask, outline, 255 if outline.kind == "inspect" else 0)
    return shrink(mask) if (mask == 0).any() else None


def shrink(mask: Mask) -> Mask:
    """Bring a mask to at most MOST_SIDE pixels along its longer side."""
    scale = MOST_SIDE / max(mask.shape)
    if scale >= 1.0:
        return mask
    size = (max(1, round(mask.shape[1] * scale)), max(1, round(mask.shape[0] * scale)))
    return np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST), np.uint8)


def place_areas(areas: Mask, photo: Thumbnail, reference: Thumbnail) -> Mask | None:
    """Where the areas lie on a photo, at the areas' own size; None when the photo lies otherwise than the reference."""
    where = register(photo, reference)
    if where is None:
        return None
    height, width = areas.shape
    to_shares = np.diag([1 / width, 1 / height, 1.0])
    matrix = np.diag([width, height]) @ where.matrix @ to_shares  # pixels of the photo's view to pixels of the areas
    flags = cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP
    # What lies off the reference was not drawn upon, so it is judged.
    moved = cv2.warpAffine(areas, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=255)
    return np.asarray(moved, np.uint8)


def cover(mask: Mask, height: int, width: int) -> NDArray[np.bool_]:
    """The cells of a grid (h, w), or the pixels of a photo, at least half of which the mask covers."""
    smaller = height * width < mask.size
    method = cv2.INTER_AREA if smaller else cv2.INTER_NEAREST
    return np.asarray(cv2.resize(mask, (width, height), interpolation=method) >= 128, bool)


def _draw(mask: Mask, outline: Outline, value: int) -> None:
    points = np.round(np.asarray(outline.points, np.float64)).astype(np.int32).reshape(-1, 2)
    if outline.shape == "brush":
        cv2.polylines(mask, [points], isClosed=False, color=value, thickness=max(1, round(outline.width)))
    elif outline.shape == "rectangle":
        (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
        cv2.rectangle(mask, (int(left), int(top)), (int(right), int(bottom)), color=value, thickness=cv2.FILLED)
    else:
        cv2.fillPoly(mask, [points], color=value)

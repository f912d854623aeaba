"""A picture compared with itself: each of its blocks with the rest, which says how rare a place is within it.

Of a reference it is the yardstick of all distances; of a photo of an even surface it is evidence of its own. A defect
is unlike the references *and* unlike the rest of its photo; another batch, grade or light is only the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from inference.comparing import take_sample
from inference.nearest import nearest_distances
from inference.scoring import PatchMap
from inference.token_grids import Tokens

BLOCKS = 4
"""A picture is cut into BLOCKS x BLOCKS blocks to see how well the rest of it predicts each."""

BLOCK_MARGIN = 2
"""Tokens around a block that are left out as well: neighbours have seen the block through attention."""

HOLDOUT_BANK = 4096
"""Most tokens the held-out blocks are compared with."""

WEIGHT = 1 / 3
"""Of the distance within the photo, against that to the references, in their geometric mean; see `docs/ablation.md`."""


def weigh_rarity(maps: Sequence[PatchMap], within: Sequence[PatchMap]) -> list[PatchMap]:
    """Geometric mean of distances to the references and within the photo, scale by scale."""
    return [
        np.asarray(distances ** (1 - WEIGHT) * rarity**WEIGHT, np.float32)
        for distances, rarity in zip(maps, within, strict=False)
    ]


def compare_within(tokens: Tokens) -> PatchMap:
    """Compare each block of a picture (h, w, C) with the rest of it: how rare its tokens are within it, (h, w).

    For a reference this is how a new part of an even surface would look.
    """
    height, width, channels = tokens.shape
    distances = np.zeros((height, width), np.float32)
    for top, bottom in _cut(height):
        for left, right in _cut(width):
            rest = np.ones((height, width), bool)
            rest[
                max(0, top - BLOCK_MARGIN) : bottom + BLOCK_MARGIN, max(0, left - BLOCK_MARGIN) : right + BLOCK_MARGIN
            ] = 0
            block = tokens[top:bottom, left:right].reshape(-1, channels)
            nearest = nearest_distances(np.ascontiguousarray(block), take_sample(tokens[rest], HOLDOUT_BANK))
            distances[top:bottom, left:right] = nearest.reshape(bottom - top, right - left)
    return distances


def _cut(length: int) -> list[tuple[int, int]]:
    edges = [round(index * length / BLOCKS) for index in range(BLOCKS + 1)]
    return [(low, high) for low, high in pairwise(edges) if high > low]

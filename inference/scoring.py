"""From patch distances to one anomaly map and one raw score. Where the distances come from is left to others."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.results import FloatMap

PatchMap = NDArray[np.float32]
"""One distance per token, float32 (h, w)."""

TOP_SHARE = 0.01
"""AnomalyDINO scores a photo by the mean of its largest 1 % of patch distances: steadier than the maximum."""

MOST_TOP_TOKENS = 16
"""... but by at most this many, or a defect of a few tokens would drown in a large photo's thousands."""

SMOOTHING = 0.6
"""Gaussian sigma in tokens: takes away the grid, and no more."""


def top_mean(distances: PatchMap) -> float:
    """Mean of the largest distances: 1 % of the tokens, at least one, at most MOST_TOP_TOKENS."""
    count = min(max(1, ceil(TOP_SHARE * distances.size)), MOST_TOP_TOKENS, distances.size)
    return float(np.partition(distances.ravel(), -count)[-count:].mean())


def enlarge(distances: PatchMap, height: int, width: int) -> FloatMap:
    """Bring a patch map to (height, width) pixels: smooth by SMOOTHING tokens, interpolate between token centres."""
    smooth = cv2.GaussianBlur(distances, (0, 0), SMOOTHING, borderType=cv2.BORDER_REPLICATE)
    enlarged = cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(enlarged, np.float32)


def fuse(maps: Sequence[PatchMap]) -> PatchMap:
    """Mean of several patch maps, on the finest one's grid."""
    height, width = max((patch_map.shape for patch_map in maps), key=lambda shape: shape[0] * shape[1])
    return np.asarray(np.mean([_to_grid(patch_map, height, width) for patch_map in maps], axis=0), np.float32)


def _to_grid(distances: PatchMap, height: int, width: int) -> PatchMap:
    if distances.shape == (height, width):
        return distances
    return np.asarray(cv2.resize(distances, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)

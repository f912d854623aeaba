"""From patch distances to one anomaly map and one raw score. Where the distances come from is left to others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.results import FloatMap

PatchMap = NDArray[np.float32]
"""One distance per token, float32 (h, w)."""


@dataclass(frozen=True)
class TopRule:
    """How a patch map becomes one number: the mean of its largest distances, a share of its tokens and at most so many.

    AnomalyDINO takes 1 %: steadier than the maximum. More than a few tokens, and a small defect drowns.
    """

    share: float
    most: int


PART_RULE = TopRule(0.01, 16)
"""For parts with a shape of their own."""

SURFACE_RULE = TopRule(0.02, 46)
"""For even surfaces: whatever stands out there is larger than a token, and single grains of a good one are not."""

SMOOTHING = 0.6
"""Gaussian sigma in tokens: takes away the grid, and no more."""


def top_mean(distances: PatchMap, rule: TopRule) -> float:
    """Mean of the largest distances, at least one."""
    count = min(max(1, ceil(rule.share * distances.size)), rule.most, distances.size)
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

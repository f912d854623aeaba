"""What mini sees of an inspection: two vectors of the photo and a small picture of the anomaly map.

The photo goes through the frozen vision backbone. Nothing is learned here; how vectors and map become words for the
language model is `prompts`' affair.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.backbones.base import Backbone
from inference.results import FloatMap, RgbPixels

PHOTO_SIDE = 336
"""The photo is squeezed to a square of this side, so that its places are the map's."""
MAP_SIDE = 96
MOST_ANOMALY = 4.0
"""Larger anomaly values say nothing more; in units of the limit."""
LAYER = 8
"""The last block of the backbone that was left as it was trained, see the pack's origin."""
VIEWS = 2
"""Vectors that stand for the photo: all of it, and where it differs most."""


@dataclass(frozen=True)
class Glimpse:
    """What mini sees of one inspection."""

    views: NDArray[np.float32]
    """float32 (2, C): the mean of the photo's tokens, and their mean weighted by the anomaly map."""
    anomaly: FloatMap
    """float32 (96, 96), 0 to 1: the anomaly map, `MOST_ANOMALY` times the limit being 1."""


def look(backbone: Backbone, photo: RgbPixels, anomaly_map: FloatMap | None) -> Glimpse:
    """Look at a photo uint8 (H, W, 3) and its map float32 (H, W) in units of the limit; None where there is no map."""
    seen = np.asarray(cv2.resize(photo, (PHOTO_SIDE, PHOTO_SIDE), interpolation=cv2.INTER_AREA), np.uint8)
    tokens = backbone.extract(seen[None]).layers[-1][0]  # (h, w, C)
    tokens = _standardise(tokens)
    shrunk = shrink_map(anomaly_map) if anomaly_map is not None else np.zeros((MAP_SIDE, MAP_SIDE), np.float32)
    return Glimpse(np.stack([tokens.mean(axis=(0, 1)), _look_where_it_differs(tokens, shrunk)]), shrunk)


def shrink_map(anomaly_map: FloatMap) -> FloatMap:
    """The largest value of each of 96 x 96 cells, 0 to 1: a hairline that one pixel shows is not averaged away."""
    height, width = anomaly_map.shape
    if min(height, width) < MAP_SIDE:
        tall, wide = max(height, MAP_SIDE), max(width, MAP_SIDE)
        anomaly_map = np.asarray(cv2.resize(anomaly_map, (wide, tall), interpolation=cv2.INTER_NEAREST), np.float32)
        height, width = anomaly_map.shape
    rows, columns = (np.arange(MAP_SIDE) * size // MAP_SIDE for size in (height, width))
    largest = np.maximum.reduceat(np.maximum.reduceat(anomaly_map, rows, axis=0), columns, axis=1)  # (96, 96)
    return np.asarray(np.clip(largest / MOST_ANOMALY, 0, 1), np.float32)


def _standardise(tokens: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each token with mean 0 and standard deviation 1 over its channels."""
    centred = tokens - tokens.mean(axis=-1, keepdims=True)
    return np.asarray(centred / (centred.std(axis=-1, keepdims=True) + 1e-6), np.float32)


def _look_where_it_differs(tokens: NDArray[np.float32], shrunk: FloatMap) -> NDArray[np.float32]:
    height, width = tokens.shape[:2]
    weights = cv2.resize(shrunk, (width, height), interpolation=cv2.INTER_AREA).astype(np.float64) ** 4
    total = weights.sum()
    if total <= 0:
        return np.asarray(tokens.mean(axis=(0, 1)), np.float32)
    return np.asarray((tokens * weights[..., None]).sum(axis=(0, 1)) / total, np.float32)

"""How much each pixel looks like the middle of a small round spot: hole, pore, bubble.

A spot is darker (or brighter) than *every* side of it; lines and edges have at least one side like themselves. Values
are in units of the photo's own noise nearby, as those of `lines`.
"""

from __future__ import annotations

import cv2
import numpy as np

from inference.highlighter.lines import Polarity, halve, measure_noise
from inference.results import FloatMap

SIGMAS = (1.2, 2.0, 3.4)
"""Sizes of the middle in pixels, at full size; each is looked for again on the photo at half and quarter size."""
SCALES = 3
SIDES = 8
SIDE_DISTANCE = 2.6
"""From the middle to its sides, in sizes of the middle."""
SMALLEST_SIDE = 48


def find_spots(grey: FloatMap, polarity: Polarity) -> FloatMap:
    """Return float32 (H, W): how many times the noise nearby a spot of this polarity rises above all its sides.

    `grey` is float32 (H, W) in grey levels of 0 to 255.
    """
    level = np.asarray(grey if polarity == "dark" else 255.0 - grey, np.float32)
    found = np.zeros(grey.shape, np.float32)
    for scale in range(SCALES):
        if min(level.shape) < SMALLEST_SIDE:
            break
        for sigma in SIGMAS[2:] if scale else SIGMAS:
            here = _find_one_size(level, sigma)
            enlarged = cv2.resize(here, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
            found = np.maximum(found, enlarged if scale else here)
        level = halve(level)
    return found


def _find_one_size(level: FloatMap, sigma: float) -> FloatMap:
    middle = cv2.GaussianBlur(level, (0, 0), sigma)
    distance = SIDE_DISTANCE * sigma
    margin = int(distance) + 1
    wide = cv2.copyMakeBorder(middle, margin, margin, margin, margin, cv2.BORDER_REFLECT_101)
    height, width = level.shape
    darkest = np.full(level.shape, np.inf, np.float32)
    magnitude = np.zeros(level.shape, np.float32)
    for side in range(SIDES):
        angle = 2 * np.pi * side / SIDES
        right, down = margin + round(distance * np.cos(angle)), margin + round(distance * np.sin(angle))
        there = wide[down : down + height, right : right + width]
        cv2.min(darkest, there, darkest)
        magnitude += np.abs(there - middle)
    noise = measure_noise(magnitude / np.float32(SIDES))
    return np.asarray(np.maximum(darkest - middle, 0.0) / noise, np.float32)

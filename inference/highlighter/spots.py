"""How much each pixel looks like the middle of a small round spot: hole, pore, bubble.

A spot is darker (or brighter) than *every* side of it; lines and edges have at least one side like themselves. Values
are in units of the photo's own noise nearby, as those of `lines`.
"""

from __future__ import annotations

import cv2
import numpy as np

from inference.highlighter.contrast import Contrast, enlarge, halve, look_aside, measure_noise
from inference.results import FloatMap

SIGMAS = (1.2, 2.0, 3.4)
"""Sizes of the middle in pixels, at full size; each is looked for again on the photo at half and quarter size."""
SCALES = 3
SIDES = 8
SIDE_DISTANCE = 2.6
"""From the middle to its sides, in sizes of the middle."""
SMALLEST_SIDE = 48


def find_spots(grey: FloatMap) -> Contrast:
    """Return how many times the noise nearby a spot rises above all its sides, for dark and for bright spots.

    `grey` is float32 (H, W) in grey levels of 0 to 255.
    """
    level = grey
    dark, bright = np.zeros(grey.shape, np.float32), np.zeros(grey.shape, np.float32)
    for scale in range(SCALES):
        if min(level.shape) < SMALLEST_SIDE:
            break
        for sigma in SIGMAS[2:] if scale else SIGMAS:
            here = _find_one_size(level, sigma)
            for found, values in ((dark, here.dark), (bright, here.bright)):
                cv2.max(found, enlarge(values, grey.shape) if scale else values, found)
        level = halve(level)
    return Contrast(dark, bright)


def _find_one_size(level: FloatMap, sigma: float) -> Contrast:
    middle = np.asarray(cv2.GaussianBlur(level, (0, 0), sigma), np.float32)
    distance = SIDE_DISTANCE * sigma
    angles = [2 * np.pi * side / SIDES for side in range(SIDES)]
    sides = [look_aside(middle, distance * np.cos(angle), distance * np.sin(angle)) for angle in angles]
    magnitudes = [np.abs(side - middle) for side in sides]
    noise = measure_noise(np.asarray(np.mean(magnitudes, axis=0), np.float32))
    darkest, brightest = np.minimum.reduce(sides), np.maximum.reduce(sides)
    return Contrast(
        np.asarray(np.maximum(darkest - middle, 0) / noise, np.float32),
        np.asarray(np.maximum(middle - brightest, 0) / noise, np.float32),
    )

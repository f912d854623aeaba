"""How much each pixel looks like part of a thin line: crack, scratch, fibre.

A line is darker (or brighter) than what lies on *both* its sides, along some distance. Taking the weaker of the two
sides leaves the edges of a part out, which differ from one side only; averaging along the line before comparing leaves
grain out, which is as strong but short. Values are in units of the photo's own noise nearby, so that the same number
means the same on smooth metal and on rough asphalt.
"""

from __future__ import annotations

from enum import Enum

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.highlighter.contrast import Contrast, ContrastTally, enlarge, halve, look_aside
from inference.results import FloatMap

DIRECTIONS = 12
"""Directions in which lines are looked for: one every 15 degrees, half of what a line of this length tells apart."""
LINE_LENGTH = 15
"""Pixels averaged along the line, at each scale."""
SIDE_DISTANCE = 3.0
"""Pixels from the middle of a line to its sides, at each scale: lines of up to about four pixels are seen whole."""
SCALES = 3
"""Full size, half and quarter: lines from one to about sixteen pixels wide."""
SMALLEST_SIDE = 48
"""A scale whose shorter side is below this holds no line that could be told from its surroundings."""


class Sign(Enum):
    """Whether a line is darker or brighter than its surroundings."""

    DARK = 1
    BRIGHT = -1
    BOTH = 0


def find_lines(grey: FloatMap) -> Contrast:
    """Return how many times the noise nearby a line rises above both its sides, for dark and for bright lines.

    `grey` is float32 (H, W) in grey levels of 0 to 255. Both come from one pass, for either is the other's texture.
    """
    level = grey
    dark, bright = np.zeros(grey.shape, np.float32), np.zeros(grey.shape, np.float32)
    for scale in range(SCALES):
        if min(level.shape) < SMALLEST_SIDE:
            break
        here = _find_at_one_scale(level)
        for found, values in ((dark, here.dark), (bright, here.bright)):
            cv2.max(found, enlarge(values, grey.shape) if scale else values, found)
        level = halve(level)
    return Contrast(dark, bright)


def _find_at_one_scale(level: FloatMap) -> Contrast:
    smooth = np.asarray(cv2.GaussianBlur(level, (0, 0), 0.7), np.float32)
    tally = ContrastTally(level.shape)
    for direction in range(DIRECTIONS):
        angle = np.pi * direction / DIRECTIONS
        along = np.asarray(
            cv2.filter2D(smooth, -1, draw_line_kernel(angle), borderType=cv2.BORDER_REFLECT_101), np.float32
        )
        sides = look_aside(along, -np.sin(angle) * SIDE_DISTANCE, np.cos(angle) * SIDE_DISTANCE)
        opposite = look_aside(along, np.sin(angle) * SIDE_DISTANCE, -np.cos(angle) * SIDE_DISTANCE)
        tally.add(cv2.min(sides, opposite) - along, along - cv2.max(sides, opposite))
    return tally.finish()


def draw_line_kernel(angle: float) -> NDArray[np.float32]:
    """Return a (LINE_LENGTH, LINE_LENGTH) mean along a line through the middle at an angle in radians."""
    kernel = np.zeros((LINE_LENGTH, LINE_LENGTH), np.float32)
    reach = LINE_LENGTH // 2
    steps = np.linspace(-reach, reach, 4 * LINE_LENGTH)
    x, y = np.rint(reach + steps * np.cos(angle)).astype(int), np.rint(reach + steps * np.sin(angle)).astype(int)
    kernel[y, x] = 1.0
    return np.asarray(kernel / kernel.sum(), np.float32)

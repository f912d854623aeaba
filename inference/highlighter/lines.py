"""How much each pixel looks like part of a thin line: crack, scratch, fibre.

A line is darker (or brighter) than what lies on *both* its sides, along some distance. Taking the weaker of the two
sides leaves the edges of a part out, which differ from one side only; averaging along the line before comparing leaves
grain out, which is as strong but short. Values are in units of the photo's own noise nearby, so that the same number
means the same on smooth metal and on rough asphalt.
"""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.results import FloatMap

Polarity = Literal["dark", "bright"]

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
NOISE_BLOCK = 24
"""Side of the blocks over which noise is measured, in pixels of each scale."""
LEAST_NOISE = 0.6
"""Grey levels: what a camera's rounding alone makes of a perfectly even surface."""


def find_lines(grey: FloatMap, polarity: Polarity, scales: int = SCALES) -> FloatMap:
    """Return float32 (H, W): how many times the noise nearby a line of this polarity rises above both its sides.

    `grey` is float32 (H, W) in grey levels of 0 to 255.
    """
    level = np.asarray(grey if polarity == "dark" else 255.0 - grey, np.float32)
    found = np.zeros(grey.shape, np.float32)
    for scale in range(scales):
        if min(level.shape) < SMALLEST_SIDE:
            break
        here = _find_at_one_scale(level)
        found = np.maximum(found, _enlarge(here, grey.shape) if scale else here)
        level = halve(level)
    return found


def halve(level: FloatMap) -> FloatMap:
    """Return the picture at half its size, four pixels averaged to one."""
    size = (level.shape[1] // 2, level.shape[0] // 2)
    return np.asarray(cv2.resize(level, size, interpolation=cv2.INTER_AREA), np.float32)


def _find_at_one_scale(level: FloatMap) -> FloatMap:
    smooth = np.asarray(cv2.GaussianBlur(level, (0, 0), 0.7), np.float32)
    strongest = np.full(level.shape, -np.inf, np.float32)
    magnitude = np.zeros(level.shape, np.float32)
    for direction in range(DIRECTIONS):
        rise = _compare_sides(smooth, np.pi * direction / DIRECTIONS)
        cv2.max(strongest, rise, strongest)
        magnitude += np.abs(rise)
    noise = measure_noise(magnitude / np.float32(DIRECTIONS))
    return np.asarray(np.maximum(strongest, 0.0) / noise, np.float32)


def _compare_sides(level: FloatMap, angle: float) -> FloatMap:
    """Return how much darker each pixel's line is than the darker of its two sides."""
    along = cv2.filter2D(level, -1, draw_line_kernel(angle), borderType=cv2.BORDER_REFLECT_101)
    right, down = -np.sin(angle) * SIDE_DISTANCE, np.cos(angle) * SIDE_DISTANCE
    margin = int(SIDE_DISTANCE) + 1
    border = cv2.copyMakeBorder(along, margin, margin, margin, margin, cv2.BORDER_REFLECT_101)
    wide = np.asarray(border, np.float32)
    sides = [_look_aside(wide, sign * round(right), sign * round(down), margin) for sign in (1, -1)]
    return np.asarray(cv2.subtract(cv2.min(*sides), along), np.float32)


def _look_aside(wide: FloatMap, right: int, down: int, margin: int) -> FloatMap:
    height, width = wide.shape[0] - 2 * margin, wide.shape[1] - 2 * margin
    return wide[margin + down : margin + down + height, margin + right : margin + right + width]


def draw_line_kernel(angle: float) -> NDArray[np.float32]:
    """Return a (LINE_LENGTH, LINE_LENGTH) mean along a line through the middle at an angle in radians."""
    kernel = np.zeros((LINE_LENGTH, LINE_LENGTH), np.float32)
    reach = LINE_LENGTH // 2
    steps = np.linspace(-reach, reach, 4 * LINE_LENGTH)
    x, y = np.rint(reach + steps * np.cos(angle)).astype(int), np.rint(reach + steps * np.sin(angle)).astype(int)
    kernel[y, x] = 1.0
    return np.asarray(kernel / kernel.sum(), np.float32)


def measure_noise(magnitude: FloatMap) -> FloatMap:
    """Return the usual magnitude around each pixel: the median over blocks nearby, so that a line does not count."""
    height, width = magnitude.shape
    blocks = (max(round(width / NOISE_BLOCK), 1), max(round(height / NOISE_BLOCK), 1))
    means = cv2.resize(magnitude, blocks, interpolation=cv2.INTER_AREA)
    usual = cv2.medianBlur(np.asarray(means, np.float32), 5)
    floor = max(0.5 * float(np.median(means)), LEAST_NOISE)
    return np.asarray(cv2.resize(np.maximum(usual, floor), (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def _enlarge(values: FloatMap, shape: tuple[int, ...]) -> FloatMap:
    return np.asarray(cv2.resize(values, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR), np.float32)

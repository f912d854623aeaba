"""Rising above the surroundings, dark or bright, in units of the photo's own noise nearby.

What lines and spots have in common: the strongest of many comparisons at each pixel, over what such comparisons usually
give around it, so that the same number means the same on smooth metal and on rough asphalt.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from inference.results import FloatMap

NOISE_BLOCK = 24
"""Side of the blocks over which noise is measured, in pixels of each scale."""
NOISE_BLOCKS = 5
"""Blocks in a row among which the median counts, so that a line across one of them does not."""
LEAST_NOISE = 0.6
"""Grey levels: what a camera's rounding alone makes of a perfectly even surface."""


@dataclass(frozen=True)
class Contrast:
    """How many times the noise a pixel is darker, or brighter, than all that it was compared with; float32 (H, W)."""

    dark: FloatMap
    bright: FloatMap


class ContrastTally:
    """Gathers comparisons of one scale: differences in grey levels, above 0 where the pixel stands out."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._strongest = [np.zeros(shape, np.float32) for _ in range(2)]
        self._magnitudes = [np.zeros(shape, np.float32) for _ in range(2)]
        self._count = 0

    def add(self, dark: FloatMap, bright: FloatMap) -> None:
        """Add one comparison of every pixel, in either direction."""
        for difference, strongest, magnitude in zip((dark, bright), self._strongest, self._magnitudes, strict=True):
            cv2.max(strongest, difference, strongest)
            np.add(magnitude, np.abs(difference), out=magnitude)
        self._count += 1

    def finish(self) -> Contrast:
        """Return the strongest comparisons in units of the noise around each pixel."""
        dark, bright = (
            np.asarray(strongest / measure_noise(magnitude / np.float32(self._count)), np.float32)
            for strongest, magnitude in zip(self._strongest, self._magnitudes, strict=True)
        )
        return Contrast(dark, bright)


def measure_noise(magnitude: FloatMap) -> FloatMap:
    """Return the usual magnitude around each pixel: the median over blocks nearby."""
    height, width = magnitude.shape
    blocks = (max(round(width / NOISE_BLOCK), 1), max(round(height / NOISE_BLOCK), 1))
    means = np.asarray(cv2.resize(magnitude, blocks, interpolation=cv2.INTER_AREA), np.float32)
    usual = cv2.medianBlur(means, NOISE_BLOCKS)
    floor = max(0.5 * float(np.median(means)), LEAST_NOISE)
    return enlarge(np.maximum(usual, floor), magnitude.shape)


def look_aside(values: FloatMap, right: float, down: float) -> FloatMap:
    """Return the picture moved so that each pixel holds the value that lies so far beside it."""
    across, along = round(right), round(down)
    margin = max(abs(across), abs(along))
    wide = np.asarray(cv2.copyMakeBorder(values, margin, margin, margin, margin, cv2.BORDER_REFLECT_101), np.float32)
    height, width = values.shape
    return wide[margin + along : margin + along + height, margin + across : margin + across + width]


def halve(values: FloatMap) -> FloatMap:
    """Return the picture at half its size, four pixels averaged to one."""
    size = (values.shape[1] // 2, values.shape[0] // 2)
    return np.asarray(cv2.resize(values, size, interpolation=cv2.INTER_AREA), np.float32)


def enlarge(values: FloatMap, shape: tuple[int, ...]) -> FloatMap:
    """Return the picture at a size (H, W), smoothly."""
    return np.asarray(cv2.resize(values, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR), np.float32)

"""Random fields and random streams: the raw material of textures, stains and cracks.

Every field is float32 with about zero mean and unit spread. What a field means is left to the caller.
"""

from __future__ import annotations

import zlib

import cv2
import numpy as np

from inference.results import FloatMap


def open_stream(seed: int, *names: str) -> np.random.Generator:
    """Return the random stream of one stage, so that a change in one stage leaves the others as they were."""
    return np.random.default_rng([seed, *(zlib.crc32(name.encode()) for name in names)])


def draw_white_noise(shape: tuple[int, int], rng: np.random.Generator) -> FloatMap:
    """Return independent normal values, float32 (H, W)."""
    return rng.standard_normal(shape, dtype=np.float32)


def draw_noise(shape: tuple[int, int], cell: float | tuple[float, float], rng: np.random.Generator) -> FloatMap:
    """Return smooth noise whose features are about `cell` pixels large; a pair means (down, across)."""
    down, across = cell if isinstance(cell, tuple) else (cell, cell)
    coarse = (int(shape[0] / max(down, 1.0)) + 4, int(shape[1] / max(across, 1.0)) + 4)
    grid = draw_white_noise(coarse, rng)
    size = (max(int(coarse[1] * max(across, 1.0)), shape[1]), max(int(coarse[0] * max(down, 1.0)), shape[0]))
    field = np.asarray(cv2.resize(grid, size, interpolation=cv2.INTER_CUBIC), dtype=np.float32)
    return np.ascontiguousarray(field[: shape[0], : shape[1]])


def draw_fractal_noise(shape: tuple[int, int], cell: float, rng: np.random.Generator, octaves: int = 4) -> FloatMap:
    """Return noise with detail from `cell` pixels down, each octave half as large and 0.55 times as strong."""
    total = np.zeros(shape, dtype=np.float32)
    weight, power = 1.0, 0.0
    for octave in range(octaves):
        size = cell / 2**octave
        if size < 1.0:
            break
        total += weight * draw_noise(shape, size, rng)
        power += weight**2
        weight *= 0.55
    return total / np.float32(np.sqrt(max(power, 1e-6)))


def step_smoothly(values: FloatMap, low: float, high: float) -> FloatMap:
    """Return 0 below `low`, 1 above `high` and a smooth S between (Hermite's cubic); `low` may exceed `high`."""
    ramp = np.clip((values - np.float32(low)) / np.float32(high - low), 0.0, 1.0)
    return np.asarray(ramp * ramp * (3.0 - 2.0 * ramp), dtype=np.float32)


def blur(values: FloatMap, sigma: float) -> FloatMap:
    """Return the field after a Gaussian blur of `sigma` pixels; wide blurs are done on a smaller copy, for speed."""
    if sigma <= 0.05:
        return values
    if sigma <= 6.0:
        return np.asarray(cv2.GaussianBlur(values, (0, 0), sigma, borderType=cv2.BORDER_REFLECT), dtype=np.float32)
    factor = sigma / 3.0
    height, width = values.shape[:2]
    small = cv2.resize(
        values, (max(int(width / factor), 2), max(int(height / factor), 2)), interpolation=cv2.INTER_AREA
    )
    soft = cv2.GaussianBlur(small, (0, 0), 3.0, borderType=cv2.BORDER_REFLECT)
    return np.asarray(cv2.resize(soft, (width, height), interpolation=cv2.INTER_CUBIC), dtype=np.float32)

"""Footprints of defects as shares of pixels: strokes of varying width, branching walks, ragged patches.

Points are (x, y) in pixels of the photo. What a footprint does to the surface is left to `defects`.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.results import FloatMap
from inference.synthesis.noise import draw_fractal_noise, step_smoothly

Points = NDArray[np.float64]
OVERSAMPLING = 4
TURN_PER_STEP = 0.32
"""Spread of a crack's change of direction per step, radians."""


@dataclass(frozen=True)
class Stroke:
    """A path (N, 2) with its half width at every point (N,), in pixels."""

    points: Points
    half_widths: NDArray[np.float64]


def walk(start: Points, heading: float, length: float, step: float, rng: np.random.Generator) -> Points:
    """Return a wandering path that keeps to its first heading on the whole, as cracks do under load."""
    count = max(int(length / step), 3)
    bends = np.zeros(count)
    for index in range(1, count):
        bends[index] = 0.72 * bends[index - 1] + rng.normal(0.0, TURN_PER_STEP)
    steps = step * np.column_stack([np.cos(heading + bends), np.sin(heading + bends)])
    return np.asarray(start + np.vstack([np.zeros((1, 2)), np.cumsum(steps, axis=0)]))


def grow_crack(
    start: Points, heading: float, length: float, half_width: float, rng: np.random.Generator
) -> list[Stroke]:
    """Return a crack and its branches; widths taper to the tips and vary on the way."""
    points = walk(start, heading, length, max(length / 60.0, 1.2), rng)
    strokes = [Stroke(points, taper(len(points), half_width, rng))]
    for _ in range(int(rng.integers(1, 4))):
        knot = int(rng.integers(len(points) // 5, max(4 * len(points) // 5, len(points) // 5 + 1)))
        side = heading + float(rng.choice([-1, 1]) * rng.uniform(0.35, 1.0))
        branch = walk(points[knot], side, length * rng.uniform(0.12, 0.4), max(length / 60.0, 1.2), rng)
        strokes.append(Stroke(branch, taper(len(branch), 0.6 * half_width, rng, opens=False)))
    return strokes


def taper(count: int, half_width: float, rng: np.random.Generator, *, opens: bool = True) -> NDArray[np.float64]:
    """Return half widths that run out at the end (and, with `opens`, at the start), uneven on the way."""
    along = np.linspace(0.0, 1.0, count)
    envelope = np.minimum(1.0, (1.0 - along) * 2.5)
    if opens:
        envelope = np.minimum(envelope, along * 5.0 + 0.25)
    uneven = 1.0 + 0.35 * np.interp(along, np.linspace(0, 1, 12), rng.standard_normal(12))
    return np.asarray(half_width * envelope * np.clip(uneven, 0.35, 1.8))


def bend_line(start: Points, heading: float, length: float, bow: float) -> Points:
    """Return a smooth arc of 48 points; `bow` is its sagitta as a share of its length."""
    along = np.linspace(-0.5, 0.5, 48)
    x, y = along * length, bow * length * (1.0 - 4.0 * along**2)
    across = x * np.cos(heading) - y * np.sin(heading)
    down = x * np.sin(heading) + y * np.cos(heading)
    return np.asarray(start + np.column_stack([across, down]))


def curl_fibre(start: Points, length: float, rng: np.random.Generator) -> Points:
    """Return the path of a hair or textile fibre: its curvature changes slowly."""
    count = 90
    curvature = np.interp(np.linspace(0, 1, count), np.linspace(0, 1, 6), rng.normal(0.0, 5.5, 6)) / count
    heading = rng.uniform(0, 2 * np.pi) + np.cumsum(curvature)
    steps = length / count * np.column_stack([np.cos(heading), np.sin(heading)])
    path = np.cumsum(steps, axis=0)
    return np.asarray(start + path - path.mean(axis=0))


def draw_strokes(shape: tuple[int, int], strokes: list[Stroke]) -> FloatMap:
    """Return the share of each pixel under any stroke, float32 (H, W); thin strokes cover pixels in part."""
    everything = np.vstack([stroke.points for stroke in strokes])
    margin = 3.0 + max(float(stroke.half_widths.max()) for stroke in strokes)
    low = np.clip(np.floor(everything.min(axis=0) - margin), 0, (shape[1] - 1, shape[0] - 1)).astype(int)
    high = np.clip(np.ceil(everything.max(axis=0) + margin), low + 1, (shape[1], shape[0])).astype(int)
    width, height = high - low
    canvas = np.zeros((height * OVERSAMPLING, width * OVERSAMPLING), dtype=np.uint8)
    for stroke in strokes:
        draw_stroke(canvas, Stroke((stroke.points - low) * OVERSAMPLING, stroke.half_widths * OVERSAMPLING))
    share = np.zeros(shape, dtype=np.float32)
    small = cv2.resize(canvas, (int(width), int(height)), interpolation=cv2.INTER_AREA)
    share[low[1] : high[1], low[0] : high[0]] = small.astype(np.float32) / 255.0
    return share


def draw_stroke(canvas: NDArray[np.uint8], stroke: Stroke) -> None:
    """Paint one stroke onto an oversampled canvas, as links that are each as thick as the stroke is there."""
    for index in range(len(stroke.points) - 1):
        start, end = (tuple(round(value) for value in stroke.points[index + offset]) for offset in (0, 1))
        cv2.line(canvas, start, end, 255, max(round(2 * float(stroke.half_widths[index])), 1))


def draw_patch(
    shape: tuple[int, int], middle: Points, radius: float, raggedness: float, rng: np.random.Generator
) -> FloatMap:
    """Return a field that is 1 in the middle of an irregular patch, 0.5 on its outline and falls off outwards.

    `raggedness` 0 is a disc; 1 is torn into islands.
    """
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    distance = np.hypot(x - np.float32(middle[0]), y - np.float32(middle[1])) / np.float32(radius)
    wobble = draw_fractal_noise(shape, max(0.9 * radius, 3.0), rng, octaves=5) * np.float32(0.45 * raggedness)
    return np.asarray(
        np.clip(1.0 - 0.5 * distance + wobble * step_smoothly(distance, 3.0, 0.8), 0.0, 1.0), dtype=np.float32
    )

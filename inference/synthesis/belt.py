"""The conveyor belt under the parts: rubbered fabric that has been in use.

It moves on from part to part, so no two photos show the same piece of it.
"""

from __future__ import annotations

import cv2
import numpy as np

from inference.synthesis.camera import View
from inference.synthesis.noise import draw_fractal_noise, draw_noise, step_smoothly
from inference.synthesis.surfaces import Material, Surface, coat, darken, raise_by, spread


def lay_belt(view: View, rubber_coat: Material, rng: np.random.Generator) -> Surface:
    """Return a belt of one colour with scuffs along its travel, which is across the photo, dust and old stains."""
    scale = view.scale
    y, x = np.mgrid[0 : view.shape[0], 0 : view.shape[1]].astype(np.float32)
    pitch = np.float32(2 * np.pi / (0.019 * scale))
    drift = draw_noise(view.shape, 0.3 * scale, rng) * 0.5
    offset = rng.uniform(0, 6.28, 2)
    weave = np.sin(x * pitch + offset[0] + drift) * np.sin(y * pitch + offset[1] - drift)
    rubber = draw_fractal_noise(view.shape, 0.03 * scale, rng, octaves=4)
    scuffs = np.maximum(draw_noise(view.shape, (0.012 * scale, 0.9 * scale), rng) - 1.3, 0.0)
    scuffs *= step_smoothly(draw_noise(view.shape, 0.16 * scale, rng), -0.4, 1.0)
    stains = step_smoothly(draw_fractal_noise(view.shape, 0.7 * scale, rng), 0.6, 2.0)
    belt = spread(rubber_coat, view.shape)
    belt = raise_by(belt, (0.0013 * weave + 0.0011 * rubber) * np.float32(scale))
    belt = darken(belt, (1.0 + 0.05 * weave + 0.05 * rubber + 0.14 * scuffs) * (1.0 - 0.13 * stains))
    return strew_dust(belt, view, rng)


def strew_dust(surface: Surface, view: View, rng: np.random.Generator) -> Surface:
    """Return the surface with small pale grains and lint."""
    canvas = np.zeros(view.shape, dtype=np.uint8)
    unit = view.scale / 420.0
    for _ in range(int(rng.integers(70, 130))):
        spot = (int(rng.uniform(0, view.shape[1]) * 16), int(rng.uniform(0, view.shape[0]) * 16))
        size = max(int(rng.exponential(0.9 * unit) * 16), 4)
        cv2.circle(canvas, spot, size, int(rng.integers(40, 190)), -1, cv2.LINE_AA, 4)
    grains = Material(diffuse=(0.26, 0.25, 0.23), gloss=0.02, along=0.5, across=0.5)
    return coat(surface, grains, canvas.astype(np.float32) / 255.0)

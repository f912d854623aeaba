"""The leather: a dyed and finished hide with its pebbled grain; it fills the photo."""

from __future__ import annotations

import cv2
import numpy as np

from inference.results import FloatMap
from inference.synthesis.camera import View
from inference.synthesis.noise import blur, draw_fractal_noise, draw_noise, open_stream, step_smoothly
from inference.synthesis.surfaces import Material, Scene, darken, keep_off_frame, raise_by, spread

HIDE = Material(diffuse=(0.105, 0.044, 0.022), gloss=0.050, along=0.24, across=0.24)
PEBBLE = 0.036
"""Distance between neighbouring pebbles, in half short sides of the photo."""


def build_leather(view: View, seed: int, omitted: int | None = None) -> Scene:
    """Return a piece of hide; every seed is another piece of it, and it has no feature to omit."""
    rng = open_stream(seed, "hide")
    pebbles = shape_pebbles(view, rng)
    folds = draw_fractal_noise(view.shape, 0.5 * view.scale, rng, octaves=3)
    fine = draw_fractal_noise(view.shape, 0.012 * view.scale, rng, octaves=3)
    hide = spread(HIDE, view.shape)
    relief = 0.010 * pebbles + 0.005 * folds + 0.00045 * fine
    hide = raise_by(hide, relief.astype(np.float32) * np.float32(view.scale))
    worn = step_smoothly(pebbles, 0.3, 1.1)
    hide = darken(hide, (0.50 + 0.55 * worn) * (1.0 + 0.05 * folds + 0.035 * fine))
    return Scene(hide, np.ones(view.shape, dtype=np.float32), None, keep_off_frame(view.shape), view.scale)


def shape_pebbles(view: View, rng: np.random.Generator) -> FloatMap:
    """Return the height of the grain, about 0 in its creases to 1 on its pebbles, which differ in size and height."""
    cells, count = scatter_cells(view.shape, PEBBLE * view.scale, rng)
    ridge = cv2.morphologyEx(cells, cv2.MORPH_GRADIENT, np.ones((2, 2), np.uint8)) == 0
    # Photos of a few pixels have no crease between pebbles, and then OpenCV's distance to one is the largest float.
    inward = np.minimum(cv2.distanceTransform(ridge.astype(np.uint8), cv2.DIST_L2, 5), np.float32(view.scale))
    domes = 1.0 - np.exp(-inward / np.float32(0.16 * PEBBLE * view.scale))
    heights = rng.uniform(0.72, 1.08, count).astype(np.float32)[cells.astype(np.intp)]
    stretch = draw_noise(view.shape, 0.22 * view.scale, rng)
    return blur(np.asarray(domes * heights * (1.0 + 0.12 * stretch), dtype=np.float32), 0.09 * PEBBLE * view.scale)


def scatter_cells(shape: tuple[int, int], spacing: float, rng: np.random.Generator) -> tuple[FloatMap, int]:
    """Return the number of the cell every pixel belongs to (Voronoi cells of a jittered lattice), and how many."""
    rows, columns = int(shape[0] / spacing) + 2, int(shape[1] / spacing) + 2
    row, column = np.mgrid[0:rows, 0:columns].astype(np.float32)
    row = (row + 0.5 * (np.arange(columns) % 2) + rng.uniform(-0.42, 0.42, row.shape)) * spacing
    column = (column + rng.uniform(-0.42, 0.42, column.shape)) * spacing
    empty = np.full(shape, 255, dtype=np.uint8)
    empty[np.clip(row, 0, shape[0] - 1).astype(int), np.clip(column, 0, shape[1] - 1).astype(int)] = 0
    _, labels = cv2.distanceTransformWithLabels(empty, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_CCOMP)
    shift_x, shift_y = (
        draw_fractal_noise(shape, spacing, rng, octaves=2) * np.float32(0.13 * spacing) for _ in range(2)
    )
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    bent = cv2.remap(
        labels.astype(np.float32), x + shift_x, y + shift_y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(bent, dtype=np.float32), int(labels.max()) + 1

"""The fixed colour scale of the heat, tied to the limit: the same in pictures, reports and on the screen.

Colours run from yellow over orange to purple with falling lightness: the order survives every common colour blindness
and grey printing. What is drawn with them is left to `rendering` and to the window.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from inference.results import FloatMap

HEAT_FROM, HEAT_FULL = 0.7, 2.0
"""Anomaly values, in units of the limit, where the heat begins to show and where it has its full colour."""

LEVELS = 256

_ANCHORS = ((0.0, (255, 222, 60)), (0.23, (255, 170, 20)), (0.6, (240, 75, 80)), (1.0, (190, 10, 140)))
"""Position between `HEAT_FROM` and `HEAT_FULL`, and RGB colour; 0.23 is the limit itself."""

_ALPHAS = ((0.0, 0.0), (0.23, 0.36), (1.0, 0.52))
"""Position and opacity: the photo shows through even where the heat is full."""


def heat_levels(values: FloatMap) -> NDArray[np.uint8]:
    """Return the heat level of each anomaly value, same shape; 0 does not show, 255 is full."""
    scale = (LEVELS - 1) / (HEAT_FULL - HEAT_FROM)
    levels = (np.clip(values, HEAT_FROM, HEAT_FULL) - np.float32(HEAT_FROM)) * np.float32(scale)
    np.rint(levels, out=levels)
    return levels.astype(np.uint8)


@cache
def heat_table() -> NDArray[np.float32]:
    """Return colours times opacity, and opacity, all 0 to 1: float32 (256, 4), RGBA by heat level. Do not change it."""
    at = np.linspace(0, 1, LEVELS)
    places = [place for place, _ in _ANCHORS]
    colours = np.stack([np.interp(at, places, [rgb[i] for _, rgb in _ANCHORS]) for i in range(3)], axis=-1)
    alpha = np.interp(at, [place for place, _ in _ALPHAS], [opacity for _, opacity in _ALPHAS])[:, None]
    return np.concatenate([colours * alpha / 255, alpha], axis=-1).astype(np.float32)

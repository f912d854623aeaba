"""From the neighbourhood a line was found in to the line itself: where it is at least half as deep as at its deepest.

Filters that see faint lines average over many pixels and so mark a band around a line; its own pixels decide how wide
it is (the width at half maximum).
"""

from __future__ import annotations

import cv2
import numpy as np

from inference.highlighter.contrast import measure_noise
from inference.highlighter.lines import Sign
from inference.results import FloatMap

SURROUNDINGS = 10.0
"""Sigma in pixels of what counts as a line's surroundings."""
GRAIN = 1.0
"""Sigma in pixels over which grain is averaged."""
NEARBY = 13
"""Pixels within which a line's deepest place is looked for."""

CLEAR = 4.0
"""Times the usual depth of the grain that a whole line is deep; grain beside it then stays under half."""


def measure_depth_share(grey: FloatMap, sign: Sign) -> FloatMap:
    """Return 0 to 1, float32 (H, W): how deep each pixel is, as a share of the deepest nearby."""
    difference = cv2.GaussianBlur(grey, (0, 0), SURROUNDINGS) - cv2.GaussianBlur(grey, (0, 0), GRAIN)
    depth = np.abs(difference) if sign is Sign.BOTH else np.maximum(difference * sign.value, 0)
    deepest = cv2.dilate(np.asarray(depth, np.float32), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (NEARBY, NEARBY)))
    grain = measure_noise(np.asarray(np.abs(difference), np.float32))
    return np.asarray(depth / np.maximum(deepest, CLEAR * grain), np.float32)

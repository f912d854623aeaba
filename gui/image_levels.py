"""Brightness and contrast of a photo on the screen: which samples become black and which white. No Qt.

Only the picture on the screen changes, never the photo, the record or what the detector sees.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gui.image_pyramid import Pixels

DARKEST_SHARE, BRIGHTEST_SHARE = 0.5, 99.5
"""Percentiles of the samples that automatic levels turn black and white."""
_LOOKED_AT = 400
"""Samples along the shorter side that are looked at."""


@dataclass(frozen=True)
class Levels:
    """How samples become brightness; `brightness` and `contrast` are what a person set, -100 to 100."""

    low: float = 0.0
    """Sample that is black before brightness and contrast."""
    high: float = 255.0
    """Sample that is white."""
    brightness: int = 0
    contrast: int = 0

    def is_plain(self, top: int) -> bool:
        """Return whether samples of 0 to `top` are shown as they are."""
        return self == Levels(0.0, float(top))


def find_top(samples: Pixels) -> int:
    """Return the sample that counts as white: 255, or the largest of the depth that 16-bit samples make use of."""
    if samples.dtype == np.uint8:
        return 255
    largest = int(samples.max()) if samples.size else 0
    return next(2**depth - 1 for depth in (8, 10, 12, 14, 16) if largest < 2**depth)


def find_levels(samples: Pixels, brightness: int = 0, contrast: int = 0) -> Levels:
    """Return levels that spread what there is over the whole range; looks at a share of the samples only."""
    step = max(1, min(samples.shape[:2]) // _LOOKED_AT)
    low, high = np.percentile(samples[::step, ::step], (DARKEST_SHARE, BRIGHTEST_SHARE))
    return Levels(float(low), float(max(high, low + 1.0)), brightness, contrast)


def make_table(levels: Levels, depth: int) -> NDArray[np.uint8]:
    """Return uint8 (2**depth): the brightness of each sample of 8 or 16 bits."""
    shares = (np.arange(2**depth, dtype=np.float32) - levels.low) / (levels.high - levels.low)
    slope = (100 + levels.contrast) / (100 - min(levels.contrast, 99))
    turned = (shares - 0.5) * slope + 0.5 + levels.brightness / 100
    return np.rint(np.clip(turned, 0.0, 1.0) * 255).astype(np.uint8)


def apply_levels(samples: Pixels, table: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return samples of 8 or 16 bits as brightness, same shape."""
    if samples.dtype == np.uint8:
        return np.asarray(cv2.LUT(samples, table), np.uint8)
    return np.asarray(table[samples], np.uint8)

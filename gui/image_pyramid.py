"""A picture at halving sizes, so that a photo of 100 megapixels is drawn from as many pixels as the screen has.

The sizes are made strip by strip, between two paintings of the window, which therefore never waits; until they are
there, pixels are picked from the picture itself. No Qt: what is drawn with the pixels is left to others.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import floor, log2
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[Any]
"""uint8, uint16 or float32, (H, W) or (H, W, 3)."""
Matrix = NDArray[np.float64]
"""(2, 3): screen = matrix . (x, y, 1), both with the corner of the first pixel at 0, 0."""
Keep = Literal["mean", "largest"]

SMALLEST_SIDE = 32
"""No smaller picture is made once the longer side is below this."""
STRIP_PIXELS = 2**20
"""Pixels of the larger picture halved in one step: a few milliseconds."""
SQUARES_FROM = 2.0
"""Screen pixels per pixel from which pixels are shown as the squares they are."""
_MARGIN = 2
_MOST_COPIED = 4
"""Pixels of the picture per pixel of the screen up to which a copy is made to read from."""
_SPARED: dict[Keep, float] = {"mean": 0.3, "largest": 0.99}
"""Which of two sizes is taken, in octaves; at 0 always the larger one, with up to two pixels per one of the screen.

Of the largest values none must fall between two pixels of the screen, so the smaller size is taken.
"""


class Pyramid:
    """A picture and its halved copies; `keep` says what one pixel says of the four below it."""

    def __init__(self, pixels: Pixels, keep: Keep = "mean") -> None:
        self._levels = [pixels]
        self._keep = keep

    @property
    def pixels(self) -> Pixels:
        """The picture itself."""
        return self._levels[0]

    @property
    def smallest(self) -> Pixels:
        """The smallest copy there is so far."""
        return self._levels[-1]

    @property
    def is_complete(self) -> bool:
        """Whether all copies are made."""
        return bool(max(self.smallest.shape[:2]) <= SMALLEST_SIDE)

    def build(self) -> Iterator[None]:
        """Make the halved copies; each step takes a few milliseconds."""
        while not self.is_complete:
            yield from self._halve()

    def read(self, matrix: Matrix, size: tuple[int, int]) -> Pixels:
        """Return the part that a screen of `size` (width, height) shows; beyond the edge its last pixels repeat.

        Colours come back with a fourth channel that means nothing: so they are moved in a third of the time.
        """
        level = self._choose(float(np.sqrt(abs(np.linalg.det(matrix[:, :2])))))
        pixels = self._levels[level]
        factor = 2.0**level
        turned = matrix.copy()
        turned[:, :2] *= factor
        left, top, right, bottom = _find_window(turned, size, pixels.shape)
        # OpenCV counts from the middle of a pixel, the screen from its corner.
        turned[:, 2] += turned[:, :2] @ np.array([left + 0.5, top + 0.5]) - 0.5
        is_coarse = np.abs(turned[:, :2]).max() >= SQUARES_FROM or _is_strongly_shrunk(turned)
        way = cv2.INTER_NEAREST if is_coarse else cv2.INTER_LINEAR
        # While the copies are being made the window may be the whole of a large photo; that must not be copied.
        window = _add_channel(pixels[top:bottom, left:right], most=_MOST_COPIED * size[0] * size[1])
        shown = cv2.warpAffine(window, turned, size, flags=way, borderMode=cv2.BORDER_REPLICATE)
        return _add_channel(shown)

    def _choose(self, scale: float) -> int:
        wanted = floor(log2(1.0 / max(scale, 1e-9)) + _SPARED[self._keep])
        return min(max(wanted, 0), len(self._levels) - 1)

    def _halve(self) -> Iterator[None]:
        larger = self.smallest
        height, width = larger.shape[:2]
        smaller = np.empty(((height + 1) // 2, (width + 1) // 2, *larger.shape[2:]), larger.dtype)
        rows = max(2, STRIP_PIXELS // max(width, 1) // 2 * 2)
        for top in range(0, height, rows):
            strip = _make_even(larger[top : top + rows])
            smaller[top // 2 : top // 2 + strip.shape[0] // 2] = _halve_strip(strip, self._keep)
            yield
        self._levels.append(smaller)


def _add_channel(pixels: Pixels, most: int | None = None) -> Pixels:
    """Give colours a fourth channel, unless there are more than `most` pixels."""
    is_large = most is not None and pixels.shape[0] * pixels.shape[1] > most
    if pixels.ndim == 2 or pixels.shape[2] == 4 or is_large:
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2RGBA))


def _is_strongly_shrunk(matrix: Matrix) -> bool:
    """Return whether so many pixels fall on one of the screen that smoothing between two of them tells nothing."""
    return bool(np.sqrt(abs(np.linalg.det(matrix[:, :2]))) < 0.25)


def _find_window(matrix: Matrix, size: tuple[int, int], shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Return left, top, right, bottom of what the screen shows, at least one pixel and inside the picture."""
    width, height = size
    corners = np.array([(0, 0), (width, 0), (0, height), (width, height)], np.float64)
    there = (corners - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T
    low, high = np.floor(there.min(0)) - _MARGIN, np.ceil(there.max(0)) + _MARGIN
    left, right = _clip(low[0], high[0], shape[1])
    top, bottom = _clip(low[1], high[1], shape[0])
    return left, top, right, bottom


def _clip(low: float, high: float, length: int) -> tuple[int, int]:
    start = int(min(max(low, 0), length - 1))
    return start, int(max(min(high, length), start + 1))


def _make_even(strip: Pixels) -> Pixels:
    height, width = strip.shape[:2]
    if height % 2 == 0 and width % 2 == 0:
        return strip
    return np.asarray(cv2.copyMakeBorder(strip, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE))


def _halve_strip(strip: Pixels, keep: Keep) -> Pixels:
    if keep == "mean":
        half = (strip.shape[1] // 2, strip.shape[0] // 2)
        return np.asarray(cv2.resize(strip, half, interpolation=cv2.INTER_AREA))
    rows = np.maximum(strip[::2], strip[1::2])
    return np.asarray(np.maximum(rows[:, ::2], rows[:, 1::2]))

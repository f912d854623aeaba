"""Regions of what was found: one for each piece, however often grain interrupts its mask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.regions import name_place
from inference.results import FloatMap, Mask, Region

_DIGITS = 4


def outline_pieces(
    strength: FloatMap, labels: NDArray[np.int32], numbers: Sequence[int], least_area_px: int, label: str
) -> tuple[Mask, tuple[Region, ...]]:
    """Return the mask, uint8 (H, W), and the regions of the pieces of these numbers, in their order.

    `strength` is float32 (H, W), at or above 1.0 where a pixel belongs to a piece; `labels` may be of another size.
    """
    height, width = strength.shape
    if labels.shape != strength.shape:
        enlarged = cv2.resize(labels.astype(np.float32), (width, height), interpolation=cv2.INTER_NEAREST)
        labels = np.asarray(enlarged, np.int32)
    mask = np.zeros((height, width), np.uint8)
    marked = np.where(strength >= 1.0, labels, 0)
    regions = tuple(_describe(strength, marked, mask, numbers, least_area_px, label))
    return mask, regions


def _describe(
    strength: FloatMap,
    marked: NDArray[np.int32],
    mask: Mask,
    numbers: Sequence[int],
    least_area_px: int,
    label: str,
) -> Iterator[Region]:
    """Yield a region for each piece that is large enough, and enter it in the mask."""
    height, width = mask.shape
    for number in numbers:
        rows, columns = np.nonzero(marked == number)
        if len(rows) < least_area_px:
            continue
        mask[rows, columns] = 255
        values = strength[rows, columns].astype(np.float64)
        left, top = int(columns.min()), int(rows.min())
        place = name_place(
            float(np.average(columns, weights=values)), float(np.average(rows, weights=values)), width, height
        )
        size = (int(columns.max()) - left + 1, int(rows.max()) - top + 1)
        peak, mean = round(float(values.max()), _DIGITS), round(float(values.mean()), _DIGITS)
        yield Region(left, top, *size, len(rows), peak, mean, place, label)

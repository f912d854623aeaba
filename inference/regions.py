"""Turns an anomaly map into a mask and its regions, each with box, area, peak, mean and its place in words.

How the map is made and where its level lies is left to `detector`; what regions look like to `rendering`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.results import FloatMap, Mask, Region

PLACES = (
    ("top left", "top", "top right"),
    ("left", "center", "right"),
    ("bottom left", "bottom", "bottom right"),
)
"""The words of AnomalyGPT's 3 x 3 grid (Gu et al. 2024, section 3.4), by row and column."""

CORE_SHARE = 0.5
"""Share of its region's peak from which a pixel belongs to the region."""

_CONNECTIVITY = 8
"""Pixels touching at a corner belong together: a crack one pixel wide stays one region."""

_DIGITS = 4
"""Decimals of a region's peak and mean: more would be noise, and reports print what was recorded."""

_PIXELS_AT_ONCE = 2**20
"""Labels are read in strips of about this many pixels; a map wholly above the level would else need gigabytes."""

_Labels = NDArray[np.int32]


def outline_regions(anomaly_map: FloatMap, level: float, min_area_px: int) -> tuple[Mask, tuple[Region, ...]]:
    """Cut an anomaly map at `level` into regions.

    Returns the mask, uint8 (H, W) of 0 and 255: every pixel with map >= level except components (8-connected) of fewer
    than `min_area_px` pixels; and its regions, largest peak first, equal peaks from top to bottom. The map is float32
    (H, W), finite; `level` is in its unit and above 0.
    """
    if level <= 0:
        raise ValueError(f"level {level} is not above 0, so anomaly values cannot weigh a region's centre")
    mask = (anomaly_map >= level).view(np.uint8) * np.uint8(255)
    left, top, width, height = cv2.boundingRect(mask)
    # Labelling costs more than all the rest, and most maps are above the level in a small part only, or nowhere.
    if not width:
        return mask, ()
    window = (slice(top, top + height), slice(left, left + width))
    labels = cast("_Labels", cv2.connectedComponents(mask[window], connectivity=_CONNECTIVITY, ltype=cv2.CV_32S)[1])
    tally = _Tally(anomaly_map[window], labels)
    kept = tally.areas >= max(min_area_px, 1)
    if not kept[1:].all():
        _remove_components(mask[window], labels, kept)
    regions = [tally.describe(int(label), left, top, anomaly_map.shape) for label in np.flatnonzero(kept)]
    return mask, tuple(sorted(regions, key=_order))


def keep_cores(anomaly_map: FloatMap, level: float) -> FloatMap:
    """Take away the slopes around each peak: a copy of the map that is 0 where it is below half its region's peak.

    A map is as blurred as the tokens it comes from; the width at half maximum is nearest to the defect's own (on our
    development photos it raised the overlap with the true masks everywhere, see `docs/ablation.md`).
    """
    above = (anomaly_map >= level).astype(np.uint8)
    count, labels = cv2.connectedComponents(above, connectivity=_CONNECTIVITY, ltype=cv2.CV_32S)
    if count == 1:
        return anomaly_map
    inside = np.flatnonzero(labels)
    label, values = cast("_Labels", labels).ravel()[inside], anomaly_map.ravel()[inside]
    peaks = np.zeros(count, np.float32)
    np.maximum.at(peaks, label, values)
    cores = np.zeros_like(anomaly_map)
    cores.ravel()[inside] = np.where(values >= CORE_SHARE * peaks[label], values, 0.0)
    return cores


def name_place(x: float, y: float, width: int, height: int) -> str:
    """Name the cell of the 3 x 3 grid a point lies in; x and y count pixels from the top left pixel's centre."""
    column, row = (min(max(int(3 * (at + 0.5) / size), 0), 2) for at, size in ((x, width), (y, height)))
    return PLACES[row][column]


class _Tally:
    """Areas, sums, peaks and boxes of all components, each an array indexed by label; label 0 is left at zero."""

    def __init__(self, anomaly_map: FloatMap, labels: _Labels) -> None:
        count = int(labels.max()) + 1
        self.areas = np.zeros(count, np.int64)
        self._sums = np.zeros((3, count))
        """Sums of the values, and of the values times x and times y."""
        self._peaks = np.zeros(count)
        self._first = np.full((2, count), max(labels.shape))
        self._last = np.full((2, count), -1)
        for top, strip in _cut_strips(labels):
            self._add(anomaly_map[top : top + len(strip)], strip, top)

    def _add(self, anomaly_map: FloatMap, labels: _Labels, top: int) -> None:
        inside = np.flatnonzero(labels)
        label = labels.ravel()[inside]
        y, x = np.divmod(inside, labels.shape[1])
        values = anomaly_map[y, x].astype(np.float64)
        y += top
        self.areas += np.bincount(label, minlength=len(self.areas))
        for row, weights in enumerate((values, values * x, values * y)):
            self._sums[row] += np.bincount(label, weights, len(self.areas))
        np.maximum.at(self._peaks, label, values)
        for axis, at in enumerate((x, y)):
            np.minimum.at(self._first[axis], label, at)
            np.maximum.at(self._last[axis], label, at)

    def describe(self, label: int, left: int, top: int, shape: tuple[int, ...]) -> Region:
        """Return a component as a region of the whole photo of `shape`; the labels' window starts at (left, top)."""
        (x, y), (last_x, last_y) = self._first[:, label].tolist(), self._last[:, label].tolist()
        total, sum_x, sum_y = self._sums[:, label].tolist()
        area = int(self.areas[label])
        place = name_place(left + sum_x / total, top + sum_y / total, shape[1], shape[0])
        size = (last_x - x + 1, last_y - y + 1)
        peak, mean = round(float(self._peaks[label]), _DIGITS), round(total / area, _DIGITS)
        return Region(left + x, top + y, *size, area, peak, mean, place)


def _cut_strips(labels: _Labels) -> Iterator[tuple[int, _Labels]]:
    """Yield the first row and the rows of each strip."""
    rows = max(_PIXELS_AT_ONCE // labels.shape[1], 1)
    for top in range(0, len(labels), rows):
        yield top, labels[top : top + rows]


def _remove_components(mask: Mask, labels: _Labels, kept: NDArray[np.bool_]) -> None:
    """Set the pixels of all components that are not kept to 0, in place."""
    lookup = kept.astype(np.uint8) * np.uint8(255)
    for top, strip in _cut_strips(labels):
        mask[top : top + len(strip)] = lookup[strip]


def _order(region: Region) -> tuple[float, ...]:
    """Sort by peak; the rest only makes the order of equal peaks the same on every machine."""
    return -region.peak, region.y, region.x, -region.area_px, region.width, region.height, -region.mean

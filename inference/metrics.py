"""Measures of how well scores and anomaly maps tell defects from good parts, in numpy.

One `Ranking` holds, for every distinct value from high to low, how many defects and how many good ones have it; each
measure is one equation over it. `PixelRanking` gathers the same over the pixels of many maps without keeping the maps.
Undefined measures (only good parts, only defects) are nan. Reading files and printing tables is left to the caller.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from inference.results import FloatMap, Mask

EXACT_PIXELS = 24_000_000
"""Up to this many pixels, a `PixelRanking` is exact; it then takes about 1 GB for a moment."""

_KEPT_BITS = 22
"""Bits of a float32 that tell values apart beyond `EXACT_PIXELS`: sign, exponent and 13 of 23 bits of the fraction."""

_Counts = NDArray[np.float64]


@dataclass(frozen=True)
class Ranking:
    """Distinct values in falling order with what has exactly that value; all arrays are (n,)."""

    values: NDArray[np.float64]
    defects: _Counts
    goods: _Counts
    overlap: _Counts
    """Share of a true region that a pixel of it is, 1 / area, summed and divided by the number of regions."""

    def auroc(self) -> float:
        """Area under the receiver operating curve: P(defect > good) + P(equal) / 2 (Hanley and McNeil 1982)."""
        pairs = self.defects.sum() * self.goods.sum()
        if not pairs:
            return float("nan")
        lower = self.goods.sum() - np.cumsum(self.goods)
        return float(np.sum(self.defects * (lower + self.goods / 2)) / pairs)

    def average_precision(self) -> float:
        """Sum of precision times gain in recall over the distinct values, without interpolation (as scikit-learn)."""
        found = np.cumsum(self.defects)
        if not len(found) or not found[-1]:
            return float("nan")
        precision = found / (found + np.cumsum(self.goods))
        return float(np.sum(precision * self.defects) / found[-1])

    def f1_max(self) -> tuple[float, float]:
        """Return the largest F1 = 2 TP / (2 TP + FP + FN) and the highest value at or above which it is reached."""
        found = np.cumsum(self.defects)
        if not len(found) or not found[-1]:
            return float("nan"), float("nan")
        f1 = 2 * found / (found + np.cumsum(self.goods) + found[-1])
        best = int(np.argmax(f1))
        return float(f1[best]), float(self.values[best])

    def aupro(self, fpr_limit: float = 0.3) -> float:
        """Area under the per-region overlap up to a false positive rate, divided by that rate: 0 to 1.

        Bergmann et al., "The MVTec Anomaly Detection Dataset", IJCV 2021, section 5: at each value, the mean over all
        true regions of the share found, against the share of good pixels (of all photos) found; trapezoids, the last
        one cut at `fpr_limit`.
        """
        if not self.goods.sum() or not self.overlap.sum():
            return float("nan")
        rates = np.concatenate([[0.0], np.cumsum(self.goods) / self.goods.sum()])
        overlaps = np.concatenate([[0.0], np.cumsum(self.overlap)])
        inside = int(np.searchsorted(rates, fpr_limit, side="right"))
        at_limit = np.interp(fpr_limit, rates, overlaps)
        rates = np.append(rates[:inside], fpr_limit)
        overlaps = np.append(overlaps[:inside], at_limit)
        return float(np.trapezoid(overlaps, rates) / fpr_limit)


def rank(labels: ArrayLike, scores: ArrayLike) -> Ranking:
    """Rank scores (n,) with labels (n,), true or 1 for a defect. Raises `ValueError` on unequal lengths or nan."""
    is_defect, values = np.asarray(labels).astype(bool).ravel(), np.asarray(scores, np.float64).ravel()
    if len(is_defect) != len(values):
        raise ValueError(f"{len(is_defect)} labels for {len(values)} scores")
    if np.isnan(values).any():
        raise ValueError("a score is nan")
    distinct, index = np.unique(-values, return_inverse=True)
    defects = np.bincount(index[is_defect], minlength=len(distinct)).astype(np.float64)
    goods = np.bincount(index[~is_defect], minlength=len(distinct)).astype(np.float64)
    return Ranking(-distinct, defects, goods, np.zeros(len(distinct)))


def auroc(labels: ArrayLike, scores: ArrayLike) -> float:
    """See `Ranking.auroc`; labels (n,) true or 1 for a defect, scores (n,)."""
    return rank(labels, scores).auroc()


def average_precision(labels: ArrayLike, scores: ArrayLike) -> float:
    """See `Ranking.average_precision`; labels (n,) true or 1 for a defect, scores (n,)."""
    return rank(labels, scores).average_precision()


def f1_max(labels: ArrayLike, scores: ArrayLike) -> tuple[float, float]:
    """See `Ranking.f1_max`; labels (n,) true or 1 for a defect, scores (n,)."""
    return rank(labels, scores).f1_max()


def aupro(maps: Iterable[FloatMap], masks: Iterable[Mask], fpr_limit: float = 0.3) -> float:
    """See `Ranking.aupro`; maps float32 (H, W) and true masks uint8 (H, W), above 0 where defective."""
    ranking = PixelRanking()
    for anomaly_map, mask in zip(maps, masks, strict=True):
        ranking.add(anomaly_map, mask)
    return ranking.rank().aupro(fpr_limit)


def clopper_pearson(count: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """Return the exact two-sided interval of a share, `count` of `total` (Clopper and Pearson, Biometrika 1934).

    The bounds are quantiles of beta distributions: B(a/2; k, n - k + 1) and B(1 - a/2; k + 1, n - k).
    """
    if not 0 <= count <= total or total == 0:
        raise ValueError(f"{count} of {total} is no share")
    tail = (1 - confidence) / 2
    low = special.betaincinv(count, total - count + 1, tail) if count else 0.0
    high = special.betaincinv(count + 1, total - count, 1 - tail) if count < total else 1.0
    return float(low), float(high)


class PixelRanking:
    """Gathers the pixels of many maps and masks, one pair at a time, for the measures of `Ranking`.

    Exact up to `exact_pixels`. Beyond that, values that agree in the first 22 bits of their float32 (a relative
    difference under 1.3e-4) count as equal, and memory stays at about 100 MB however many maps follow.
    """

    def __init__(self, exact_pixels: int = EXACT_PIXELS) -> None:
        self._exact_pixels = exact_pixels
        self._pixels = 0
        self._regions = 0
        self._chunks = [(np.empty(0, np.uint32), np.empty(0, np.float32))]
        """Sort keys, and for each pixel 0 (good) or the area of its true region."""
        self._bins: NDArray[np.float64] | None = None
        """(3, 2**22): defects, goods and overlap by the first bits of the key."""

    def add(self, anomaly_map: FloatMap, mask: Mask) -> None:
        """Add a map, float32 (H, W), and its true mask, (H, W), above 0 where defective. Raises `ValueError`."""
        if anomaly_map.shape != mask.shape:
            raise ValueError(f"map {anomaly_map.shape} and mask {mask.shape} differ in size")
        if np.isnan(anomaly_map).any():
            raise ValueError("a map holds nan")
        areas, regions = _measure_true_regions(mask)
        self._regions += regions
        self._pixels += anomaly_map.size
        self._chunks.append((_to_keys(anomaly_map.ravel()), areas.ravel()))
        if self._pixels > self._exact_pixels:
            self._collapse()

    def rank(self) -> Ranking:
        """Return the ranking of all pixels added so far; more may be added afterwards."""
        if self._bins is None:
            keys, areas = (np.concatenate(parts) for parts in zip(*self._chunks, strict=True))
            distinct, index = np.unique(keys, return_inverse=True)
            return self._build(_from_keys(distinct), _count(index, areas, len(distinct)))
        used = np.flatnonzero(self._bins[:2].any(axis=0))
        return self._build(_from_keys((used << (32 - _KEPT_BITS)).astype(np.uint32)), self._bins[:, used])

    def _collapse(self) -> None:
        if self._bins is None:
            self._bins = np.zeros((3, 2**_KEPT_BITS))
        for keys, areas in self._chunks:
            self._bins += _count(keys >> (32 - _KEPT_BITS), areas, 2**_KEPT_BITS)
        self._chunks.clear()

    def _build(self, values: FloatMap, counts: _Counts) -> Ranking:
        defects, goods, overlap = counts[:, ::-1]
        return Ranking(values[::-1].astype(np.float64), defects, goods, overlap / max(self._regions, 1))


def _count(index: NDArray[Any], areas: NDArray[np.float32], length: int) -> _Counts:
    """Return (3, length): defects, goods and sums of 1 / area by index."""
    inside = areas > 0
    found, shares = index[inside], 1 / areas[inside].astype(np.float64)
    goods = np.bincount(index[~inside], minlength=length)
    return np.stack([np.bincount(found, minlength=length), goods, np.bincount(found, shares, length)]).astype(
        np.float64
    )


def _measure_true_regions(mask: Mask) -> tuple[NDArray[np.float32], int]:
    """Return for each pixel 0 or the area of its 8-connected region, float32 (H, W), and the number of regions."""
    marked = (mask > 0).view(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(marked, connectivity=8)
    areas = stats[:, cv2.CC_STAT_AREA].astype(np.float32)
    areas[0] = 0
    return areas[labels], count - 1


def _to_keys(values: FloatMap) -> NDArray[np.uint32]:
    """Turn float32 into uint32 that sort alike: flip all bits of negative numbers, the sign bit of the others."""
    bits = np.ascontiguousarray(values + np.float32(0), np.float32).view(np.uint32)
    return np.where(bits >> 31, ~bits, bits | np.uint32(1 << 31))


def _from_keys(keys: NDArray[np.uint32]) -> FloatMap:
    return np.where(keys >> 31, keys & np.uint32((1 << 31) - 1), ~keys).astype(np.uint32).view(np.float32)

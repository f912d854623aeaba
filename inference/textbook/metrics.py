"""The two measures by hand: how well scores rank bad before good, and how well maps overlap defects."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import label

FloatArray = NDArray[np.float64]
EIGHT_NEIGHBOURS = np.ones((3, 3), int)


def auroc(scores: FloatArray, is_bad: NDArray[np.bool_]) -> float:
    """The chance that a bad one scores above a good one, ties half (Hanley and McNeil 1982)."""
    bad, good = scores[is_bad], scores[~is_bad]
    above = (bad[:, None] > good[None, :]).sum()  # (bad, good)
    equal = (bad[:, None] == good[None, :]).sum()
    return float((above + 0.5 * equal) / (len(bad) * len(good)))


def aupro(maps: Sequence[FloatArray], masks: Sequence[NDArray[np.bool_]], most_false: float = 0.3) -> float:
    """The area under the per-region overlap up to a share of false pixels (Bergmann et al. 2020, arXiv:1911.02357).

    For each threshold: the mean over connected defects of the share of their pixels above it, against the share of
    good pixels above it; the curve is cut at `most_false` and its area divided by it.
    """
    thresholds = np.unique(np.concatenate([each.ravel() for each in maps]))[::-1]  # from nothing to everything
    good = np.concatenate([each[~mask] for each, mask in zip(maps, masks, strict=True)])
    defects = [each[region] for each, mask in zip(maps, masks, strict=True) for region in _list_regions(mask)]
    false = np.array([0.0, *((good >= bound).mean() for bound in thresholds)])  # (T + 1,)
    overlap = np.array([0.0, *(np.mean([(defect >= bound).mean() for defect in defects]) for bound in thresholds)])
    kept = false < most_false
    last = np.interp(most_false, false, overlap)
    x, y = np.append(false[kept], most_false), np.append(overlap[kept], last)
    return float(np.trapezoid(y, x) / most_false)


def _list_regions(mask: NDArray[np.bool_]) -> list[NDArray[np.bool_]]:
    numbered, count = label(mask, EIGHT_NEIGHBOURS)
    return [numbered == number for number in range(1, count + 1)]

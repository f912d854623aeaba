"""Joining two witnesses: the anomaly map knows where a part differs from good ones, the evidence what it looks like."""

from __future__ import annotations

import cv2
import numpy as np

from inference.results import FloatMap

QUIET = 0.35
"""Anomaly, in units of the limit, below which evidence does not count at all."""
SURE = 0.9
"""Anomaly from which evidence counts whole: just below the limit, for the map is blurred and a crack is thin."""
REACH = 9
"""Pixels by which the map's tokens may miss a thin line."""


def weigh_by_map(evidence: FloatMap, anomaly_map: FloatMap) -> FloatMap:
    """Return the evidence (H, W) where the anomaly map (H, W; 1.0 is the limit) vouches for it."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (REACH, REACH))
    near = cv2.dilate(anomaly_map, kernel)
    trust = np.clip((near - QUIET) / (SURE - QUIET), 0, 1)
    return np.asarray(evidence * trust, np.float32)

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
MAP_WEIGHT = 5.0
"""Logits for each factor of e by which the anomaly lies over the limit, or under it.

More makes every word mean "something is different"; less lets texture pass. Set on the road and leather photos of the
development set, with one reference.
"""
LEAST_ANOMALY, MOST_ANOMALY = 1e-3, 2.7
"""What lies beyond says no more than these."""


def weigh_by_map(evidence: FloatMap, anomaly_map: FloatMap) -> FloatMap:
    """Return the evidence (H, W) where the anomaly map (H, W; 1.0 is the limit) vouches for it."""
    trust = np.clip((_look_near(anomaly_map) - QUIET) / (SURE - QUIET), 0, 1)
    return np.asarray(evidence * trust, np.float32)


def add_log_odds(logits: FloatMap, anomaly_map: FloatMap) -> FloatMap:
    """Return the logits (H, W) moved by the logarithm of the anomaly: log odds of independent witnesses add (Bayes)."""
    said = np.log(np.clip(_look_near(anomaly_map), LEAST_ANOMALY, MOST_ANOMALY))  # (H, W), 0 at the limit
    return np.asarray(logits + MAP_WEIGHT * said, np.float32)


def _look_near(anomaly_map: FloatMap) -> FloatMap:
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (REACH, REACH))
    return np.asarray(cv2.dilate(anomaly_map, kernel), np.float32)

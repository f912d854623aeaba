"""The connected pieces of an evidence map and how much each stands out: first what is there, then whether it counts.

Every number is in units of the photo's noise or in pixels; limits are set elsewhere (`presence`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.results import FloatMap

GAP = 5
"""Pixels of a gap that is closed: a line breaks where a grain of the surface lies across it."""
MOST_PIECES = 14
"""Strongest pieces that are looked at closely."""
WINDOW = 14
"""Half the side of the windows in which a line's wandering is measured, in pixels."""
SAMPLES = 24
"""Places along a line where its wandering is measured."""
STEADY = 1.0
"""Pixels: the spread beside its arc of a line that does not wander at all."""
LEAST_WEIGHT = 0.05

ROUND = 4.0
"""Squared length over area of a piece that is no line at all; a disc has 2.5, a ragged blot up to 4."""
SLENDER = 10.0
"""The same of a piece that is wholly a line, branches included."""

_Labels = NDArray[np.int32]


class Shape(Enum):
    """What shape pieces should have."""

    ANY = "any"
    LINE = "line"
    WANDERING_LINE = "line that changes its direction irregularly, as a crack does and the edge of a part does not"


@dataclass(frozen=True)
class Traces:
    """Pieces of an evidence map, strongest first."""

    labels: _Labels
    """int32 (H, W): 0 for none, else the piece's number."""
    numbers: tuple[int, ...]
    """Numbers of the strongest pieces, strongest first."""
    strengths: tuple[float, ...]
    """Of the same: mean excess over the level times length, in noise units times pixels."""

    def strength(self, rank: int) -> float:
        """Return the strength of the piece of a rank from 1; 0 where there are fewer."""
        return self.strengths[rank - 1] if rank <= len(self.strengths) else 0.0


def trace_pieces(evidence: FloatMap, level: float, shape: Shape = Shape.ANY) -> Traces:
    """Find connected pieces at or above `level`; pieces of another shape than the one looked for count less."""
    above = (evidence >= level).astype(np.uint8)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (GAP, GAP))
    closed = cv2.morphologyEx(above, cv2.MORPH_CLOSE, kernel)
    count, found, stats, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    labels = cast("_Labels", found)
    if count == 1:
        return Traces(labels, (), ())
    excess = np.asarray(np.maximum(evidence - np.float32(level), 0), np.float32)
    totals = np.bincount(labels.ravel(), excess.ravel(), count)
    lengths = np.hypot(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    strengths = totals / stats[:, cv2.CC_STAT_AREA] * lengths
    if shape is not Shape.ANY:
        slender = np.square(lengths) / stats[:, cv2.CC_STAT_AREA]
        strengths *= np.clip((slender - ROUND) / (SLENDER - ROUND), LEAST_WEIGHT, 1.0)
    strengths[0] = 0
    order = np.argsort(-strengths, kind="stable")[:MOST_PIECES]
    pieces = [(float(strengths[number]), int(number)) for number in order if strengths[number] > 0]
    if shape is Shape.WANDERING_LINE:
        pieces = [
            (strength * _weigh_wandering(excess, labels, number, stats[number]), number) for strength, number in pieces
        ]
    pieces.sort(key=lambda piece: (-piece[0], piece[1]))
    return Traces(labels, tuple(number for _, number in pieces), tuple(strength for strength, _ in pieces))


def _weigh_wandering(excess: FloatMap, labels: _Labels, number: int, stats: NDArray[np.int32]) -> float:
    """Return `LEAST_WEIGHT` to 1: how far a line spreads across its own direction, within windows along it."""
    left, top, width, height = (int(value) for value in stats[:4])
    window = (slice(top, top + height), slice(left, left + width))
    inside = np.where(labels[window] == number, excess[window], 0)
    rows, columns = np.nonzero(inside > 0.5)
    if len(rows) < WINDOW:
        return LEAST_WEIGHT
    picked = np.linspace(0, len(rows) - 1, min(SAMPLES, len(rows))).astype(int)
    spreads = [_measure_spread(inside, int(rows[at]), int(columns[at])) for at in picked]
    return float(np.clip(np.median(spreads) - STEADY, LEAST_WEIGHT, 1.0))


def _measure_spread(values: FloatMap, row: int, column: int) -> float:
    """Return how far, in pixels, the values around a place lie beside the smooth arc that fits them best.

    A straight edge and the rim of a hole lie on such an arc; a crack, jagged and branched, does not.
    """
    top, left = max(row - WINDOW, 0), max(column - WINDOW, 0)
    around = values[top : row + WINDOW + 1, left : column + WINDOW + 1]
    rows, columns = np.nonzero(around)
    weights = np.asarray(around[rows, columns] / around[rows, columns].sum(), np.float64)
    down, across = rows - (weights * rows).sum(), columns - (weights * columns).sum()
    xx, yy, xy = (weights * across * across).sum(), (weights * down * down).sum(), (weights * down * across).sum()
    angle = 0.5 * np.arctan2(2 * xy, xx - yy)
    along, beside = across * np.cos(angle) + down * np.sin(angle), down * np.cos(angle) - across * np.sin(angle)
    powers = np.stack([np.ones_like(along), along, np.square(along)])
    normal = (powers * weights) @ powers.T + 1e-6 * np.eye(3)
    arc = np.linalg.solve(normal, (powers * weights) @ beside)
    return float(np.sqrt((weights * np.square(beside - arc @ powers)).sum()))

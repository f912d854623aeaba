"""PatchCore by hand (Roth et al. 2022, arXiv:2106.08265): a memory of good patches, thinned, and the distance to it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Tokens = NDArray[np.float32]


class MemoryBank:
    """What good parts look like, patch by patch; what is far from all of it is an anomaly."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens  # (M, C)

    @classmethod
    def learn(cls, grids: Sequence[Tokens], keep: int) -> MemoryBank:
        """Fill a bank from grids (h, w, C) of good parts, thinned to `keep` tokens."""
        tokens = np.concatenate([look_around(grid).reshape(-1, grid.shape[-1]) for grid in grids])  # (N, C)
        return cls(tokens[choose_coreset(tokens, keep)])

    def map(self, grid: Tokens) -> NDArray[np.float32]:
        """The anomaly map (h, w) of a grid (h, w, C)."""
        tokens = look_around(grid).reshape(-1, grid.shape[-1])  # (h w, C)
        return score_patches(tokens, self.tokens).reshape(grid.shape[:2])

    def score(self, grid: Tokens, neighbours: int = 9) -> float:
        """One number for the part: its most anomalous patch, less where good patches like it are rare (equation 7)."""
        worst = look_around(grid).reshape(-1, grid.shape[-1])[self.map(grid).argmax()]  # (C,)
        nearest = self.tokens[_distances(self.tokens, worst).argmin()]  # (C,)
        near = self.tokens[_distances(self.tokens, nearest).argsort()[:neighbours]]  # (b, C), the nearest among them
        distances = np.sqrt(_distances(near, worst))  # (b,)
        return float((1 - np.exp(distances[0]) / np.exp(distances).sum()) * distances[0])


def look_around(grid: Tokens, reach: int = 1) -> Tokens:
    """Each token becomes the mean of its neighbourhood (equations 1 to 3), so that it knows what lies beside it."""
    height, width, _ = grid.shape
    rows, columns = ([slice(max(at - reach, 0), at + reach + 1) for at in range(size)] for size in (height, width))
    return np.array([[grid[row, column].mean(axis=(0, 1)) for column in columns] for row in rows])  # (h, w, C)


def choose_coreset(tokens: Tokens, keep: int, first: int = 0) -> NDArray[np.intp]:
    """Indices of `keep` of (N, C) tokens that cover the others best, greedily (algorithm 1): the farthest is next."""
    chosen = [first]
    distance = _distances(tokens, tokens[first])  # (N,), to the nearest chosen
    while len(chosen) < keep:
        chosen.append(int(distance.argmax()))
        distance = np.minimum(distance, _distances(tokens, tokens[chosen[-1]]))
    return np.array(chosen)


def score_patches(tokens: Tokens, memory: Tokens) -> NDArray[np.float32]:
    """(N,): the distance of each of (N, C) tokens to the nearest of (M, C) in memory (equation 6)."""
    return np.array([np.sqrt(_distances(memory, token).min()) for token in tokens], np.float32)


def _distances(tokens: Tokens, token: Tokens) -> NDArray[np.float32]:
    """(N,): squared Euclidean distances."""
    return np.asarray(((tokens - token) ** 2).sum(axis=1), np.float32)

"""PatchCore by hand (Roth et al. 2022, arXiv:2106.08265): a memory of good patches, thinned, and the distance to it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Tokens = NDArray[np.float32]


def choose_coreset(tokens: Tokens, keep: int, first: int = 0) -> NDArray[np.intp]:
    """Indices of `keep` of (N, C) tokens that cover the others best, greedily (algorithm 1): the farthest is next."""
    chosen = [first]
    distance = _distances(tokens, tokens[first])  # (N,), to the nearest chosen
    while len(chosen) < keep:
        chosen.append(int(distance.argmax()))
        distance = np.minimum(distance, _distances(tokens, tokens[chosen[-1]]))
    return np.array(chosen)


def score_patches(tokens: Tokens, memory: Tokens) -> NDArray[np.float32]:
    """(N,): the distance of each of (N, C) tokens to the nearest of (M, C) in memory (equation 6, not reweighted)."""
    return np.array([np.sqrt(_distances(memory, token).min()) for token in tokens], np.float32)


def _distances(tokens: Tokens, token: Tokens) -> NDArray[np.float32]:
    """(N,): squared Euclidean distances."""
    return np.asarray(((tokens - token) ** 2).sum(axis=1), np.float32)

"""One photo against memory banks: token grids in, patch maps and a log score per group of scales out.

Used for inspecting as well as for learning (each reference against the others), so that both count the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np

from inference.alignment import Thumbnail, distances_in_place, register
from inference.areas import cover
from inference.nearest import nearest_distances
from inference.results import Mask
from inference.scoring import PatchMap, TopRule, fuse, top_mean
from inference.token_grids import Scale, TokenGrid, Tokens

TurnedBanks = Sequence[Tokens]
"""Memory banks of one scale, unit vectors (M, C): the references as they are, and, for some products, turned."""

TURN_SAMPLE = 256
"""Tokens of a photo that decide how it is turned."""

ABSENT_SAMPLE = 1024
"""Tokens of a reference that are looked for on the photo."""

TURN_SLACK = 1.03
"""A turn counts beside the best one when its mean distance is at most this many times as large."""

SMALLEST_SCORE = 5e-3
"""Cosine distances below this are rounding of bfloat16 features; raw scores are not taken to be smaller, so that a
reference without any texture does not make every grain of noise a defect."""


@dataclass(frozen=True)
class PlaceReference:
    """A reference that photos may be compared with place by place."""

    thumbnail: Thumbnail
    grid: Tokens


def compare(grids: Sequence[TokenGrid], banks: Sequence[TurnedBanks], turns: Sequence[int]) -> list[PatchMap]:
    """Distance from each token to its nearest neighbour in its scale's banks: one map (h, w) per scale.

    Where a product was also learned turned, only `turns` count, those the photo as a whole agrees with: a patch must
    not pick a turn of its own, or any edge would pass for any other.
    """
    return [
        np.minimum.reduce([compare_grid(grid.tokens, turned[turn]) for turn in turns])
        for grid, turned in zip(grids, banks, strict=True)
    ]


def choose_turns(tokens: Tokens, turned: TurnedBanks) -> list[int]:
    """Indices of the turned banks that a photo agrees with: the best, and those hardly worse."""
    if len(turned) == 1:
        return [0]
    flat = tokens.reshape(-1, tokens.shape[-1])
    sample = take_sample(flat, TURN_SAMPLE)
    means = [float(nearest_distances(sample, bank).mean()) for bank in turned]
    return [turn for turn, mean in enumerate(means) if mean <= TURN_SLACK * min(means)]


def compare_grid(tokens: Tokens, bank: Tokens) -> PatchMap:
    """Nearest-neighbour distances of a token grid (h, w, C), as a map (h, w)."""
    height, width, channels = tokens.shape
    return nearest_distances(tokens.reshape(-1, channels), bank).reshape(height, width)


def measure_absent(tokens: Tokens, expected: Sequence[Tokens], limit: float) -> float:
    """Share of what a reference shows, 0 to 1, that is nowhere on the photo: farther than `limit` from every token.

    The other way round from `compare`, which an empty fixture would pass. `expected` holds the tokens of each
    reference; the one the photo lacks least of counts.
    """
    seen = np.ascontiguousarray(tokens.reshape(-1, tokens.shape[-1]))
    samples = [take_sample(reference.reshape(-1, reference.shape[-1]), ABSENT_SAMPLE) for reference in expected]
    return min(float(np.mean(nearest_distances(sample, seen) > limit)) for sample in samples)


def take_sample(tokens: Tokens, most: int) -> Tokens:
    """At most `most` tokens of (M, C), evenly spread over the list."""
    if len(tokens) <= most:
        return np.ascontiguousarray(tokens)
    return tokens[np.linspace(0, len(tokens) - 1, most).astype(np.intp)]


def compare_in_place(tokens: Tokens, thumbnail: Thumbnail, references: Sequence[PlaceReference]) -> PatchMap | None:
    """Distance to what the references show at the same place, the smallest over all; None if none lies alike."""
    alike = [reference for reference in references if reference.grid.shape == tokens.shape]
    registered = [(register(thumbnail, reference.thumbnail), reference) for reference in alike]
    maps = [distances_in_place(tokens, reference.grid, where) for where, reference in registered if where is not None]
    return np.min(maps, axis=0) if maps else None


def log_top_mean(distances: PatchMap, rule: TopRule, looked_at: Mask | None = None) -> float:
    """Log of the raw score of one map, of the tokens that the mask `looked_at`, of any size, covers."""
    chosen = distances if looked_at is None else distances[cover(looked_at, *distances.shape)]
    return log(max(top_mean(chosen, rule), SMALLEST_SCORE)) if chosen.size else log(SMALLEST_SCORE)


def group_maps(maps: Sequence[PatchMap], scales: Sequence[Scale], levels: Sequence[float]) -> list[PatchMap]:
    """Bring the scales to one unit (1 is the level expected of a good part) and fuse the whole views into one map.

    The native view, if there is one, stays a group of its own: a defect that only it can see would be averaged away.
    """
    relative = [_measure(*scale) for scale in zip(maps, scales, levels, strict=True)]
    whole = [patch_map for patch_map, scale in zip(relative, scales, strict=True) if not scale.detail]
    detail = [patch_map for patch_map, scale in zip(relative, scales, strict=True) if scale.detail]
    return [fuse(whole), *detail]


def _measure(distances: PatchMap, scale: Scale, level: float) -> PatchMap:
    """Distances of one scale in the common unit."""
    return np.asarray((distances / exp(level)) ** scale.contrast, np.float32)


def join_groups(groups: Sequence[PatchMap], rule: TopRule, looked_at: Mask | None = None) -> float:
    """One log score: that of the most conspicuous group."""
    return max(log_top_mean(group, rule, looked_at) for group in groups)

"""AnomalyGPT's image decoder by hand (Gu et al. 2024, arXiv:2308.15366, section 3.2): patches meet words.

Patch tokens are projected to where the words for "normal" and "abnormal" lie, one matrix for each tapped block. How
much nearer a patch is to "abnormal" is the anomaly map. Weights are named as in the published `image_decoder`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isqrt

import torch
from torch import Tensor

Weights = Mapping[str, Tensor]
SCALE = 100.0
"""Sharpens the choice between the two words."""


def decode(weights: Weights, taps: Sequence[Tensor]) -> list[Tensor]:
    """For each tap (B, P, C) its patches among the words: (B, P, E). No norm and no activation."""
    return [
        tokens @ weights[f"fc.{index}.weight"].T + weights[f"fc.{index}.bias"]  # (B, P, E)
        for index, tokens in enumerate(taps)
    ]


def map_by_words(decoded: Sequence[Tensor], words: Tensor, side: int = 224) -> Tensor:
    """The anomaly map (B, 1, side, side), 0 to 1: equation 1, the mean over the taps.

    `words` are (B, 2, E), normal first. The published code enlarges before the softmax, the paper after it; this is
    the code's way.
    """
    maps = []
    for tokens in decoded:
        unit = tokens / tokens.norm(dim=-1, keepdim=True)  # (B, P, E)
        agreement = SCALE * unit @ words.transpose(-2, -1)  # (B, P, 2)
        rows = isqrt(agreement.shape[1])
        grid = agreement.unflatten(1, (rows, rows)).permute(0, 3, 1, 2)  # (B, 2, h, w)
        maps.append(enlarge(grid, side).softmax(dim=1)[:, 1:])  # (B, 1, side, side)
    return torch.stack(maps).mean(dim=0)


def enlarge(grid: Tensor, side: int) -> Tensor:
    """Bilinear: each axis by a matrix whose rows mix two neighbours; corners stay corners."""
    rows, columns = (mix_neighbours(size, side).to(grid) for size in grid.shape[-2:])  # (side, h), (side, w)
    return rows @ grid @ columns.T  # (B, K, side, side)


def mix_neighbours(source: int, target: int) -> Tensor:
    """(target, source): row t says how much each of the source's places counts at place t."""
    place = torch.linspace(0, source - 1, target)  # (target,)
    return (1 - (place[:, None] - torch.arange(source)).abs()).clamp(min=0)  # (target, source)

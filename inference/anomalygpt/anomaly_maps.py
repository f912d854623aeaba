"""The two anomaly maps of AnomalyGPT: against the words "normal" and "abnormal", and against photos of good parts.

Maps are (B, 1, side, side) at the model's own 224 pixels; `system` brings them back to the photo.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isqrt

import torch
from torch import Tensor
from torch.nn.functional import interpolate

SIDE = 224
TEXT_SCALE = 100.0
_EPS = 1e-8


def text_map(decoded: Sequence[Tensor], text: Tensor, side: int = SIDE) -> Tensor:
    """How much more each place looks like "abnormal" than "normal": the mean over the taps of equation 1.

    `decoded` are (B, P, E) of the image decoder, `text` (B, 2, E) or (1, 2, E) with normal first. The paper writes
    softmax, sum and then enlarging; the code enlarges the two logits first, and so does this.
    """
    return torch.stack([_match_words(tokens, text, side) for tokens in decoded]).mean(dim=0)


def few_shot_map(taps: Sequence[Tensor], banks: Sequence[Tensor], side: int = SIDE) -> Tensor:
    """One minus the greatest cosine to any patch of the good parts, mean over the taps (paper, equation 2).

    `taps` are (B, P, C) of the vision tower, raw; `banks` (N, C) the same of all good parts, one a tap.
    """
    similarity = torch.stack([_nearest_cosine(*pair) for pair in zip(taps, banks, strict=True)]).mean(dim=0)  # (B, P)
    return 1 - _enlarge(_to_grid(similarity.unsqueeze(-1)), side)  # (B, 1, side, side)


def image_score(anomaly_map: Tensor) -> Tensor:
    """The greatest value of each map (B,): the only score the published system has."""
    return anomaly_map.flatten(1).amax(dim=1)


def _match_words(tokens: Tensor, text: Tensor, side: int) -> Tensor:
    unit = tokens / tokens.norm(dim=-1, keepdim=True)  # (B, P, E)
    logits = (TEXT_SCALE * unit) @ text.transpose(-2, -1)  # (B, P, 2)
    return _enlarge(_to_grid(logits), side).softmax(dim=1)[:, 1:]  # (B, 1, side, side)


def _nearest_cosine(tokens: Tensor, bank: Tensor) -> Tensor:
    """Normalise, then multiply matrices: the numbers of cosine similarity of all pairs in a fraction of its memory."""
    unit, known = (values / values.norm(dim=-1, keepdim=True).clamp_min(_EPS) for values in (tokens, bank))
    return (unit @ known.T).amax(dim=-1)  # (B, P)


def _to_grid(values: Tensor) -> Tensor:
    """(B, P, K), patches row by row, to (B, K, h, w)."""
    side = isqrt(values.shape[1])
    return values.transpose(1, 2).reshape(len(values), -1, side, side)


def _enlarge(grid: Tensor, side: int) -> Tensor:
    return interpolate(grid, size=(side, side), mode="bilinear", align_corners=True)

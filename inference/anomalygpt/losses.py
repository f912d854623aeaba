"""The losses of AnomalyGPT's training: focal and dice on the map, cross-entropy on the words (paper, section 3.5)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

FOCUS = 2.0
SMOOTHING = 1e-5
DICE_SMOOTHING = 1.0
IGNORED = -100
"""The label of tokens that are not learned: the prefix and what a person says."""


def focal_loss(abnormal: Tensor, target: Tensor) -> Tensor:
    """Lin et al. 2017 on two channels; `abnormal` probabilities and `target` 0 or 1, both of any equal shape."""
    probability = torch.stack([1 - abnormal, abnormal])  # (2, ...)
    wanted = torch.stack([1 - target, target]).clamp(SMOOTHING, 1 - SMOOTHING)  # (2, ...)
    pt = (wanted * probability).sum(dim=0) + SMOOTHING
    return (-((1 - pt) ** FOCUS) * pt.log()).mean()


def dice_loss(abnormal: Tensor, target: Tensor) -> Tensor:
    """One minus the overlap of each sample, mean over samples; both (N, ...).

    The published code squeezes its targets, so that with a batch of one it takes each row of the photo for a sample:
    give it rows to repeat that.
    """
    p, t = abnormal.flatten(1), target.flatten(1)  # (N, pixels)
    overlap = (2 * (p * t).sum(dim=1) + DICE_SMOOTHING) / (p.sum(dim=1) + t.sum(dim=1) + DICE_SMOOTHING)
    return 1 - overlap.mean()


def word_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy of the next token; logits (B, L, V), labels (B, L) with `IGNORED` where nothing is learned."""
    return cross_entropy(logits[:, :-1].flatten(0, 1).float(), labels[:, 1:].flatten(), ignore_index=IGNORED)


def binarise(mask: Tensor) -> Tensor:
    """The target of the map's losses: 1 where the simulated change is above 0.3."""
    return (mask > 0.3).to(mask.dtype)

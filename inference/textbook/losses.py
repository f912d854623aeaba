"""The two losses of anomaly maps by hand: most pixels are good, and neither lets them drown the few that are not."""

from __future__ import annotations

from torch import Tensor

FOCUS = 2.0
SMOOTHING = 1e-5
"""Keeps the logarithm finite, as in the published code of AnomalyGPT."""
DICE_SMOOTHING = 1.0


def focal_loss(abnormal: Tensor, target: Tensor) -> Tensor:
    """FL = -(1 - p_t)^gamma log p_t, mean over all pixels (Lin et al. 2017, arXiv:1708.02002, equation 4).

    `abnormal` are probabilities and `target` 0 or 1, of one shape. p_t is the probability given to what is true: where
    it is near 1, as on easy pixels, (1 - p_t)^gamma makes the loss vanish.
    """
    t = target.clamp(SMOOTHING, 1 - SMOOTHING)  # (...)
    p_t = t * abnormal + (1 - t) * (1 - abnormal) + SMOOTHING  # (...)
    return -((1 - p_t) ** FOCUS * p_t.log()).mean()


def dice_loss(abnormal: Tensor, target: Tensor) -> Tensor:
    """1 - 2 |P T| / (|P| + |T|) for each sample, mean over samples (Milletari et al. 2016, arXiv:1606.04797).

    (N, ...) both. Shares of the defect count, not numbers of pixels, so that a small defect weighs as much as a large.
    """
    p, t = abnormal.flatten(1), target.flatten(1)  # (N, pixels)
    overlap = (p * t).sum(dim=1)  # (N,)
    dice = (2 * overlap + DICE_SMOOTHING) / (p.sum(dim=1) + t.sum(dim=1) + DICE_SMOOTHING)  # (N,)
    return 1 - dice.mean()

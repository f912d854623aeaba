"""A small image decoder, taught on a few flanges with the textbook's losses."""

from __future__ import annotations

import torch

from inference.textbook.image_decoder import decode, map_by_words
from inference.textbook.losses import dice_loss, focal_loss

STEPS = 300


def make_decoder(words: torch.Tensor) -> dict[str, torch.Tensor]:
    """A decoder that puts every patch half way between the two words: undecided, so that both losses have a slope."""
    generator = torch.manual_seed(1)
    weights = {f"fc.{tap}.weight": 0.002 * torch.randn(16, 384, generator=generator) for tap in range(3)}
    return {**weights, **{f"fc.{tap}.bias": words.mean(dim=(0, 1)) for tap in range(3)}}


def train_decoder(
    start: dict[str, torch.Tensor], photos: list[list[torch.Tensor]], truths: list[torch.Tensor], words: torch.Tensor
) -> dict[str, torch.Tensor]:
    """Move a decoder downhill on both losses."""
    weights = {name: values.clone().requires_grad_() for name, values in start.items()}
    optimiser = torch.optim.Adam(weights.values(), lr=3e-4)
    truth = torch.cat(truths)  # (B, 1, 24, 24)
    for _ in range(STEPS):
        guesses = torch.cat([map_by_words(decode(weights, taps), words, 24) for taps in photos])  # (B, 1, 24, 24)
        loss = focal_loss(guesses, truth) + dice_loss(guesses, truth)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return weights

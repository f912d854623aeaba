"""The prompt learner: an anomaly map becomes embeddings that the language model reads (paper, section 3.3)."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

BASE_PROMPTS = 9
"""Learned embeddings that do not depend on the photo."""
_CHANNELS = (1, 4, 16, 64, 256, 1024)


class PromptLearner(nn.Module):
    """Six convolutions shrink a map of 224 x 224 to 3 x 3 embeddings; learned ones stand before them."""

    def __init__(self, width: int = 4096) -> None:
        super().__init__()
        halving = [
            layer
            for narrow, wide in pairwise(_CHANNELS)
            for layer in (nn.Conv2d(narrow, wide, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
        ]
        self.meta_net = nn.Sequential(*halving, nn.Conv2d(_CHANNELS[-1], width, 5))
        self.base_prompts = nn.Parameter(torch.randn(BASE_PROMPTS, width))

    def forward(self, anomaly_map: Tensor) -> Tensor:
        """Return (B, 18, C) for a map (B, 1, 224, 224); row 9 + 3 r + c is the place (r, c) of the 3 x 3 grid."""
        places = self.meta_net(anomaly_map).flatten(2).transpose(1, 2)  # (B, 9, C)
        base = self.base_prompts.expand(len(places), -1, -1)  # (B, 9, C)
        return torch.cat([base, places], dim=1)  # (B, 18, C)

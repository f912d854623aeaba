"""What mini learns to say to the language model without words: projections of the photo and of the anomaly map.

AnomalyGPT's recipe at a small size (paper, section 3.3): a linear layer makes the photo an embedding, the prompt
learner makes the anomaly map one embedding for each place of the 3 x 3 grid, and learned embeddings stand before those.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn

from inference.mini.looking import VIEWS

BASE_PROMPTS = 9
PLACES = 9
COUNT = VIEWS + BASE_PROMPTS + PLACES
"""Embeddings that stand for one inspection."""
_CHANNELS = (1, 16, 32, 64)


class Prompts(nn.Module):
    """Glimpses in, embeddings of the language model out."""

    def __init__(self, features: int, names: Tensor, size: float) -> None:
        """`features` is the length of a view, `size` the typical size of an embedding.

        `names` (9, C) are the embeddings of the places' names, row by row: with them a place says from the beginning
        where it is, and only whether something is there has to be learned.
        """
        width = names.shape[1]
        super().__init__()
        halving = [
            layer
            for narrow, wide in pairwise(_CHANNELS)
            for layer in (nn.Conv2d(narrow, wide, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2))
        ]  # 96 x 96 to 12 x 12
        last = _CHANNELS[-1]
        deep = [nn.Conv2d(last, 2 * last, 3, padding=1), nn.ReLU(), nn.MaxPool2d(4)]  # 12 x 12 to 3 x 3
        self.places = nn.Sequential(*halving, *deep, nn.Conv2d(2 * last, width, 1))
        self.views = nn.Linear(features, width)
        self.base = nn.Parameter(size * torch.randn(BASE_PROMPTS, width))
        self.names = nn.Parameter(names.clone())
        self.norm = nn.LayerNorm(width)
        nn.init.constant_(self.norm.weight, size)

    def forward(self, views: Tensor, anomaly: Tensor) -> Tensor:
        """Return (B, 20, C) for views (B, 2, F) and maps (B, 1, 96, 96); row 11 + 3 r + c is the place (r, c)."""
        seen = self.norm(self.views(views))  # (B, 2, C)
        places = self.norm(self.places(anomaly).flatten(2).transpose(1, 2)) + self.names  # (B, 9, C)
        base = self.base.expand(len(places), -1, -1)  # (B, 9, C)
        return torch.cat([seen, base, places], dim=1)  # (B, 20, C)

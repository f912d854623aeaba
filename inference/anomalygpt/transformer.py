"""The pre-norm transformer block of ImageBind (Girdhar et al., 2023, arXiv:2305.05665), with its weight names."""

from __future__ import annotations

import torch
from torch import Tensor, nn

EPS = 1e-6
"""Of every layer norm in ImageBind."""
MLP_RATIO = 4


class Mlp(nn.Module):
    """Two linear layers with an exact GELU between them."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(width, MLP_RATIO * width)
        self.fc2 = nn.Linear(MLP_RATIO * width, width)

    def forward(self, x: Tensor) -> Tensor:
        """Return (B, L, C) for (B, L, C)."""
        hidden = nn.functional.gelu(self.fc1(x))  # (B, L, 4 C)
        result: Tensor = self.fc2(hidden)  # (B, L, C)
        return result


class Block(nn.Module):
    """x + attention(norm(x)), then x + mlp(norm(x)); no layer scale, no dropped paths."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.attn = nn.MultiheadAttention(width, heads, batch_first=True)
        self.norm_1 = nn.LayerNorm(width, eps=EPS)
        self.mlp = Mlp(width)
        self.norm_2 = nn.LayerNorm(width, eps=EPS)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """Return (B, L, C) for (B, L, C); `mask` (L, L) is added to the attention's logits."""
        y = self.norm_1(x)
        x = x + self.attn(y, y, y, attn_mask=mask, need_weights=False)[0]
        result: Tensor = x + self.mlp(self.norm_2(x))
        return result


def causal_mask(length: int) -> Tensor:
    """(L, L): 0 for what a token may see, -inf above the diagonal."""
    return torch.full((length, length), float("-inf")).triu(1)

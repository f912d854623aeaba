"""ImageBind's text tower: token ids in, one scaled embedding per sentence out; for the sentences of `text_ensemble`."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from inference.anomalygpt.transformer import EPS, Block, causal_mask

LARGEST_SCALE = 100.0


@dataclass(frozen=True)
class TextShape:
    """The sizes of a text tower; the defaults are ImageBind-Huge."""

    vocabulary: int = 49408
    length: int = 77
    width: int = 1024
    blocks: int = 24
    heads: int = 16
    embedding: int = 1024


class _Preprocessor(nn.Module):
    mask: Tensor

    def __init__(self, shape: TextShape) -> None:
        super().__init__()
        self.token_embedding = nn.Embedding(shape.vocabulary, shape.width)
        self.pos_embed = nn.Parameter(torch.zeros(1, shape.length, shape.width))
        self.register_buffer("mask", causal_mask(shape.length))

    def forward(self, ids: Tensor) -> Tensor:
        embedded: Tensor = self.token_embedding(ids) + self.pos_embed
        return embedded


class _Trunk(nn.Module):
    def __init__(self, shape: TextShape) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(Block(shape.width, shape.heads) for _ in range(shape.blocks))

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        for block in self.blocks:
            x = block(x, mask)
        return x


class _Head(nn.Module):
    def __init__(self, shape: TextShape) -> None:
        super().__init__()
        norm = nn.LayerNorm(shape.width, eps=EPS)
        self.proj = nn.Sequential(norm, nn.Linear(shape.width, shape.embedding, bias=False))


class _Scale(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.log_logit_scale = nn.Parameter(torch.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        return self.log_logit_scale.exp().clamp(max=LARGEST_SCALE) * x


class TextTower(nn.Module):
    """ImageBind's causal text transformer."""

    def __init__(self, shape: TextShape = TextShape()) -> None:
        super().__init__()
        self.shape = shape
        self.pre = _Preprocessor(shape)
        self.trunk = _Trunk(shape)
        self.head = _Head(shape)
        self.post = nn.Sequential(nn.Identity(), _Scale())

    def forward(self, ids: Tensor) -> Tensor:
        """Return (B, E) for ids (B, L), zeros behind the end; read at the end token, the largest id of a sentence."""
        x = self.trunk(self.pre(ids), self.pre.mask)  # (B, L, C)
        ends = ids.argmax(dim=-1)  # (B,)
        pooled = x[torch.arange(len(ids), device=ids.device), ends]  # (B, C)
        scaled: Tensor = self.post(nn.functional.normalize(self.head.proj(pooled), dim=-1))  # (B, E)
        return scaled

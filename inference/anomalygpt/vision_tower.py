"""ImageBind's vision tower: a photo in, one embedding and the tokens of four blocks out.

Weights are named as in the official file once `modality_preprocessors.vision`, `modality_trunks.vision` and
`modality_heads.vision` are shortened to `pre`, `trunk` and `head`; `checkpoints` does that.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from inference.anomalygpt.transformer import EPS, Block


@dataclass(frozen=True)
class VisionShape:
    """The sizes of a vision tower; the defaults are ImageBind-Huge."""

    side: int = 224
    patch: int = 14
    frames: int = 2
    width: int = 1280
    blocks: int = 32
    heads: int = 16
    embedding: int = 1024
    taps: tuple[int, ...] = (7, 15, 23, 31)
    """Blocks, counted from 0, whose output is handed out as it is, before any norm."""

    @property
    def grid(self) -> int:
        """Patches along one side."""
        return self.side // self.patch


@dataclass(frozen=True)
class Seen:
    """What the vision tower makes of a batch."""

    embedding: Tensor
    """(B, E), of length 1; no logit scale is applied to photos."""
    taps: tuple[Tensor, ...]
    """For each tap (B, P, C), patches row by row, without the class token."""


class _Stem(nn.Module):
    """A Conv3d over time and space, kept as such so that the official weights fit."""

    def __init__(self, shape: VisionShape) -> None:
        super().__init__()
        kernel = (shape.frames, shape.patch, shape.patch)
        convolution = nn.Conv3d(3, shape.width, kernel, stride=kernel, bias=False)
        self.proj = nn.Sequential(nn.Identity(), convolution)
        self.frames = shape.frames

    def forward(self, photos: Tensor) -> Tensor:
        """Return patches (B, P, C) of photos (B, 3, H, W): the photo repeated in time meets the kernel's two slices."""
        film = photos.unsqueeze(2).expand(-1, -1, self.frames, -1, -1)  # (B, 3, T, H, W)
        return self.proj(film).flatten(2).transpose(1, 2)  # (B, P, C)


class _Positions(nn.Module):
    def __init__(self, shape: VisionShape) -> None:
        super().__init__()
        self.pos_embed = nn.Parameter(torch.zeros(1, 1 + shape.grid**2, shape.width))


class _Preprocessor(nn.Module):
    """Photos to tokens: patches, a class token in front, and learned positions."""

    def __init__(self, shape: VisionShape) -> None:
        super().__init__()
        self.cls_token = nn.Parameter(torch.zeros(1, 1, shape.width))
        self.rgbt_stem = _Stem(shape)
        self.pos_embedding_helper = _Positions(shape)

    def forward(self, photos: Tensor) -> Tensor:
        patches = self.rgbt_stem(photos)  # (B, P, C)
        tokens = torch.cat([self.cls_token.expand(len(patches), -1, -1), patches], dim=1)  # (B, 1 + P, C)
        return tokens + self.pos_embedding_helper.pos_embed


class _Trunk(nn.Module):
    def __init__(self, shape: VisionShape) -> None:
        super().__init__()
        self.pre_transformer_layer = nn.Sequential(nn.LayerNorm(shape.width, eps=EPS))
        self.blocks = nn.ModuleList(Block(shape.width, shape.heads) for _ in range(shape.blocks))
        self.taps = shape.taps

    def forward(self, tokens: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Return what leaves the last block (B, 1 + P, C), and the same of every tapped block."""
        x, tapped = self.pre_transformer_layer(tokens), []
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index in self.taps:
                tapped.append(x)
        return x, tapped


class VisionTower(nn.Module):
    """ImageBind's vision transformer with the taps AnomalyGPT reads (paper, section 3.1)."""

    def __init__(self, shape: VisionShape = VisionShape()) -> None:
        super().__init__()
        self.shape = shape
        self.pre = _Preprocessor(shape)
        self.trunk = _Trunk(shape)
        self.head = nn.Sequential(
            nn.LayerNorm(shape.width, eps=EPS), nn.Identity(), nn.Linear(shape.width, shape.embedding, bias=False)
        )

    def forward(self, photos: Tensor) -> Seen:
        """See photos (B, 3, side, side), normalised as `preprocessing` does."""
        last, tapped = self.trunk(self.pre(photos))
        embedding = nn.functional.normalize(self.head(last)[:, 0], dim=-1)  # (B, E)
        return Seen(embedding, tuple(tokens[:, 1:] for tokens in tapped))

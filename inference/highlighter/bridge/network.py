"""Bridge's network: features of every pixel, and how well each concept fits them.

A light decoder goes from the backbone's coarse features to the photo's own pixels. What a query names meets the pixels
in a dot product, so that a photo is read once however many queries are asked of it.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F  # noqa: N812 - as everybody calls it
from torch import Tensor, nn

STRIDES = (2, 4, 8, 16)
"""Of the backbone's features, in photo pixels."""
STEM = 16
WIDTH = 32
FINE = 24
"""Channels of the photo's own pixels, of the decoder, and of what concepts are compared with."""


class Bridge(nn.Module):
    """Photos and their frozen features in; logits of each concept for each pixel, and for the photo as a whole, out."""

    def __init__(self, channels: Sequence[int], concepts: int) -> None:
        """`channels` are the backbone's at each stride of `STRIDES`."""
        super().__init__()
        self.stem = nn.Sequential(_convolve(3, STEM), nn.ReLU(), _convolve(STEM, STEM), nn.ReLU())
        self.laterals = nn.ModuleList(nn.Conv2d(count, WIDTH, 1) for count in channels)
        self.context = nn.Sequential(Residual(WIDTH, 5), Residual(WIDTH, 5))
        self.blocks = nn.ModuleList(Residual(WIDTH, 3) for _ in channels[:-1])
        self.fine = nn.Sequential(_convolve(WIDTH + STEM, FINE), nn.ReLU(), _convolve(FINE, FINE), nn.ReLU())
        self.concepts = nn.Conv2d(FINE, concepts, 1)
        self.coarse = nn.Conv2d(WIDTH, concepts, 1)
        self.presence = nn.Linear(2 * WIDTH, concepts)
        self.spread = nn.ParameterList(nn.Parameter(torch.ones(1), requires_grad=False) for _ in channels)
        """Typical size of the features at each stride, measured once before training."""

    def forward(self, photos: Tensor, features: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        """Return pixel logits (B, K, H, W) and presence logits (B, K).

        `photos` is (B, 3, H, W), 0 to 1; `features` are (B, C, H / s, W / s) for each stride s. H and W are multiples
        of 16.
        """
        sides = [
            lateral(feature / spread)
            for lateral, feature, spread in zip(self.laterals, features, self.spread, strict=True)
        ]
        x = self.context(sides[-1])  # (B, 32, H / 16, W / 16)
        whole = torch.cat([x.mean(dim=(2, 3)), x.amax(dim=(2, 3))], dim=1)  # (B, 64)
        for block, side in zip(reversed(self.blocks), reversed(sides[:-1]), strict=True):
            x = block(_enlarge(x) + side)
            if side is sides[1]:
                coarse = self.coarse(x)  # (B, K, H / 4, W / 4)
        fine = self.fine(torch.cat([_enlarge(x), self.stem(photos - 0.5)], dim=1))  # (B, 24, H, W)
        pixels: Tensor = self.concepts(fine) + F.interpolate(
            coarse, size=fine.shape[-2:], mode="bilinear", align_corners=False
        )
        return pixels, self.presence(whole)


class Residual(nn.Module):
    """Filters each channel over a wide window, mixes the channels, and adds what came in."""

    def __init__(self, width: int, kernel: int) -> None:
        super().__init__()
        self.filter = nn.Conv2d(width, 2 * width, kernel, padding=kernel // 2, groups=width)
        self.mix = nn.Conv2d(2 * width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, h, w) to the same."""
        mixed: Tensor = x + self.mix(F.relu(self.filter(x)))
        return mixed


def _convolve(narrow: int, wide: int) -> nn.Conv2d:
    return nn.Conv2d(narrow, wide, 3, padding=1)


def _enlarge(x: Tensor) -> Tensor:
    enlarged: Tensor = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
    return enlarged

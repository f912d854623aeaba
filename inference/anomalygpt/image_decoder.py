"""The image decoder: one linear layer a tap, from the vision tower's width to the text's (paper, section 3.2)."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn


class ImageDecoder(nn.Module):
    """Projects each tap's patch tokens to where they can be compared with text; no norm, no activation."""

    def __init__(self, width: int = 1280, embedding: int = 1024, taps: int = 4) -> None:
        super().__init__()
        self.fc = nn.ModuleList(nn.Linear(width, embedding) for _ in range(taps))

    def forward(self, taps: Sequence[Tensor]) -> list[Tensor]:
        """Return for each tap (B, P, E) for (B, P, C)."""
        return [layer(tokens) for layer, tokens in zip(self.fc, taps, strict=True)]

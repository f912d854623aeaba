"""Linear layers whose weights are kept in 8 or 4 bits, for models that are larger than the memory there is.

Each group of a row's weights shares one scale (symmetric, nearest); values are written back to full precision layer by
layer while they are used. That saves memory, not time.
"""

from __future__ import annotations

from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

Bits = Literal[8, 4]
GROUP = 64
"""Weights of a row that share a scale; a row that it does not divide is one group."""


class ReducedLinear(nn.Module):
    """Takes the place of an `nn.Linear`."""

    levels: Tensor
    scales: Tensor

    def __init__(self, linear: nn.Linear, bits: Bits) -> None:
        super().__init__()
        weight = linear.weight.detach().float()
        rows, columns = weight.shape
        groups = weight.reshape(rows, -1, GROUP if columns % GROUP == 0 else columns)  # (rows, groups, width)
        largest = 2 ** (bits - 1) - 1
        scales = groups.abs().amax(dim=-1, keepdim=True).clamp(min=1e-12) / largest
        levels = (groups / scales).round().clamp(-largest, largest).to(torch.int8)
        self.bits = bits
        self.shape = tuple(groups.shape)
        self.bias = linear.bias
        self.register_buffer("scales", scales.to(linear.weight.dtype))
        self.register_buffer("levels", _pack(levels.flatten()) if bits == 4 else levels)

    def forward(self, values: Tensor) -> Tensor:
        """(..., columns) to (..., rows)."""
        levels = _unpack(self.levels, self.shape) if self.bits == 4 else self.levels
        weight = (levels.to(values.dtype) * self.scales.to(values.dtype)).flatten(1)  # (rows, columns)
        return functional.linear(values, weight, self.bias)


def reduce_layers(network: Any, bits: Bits, *, keep: tuple[str, ...] = ("lm_head",)) -> int:
    """Put reduced layers in place of all linear ones but those named `keep`; return how many."""
    count = 0
    for parent in list(network.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, nn.Linear) and name not in keep:
                setattr(parent, name, ReducedLinear(child, bits))
                count += 1
    return count


def _pack(levels: Tensor) -> Tensor:
    """Two 4-bit values in a byte."""
    padded = functional.pad(levels, (0, len(levels) % 2)).to(torch.int16) + 8
    return (padded[::2] * 16 + padded[1::2]).to(torch.uint8)


def _unpack(packed: Tensor, shape: tuple[int, ...]) -> Tensor:
    pairs = torch.stack([packed >> 4, packed & 15], dim=-1).flatten()
    return (pairs[: shape[0] * shape[1] * shape[2]].to(torch.int8) - 8).reshape(shape)

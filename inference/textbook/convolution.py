"""Convolution by hand (LeCun et al. 1989): one small window of weights slides over the photo.

Written as a sum over the places of the window, so that every term is a product you know from a linear layer.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn.functional import pad

Padding = tuple[int, int]
"""Rows or columns of zeros before and after, the same on both axes."""


def convolve(x: Tensor, weight: Tensor, bias: Tensor, *, stride: int = 1, padding: Padding = (0, 0)) -> Tensor:
    """(B, O, h, w) for (B, C, H, W) and a weight (O, C, k, k): every channel out looks at every channel in."""
    terms = (
        torch.einsum("oc, bchw -> bohw", weight[:, :, row, column], seen)  # (B, O, h, w)
        for row, column, seen in _slide(pad(x, padding * 2), weight.shape[-1], stride)
    )
    return sum(terms, start=bias[:, None, None])


def convolve_depthwise(
    x: Tensor, weight: Tensor, bias: Tensor, *, stride: int = 1, padding: Padding = (0, 0)
) -> Tensor:
    """(B, C, h, w) for (B, C, H, W) and a weight (C, 1, k, k): every channel has a window of its own."""
    terms = (
        weight[:, 0, row, column, None, None] * seen  # (B, C, h, w)
        for row, column, seen in _slide(pad(x, padding * 2), weight.shape[-1], stride)
    )
    return sum(terms, start=bias[:, None, None])


def max_pool(x: Tensor, side: int) -> Tensor:
    """(B, C, H / side, W / side): of every square the largest value."""
    return x.unfold(2, side, side).unfold(3, side, side).amax(dim=(-2, -1))


def _slide(x: Tensor, side: int, stride: int) -> Iterator[tuple[int, int, Tensor]]:
    """For every place of the window: its row and column, and what lies under it wherever the window stands."""
    height, width = ((size - side) // stride * stride + 1 for size in x.shape[2:])
    for row in range(side):
        for column in range(side):
            yield row, column, x[:, :, row : row + height : stride, column : column + width : stride]

"""EfficientNet-Lite by hand (Tan and Le 2019, arXiv:1905.11946; its block: Sandler et al. 2018, 1801.04381).

Lite leaves out what small processors do badly: no squeeze-and-excitation, and ReLU6 in place of swish. Weights are
named as in the model pack, where each batch norm was folded into the convolution before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import ceil

from torch import Tensor

from inference.textbook.convolution import Padding, convolve, convolve_depthwise

Weights = Mapping[str, Tensor]

STAGES = ((1, 1), (2, 2), (2, 2), (3, 2), (3, 1), (4, 2), (1, 1))
"""(blocks, stride of the first) of stages 2 to 8 in table 1. Kernels and channels are told by the weights."""


def efficientnet_taps(weights: Weights, photos: Tensor, depth: float, taps: Sequence[int]) -> list[Tensor]:
    """What leaves the last block at each stride of `taps`: (B, C, H / stride, W / stride), for photos (B, 3, H, W)."""
    x = relu6(_convolve(photos, weights, "stem", stride=2, padding=pad_same(3, 2)))  # (B, 32, H / 2, W / 2)
    total_stride, at_stride = 2, {}
    for number, stride in enumerate(list_strides(depth)):
        if total_stride * stride > max(taps):
            break
        total_stride *= stride
        x = run_block(x, weights, f"blocks.{number}.", stride)  # (B, C, H / total, W / total)
        at_stride[total_stride] = x
    return [at_stride[tap] for tap in taps]


def list_strides(depth: float) -> Iterator[int]:
    """The stride of each block; `depth` times as many as in the smallest network, first and last stage left alone."""
    for number, (blocks, stride) in enumerate(STAGES):
        repeats = blocks if number in (0, len(STAGES) - 1) else ceil(blocks * depth)
        yield from (stride, *[1] * (repeats - 1))


def run_block(x: Tensor, weights: Weights, name: str, stride: int) -> Tensor:
    """The inverted bottleneck: widen, look around in each channel, narrow; and add what came in where shapes allow."""
    y = x  # (B, C, h, w)
    if f"{name}expand.weight" in weights:
        y = relu6(_convolve(y, weights, name + "expand"))  # (B, 6 C, h, w)
    kernel = weights[name + "depthwise.weight"]  # (6 C, 1, k, k)
    padding = pad_same(kernel.shape[-1], stride)
    y = convolve_depthwise(y, kernel, weights[name + "depthwise.bias"], stride=stride, padding=padding)
    y = _convolve(relu6(y), weights, name + "project")  # (B, C', h / stride, w / stride); linear: nothing is cut off
    return x + y if x.shape == y.shape else y


def relu6(x: Tensor) -> Tensor:
    """min(max(x, 0), 6)."""
    return x.clamp(0, 6)


def pad_same(kernel: int, stride: int) -> Padding:
    """What TensorFlow pads so that H becomes H / stride; the odd row goes behind."""
    total = kernel - stride
    return total // 2, total - total // 2


def _convolve(x: Tensor, weights: Weights, name: str, *, stride: int = 1, padding: Padding = (0, 0)) -> Tensor:
    return convolve(x, weights[name + ".weight"], weights[name + ".bias"], stride=stride, padding=padding)

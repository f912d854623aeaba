"""EfficientNet-Lite (Tan and Le, 2019, arXiv:1905.11946; Lite: TensorFlow model garden) as a `Network`.

Taps are named by their stride: layer 8 is what leaves the last block whose grid is an eighth of the photo. Batch norms
were folded into the convolutions when the pack was installed (`inference.model_packs.conversion`). The weights were
trained in TensorFlow, so convolutions pad as "SAME" does there.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference.backbones.base import Features, Feeder, Operations, PixelBatch, Value, Weights

_STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
"""(blocks, kernel, stride, expansion, channels) of each stage of EfficientNet-B0, table 1 of the paper."""

_STEM_CHANNELS = 32


@dataclass(frozen=True)
class Block:
    """One inverted bottleneck: expand, filter each channel, project; with a skip where shapes allow."""

    name: str
    kernel: int
    stride: int
    inputs: int
    expanded: int
    outputs: int
    total_stride: int
    """Photo pixels per output pixel."""

    @property
    def convolutions(self) -> tuple[str, ...]:
        """Stems of its weights' names."""
        parts = ("depthwise", "project") if self.expanded == self.inputs else ("expand", "depthwise", "project")
        return tuple(f"{self.name}.{part}" for part in parts)

    @property
    def skips(self) -> bool:
        """Whether its input is added to its output."""
        return self.stride == 1 and self.inputs == self.outputs


def plan_blocks(width: float, depth: float) -> tuple[Block, ...]:
    """All blocks of the network of these width and depth multipliers (Lite2: 1.1 and 1.2)."""
    blocks: list[Block] = []
    channels, total_stride = _STEM_CHANNELS, 2
    for number, (repeats, kernel, stride, expansion, base_outputs) in enumerate(_STAGES):
        outputs = round_channels(base_outputs * width)
        # Lite variants keep the first and last stage at one block.
        for repeat in range(repeats if number in (0, len(_STAGES) - 1) else math.ceil(repeats * depth)):
            step = stride if repeat == 0 else 1
            total_stride *= step
            name = f"blocks.{len(blocks)}"
            blocks.append(Block(name, kernel, step, channels, channels * expansion, outputs, total_stride))
            channels = outputs
    return tuple(blocks)


def round_channels(channels: float) -> int:
    """The multiple of 8 nearest to `channels`, but never more than 10 % below it."""
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * channels else rounded


@dataclass(frozen=True)
class EfficientNetLite:
    """The network up to its deepest tapped stride; `layers` are strides out of 2, 4, 8, 16 and 32."""

    layers: tuple[int, ...]
    width: float
    depth: float
    mean: tuple[float, float, float]
    std: tuple[float, float, float]

    @property
    def stride(self) -> int:
        """The deepest tapped stride: every tapped grid then divides the photo exactly."""
        return max(self.layers)

    def weight_names(self) -> tuple[str, ...]:
        """Everything up to the deepest tapped block."""
        names = ("stem", *(name for block in self._blocks() for name in block.convolutions))
        return tuple(f"{name}.{kind}" for name in names for kind in ("weight", "bias"))

    def make_feeder(self, weights: Weights) -> Feeder:
        """Feeds the batch alone."""
        return lambda pixels: [pixels]

    def forward(self, op: Operations, inputs: Sequence[Value]) -> list[Value]:
        """Activations (B, h, w, C) of each tapped stride."""
        x = op.standardise(inputs[0], self.mean, self.std)  # (B, 3, H, W)
        x = op.relu6(op.convolve(x, "stem", stride=2, padding=pad_same(3, 2)))  # (B, 32, H/2, W/2)
        at_stride = {}
        for block in self._blocks():
            x = _run_block(op, x, block)
            at_stride[block.total_stride] = x
        return [op.to_channels_last(at_stride[layer]) for layer in self.layers]

    def features(self, outputs: Sequence[NDArray[np.float32]], pixels: PixelBatch) -> Features:
        """The activations as they are; the mean of the deepest is the summary."""
        return Features(tuple(outputs), outputs[-1].mean(axis=(1, 2)))

    def _blocks(self) -> tuple[Block, ...]:
        return tuple(block for block in plan_blocks(self.width, self.depth) if block.total_stride <= max(self.layers))


def _run_block(op: Operations, x: Value, block: Block) -> Value:
    *expand, depthwise, project = block.convolutions
    y = x
    for name in expand:
        y = op.relu6(op.convolve(y, name, stride=1))  # (B, expanded, h, w)
    padding = pad_same(block.kernel, block.stride)
    y = op.convolve(y, depthwise, stride=block.stride, padding=padding, groups=block.expanded)
    y = op.convolve(op.relu6(y), project, stride=1)  # (B, outputs, h / stride, w / stride)
    return x + y if block.skips else y


def pad_same(kernel: int, stride: int) -> tuple[int, int]:
    """TensorFlow's "SAME" padding (before, after) of an axis that `stride` divides: the odd pixel goes behind."""
    total = kernel - stride
    return total // 2, total - total // 2

"""DINOv2's vision transformer (Oquab et al., 2023, arXiv:2304.07193) as a `Network`: tokens of chosen blocks.

Weight names are those of `transformers.Dinov2Model`, version 5. The final norm and the mask token are not needed:
blocks are tapped before any norm, as `hidden_states` are there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from inference.backbones.base import Features, Feeder, Operations, PixelBatch, Value, Weights

FloatArray = NDArray[np.float32]

_BLOCK_WEIGHTS = (
    *(f"{part}.{kind}" for part in ("norm1", "norm2") for kind in ("weight", "bias")),
    *(f"attention.{part}_proj.{kind}" for part in "qkvo" for kind in ("weight", "bias")),
    *(f"mlp.{part}.{kind}" for part in ("fc1", "fc2") for kind in ("weight", "bias")),
    "layer_scale1.lambda1",
    "layer_scale2.lambda1",
)
_PATCH_PROJECTION = "embeddings.patch_embeddings.projection"
_CLASS_TOKEN = "embeddings.cls_token"
POSITIONS = "embeddings.position_embeddings"
"""Fed, at the grid of the photo, and not read as it lies in the pack."""

_KEPT_GRIDS = 8
"""Resized position embeddings kept; a few MB each."""

_CUBIC_A = -0.75
"""The cubic convolution's free parameter in torch's bicubic interpolation, which DINOv2 was trained with."""


@dataclass(frozen=True)
class Dinov2:
    """The transformer up to its deepest tapped block.

    `layers` are block numbers from 1: layer 8 is what leaves the eighth block, `hidden_states[8]` in transformers.
    """

    layers: tuple[int, ...]
    heads: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    stride: int = 14
    """Side of a patch in pixels."""

    def weight_names(self) -> tuple[str, ...]:
        """Everything up to the deepest tapped block."""
        blocks = tuple(f"{_block(number)}{name}" for number in self._blocks() for name in _BLOCK_WEIGHTS)
        return (f"{_PATCH_PROJECTION}.weight", f"{_PATCH_PROJECTION}.bias", _CLASS_TOKEN, POSITIONS, *blocks)

    def make_feeder(self, weights: Weights) -> Feeder:
        """Feeds the batch, and the position embedding (1, 1 + h w, C) at its grid."""
        resize = lru_cache(_KEPT_GRIDS)(partial(resize_positions, weights[POSITIONS]))
        return lambda pixels: [pixels, resize(*self._grid(pixels))]

    def forward(self, op: Operations, inputs: Sequence[Value]) -> list[Value]:
        """Tokens (B, 1 + h w, C) behind each tapped block, the class token first."""
        pixels, positions = inputs
        x = op.standardise(pixels, self.mean, self.std)  # (B, 3, H, W)
        x = op.to_tokens(op.convolve(x, _PATCH_PROJECTION, stride=self.stride))  # (B, h w, C)
        x = op.prepend(x, _CLASS_TOKEN) + positions  # (B, 1 + h w, C)
        tapped = []
        for number in self._blocks():
            x = self._run_block(op, x, _block(number))
            if number in self.layers:
                tapped.append(x)
        return tapped

    def features(self, outputs: Sequence[FloatArray], pixels: PixelBatch) -> Features:
        """Patch tokens as grids; the deepest tapped class token is the summary."""
        batch, (height, width) = len(pixels), self._grid(pixels)
        grids = tuple(np.ascontiguousarray(tokens[:, 1:]).reshape(batch, height, width, -1) for tokens in outputs)
        return Features(grids, outputs[-1][:, 0].copy())

    def _run_block(self, op: Operations, x: Value, block: str) -> Value:
        y = op.layer_norm(x, block + "norm1")
        query, key, value = (op.linear(y, f"{block}attention.{part}_proj") for part in "qkv")
        y = op.linear(op.attend(query, key, value, self.heads), block + "attention.o_proj")
        x = x + op.multiply(y, block + "layer_scale1.lambda1")
        y = op.linear(op.layer_norm(x, block + "norm2"), block + "mlp.fc1")
        y = op.linear(op.gelu(y), block + "mlp.fc2")
        return x + op.multiply(y, block + "layer_scale2.lambda1")

    def _blocks(self) -> range:
        return range(1, max(self.layers) + 1)

    def _grid(self, pixels: PixelBatch) -> tuple[int, int]:
        return pixels.shape[1] // self.stride, pixels.shape[2] // self.stride


def resize_positions(positions: FloatArray, height: int, width: int) -> FloatArray:
    """Bicubic interpolation of a square position embedding (1, 1 + s s, C) to (1, 1 + height width, C).

    The same numbers as `interpolate_pos_encoding` of transformers (no antialiasing, half-pixel centres, clamped
    borders); computed here so that every runtime is fed the very same array.
    """
    side = round((positions.shape[1] - 1) ** 0.5)
    grid = positions[0, 1:].reshape(side, side, -1).astype(np.float64)
    rows, columns = cubic_weights(side, height), cubic_weights(side, width)
    resized = np.einsum("hi,ijc->hjc", rows, grid, optimize=True)
    resized = np.einsum("wj,hjc->hwc", columns, resized, optimize=True).reshape(height * width, -1)
    return np.concatenate([positions[:, :1], resized[None].astype(np.float32)], axis=1)


def cubic_weights(source: int, target: int) -> NDArray[np.float64]:
    """Matrix (target, source) that resamples one axis by cubic convolution (Keys 1981); its rows sum to 1."""
    centres = (np.arange(target) + 0.5) * source / target - 0.5
    first = np.floor(centres).astype(int)
    weights = np.zeros((target, source))
    for tap in range(-1, 3):
        position = first + tap
        weight = _cubic_kernel(np.abs(centres - position))
        np.add.at(weights, (np.arange(target), position.clip(0, source - 1)), weight)
    return weights


def _cubic_kernel(distance: NDArray[np.float64]) -> NDArray[np.float64]:
    a, d = _CUBIC_A, distance
    near = ((a + 2) * d - (a + 3)) * d * d + 1
    far = a * (((d - 5) * d + 8) * d - 4)
    return np.where(d <= 1, near, np.where(d < 2, far, 0.0))


def _block(number: int) -> str:
    return f"encoder.layer.{number - 1}."

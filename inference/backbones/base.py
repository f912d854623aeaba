"""What a backbone is to the rest of the room: photos in, features of a few layers out.

Also the two halves a pretrained backbone is joined from: a `Network`, which is written once in the handful of
`Operations` below, and a `Runtime`, which carries those operations out with torch or OpenVINO. Which networks and
runtimes exist is left to their own files; how features become an anomaly map is the detector's affair.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from inference.results import PackIdentity

Weights = Mapping[str, NDArray[np.float32]]
PixelBatch = NDArray[np.uint8]
"""RGB photos of one size, uint8 (B, H, W, 3)."""

Feeder = Callable[[PixelBatch], list[NDArray[Any]]]
"""Gives the arrays to feed a network for a batch; the first is the batch itself."""

Value = Any
"""One tensor inside a network: a `torch.Tensor` or a node of an OpenVINO graph. They share no type."""


@dataclass(frozen=True)
class Features:
    """What a backbone sees in a batch of photos.

    `layers` holds one float32 (B, h, w, C) array per tapped layer, shallow to deep: raw tokens or activations, not
    normalised. Layers may differ in grid and channels. `summary` is float32 (B, C): one vector per photo.
    """

    layers: tuple[NDArray[np.float32], ...]
    summary: NDArray[np.float32]


class Backbone(Protocol):
    """Turns photos into features. One instance belongs to one thread."""

    @property
    def identity(self) -> PackIdentity:
        """The model pack behind the features."""

    @property
    def stride(self) -> int:
        """Height and width of the photos given to `extract` are multiples of this many pixels."""

    @property
    def device(self) -> str:
        """Where and how it runs, for people and records: "cpu (OpenVINO, bfloat16)"."""

    @property
    def layers(self) -> tuple[int, ...]:
        """Which layers are tapped, in the network's own numbering."""

    @property
    def dummy(self) -> bool:
        """True when the features come from no trained network; results have to say so."""

    def extract(self, pixels: PixelBatch) -> Features:
        """Return the features of uint8 RGB photos (B, H, W, 3); raises ValueError for any other shape or size."""


class Operations(Protocol):
    """The vocabulary networks are written in; `name` is always the stem of the weights' names in the pack."""

    def standardise(self, pixels: Value, mean: Sequence[float], std: Sequence[float]) -> Value:
        """uint8 (B, H, W, 3) to float (B, 3, H, W), minus `mean` and over `std` per channel (0 to 255 scale)."""

    def convolve(
        self, x: Value, name: str, *, stride: int, padding: tuple[int, int] = (0, 0), groups: int = 1
    ) -> Value:
        """2-D convolution with bias; `padding` is (before, after), the same on both axes."""

    def linear(self, x: Value, name: str) -> Value:
        """x W^T + b over the last axis."""

    def layer_norm(self, x: Value, name: str) -> Value:
        """Normalise over the last axis with epsilon 1e-6, then scale and shift."""

    def attend(self, query: Value, key: Value, value: Value, heads: int) -> Value:
        """Scaled dot-product attention over `heads` heads; all (B, N, C)."""

    def multiply(self, x: Value, name: str) -> Value:
        """Multiply the last axis by a weight vector."""

    def gelu(self, x: Value) -> Value:
        """Gaussian error linear unit, the exact (erf) form."""

    def relu6(self, x: Value) -> Value:
        """Clip to 0...6."""

    def prepend(self, x: Value, name: str) -> Value:
        """Put a learned token (1, 1, C) before the tokens (B, N, C)."""

    def to_tokens(self, x: Value) -> Value:
        """(B, C, h, w) to (B, h w, C)."""

    def to_channels_last(self, x: Value) -> Value:
        """(B, C, h, w) to (B, h, w, C)."""


class Network(Protocol):
    """An architecture, cut off behind its deepest tapped layer. Holds no weights."""

    @property
    def stride(self) -> int:
        """Photo sides are multiples of this."""

    @property
    def layers(self) -> tuple[int, ...]:
        """The tapped layers."""

    def weight_names(self) -> tuple[str, ...]:
        """Names of all weights the tapped layers need."""

    def make_feeder(self, weights: Weights) -> Feeder:
        """What prepares a batch for the network; keeps only the weights that takes."""

    def forward(self, op: Operations, inputs: Sequence[Value]) -> list[Value]:
        """Write the network down in operations, for what its feeder gives; returns one value per tapped layer."""

    def features(self, outputs: Sequence[NDArray[np.float32]], pixels: PixelBatch) -> Features:
        """Arrange what `forward` gave for a batch."""


class Runtime(Protocol):
    """Carries a network out."""

    @property
    def device(self) -> str:
        """As `Backbone.device`."""

    def run(self, inputs: Sequence[NDArray[Any]]) -> list[NDArray[np.float32]]:
        """Compute the tapped layers for `inputs`."""


def check_pixels(pixels: PixelBatch, stride: int) -> None:
    """Raise ValueError unless `pixels` is a batch a backbone of this stride can take."""
    if pixels.dtype != np.uint8 or pixels.ndim != 4 or pixels.shape[3] != 3 or 0 in pixels.shape:
        raise ValueError(f"a batch of RGB photos is uint8 (B, H, W, 3), not {pixels.dtype} {pixels.shape}")
    if pixels.shape[1] % stride or pixels.shape[2] % stride:
        raise ValueError(f"photo sides {pixels.shape[1]} x {pixels.shape[2]} are not multiples of {stride}")

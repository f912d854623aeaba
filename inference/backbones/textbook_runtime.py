"""Runs a network as the textbook writes it: slow, on the processor, in single precision, and for everybody to read.

The networks of this folder are not asked how they compute, only what they are; `inference.textbook` has its own words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from inference.backbones.base import Network, Value, Weights
from inference.backbones.dinov2 import POSITIONS, Dinov2
from inference.backbones.efficientnet_lite import EfficientNetLite
from inference.textbook.efficientnet_lite import efficientnet_taps
from inference.textbook.vision_transformer import dinov2_taps


class TextbookRuntime:
    """See `Runtime`."""

    device = "cpu (textbook, float32)"

    def __init__(self, network: Network, weights: Weights) -> None:
        self._network = network
        self._weights = {name: torch.from_numpy(values.copy()) for name, values in weights.items()}

    def run(self, inputs: Sequence[NDArray[Any]]) -> list[NDArray[np.float32]]:
        """Compute the tapped layers; the arrays are the caller's own."""
        with torch.inference_mode():
            outputs = self._compute([torch.tensor(values) for values in inputs])
        return [output.contiguous().numpy() for output in outputs]

    def _compute(self, inputs: Sequence[Value]) -> list[Value]:
        match self._network:
            case Dinov2() as network:
                photos = _standardise(inputs[0], network.mean, network.std)
                weights = {**self._weights, POSITIONS: inputs[1]}
                return dinov2_taps(weights, photos, network.heads, network.layers)
            case EfficientNetLite() as network:
                photos = _standardise(inputs[0], network.mean, network.std)
                tapped = efficientnet_taps(self._weights, photos, network.depth, network.layers)
                return [tap.permute(0, 2, 3, 1) for tap in tapped]  # (B, h, w, C)
            case other:
                raise TypeError(f"the textbook has no {type(other).__name__}")


def _standardise(pixels: Value, mean: Sequence[float], std: Sequence[float]) -> Value:
    """uint8 (B, H, W, 3) to float (B, 3, H, W)."""
    return ((pixels.float() - torch.tensor(mean)) / torch.tensor(std)).permute(0, 3, 1, 2)

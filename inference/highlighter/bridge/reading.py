"""Bridge at work: a photo of any size in, the share of every concept at every pixel out; photos just read are kept."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from inference.backbones.base import Backbone
from inference.highlighter.bridge.network import STRIDES, Bridge
from inference.highlighter.bridge.teaching_photos import TAUGHT
from inference.highlighter.bridge.weights import BridgeWeights
from inference.results import FloatMap, RgbPixels

WORKING_PIXELS = 1_100_000
"""Larger photos are read at this size."""
KEPT = 2
"""Photos whose maps are kept, for the next query."""
_MULTIPLE = max(STRIDES)


@dataclass(frozen=True)
class Read:
    """What bridge sees on one photo, at working size."""

    logits: NDArray[np.float16]
    """float16 (K, h, w), in the order of `TAUGHT`; not shares, since float16 has few of them next to 1."""

    def find(self, place: int) -> FloatMap:
        """Logits of one concept, float32 (h, w)."""
        return np.asarray(self.logits[place], np.float32)


class BridgeReader:
    """Reads photos. Belongs to one thread."""

    def __init__(self, backbone: Backbone, weights: BridgeWeights) -> None:
        """`backbone` is tapped at `network.STRIDES`."""
        self._backbone = backbone
        channels = [weights.tensors[f"laterals.{place}.weight"].shape[1] for place in range(len(STRIDES))]
        self._bridge = Bridge(channels, len(TAUGHT))
        self._bridge.load_state_dict(dict(weights.tensors))
        self._bridge.eval()
        self._kept: OrderedDict[str, Read] = OrderedDict()

    def read(self, pixels: RgbPixels) -> Read:
        """Read a photo uint8 (H, W, 3), or return what was read of it a moment ago."""
        key = hashlib.sha256(pixels.tobytes()).hexdigest()
        if key not in self._kept:
            self._kept[key] = self._read(fit_working_size(pixels))
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

    @torch.inference_mode()
    def _read(self, pixels: RgbPixels) -> Read:
        height, width = pixels.shape[:2]
        padded = pad(pixels)
        layers = self._backbone.extract(padded[None]).layers
        features = [torch.from_numpy(np.ascontiguousarray(layer)).permute(0, 3, 1, 2) for layer in layers]
        photo = torch.from_numpy(padded[None]).permute(0, 3, 1, 2).float() / 255.0
        logits, _ = self._bridge(photo, features)
        return Read(np.ascontiguousarray(logits[0, :, :height, :width].half().numpy()))  # (K, h, w)


def fit_working_size(pixels: RgbPixels) -> RgbPixels:
    """The photo itself, or a smaller one."""
    height, width = pixels.shape[:2]
    if height * width <= WORKING_PIXELS:
        return pixels
    factor = float(np.sqrt(WORKING_PIXELS / (height * width)))
    size = (max(round(width * factor), 1), max(round(height * factor), 1))
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)


def pad(pixels: RgbPixels) -> RgbPixels:
    """Mirror the right and lower border until both sides are multiples of 16."""
    height, width = pixels.shape[:2]
    below, beside = -height % _MULTIPLE, -width % _MULTIPLE
    border = cv2.BORDER_REFLECT_101 if min(height, width) > _MULTIPLE else cv2.BORDER_REPLICATE
    return np.asarray(cv2.copyMakeBorder(pixels, 0, below, 0, beside, border), np.uint8)


def enlarge(values: FloatMap, shape: tuple[int, int]) -> FloatMap:
    """A map at the photo's own size."""
    if values.shape == shape:
        return values
    return np.asarray(cv2.resize(values, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR), np.float32)

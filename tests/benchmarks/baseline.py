"""A plain AnomalyDINO-style detector, to compare ours with: one layer, one size, eight rotations, nearest neighbour.

Written from the paper's description (Damm et al., WACV 2025): shorter side 448, references rotated in steps of 45
degrees, cosine distance to the nearest reference token, mean of the largest 1 %, Gaussian of sigma 4 on the map. It
runs on our weights and our runtime. The last blocks of the pack were fine-tuned for another task, so block 8 is its
last usable one; a layer norm without learned scale stands for the final norm. No part mask. It learns and inspects as
a `Detector` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

import cv2
import numpy as np

from inference.backbones import Backbone
from inference.images import Photo
from inference.nearest import nearest_distances
from inference.results import FloatMap, RgbPixels, Verdict
from inference.token_grids import Tokens, normalise
from inference.variations import rotate

PACK = "dinov2-vits14"
LAYERS = (8,)
SIDE = 448
DEGREES = range(0, 360, 45)
TOP_SHARE = 0.01
SMOOTHING = 4.0
"""Sigma in pixels of the photo."""


@dataclass(frozen=True)
class BaselineJudgement:
    """The score and the map; the method has no limit, so it cannot decide."""

    score: float
    anomaly_map: FloatMap
    verdict: Verdict = Verdict.REVIEW
    p_value: float = nan


class Baseline:
    """Learns and inspects with block 8 of the vision transformer."""

    def __init__(self, backbone: Backbone) -> None:
        self._backbone = backbone

    def learn(self, references: Sequence[Photo]) -> Tokens:
        """Tokens of all references in eight rotations, (M, C); none is left out."""
        turned = [rotate(photo.pixels, degrees) for photo in references for degrees in DEGREES]
        return np.concatenate([_flatten(self._read(pixels)) for pixels in turned])

    def inspect(self, photo: Photo, bank: Tokens) -> BaselineJudgement:
        """Judge one photo against the tokens that were learned."""
        tokens = self._read(photo.pixels)
        distances = nearest_distances(_flatten(tokens), bank)
        count = max(1, int(TOP_SHARE * len(distances)))
        score = float(np.sort(distances)[-count:].mean())
        return BaselineJudgement(score, _paint(distances.reshape(tokens.shape[:2]), photo))

    def _read(self, pixels: RgbPixels) -> Tokens:
        """Unit vectors (h, w, C) of a photo brought to the side and cropped to whole patches."""
        scale, stride = SIDE / min(pixels.shape[:2]), self._backbone.stride
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        view = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=method)
        height, width = (length // stride * stride for length in view.shape[:2])
        features = self._backbone.extract(np.ascontiguousarray(view[None, :height, :width]))
        return normalise(features.layers[0][0])


def _flatten(tokens: Tokens) -> Tokens:
    return np.ascontiguousarray(tokens.reshape(-1, tokens.shape[-1]))


def _paint(distances: np.ndarray, photo: Photo) -> FloatMap:
    enlarged = cv2.resize(distances, (photo.width, photo.height), interpolation=cv2.INTER_LINEAR)
    return cv2.GaussianBlur(enlarged, (0, 0), SMOOTHING)

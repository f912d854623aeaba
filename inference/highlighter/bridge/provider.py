"""The provider "bridge": our trained highlighter, and filters for the concepts that it was not taught or knows worse.

With an anomaly map it counts only where the part differs from good ones. Without, what it finds is compared with
nothing, and it says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from time import perf_counter

import cv2
import numpy as np

from inference.backbones.provider import BackboneOptions, Device, open_backbone
from inference.highlighter.bridge.network import STRIDES
from inference.highlighter.bridge.reading import WORKING_PIXELS, BridgeReader, Read, enlarge
from inference.highlighter.bridge.teaching_photos import TAUGHT
from inference.highlighter.bridge.weights import BridgeWeights, read_weights
from inference.highlighter.classical import ClassicalProvider
from inference.highlighter.concepts import Concept
from inference.highlighter.found_regions import outline_pieces
from inference.highlighter.fusion import weigh_by_map
from inference.highlighter.provider import Scene
from inference.highlighter.results import LIMIT, QueryResult
from inference.results import FloatMap

NAME = "bridge"
VERSION = 1
BACKBONE = "efficientnet-lite2"
LEAST_AREA_PX = 12
ON_MAP_LIMIT = 0.35
"""Score from which something counts as found where an anomaly map vouches for the place."""
_JOINED = 5
"""Pixels of a gap that is closed, so that one crack stays one region."""


class BridgeProvider:
    """Highlights what bridge knows; asks the filters for the rest."""

    name = NAME

    def __init__(self, reader: BridgeReader, weights: BridgeWeights) -> None:
        self._reader = reader
        self._weights = weights
        self._filters = ClassicalProvider()

    def describe(self) -> Mapping[str, object]:
        """Return what repeats the answers."""
        return {
            "provider": NAME,
            "version": VERSION,
            "weights_sha256": self._weights.sha256,
            "backbone": BACKBONE,
            "working_pixels": WORKING_PIXELS,
        }

    def highlight(self, scene: Scene, query: str, concept: Concept) -> QueryResult:
        """Answer one query about one photo."""
        if concept not in self._weights.limits:
            return self._filters.highlight(scene, query, concept)
        started = perf_counter()
        shape = (scene.pixels.shape[0], scene.pixels.shape[1])
        read, place = self._reader.read(scene.pixels), TAUGHT.index(concept)
        share = enlarge(read.shares[place].astype(np.float32), shape)
        score = read.score(place) / self._weights.limits[concept]
        if scene.anomaly_map is not None:
            share = weigh_by_map(share, scene.anomaly_map)
            score = Read(share[None].astype(np.float16)).score(0) / ON_MAP_LIMIT
        return self._tell(scene, query, concept, share, score, started)

    def _tell(
        self, scene: Scene, query: str, concept: Concept, share: FloatMap, score: float, started: float
    ) -> QueryResult:
        strength = share / np.float32(LIMIT)
        pieces = label_pieces(strength)
        order = np.argsort([-float(strength[pieces == number].sum()) for number in range(1, int(pieces.max()) + 1)])
        mask, regions = outline_pieces(strength, pieces, [int(each) + 1 for each in order], LEAST_AREA_PX, str(concept))
        found = score >= 1.0 and bool(regions)
        if not found:
            mask, regions = np.zeros(share.shape, np.uint8), ()
            share = np.minimum(share, np.float32(LIMIT * 0.999))
        compared = scene.anomaly_map is not None
        return QueryResult(
            query=query,
            outcome="found" if found else "not found",
            sentence=_say(concept, len(regions), compared=compared),
            regions=regions,
            mask=mask,
            soft_map=np.asarray(share, np.float32),
            provider=NAME,
            concept=str(concept),
            score=round(score, 4),
            seconds=round(perf_counter() - started, 4),
            details={**self.describe(), "concept": str(concept), "compared": compared},
        )


def label_pieces(strength: FloatMap) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
    """Number what is at or above the limit, pieces that nearly touch as one; int32 (H, W), 0 for none."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_JOINED, _JOINED))
    closed = cv2.morphologyEx((strength >= 1.0).astype(np.uint8), cv2.MORPH_CLOSE, kernel)
    return np.asarray(cv2.connectedComponents(closed, connectivity=8, ltype=cv2.CV_32S)[1], np.int32)


def open_bridge(models_folder: Path, device: Device = "auto") -> BridgeProvider:
    """Open bridge from the weights that ship with the program and an installed backbone.

    Raises ModelPackError when either is missing or altered, and DeviceError.
    """
    weights = read_weights()
    options = BackboneOptions(device, precision="bfloat16", layers=STRIDES)
    backbone = open_backbone(BACKBONE, models_folder, options)
    return BridgeProvider(BridgeReader(backbone, weights), weights)


def _say(concept: Concept, regions: int, *, compared: bool) -> str:
    basis = (
        "by the trained highlighter, where the part differs from good ones"
        if compared
        else "by the trained highlighter alone, compared with no good part: check it by eye"
    )
    if not regions:
        return f"No {concept} was found ({basis})."
    places = "one place" if regions == 1 else f"{regions} places"
    return f"Looks like {concept} in {places} ({basis})."

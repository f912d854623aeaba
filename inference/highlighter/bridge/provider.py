"""The provider "bridge": our trained highlighter, and filters for the concepts that it was not taught or knows worse.

With an anomaly map it counts only where the part differs from good ones. Without, what it finds is compared with
nothing, and it says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from time import perf_counter

import numpy as np

from inference.backbones.provider import BackboneOptions, Device, open_backbone
from inference.highlighter.bridge.network import STRIDES
from inference.highlighter.bridge.reading import WORKING_PIXELS, BridgeReader, enlarge
from inference.highlighter.bridge.shipped import BACKBONE
from inference.highlighter.bridge.teaching_photos import TAUGHT
from inference.highlighter.bridge.weights import BridgeWeights, read_weights
from inference.highlighter.classical import UNDECIDED, ClassicalProvider
from inference.highlighter.concepts import Concept
from inference.highlighter.found_regions import outline_pieces
from inference.highlighter.fusion import add_log_odds
from inference.highlighter.presence import SHARE_OF_STRONGEST, Presence, PresenceRule, is_two_toned
from inference.highlighter.provider import Scene
from inference.highlighter.results import LIMIT, QueryResult
from inference.highlighter.traces import Traces, trace_pieces
from inference.results import FloatMap

NAME = "bridge"
VERSION = 2
LEVEL = 2.0
"""Logit from which a pixel belongs to what is asked for; where masks of drawn defects are met best."""
LEAST_AREA_PX = 12
ON_MAP_SHARE = 0.75
"""Share of a rule's strength that is enough where an anomaly map vouches for the place."""
_TEXTURE_FLOOR = 10.0
"""Strength that a fifth piece has at least, so that a photo without any is not infinitely clear."""


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
        rule = self._weights.rules.get(concept)
        if rule is None:
            return self._filters.highlight(scene, query, concept)
        started = perf_counter()
        shape = (scene.pixels.shape[0], scene.pixels.shape[1])
        evidence = enlarge(self._reader.read(scene.pixels).find(TAUGHT.index(concept)), shape)
        if scene.anomaly_map is not None:
            evidence = add_log_odds(evidence, scene.anomaly_map)
        pieces = trace_pieces(evidence, LEVEL)
        presence = judge(pieces, rule, compared=scene.anomaly_map is not None, two_toned=is_two_toned(scene.pixels))
        return self._tell(scene, query, concept, evidence, (pieces, presence), started)

    def _tell(
        self,
        scene: Scene,
        query: str,
        concept: Concept,
        evidence: FloatMap,
        judged: tuple[Traces, Presence],
        started: float,
    ) -> QueryResult:
        pieces, presence = judged
        soft = np.asarray(1.0 / (1.0 + np.exp(LEVEL - evidence)), np.float32)
        pairs = zip(pieces.numbers, pieces.strengths, strict=True)
        counted = [number for number, strength in pairs if strength >= presence.least_strength]
        mask, regions = outline_pieces(soft / np.float32(LIMIT), pieces.labels, counted, LEAST_AREA_PX, str(concept))
        found = presence.found and bool(regions)
        if not found:
            mask, regions = np.zeros(soft.shape, np.uint8), ()
        soft = np.where(mask > 0, soft, np.minimum(soft, np.float32(LIMIT * 0.999)))
        compared = scene.anomaly_map is not None
        return QueryResult(
            query=query,
            outcome="found" if found else "not found",
            sentence=_say(concept, len(regions), compared=compared),
            regions=regions,
            mask=mask,
            soft_map=np.asarray(soft, np.float32),
            provider=NAME,
            concept=str(concept),
            score=round(presence.score, 4),
            seconds=round(perf_counter() - started, 4),
            details={**self.describe(), "concept": str(concept), "compared": compared},
        )


def judge(pieces: Traces, rule: PresenceRule, *, compared: bool, two_toned: bool) -> Presence:
    """Whether a concept is there: by its strongest piece, and by how far that stands out from the fifth.

    What a photo shows often is its texture. An anomaly map takes texture away, so less is asked for; on a picture of
    two tones, without one, every line is pattern and nothing is decided.
    """
    strongest = pieces.strength(1)
    if compared:
        score = strongest / (ON_MAP_SHARE * rule.strength)
    else:
        texture = rule.ratio * (pieces.strength(rule.pattern_rank) + _TEXTURE_FLOOR)
        score = min(strongest / rule.strength, strongest / texture if texture else np.inf)
        score = min(score, UNDECIDED) if two_toned else score
    return Presence(float(score), max(SHARE_OF_STRONGEST * strongest, 0.4 * rule.strength * ON_MAP_SHARE))


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

"""The provider "classical": filters that measure how lines, spots and patches stand out. No training, no model.

It knows shapes and colours, not things: a dark line that wanders is a "crack" to it whatever made it. With an anomaly
map it looks only where the part differs from good ones; without, its results are unverified and it says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from time import perf_counter

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.highlighter.areas import find_areas, shows_several_surfaces
from inference.highlighter.concepts import LOOKS, Concept, Family, Look
from inference.highlighter.contrast import Contrast
from inference.highlighter.found_regions import outline_pieces
from inference.highlighter.fusion import weigh_by_map
from inference.highlighter.lines import Sign, find_lines
from inference.highlighter.presence import (
    Presence,
    PresenceRule,
    is_two_toned,
    judge_presence,
    judge_presence_on_map,
)
from inference.highlighter.provider import Scene
from inference.highlighter.results import LIMIT, QueryResult, make_empty_result
from inference.highlighter.sharpening import measure_depth_share
from inference.highlighter.spots import find_spots
from inference.highlighter.traces import Shape, Traces, trace_pieces
from inference.results import FloatMap

NAME = "classical"
VERSION = 1
WORKING_PIXELS = 12_000_000
"""Photos of more pixels are searched at reduced size, for memory and time grow with it."""
LEAST_AREA_PX = 6

LEVELS = {Family.LINE: 3.0, Family.SPOT: 4.0, Family.AREA: 2.2, Family.DIFFERENCE: 4.0}
"""Evidence, in units of noise, from which a pixel can belong to something."""
RULES = {
    Family.LINE: PresenceRule(strength=75.0, ratio=2.8),
    Family.SPOT: PresenceRule(strength=60.0, ratio=2.8, pattern_rank=12),
}
"""For what is dark or bright only: the opposite sign shows what the texture makes."""
BOTH_SIGNS = {
    Family.LINE: PresenceRule(strength=75.0, ratio=4.0),
    Family.SPOT: PresenceRule(strength=60.0, ratio=4.0, pattern_rank=12),
    Family.AREA: PresenceRule(strength=120.0, ratio=2.0, pattern_rank=8),
}
"""For what may be either: only its own weaker pieces tell of texture, so more is asked for."""
MANY_EDGES = 1.6
"""How many times as clear a crack has to be where several surfaces meet: their edges are lines too."""
HALF = 0.5
"""Share of its depth up to which a line is marked."""
JOINED = 7
"""Pixels of a gap along a line that is closed."""
FLAT = np.float32(0.4)
"""Share at which a pixel beside a line, as bright as the surface, keeps the evidence of the line."""
UNDECIDED = 0.99
"""Score, at most, where a photo shows patterns that cannot be told from what is looked for."""
OTHERS = np.float32(0.3)
"""Share at which evidence outside of what counts enters the soft map."""
FILTERS: Mapping[Family, Callable[[FloatMap], Contrast]] = {Family.LINE: find_lines, Family.SPOT: find_spots}
ON_MAP_STRENGTHS = {Family.LINE: 30.0, Family.SPOT: 20.0, Family.AREA: 25.0, Family.DIFFERENCE: 5.0}
"""Least strength where an anomaly map vouches for the place."""


@dataclass(frozen=True)
class _Evidence:
    """What was measured for one concept, at working size."""

    values: FloatMap
    pieces: Traces
    presence: Presence
    depth: FloatMap | None = None
    """Of lines: how deep each pixel is, as a share of the deepest nearby."""

    @property
    def counted(self) -> tuple[int, ...]:
        """The numbers of the pieces that are strong enough, strongest first."""
        pairs = zip(self.pieces.numbers, self.pieces.strengths, strict=True)
        return tuple(number for number, strength in pairs if strength >= self.presence.least_strength)


class ClassicalProvider:
    """Highlights the concepts of `concepts` with filters alone."""

    name = NAME

    def describe(self) -> Mapping[str, object]:
        """Return what repeats the answers."""
        return {"provider": NAME, "version": VERSION, "working_pixels": WORKING_PIXELS}

    def highlight(self, scene: Scene, query: str, concept: Concept) -> QueryResult:
        """Answer one query about one photo."""
        started = perf_counter()
        shape = (scene.pixels.shape[0], scene.pixels.shape[1])
        if LOOKS[concept].family is Family.DIFFERENCE and scene.anomaly_map is None:
            return make_empty_result(query, "failed", _ask_for_reference(concept), shape, NAME)
        working = _fit_working_size(scene)
        evidence = _gather(working, concept)
        if LOOKS[concept].family is Family.LINE:
            evidence = replace(evidence, depth=measure_depth_share(_make_grey(working), _find_sign(LOOKS[concept])))
        soft = _soften(evidence, LEVELS[LOOKS[concept].family], shape)
        strength, labels = soft / np.float32(LIMIT), evidence.pieces.labels
        mask, regions = outline_pieces(strength, labels, evidence.counted, LEAST_AREA_PX, str(concept))
        found = evidence.presence.found and bool(regions)
        if not found:
            mask, regions = np.zeros(shape, np.uint8), ()
            soft = np.minimum(soft, np.float32(LIMIT * 0.999))
        return QueryResult(
            query=query,
            outcome="found" if found else "not found",
            sentence=_tell(concept, len(regions), compared=scene.anomaly_map is not None),
            regions=regions,
            mask=mask,
            soft_map=soft,
            provider=NAME,
            concept=str(concept),
            score=round(evidence.presence.score, 4),
            seconds=round(perf_counter() - started, 4),
            details={**self.describe(), "concept": str(concept), "compared": scene.anomaly_map is not None},
        )


def _ask_for_reference(concept: Concept) -> str:
    return f"A {concept} shows only by comparison; choose a product or a photo of a good part first."


def _tell(concept: Concept, regions: int, *, compared: bool) -> str:
    basis = (
        "by filters, where the part differs from good ones"
        if compared
        else "by filters alone, compared with no good part: check it by eye"
    )
    if not regions:
        return f"No {concept} was found ({basis})."
    places = "one place" if regions == 1 else f"{regions} places"
    return f"Looks like {concept} in {places} ({basis})."


def _fit_working_size(scene: Scene) -> Scene:
    height, width = scene.pixels.shape[:2]
    if height * width <= WORKING_PIXELS:
        return scene
    factor = np.sqrt(WORKING_PIXELS / (height * width))
    size = (max(round(width * factor), 1), max(round(height * factor), 1))
    pixels = np.asarray(cv2.resize(scene.pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    if scene.anomaly_map is None:
        return Scene(pixels)
    return Scene(pixels, np.asarray(cv2.resize(scene.anomaly_map, size, interpolation=cv2.INTER_AREA), np.float32))


def _gather(scene: Scene, concept: Concept) -> _Evidence:
    """Measure a concept's evidence and judge whether it is there."""
    if scene.anomaly_map is None:
        return _gather_alone(scene, concept)
    return _gather_on_map(scene, scene.anomaly_map, concept)


def _gather_on_map(scene: Scene, anomaly_map: FloatMap, concept: Concept) -> _Evidence:
    """Look only where the part differs from good ones; there, texture and pattern need no telling apart."""
    family = LOOKS[concept].family
    if family is Family.DIFFERENCE:
        fused = np.asarray(anomaly_map * LEVELS[family], np.float32)
    else:
        fused = weigh_by_map(_measure(scene, concept)[0], anomaly_map)
    pieces = trace_pieces(fused, LEVELS[family], Shape.LINE if family is Family.LINE else Shape.ANY)
    return _Evidence(fused, pieces, judge_presence_on_map(pieces, ON_MAP_STRENGTHS[family]))


def _gather_alone(scene: Scene, concept: Concept) -> _Evidence:
    """Look everywhere, and take for texture what the photo shows often or with the opposite sign."""
    look = LOOKS[concept]
    values, reverse = _measure(scene, concept)
    level, shape = LEVELS[look.family], _choose_shape(look)
    pieces = trace_pieces(values, level, shape)
    opposite = None if reverse is None else trace_pieces(reverse, level, shape)
    rules = BOTH_SIGNS if reverse is None else RULES
    presence = judge_presence(pieces, opposite, rules[look.family])
    return _Evidence(values, pieces, replace(presence, score=_temper(presence.score, scene, look)))


def _temper(score: float, scene: Scene, look: Look) -> float:
    """Lower a score where the photo itself is made of what is looked for, and only a reference could tell."""
    if is_two_toned(scene.pixels):
        return min(score, UNDECIDED)
    if look.family is Family.SPOT or not shows_several_surfaces(scene.pixels):
        return score
    return min(score, UNDECIDED) if _needs_even_surface(look) else score / MANY_EDGES


def _needs_even_surface(look: Look) -> bool:
    """Tell whether the edges and faces of a part look like this too, so that only a reference tells them apart."""
    return look.family is Family.AREA or (look.family is Family.LINE and not look.wanders)


def _choose_shape(look: Look) -> Shape:
    if look.family is not Family.LINE:
        return Shape.ANY
    return Shape.WANDERING_LINE if look.wanders else Shape.LINE


def _find_sign(look: Look) -> Sign:
    if look.dark and look.bright:
        return Sign.BOTH
    return Sign.DARK if look.dark else Sign.BRIGHT


def _measure(scene: Scene, concept: Concept) -> tuple[FloatMap, FloatMap | None]:
    """Return a concept's evidence, and that of the opposite sign where it has one sign only."""
    look = LOOKS[concept]
    if look.family not in FILTERS:
        return find_areas(scene.pixels, concept), None
    contrast = FILTERS[look.family](_make_grey(scene))
    if look.dark and look.bright:
        return np.maximum(contrast.dark, contrast.bright), None
    return (contrast.dark, contrast.bright) if look.dark else (contrast.bright, contrast.dark)


def _make_grey(scene: Scene) -> FloatMap:
    return np.asarray(cv2.cvtColor(scene.pixels, cv2.COLOR_RGB2GRAY), np.float32)


def _join_pieces(deep: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Close the gaps that grain makes along a line, so that one crack stays one region."""
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (JOINED, JOINED))
    return np.asarray(cv2.morphologyEx(deep.astype(np.uint8), cv2.MORPH_CLOSE, kernel), np.bool_)


def _soften(evidence: _Evidence, level: float, shape: tuple[int, int]) -> FloatMap:
    """Return 0 to 1 at the photo's size: from 0.5 in the pieces that count, gaps included, less elsewhere."""
    pieces = evidence.pieces
    counts = np.zeros(int(pieces.labels.max()) + 1, np.bool_)
    counts[list(evidence.counted)] = True
    inside = counts[pieces.labels]
    values = np.where(inside, np.maximum(evidence.values, level), evidence.values * OTHERS)
    soft = np.asarray(values / (values + np.float32(level)), np.float32)
    if evidence.depth is not None:
        inside &= _join_pieces(evidence.depth >= HALF)
        soft *= FLAT + (1 - FLAT) * evidence.depth
    soft = np.where(inside, np.maximum(soft, np.float32(LIMIT)), np.minimum(soft, np.float32(LIMIT * 0.98)))
    if soft.shape == shape:
        return np.asarray(soft, np.float32)
    return np.asarray(cv2.resize(soft, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR), np.float32)

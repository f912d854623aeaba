"""The detector: learns a product from photos of good parts and judges other photos against it.

It ties the room's pieces together and holds no mathematics of its own. Storing what it says is left to the caller.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from math import exp
from pathlib import Path
from time import perf_counter

import numpy as np

from inference.alignment import Thumbnail, make_thumbnail
from inference.areas import cover
from inference.backbones import Backbone
from inference.calibration import decide, describe_calibration, score_part
from inference.comparing import PlaceReference, choose_turns, compare, group_maps, join_groups, measure_absent
from inference.errors import Cancelled
from inference.gates import find_absence, find_faults, find_other_product, find_unplaced_areas, measure_traits
from inference.images import Photo
from inference.learned_product import LearnedProduct
from inference.learning import OnProgress, Wish, add_place, learn_product
from inference.looking import LookedAt, find_looked_at, look_only_at
from inference.profiles import Profile
from inference.reference_memory import ReferenceMemory
from inference.regions import keep_cores, outline_regions
from inference.results import FloatMap, GateFinding, Judgement, Mask, Region, Seconds, Verdict
from inference.scoring import PatchMap, enlarge
from inference.self_comparison import compare_within, weigh_rarity
from inference.token_grids import IsCancelled, TokenGrid, read_tokens

METHOD_VERSION = "5"
"""Changes whenever the same photo and references may get another score; part of every record and of the cache's key."""

__all__ = ["Detector", "LearnedProduct"]

SMALLEST_REGION = 0.25
"""Regions smaller than this share of a token's area are rounding of the map, not findings."""

DUMMY_WARNING = "Judged by the dummy backbone, for trying the program out: this verdict means nothing."


@dataclass(frozen=True)
class _Seen:
    """What comparing a photo with a product gave."""

    first: TokenGrid
    groups: Sequence[PatchMap]
    absent_share: float
    looked_at: LookedAt


class Detector:
    """Learns and judges with one set of backbones and one profile. Belongs to one thread."""

    def __init__(self, backbones: Sequence[Backbone], profile: Profile) -> None:
        if not backbones:
            raise ValueError("a detector needs at least one backbone")
        self._backbones = tuple(backbones)
        self._profile = profile

    @property
    def device(self) -> str:
        """Where it runs, for people and records."""
        return self._backbones[0].device

    def describe(self) -> Mapping[str, object]:
        """Everything besides the references that a learned product depends on, as plain JSON."""
        return {
            "method": METHOD_VERSION,
            "profile": asdict(self._profile),
            "model_packs": [asdict(backbone.identity) for backbone in self._backbones],
            "layers": [list(backbone.layers) for backbone in self._backbones],
            "device": self.device,
        }

    def learn(
        self,
        references: Sequence[Photo],
        *,
        areas: Mask | None = None,
        memory: Path | None = None,
        on_progress: OnProgress | None = None,
        is_cancelled: IsCancelled | None = None,
    ) -> LearnedProduct:
        """Learn a product from photos of good parts, one per part. Raises ReferencesError and Cancelled.

        `areas` is what `inference.areas.draw_areas` drew on the first reference, `memory` a folder where what is read
        of each reference is kept for the next time.
        """
        remembered = ReferenceMemory(memory, self.describe())
        wish = Wish(areas, remembered, on_progress, is_cancelled)
        return learn_product(self._backbones, self._profile, references, wish)

    def inspect(
        self,
        photo: Photo,
        product: LearnedProduct,
        *,
        on_progress: OnProgress | None = None,
        is_cancelled: IsCancelled | None = None,
    ) -> Judgement:
        """Judge one photo of one part. Raises Cancelled between steps."""
        report, cancelled = on_progress or _ignore, is_cancelled or _never
        started = perf_counter()
        report(0.0, "Looking at the photo")
        grids = self._read(photo, product, cancelled)
        seen = perf_counter()
        report(0.7, "Comparing with the references")
        turns = choose_turns(grids[0].tokens, product.banks[0])
        thumbnail = make_thumbnail(photo.pixels)
        looked_at = find_looked_at(product.attention, grids[0].tokens, thumbnail)
        groups = _compare_groups(thumbnail, grids, product, turns)
        absent = _measure_absent(grids[0], product, turns)
        judgement = self._judge(photo, product, _Seen(grids[0], groups, absent, looked_at))
        done = perf_counter()
        return replace(judgement, seconds=Seconds(0.0, seen - started, done - seen, done - started))

    def _read(self, photo: Photo, product: LearnedProduct, is_cancelled: IsCancelled) -> list[TokenGrid]:
        grids = []
        for scale in product.recipe.scales:
            if is_cancelled():
                raise Cancelled
            grids.append(read_tokens(self._backbones[scale.backbone], photo.pixels, scale, is_cancelled))
        return grids

    def _judge(self, photo: Photo, product: LearnedProduct, seen: _Seen) -> Judgement:
        law = product.law
        log_score = join_groups(seen.groups, product.recipe.rule, seen.looked_at.mask)
        relative = [np.asarray(group / exp(law.review_limit), np.float32) for group in seen.groups]
        gates = _find_gates(photo, product, seen, _share_beyond(relative[0], seen.looked_at))
        verdict = Verdict.REVIEW if gates else decide(log_score, law)
        anomaly_map = look_only_at(_paint(relative, photo), seen.looked_at)
        mask, regions = _outline(anomaly_map, relative, verdict)
        similarities = [float(seen.first.summary @ summary) for summary in product.summaries]
        return Judgement(
            verdict=verdict,
            score=round(score_part(log_score, law), 4),
            p_value=round(law.p_value(log_score), 8),
            raw_score=round(exp(log_score), 8),
            calibration=describe_calibration(law, len(product.references), product.log_scores),
            regions=regions,
            anomaly_map=anomaly_map,
            mask=mask,
            gates=gates,
            model_packs=product.model_packs,
            device=self.device,
            seconds=Seconds(0.0, 0.0, 0.0, 0.0),
            nearest_reference=int(np.argmax(similarities)),
            configuration={**self.describe(), **product.configuration},
            warnings=self._find_warnings(photo, product),
        )

    def _find_warnings(self, photo: Photo, product: LearnedProduct) -> tuple[str, ...]:
        warnings = [DUMMY_WARNING] if any(backbone.dummy for backbone in self._backbones) else []
        twins = [reference.name for reference in product.references if reference.sha256 == photo.sha256]
        warnings += [
            f"The photo is the reference {name} itself; its score says nothing about a new part." for name in twins
        ]
        return tuple(warnings)


def _compare_groups(
    thumbnail: Thumbnail,
    grids: Sequence[TokenGrid],
    product: LearnedProduct,
    turns: Sequence[int],
) -> list[PatchMap]:
    maps = compare(grids, product.banks, turns)
    if product.recipe.aligned:
        places = [PlaceReference(*pair) for pair in zip(product.thumbnails, product.grids, strict=False)]
        maps[0] = add_place(maps[0], grids[0].tokens, thumbnail, places)
    if product.recipe.within:
        maps = weigh_rarity(maps, [compare_within(grid.tokens) for grid in grids])
    return group_maps(maps, product.recipe.scales, product.levels)


def _share_beyond(distances: PatchMap, looked_at: LookedAt) -> float:
    """Share of what is looked at that lies beyond the limit."""
    if looked_at.mask is not None:
        distances = distances[cover(looked_at.mask, *distances.shape)]
    return float(np.mean(distances > 1.0)) if distances.size else 0.0


def _measure_absent(first: TokenGrid, product: LearnedProduct, turns: Sequence[int]) -> float:
    """Share of the references that is not on the photo, at the first scale and the way the photo is turned."""
    expected = product.grids if 0 in turns else [product.banks[0][turn] for turn in turns]
    contrast = product.recipe.scales[0].contrast
    limit = exp(product.levels[0] + product.law.review_limit / contrast)
    return measure_absent(first.tokens, expected, limit)


def _find_gates(photo: Photo, product: LearnedProduct, seen: _Seen, different_share: float) -> tuple[GateFinding, ...]:
    similarity = max(float(seen.first.summary @ summary) for summary in product.summaries)
    doubts = (find_other_product(similarity, different_share), find_absence(seen.absent_share))
    faults = find_faults(measure_traits(photo.pixels), product.traits)
    unplaced = () if seen.looked_at.areas_placed else (find_unplaced_areas(),)
    return (*faults, *(doubt for doubt in doubts if doubt is not None), *unplaced)


def _paint(relative: Sequence[PatchMap], photo: Photo) -> FloatMap:
    """The anomaly map at the photo's size: the largest of the groups at every pixel, 1.0 being the pixel limit."""
    maps = [enlarge(group, photo.height, photo.width) for group in relative]
    return np.asarray(np.maximum.reduce(maps), np.float32)


def _outline(anomaly_map: FloatMap, relative: Sequence[PatchMap], verdict: Verdict) -> tuple[Mask, tuple[Region, ...]]:
    """Mask and regions. An accepted part has none; a rejected one always has, even if smoothing took its peak away."""
    if verdict is Verdict.ACCEPT:
        return np.zeros(anomaly_map.shape, np.uint8), ()
    token_area = anomaly_map.size / max(group.size for group in relative)
    smallest = max(1, round(SMALLEST_REGION * token_area))
    mask, regions = outline_regions(keep_cores(anomaly_map, 1.0), 1.0, smallest)
    if regions or verdict is not Verdict.REJECT:
        return mask, regions
    return outline_regions(anomaly_map, 0.9 * float(anomaly_map.max()), 1)


def _ignore(_share: float, _text: str) -> None:
    return None


def _never() -> bool:
    return False

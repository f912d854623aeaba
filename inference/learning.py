"""Learns a product from its references: which recipe suits it, its memory banks, and how good parts score.

Everything is chosen from the references alone; nobody sets a threshold and no defect is needed. The constants below
were set on several products at once, see `docs/ablation.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from inference.alignment import make_thumbnail
from inference.backbones import Backbone
from inference.calibration import PRIOR_SPREAD, CentrePrior, predict_good_parts
from inference.comparing import (
    PlaceReference,
    choose_turns,
    compare,
    compare_in_place,
    group_maps,
    join_groups,
    log_top_mean,
    take_sample,
)
from inference.errors import Cancelled, ReferencesError
from inference.gates import SAME_PRODUCT_SIMILARITY, measure_traits
from inference.images import Photo
from inference.learned_product import LearnedProduct, Recipe, ReferenceIdentity, round_to_half
from inference.nearest import nearest_distances
from inference.profiles import Profile
from inference.results import RgbPixels
from inference.scoring import PatchMap
from inference.token_grids import IsCancelled, Scale, TokenGrid, Tokens, plan_scales, read_tokens
from inference.variations import BRIGHTNESS, ROTATIONS, brighten, flip, place_again, rotate

OnProgress = Callable[[float, str], None]

_Thing = TypeVar("_Thing")

BLOCKS = 4
"""A reference is cut into BLOCKS x BLOCKS blocks to see how well the rest of it predicts each."""

BLOCK_MARGIN = 2
"""Tokens around a block that are left out as well: neighbours have seen the block through attention."""

STRUCTURE_GAP = 0.7
"""Log of how much worse blocks are predicted by the rest of a reference than the reference put down again is by all of
it, from which the part has a shape of its own."""

AGAIN_SLOPE = 0.85
AGAIN_OFFSET = 0.10
LEAST_CENTRE = -1.1
MOST_CENTRE = 0.15
"""New good parts score, relative to held-out blocks, about AGAIN_SLOPE times what the reference put down again does,
plus AGAIN_OFFSET: fitted on seven products, see `docs/calibration.md`; beyond the range seen there it is cut off."""

CENTRE_ERROR = 0.20
"""Root mean square error of that prediction over those products, in log score."""

HOLDOUT_BANK = 4096
"""Most tokens the held-out blocks are compared with."""

VARIATION_SHARE = 8
"""A variation of a reference, or a turned one, takes at most this part of a memory bank."""

MOST_PLACE_REFERENCES = 8
"""References a photo is registered to; more cost time and no longer add poses."""


@dataclass(frozen=True)
class _Reference:
    """One reference as every scale sees it, with its variations."""

    photo: Photo
    grids: tuple[TokenGrid, ...]
    varied: tuple[tuple[Tokens, ...], ...]
    """Per scale and turn: tokens (M, C). Turn 0 holds the reference itself, mirrored and brighter ones too."""


@dataclass(frozen=True)
class _Work:
    """What learning runs with."""

    backbones: Sequence[Backbone]
    profile: Profile
    scales: tuple[Scale, ...]
    report: OnProgress
    is_cancelled: IsCancelled

    def read(self, pixels: RgbPixels, scale: Scale) -> TokenGrid:
        """Read a photo at one scale; raises Cancelled between steps."""
        if self.is_cancelled():
            raise Cancelled
        grid = read_tokens(self.backbones[scale.backbone], pixels, scale, self.is_cancelled)
        return TokenGrid(round_to_half(grid.tokens), grid.summary)


def learn_product(
    backbones: Sequence[Backbone],
    profile: Profile,
    photos: Sequence[Photo],
    report: OnProgress,
    is_cancelled: IsCancelled,
) -> LearnedProduct:
    """Learn from photos of good parts, one per part; raises ReferencesError without any, and Cancelled."""
    if not photos:
        raise ReferencesError("The product has no reference; add a photo of a good part.")
    scales = plan_scales(photos[0].height, photos[0].width, profile, backbones)
    work = _Work(backbones, profile, scales, report, is_cancelled)
    grids = [_read_scales(work, photo, index, len(photos)) for index, photo in enumerate(photos)]
    held_out = [[_hold_out(grid.tokens) for grid in seen] for seen in grids]
    levels = tuple(
        float(level) for level in np.mean([[log_top_mean(part) for part in maps] for maps in held_out], axis=0)
    )
    again = float(np.mean([_score_again(work, photo, seen, levels) for photo, seen in zip(photos, grids, strict=True)]))
    structured = again < -STRUCTURE_GAP
    recipe = Recipe(scales, structured, rotations=structured, aligned=profile.alignment and structured)
    references = [_vary(work, recipe, photo, seen) for photo, seen in zip(photos, grids, strict=True)]
    return _put_together(work, recipe, references, levels, predict_centre(again))


def _read_scales(work: _Work, photo: Photo, index: int, count: int) -> tuple[TokenGrid, ...]:
    work.report(index / (count + 1), f"Looking at reference {index + 1} of {count}")
    return tuple(work.read(photo.pixels, scale) for scale in work.scales)


def _vary(work: _Work, recipe: Recipe, photo: Photo, grids: tuple[TokenGrid, ...]) -> _Reference:
    """Read the variations of a reference that its recipe asks for."""
    varied = [
        _read_turns(work, recipe, photo, scale, grid.tokens) for scale, grid in zip(work.scales, grids, strict=True)
    ]
    return _Reference(photo, grids, tuple(varied))


def _read_turns(work: _Work, recipe: Recipe, photo: Photo, scale: Scale, tokens: Tokens) -> tuple[Tokens, ...]:
    """The reference at one scale: as it is, with lighter variations, then turned where the recipe says so."""
    variations = [] if scale.detail else [flip(photo.pixels), *(brighten(photo.pixels, by) for by in BRIGHTNESS)]
    turned = [rotate(photo.pixels, degrees) for degrees in ROTATIONS] if recipe.rotations else []
    return (
        _gather([tokens, *(_thin_out(work, pixels, scale) for pixels in variations)]),
        *(_thin_out(work, pixels, scale) for pixels in turned),
    )


def _thin_out(work: _Work, pixels: RgbPixels, scale: Scale) -> Tokens:
    """Every n-th token of a variation: what it adds to the reference is approximate anyway, and this is quick."""
    tokens = work.read(pixels, scale).tokens
    return take_sample(tokens.reshape(-1, tokens.shape[-1]), work.profile.bank_tokens // VARIATION_SHARE)


def _gather(grids: Sequence[Tokens]) -> Tokens:
    """Put token grids and lists together into one list (M, C)."""
    return np.concatenate([tokens.reshape(-1, tokens.shape[-1]) for tokens in grids])


def _hold_out(tokens: Tokens) -> PatchMap:
    """Compare each block of a reference with the rest of it: how a new part of an even surface would look. (h, w)."""
    height, width, channels = tokens.shape
    distances = np.zeros((height, width), np.float32)
    for top, bottom in _cut(height):
        for left, right in _cut(width):
            rest = np.ones((height, width), bool)
            rest[
                max(0, top - BLOCK_MARGIN) : bottom + BLOCK_MARGIN, max(0, left - BLOCK_MARGIN) : right + BLOCK_MARGIN
            ] = 0
            block = tokens[top:bottom, left:right].reshape(-1, channels)
            nearest = nearest_distances(np.ascontiguousarray(block), take_sample(tokens[rest], HOLDOUT_BANK))
            distances[top:bottom, left:right] = nearest.reshape(bottom - top, right - left)
    return distances


def _cut(length: int) -> list[tuple[int, int]]:
    edges = [round(index * length / BLOCKS) for index in range(BLOCKS + 1)]
    return [(low, high) for low, high in pairwise(edges) if high > low]


def _score_again(work: _Work, photo: Photo, grids: Sequence[TokenGrid], levels: Sequence[float]) -> float:
    """Log score of a reference put down again, against itself as it lay: the least to expect of a new good part."""
    whole = [
        (scale, grid, level) for scale, grid, level in zip(work.scales, grids, levels, strict=True) if not scale.detail
    ]
    banks = [[grid.tokens.reshape(-1, grid.tokens.shape[-1])] for _, grid, _ in whole]
    scores = []
    for pixels in place_again(photo.pixels):
        seen = [work.read(pixels, scale) for scale, _, _ in whole]
        maps = compare(seen, banks, [0])
        scores.append(join_groups(group_maps(maps, [scale for scale, _, _ in whole], [level for _, _, level in whole])))
    return float(np.mean(scores))


def predict_centre(again: float) -> CentrePrior:
    """Where new good parts will score, from how the references score when put down again."""
    weight = (PRIOR_SPREAD / CENTRE_ERROR) ** 2
    centre = min(max(AGAIN_SLOPE * again + AGAIN_OFFSET, LEAST_CENTRE), MOST_CENTRE)
    return CentrePrior(centre, weight)


def _put_together(
    work: _Work, recipe: Recipe, references: Sequence[_Reference], levels: tuple[float, ...], prior: CentrePrior
) -> LearnedProduct:
    work.report(len(references) / (len(references) + 1), "Comparing the references with each other")
    places = [PlaceReference(make_thumbnail(seen.photo.pixels), seen.grids[0].tokens) for seen in references]
    log_scores = _leave_one_out(work, recipe, references, places, levels)
    return LearnedProduct(
        recipe=recipe,
        references=tuple(ReferenceIdentity(seen.photo.name, seen.photo.sha256) for seen in references),
        model_packs=tuple(backbone.identity for backbone in work.backbones),
        banks=_join_banks(references, work.profile.bank_tokens),
        levels=levels,
        grids=tuple(place.grid for place in places[:MOST_PLACE_REFERENCES]),
        summaries=tuple(seen.grids[0].summary for seen in references),
        thumbnails=tuple(place.thumbnail for place in places),
        traits=tuple(measure_traits(seen.photo.pixels) for seen in references),
        log_scores=log_scores,
        prior=prior,
        warnings=tuple(_find_doubts(references, log_scores, prior)),
    )


def _join_banks(references: Sequence[_Reference], most: int) -> tuple[tuple[Tokens, ...], ...]:
    """Put the references' tokens together, per scale and turn, and thin them evenly to at most `most`.

    Evenly, and not by leaving out what is redundant: a bank must be as dense as the banks good parts were scored
    against when one reference was left out, or new good parts would score worse than calibration expects.
    """
    by_scale = [zip(*turns, strict=True) for turns in zip(*(seen.varied for seen in references), strict=True)]
    return tuple(tuple(take_sample(_gather(tokens), most) for tokens in turns) for turns in by_scale)


def _leave_one_out(
    work: _Work,
    recipe: Recipe,
    references: Sequence[_Reference],
    places: Sequence[PlaceReference],
    levels: Sequence[float],
) -> tuple[float, ...]:
    """Score each reference against the others. Their banks hold one part less, so the scores err on the safe side."""
    if len(references) < 2:
        return ()
    scores = []
    for index, reference in enumerate(references):
        if work.is_cancelled():
            raise Cancelled
        banks = _join_banks(_without(references, index), work.profile.bank_tokens)
        maps = compare(reference.grids, banks, choose_turns(reference.grids[0].tokens, banks[0]))
        if recipe.aligned:
            elsewhere = _without(places, index)[:MOST_PLACE_REFERENCES]
            maps[0] = add_place(maps[0], reference.grids[0].tokens, places[index].thumbnail, elsewhere)
        scores.append(join_groups(group_maps(maps, recipe.scales, levels)))
    return tuple(scores)


def _without(things: Sequence[_Thing], index: int) -> list[_Thing]:
    return [*things[:index], *things[index + 1 :]]


def add_place(
    distances: PatchMap, tokens: Tokens, thumbnail: NDArray[np.float32], places: Sequence[PlaceReference]
) -> PatchMap:
    """Mean of the distances to anywhere and to the same place, for a photo that lies as a reference does."""
    in_place = compare_in_place(tokens, thumbnail, places)
    return distances if in_place is None else np.asarray((distances + in_place) / 2, np.float32)


def _find_doubts(references: Sequence[_Reference], log_scores: Sequence[float], prior: CentrePrior) -> Iterator[str]:
    """Sentences about references that may be defective or of another product."""
    for index, reference in enumerate(references):
        others = _without(references, index)
        if not others:
            continue
        similarity = max(float(reference.grids[0].summary @ other.grids[0].summary) for other in others)
        if similarity < SAME_PRODUCT_SIMILARITY:
            yield f"Reference {reference.photo.name} seems to show another product than the others; check it."
            continue
        law = predict_good_parts(_without(log_scores, index), prior)
        if log_scores[index] >= law.reject_limit:
            yield f"Reference {reference.photo.name} looks defective beside the others; check it."

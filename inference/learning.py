"""Learns a product from its references: which recipe suits it, its memory banks, and how good parts score.

Everything is chosen from the references alone; nobody sets a threshold and no defect is needed. The constants below
were set on several products at once, see `docs/ablation.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from inference.alignment import Thumbnail
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
from inference.errors import ReferencesError
from inference.gates import SAME_PRODUCT_SIMILARITY, measure_traits
from inference.images import Photo
from inference.learned_product import LearnedProduct, Recipe, ReferenceIdentity
from inference.looking import Attention, find_looked_at
from inference.part_mask import learn_part
from inference.profiles import Profile
from inference.reference_memory import ReferenceMemory
from inference.reference_reading import ReferenceReader, View, gather
from inference.results import Mask
from inference.scoring import PART_RULE, PatchMap, TopRule
from inference.self_comparison import compare_within, weigh_rarity
from inference.token_grids import IsCancelled, Tokens, plan_scales

OnProgress = Callable[[float, str], None]

_Thing = TypeVar("_Thing")

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

WITHIN_SPREAD = 0.10
WITHIN_CENTRE_ERROR = 0.17
"""The same two for surfaces that are compared with themselves too, which takes away part of what differs from photo to
photo of good ones; used while there is one reference."""

MOST_PLACE_REFERENCES = 8
"""References a photo is registered to; more cost time and no longer add poses."""


@dataclass(frozen=True)
class _Reference:
    """One reference: as it lies and where it is looked at, its held-out maps a scale, and itself put down again."""

    photo: Photo
    view: View
    held_out: tuple[PatchMap, ...]
    again: tuple[View, ...]
    again_maps: tuple[tuple[PatchMap, ...], ...]
    """Per putting down and whole scale: distances to the reference as it lay."""
    looked_at: Mask | None = None
    again_looked_at: tuple[Mask | None, ...] = ()


@dataclass(frozen=True)
class Wish:
    """What is asked of learning besides the references."""

    areas: Mask | None = None
    """Drawn on the first reference: uint8 of its shape or smaller, 255 where parts are inspected."""
    memory: ReferenceMemory | None = None
    report: OnProgress | None = None
    is_cancelled: IsCancelled | None = None


def learn_product(
    backbones: Sequence[Backbone], profile: Profile, photos: Sequence[Photo], wish: Wish
) -> LearnedProduct:
    """Learn from photos of good parts, one per part; raises ReferencesError without any, and Cancelled."""
    if not photos:
        raise ReferencesError("The product has no reference; add a photo of a good part.")
    scales = plan_scales(photos[0].height, photos[0].width, profile, backbones)
    memory = wish.memory or ReferenceMemory(None, {})
    reader = ReferenceReader(backbones, profile, scales, memory, wish.is_cancelled or (lambda: False))
    report = wish.report or (lambda _share, _what: None)
    seen = [_see(reader, photo, report, (index, len(photos))) for index, photo in enumerate(photos)]
    recipe = _choose_recipe(reader, seen)
    attention = _choose_attention(seen, wish.areas, structured=recipe.structured)
    references = [_look(_weigh_again(reference) if recipe.within else reference, attention) for reference in seen]
    levels = _find_levels(references, recipe.rule)
    # References are often photographed one after the other and differ less than parts will: once their own scores tell
    # the spread, the prior must not narrow it further.
    narrow = recipe.within and len(references) == 1
    prior = predict_centre(_score_again(reader, references, levels, recipe.rule), narrow=narrow)
    turns = []
    for index, reference in enumerate(references):
        report(0.5 + 0.45 * index / len(photos), f"Looking at reference {index + 1} of {len(photos)}")
        turns.append(reader.read_turns(reference.photo, reference.view, rotations=recipe.rotations))
        reader.remember(reference.photo)
    report(0.95, "Comparing the references with each other")
    return _put_together(reader, recipe, attention, _Learned(references, turns, levels, prior))


def _choose_recipe(reader: ReferenceReader, seen: Sequence[_Reference]) -> Recipe:
    """A part with a shape is turned and compared in place; an even surface is compared with itself."""
    again = _score_again(reader, seen, _find_levels(seen, PART_RULE), PART_RULE)
    structured, profile = again < -STRUCTURE_GAP, reader.profile
    return Recipe(
        scales=reader.scales,
        structured=structured,
        rotations=structured,
        aligned=profile.alignment and structured,
        within=profile.within and not structured,
    )


def _weigh_again(reference: _Reference) -> _Reference:
    """The reference put down again as a photo of an even surface is judged: with how rare its tokens are within it."""
    maps = tuple(
        tuple(weigh_rarity(distances, [compare_within(grid.tokens) for grid in view.grids]))
        for view, distances in zip(reference.again, reference.again_maps, strict=True)
    )
    return replace(reference, again_maps=maps)


def _see(reader: ReferenceReader, photo: Photo, report: OnProgress, place: tuple[int, int]) -> _Reference:
    """Look at one reference, as it lies and put down again."""
    index, count = place
    report(0.5 * index / count, f"Looking at reference {index + 1} of {count}")
    view = reader.read_as_it_lies(photo)
    held_out = tuple(compare_within(grid.tokens) for grid in view.grids)
    again = reader.read_put_down_again(photo)
    banks = [[gather([grid.tokens])] for grid in view.grids]
    maps = [tuple(compare(each.grids, banks[: len(each.grids)], [0])) for each in again]
    return _Reference(photo, view, held_out, tuple(again), tuple(maps))


def _choose_attention(references: Sequence[_Reference], areas: Mask | None, *, structured: bool) -> Attention:
    """A part with a shape is told from its surroundings where that is clear; areas follow it, or keep their place."""
    first = references[0].view
    part = learn_part([reference.view.grids[0].tokens for reference in references]) if structured else None
    return Attention(part, areas, first.thumbnail if structured else None)


def _look(reference: _Reference, attention: Attention) -> _Reference:
    """Find where a reference is looked at, and where when it is put down again."""

    def find(view: View) -> Mask | None:
        return find_looked_at(attention, view.grids[0].tokens, view.thumbnail).mask

    return replace(
        reference, looked_at=find(reference.view), again_looked_at=tuple(find(view) for view in reference.again)
    )


def _find_levels(references: Sequence[_Reference], rule: TopRule) -> tuple[float, ...]:
    """Per scale: mean log score of blocks held out of a reference."""
    scores = [
        [log_top_mean(part, rule, reference.looked_at) for part in reference.held_out] for reference in references
    ]
    return tuple(float(level) for level in np.mean(scores, axis=0))


def _score_again(
    reader: ReferenceReader, references: Sequence[_Reference], levels: Sequence[float], rule: TopRule
) -> float:
    """Mean log score of references put down again, against themselves as they lay: the least a new part will have."""
    whole = [(scale, level) for scale, level in zip(reader.scales, levels, strict=True) if not scale.detail]
    scales, units = [scale for scale, _ in whole], [level for _, level in whole]
    scores = []
    for reference in references:
        looked_at = reference.again_looked_at or (None,) * len(reference.again)
        for maps, mask in zip(reference.again_maps, looked_at, strict=True):
            scores.append(join_groups(group_maps(maps, scales, units), rule, mask))
    return float(np.mean(scores))


def predict_centre(again: float, *, narrow: bool = False) -> CentrePrior:
    """Where new good parts will score, from how the references score when put down again."""
    spread, error = (WITHIN_SPREAD, WITHIN_CENTRE_ERROR) if narrow else (PRIOR_SPREAD, CENTRE_ERROR)
    centre = min(max(AGAIN_SLOPE * again + AGAIN_OFFSET, LEAST_CENTRE), MOST_CENTRE)
    return CentrePrior(centre, (spread / error) ** 2, spread)


@dataclass(frozen=True)
class _Learned:
    """What learning found before it is put together."""

    references: Sequence[_Reference]
    turns: Sequence[tuple[tuple[Tokens, ...], ...]]
    """Per reference, scale and turn: tokens (M, C)."""
    levels: tuple[float, ...]
    prior: CentrePrior


def _put_together(reader: ReferenceReader, recipe: Recipe, attention: Attention, learned: _Learned) -> LearnedProduct:
    references = learned.references
    log_scores = _leave_one_out(reader, recipe, learned)
    return LearnedProduct(
        recipe=recipe,
        references=tuple(ReferenceIdentity(seen.photo.name, seen.photo.sha256) for seen in references),
        model_packs=tuple(backbone.identity for backbone in reader.backbones),
        banks=_join_banks(learned.turns, reader.profile.bank_tokens),
        levels=learned.levels,
        grids=tuple(seen.view.grids[0].tokens for seen in references[:MOST_PLACE_REFERENCES]),
        summaries=tuple(seen.view.grids[0].summary for seen in references),
        thumbnails=tuple(seen.view.thumbnail for seen in references),
        traits=tuple(measure_traits(seen.photo.pixels) for seen in references),
        log_scores=log_scores,
        prior=learned.prior,
        warnings=tuple(_find_doubts(references, log_scores, learned.prior)),
        attention=attention,
    )


def _join_banks(references: Sequence[tuple[tuple[Tokens, ...], ...]], most: int) -> tuple[tuple[Tokens, ...], ...]:
    """Put the references' tokens together, per scale and turn, and thin them evenly to at most `most`.

    Evenly, and not by leaving out what is redundant: a bank must be as dense as the banks good parts were scored
    against when one reference was left out, or new good parts would score worse than calibration expects.
    """
    by_scale = [zip(*turns, strict=True) for turns in zip(*references, strict=True)]
    return tuple(tuple(take_sample(gather(tokens), most) for tokens in turns) for turns in by_scale)


def _leave_one_out(reader: ReferenceReader, recipe: Recipe, learned: _Learned) -> tuple[float, ...]:
    """Score each reference against the others. Their banks hold one part less, so the scores err on the safe side."""
    references = learned.references
    if len(references) < 2:
        return ()
    places = [PlaceReference(seen.view.thumbnail, seen.view.grids[0].tokens) for seen in references]
    scores = []
    for index, reference in enumerate(references):
        reader.check()
        banks = _join_banks(_without(learned.turns, index), reader.profile.bank_tokens)
        grids = reference.view.grids
        maps = compare(grids, banks, choose_turns(grids[0].tokens, banks[0]))
        if recipe.aligned:
            elsewhere = _without(places, index)[:MOST_PLACE_REFERENCES]
            maps[0] = add_place(maps[0], grids[0].tokens, reference.view.thumbnail, elsewhere)
        if recipe.within:
            maps = weigh_rarity(maps, reference.held_out)
        scores.append(join_groups(group_maps(maps, recipe.scales, learned.levels), recipe.rule, reference.looked_at))
    return tuple(scores)


def _without(things: Sequence[_Thing], index: int) -> list[_Thing]:
    return [*things[:index], *things[index + 1 :]]


def add_place(distances: PatchMap, tokens: Tokens, thumbnail: Thumbnail, places: Sequence[PlaceReference]) -> PatchMap:
    """Mean of the distances to anywhere and to the same place, for a photo that lies as a reference does."""
    in_place = compare_in_place(tokens, thumbnail, places)
    return distances if in_place is None else np.asarray((distances + in_place) / 2, np.float32)


def _find_doubts(references: Sequence[_Reference], log_scores: Sequence[float], prior: CentrePrior) -> Iterator[str]:
    """Sentences about references that may be defective or of another product."""
    for index, reference in enumerate(references):
        others = _without(references, index)
        if not others:
            continue
        similarity = max(float(reference.view.grids[0].summary @ other.view.grids[0].summary) for other in others)
        if similarity < SAME_PRODUCT_SIMILARITY:
            yield f"Reference {reference.photo.name} seems to show another product than the others; check it."
            continue
        law = predict_good_parts(_without(log_scores, index), prior)
        if log_scores[index] >= law.reject_limit:
            yield f"Reference {reference.photo.name} looks defective beside the others; check it."

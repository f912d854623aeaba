"""Whether the facts of an inspection bear a claim. What is not clear, or what they do not know, they do not bear.

The one exception is what a defect is called: where the facts are silent, a name is neither right nor wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from inference.dialogue.choosing import choose_regions
from inference.dialogue.claim_values import Amount, Claim, ClaimKind
from inference.dialogue.claims import find_kinds
from inference.dialogue.facts import Facts, RegionFact
from inference.dialogue.understanding import Thread

_CLOSE, _ROUGHLY = 0.03, 0.15
"""Shares by which a size may differ, as said and where "about" is said."""


def contradicts(claim: Claim, facts: Facts) -> bool:
    """Tell whether a claim is against the facts, or beyond what they can bear."""
    return _CHECKS[claim.kind](claim, facts)


def is_beyond(claim: Claim, facts: Facts) -> bool:
    """Tell whether a claim names a kind of defect that the facts know nothing of."""
    return claim.kind is ClaimKind.DEFECT and bool(facts.regions) and claim.word not in _know_kinds(facts)


def _presence(claim: Claim, facts: Facts) -> bool:
    if claim.is_elsewhere and not claim.affirmed and facts.regions:
        return False
    if facts.verdict == "review" and not facts.regions:
        return not claim.is_hedged
    if facts.verdict == "review":
        return not claim.affirmed
    return facts.verdict is None or claim.affirmed != (facts.verdict == "reject")


def _verdict(claim: Claim, facts: Facts) -> bool:
    """ "Not good" is against nothing but "accept"; "the rest is good" is against nothing where something was found."""
    if not claim.affirmed:
        return claim.word == facts.verdict
    return claim.word != facts.verdict and not (claim.is_elsewhere and claim.word == "accept" and facts.regions)


def _count(claim: Claim, facts: Facts) -> bool:
    total = len(facts.regions)
    values = claim.amounts[0].values
    fits = {
        "exactly": any(total == value for value in values),
        "least": any(total >= value for value in values),
        "most": any(total <= value for value in values),
    }[claim.bound]
    return fits != claim.affirmed


def _place(claim: Claim, facts: Facts) -> bool:
    regions = _find_meant(claim, facts)
    lies_there = any(claim.word == region.place or claim.word in region.place.split() for region in regions)
    return lies_there != claim.affirmed


def _size(claim: Claim, facts: Facts) -> bool:
    if not claim.affirmed or (claim.word == "mm" and facts.mm_per_px is None):
        return True
    scale = 1.0 if claim.word == "px" else facts.mm_per_px or 1.0
    return not any(_measures(claim, region, scale) for region in _find_meant(claim, facts))


def _measures(claim: Claim, region: RegionFact, scale: float) -> bool:
    width, height, area = region.width_px * scale, region.height_px * scale, region.area_px * scale**2
    if len(claim.amounts) == 2:
        first, second = claim.amounts
        straight = _is_near(first, width, claim) and _is_near(second, height, claim)
        return straight or (_is_near(first, height, claim) and _is_near(second, width, claim))
    named = {"width": (width,), "height": (height,), "area": (area,), "": (width, height, area)}[claim.role]
    return any(_is_near(claim.amounts[0], length, claim) for length in named)


def _is_near(amount: Amount, truth: float, claim: Claim) -> bool:
    room = amount.slack + truth * (_ROUGHLY if claim.is_rough else _CLOSE)
    if claim.bound == "least":
        return any(truth >= value - room for value in amount.values)
    if claim.bound == "most":
        return any(truth <= value + room for value in amount.values)
    return any(abs(value - truth) <= room for value in amount.values)


def _kind(claim: Claim, facts: Facts) -> bool:
    """Against a label or what highlighting found; a name for nothing at all is against the facts as well."""
    known = _know_kinds(facts)
    if claim.word in known:
        return known[claim.word] != claim.affirmed
    all_named = bool(facts.regions) and all(region.label for region in facts.regions)
    return claim.affirmed and (not facts.regions or all_named)


def _know_kinds(facts: Facts) -> Mapping[str, bool]:
    """What is known of kinds: those of labels and found queries are there, those of other queries are not."""
    known = {kind: bool(query.places) for query in facts.queries for kind in find_kinds(query.text)}
    return known | {kind: True for region in facts.regions for kind in find_kinds(region.label)}


def _score(claim: Claim, facts: Facts) -> bool:
    """A score must also lie on its side of the limit."""
    if facts.score is None or facts.limit is None or not claim.affirmed:
        return True
    is_over = facts.score >= facts.limit
    near = (value for value in claim.amounts[0].values if abs(value - facts.score) <= claim.amounts[0].slack + 1e-6)
    return not any((value >= facts.limit) == is_over for value in near)


def _limit(claim: Claim, facts: Facts) -> bool:
    return facts.limit is None or facts.limit not in claim.amounts[0].values


def _peak(claim: Claim, facts: Facts) -> bool:
    return not any(_is_near(claim.amounts[0], region.peak, claim) for region in _find_meant(claim, facts))


def _share(claim: Claim, facts: Facts) -> bool:
    """A share of good parts or its rest; the small one of both tells how exact it must be. Nothing is certain."""
    amount = claim.amounts[0]
    rates = [100 * rate for rate in (facts.p_value, facts.reject_rate) if rate is not None]
    near = ((value, rate) for rate in rates for given in amount.values for value in (given, 100 - given))
    return not any(0 < value < 100 and abs(value - rate) <= amount.slack + _CLOSE * rate for value, rate in near)


def _region(claim: Claim, facts: Facts) -> bool:
    is_there = choose_regions(claim.about, facts, Thread()) is not None
    return is_there != claim.affirmed


def _always(claim: Claim, facts: Facts) -> bool:
    return True


def _find_meant(claim: Claim, facts: Facts) -> Iterable[RegionFact]:
    """The region spoken of; all where none is."""
    return facts.regions if claim.about is None else choose_regions(claim.about, facts, Thread()) or ()


_CHECKS: Mapping[ClaimKind, Callable[[Claim, Facts], bool]] = {
    ClaimKind.PRESENCE: _presence,
    ClaimKind.VERDICT: _verdict,
    ClaimKind.COUNT: _count,
    ClaimKind.PLACE: _place,
    ClaimKind.SIZE: _size,
    ClaimKind.DEFECT: _kind,
    ClaimKind.SCORE: _score,
    ClaimKind.LIMIT: _limit,
    ClaimKind.PEAK: _peak,
    ClaimKind.SHARE: _share,
    ClaimKind.REGION: _region,
    ClaimKind.UNCLEAR: _always,
    ClaimKind.UNREADABLE: _always,
}

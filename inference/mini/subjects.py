"""What a lesson is about: one inspection as numbers, with what is truly wrong and what the record says of it.

A subject can be mirrored, so that one inspection teaches eight. Words are `lessons`' affair.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from inference.dialogue.facts import Facts, RegionFact
from inference.mini.looking import Glimpse

_LEFT_RIGHT = {"left": "right", "right": "left"}
_UP_DOWN = {"top": "bottom", "bottom": "top"}
_ACROSS = {"top": "left", "left": "top", "bottom": "right", "right": "bottom"}
"""A photo and its transpose: what is at the top of one is at the left of the other."""


@dataclass(frozen=True)
class Spot:
    """One simulated defect."""

    place: str
    """One of the nine words of the 3 x 3 grid."""
    kind: str
    """Its name, such as "scratch"."""
    share: float
    """Of the photo's area, 0 to 1."""
    peak: float
    """Largest value of the anomaly map on it, in units of the limit."""


@dataclass(frozen=True)
class Subject:
    """One simulated inspection."""

    glimpse: Glimpse
    spots: tuple[Spot, ...]
    """What is truly wrong, strongest first; empty for a good part."""
    facts: Facts
    """What the detector found."""

    @property
    def is_defective(self) -> bool:
        """Whether anything is truly wrong."""
        return bool(self.spots)


def mirror(subject: Subject, *, left_right: bool, up_down: bool, across: bool) -> Subject:
    """The inspection as it would be on a mirrored photo; the views are kept, for they have no places."""
    anomaly, spots, facts = subject.glimpse.anomaly, subject.spots, subject.facts
    for words, axis in ((_LEFT_RIGHT, 1), (_UP_DOWN, 0)):
        if left_right if axis == 1 else up_down:
            anomaly = np.flip(anomaly, axis=axis)
            spots, facts = _rename(spots, words), _rename_facts(facts, words)
    if across:
        anomaly, spots, facts = anomaly.T, _rename(spots, _ACROSS), _turn_facts(_rename_facts(facts, _ACROSS))
    return Subject(Glimpse(subject.glimpse.views, np.ascontiguousarray(anomaly)), spots, facts)


def rename_place(place: str, words: dict[str, str]) -> str:
    """ "top left" with left and right exchanged is "top right"; rows are named before columns."""
    renamed = [words.get(word, word) for word in place.split(" ")]
    return " ".join(sorted(renamed, key=lambda word: word in ("left", "right")))


def _rename(spots: tuple[Spot, ...], words: dict[str, str]) -> tuple[Spot, ...]:
    return tuple(replace(spot, place=rename_place(spot.place, words)) for spot in spots)


def _rename_facts(facts: Facts, words: dict[str, str]) -> Facts:
    return replace(facts, regions=tuple(replace(each, place=rename_place(each.place, words)) for each in facts.regions))


def _turn_facts(facts: Facts) -> Facts:
    return replace(facts, regions=tuple(_turn_region(region) for region in facts.regions))


def _turn_region(region: RegionFact) -> RegionFact:
    return replace(region, width_px=region.height_px, height_px=region.width_px)

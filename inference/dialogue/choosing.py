"""Which regions of an inspection a question means, given what it says and what the conversation was about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inference.dialogue.facts import Facts, RegionFact
from inference.dialogue.phrasebook import Choice, Intent
from inference.dialogue.understanding import ABOUT_REGIONS, Chosen, Thread, Understood, understand

_ORDERS: dict[Choice, Callable[[RegionFact], float]] = {
    Choice.LARGEST: lambda region: -region.area_px,
    Choice.SMALLEST: lambda region: region.area_px,
    Choice.STRONGEST: lambda region: -region.peak,
    Choice.WEAKEST: lambda region: region.peak,
}


def choose_regions(chosen: Chosen | None, facts: Facts, thread: Thread) -> tuple[RegionFact, ...] | None:
    """Return the regions that are meant; None where there are none such, all where nothing was chosen."""
    if chosen is None:
        kept = tuple(region for region in facts.regions if region.number in thread.regions)
        return kept or facts.regions
    if chosen.how is Choice.ALL:
        return facts.regions
    if chosen.how is Choice.PLACE:
        return _find_at(chosen.place, facts.regions) or None
    return _pick(_rank(chosen, facts.regions, thread), chosen.rank)


def follow_on(thread: Thread, understood: Understood, facts: Facts) -> Thread:
    """Return what the conversation is about after a question."""
    regions = thread.regions
    if understood.chosen is not None:
        chosen = choose_regions(understood.chosen, facts, thread)
        regions = thread.regions if chosen is None else tuple(region.number for region in chosen)
        if understood.chosen.how is Choice.ALL:
            regions = ()
    asked = tuple(intent for intent in understood.intents if intent in ABOUT_REGIONS)
    return Thread(regions, asked or thread.intents)


@dataclass(frozen=True)
class Asked:
    """What a question asks, given the questions before it."""

    understood: Understood
    intents: tuple[Intent, ...]
    regions: tuple[RegionFact, ...] | None
    """Those that are meant; None where there are none such."""


def read_question(question: str, earlier: Sequence[str], language: str, facts: Facts) -> Asked:
    """Return what is asked after the questions `earlier`, oldest first."""
    thread = Thread()
    for text in earlier:
        thread = follow_on(thread, understand(text, language), facts)
    understood = understand(question, language)
    return Asked(understood, fill_in(understood, thread), choose_regions(understood.chosen, facts, thread))


def fill_in(understood: Understood, thread: Thread) -> tuple[Intent, ...]:
    """Return what is asked: of chosen regions, where nothing else is said, what was asked before or the usual."""
    if understood.intents and understood.intents != (Intent.PRESENCE,):
        return understood.intents
    if understood.chosen is None:
        return understood.intents
    if understood.chosen.how in _ORDERS:
        return (Intent.WHERE, Intent.SIZE)
    return thread.intents or (Intent.WHERE, Intent.SIZE)


def _rank(chosen: Chosen, regions: Sequence[RegionFact], thread: Thread) -> Sequence[RegionFact]:
    """Return regions in the order in which `chosen` counts them."""
    if chosen.how in _ORDERS:
        return sorted(regions, key=_ORDERS[chosen.how])
    current = thread.regions[0] if thread.regions else 1
    if chosen.how is Choice.LAST:
        return regions[::-1]
    if chosen.how is Choice.NEXT:
        return [region for region in regions if region.number > current]
    if chosen.how is Choice.PREVIOUS:
        return [region for region in regions[::-1] if region.number < current]
    if chosen.how is Choice.OTHER:
        return [region for region in regions if region.number != current]
    return regions


def _pick(ranked: Sequence[RegionFact], rank: int) -> tuple[RegionFact, ...] | None:
    return (ranked[rank - 1],) if 1 <= rank <= len(ranked) else None


def _find_at(place: str, regions: Sequence[RegionFact]) -> tuple[RegionFact, ...]:
    """Return the regions in a cell of the grid, else those along the edge that was named."""
    exact = tuple(region for region in regions if region.place == place)
    return exact or tuple(region for region in regions if place in region.place.split())

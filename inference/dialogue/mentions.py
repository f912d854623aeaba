"""Which words of an answer name a region of the inspection: "region 2", or the place where one lies.

Reads answers of any provider, in any language there is a phrasebook for. What a mention is good for is the caller's
affair.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from inference.dialogue.phrases import PHRASEBOOKS


@dataclass(frozen=True)
class Mention:
    """Characters `start` up to `end` name region `index`, counted from 0."""

    start: int
    end: int
    index: int


def find_mentions(text: str, places: Sequence[str]) -> tuple[Mention, ...]:
    """Return the mentions in a text, in order; `places` holds each region's word of the 3 x 3 grid, by index."""
    mentions: list[Mention] = []
    for found in _MENTION.finditer(text):
        earlier = mentions[-1] if mentions and "\n" not in text[mentions[-1].end : found.start()] else None
        number = next((found[group] for group in _NUMBERS if found[group]), None)
        index = _find_place(found[0].casefold(), places, earlier) if number is None else int(number[:9]) - 1
        if index is not None and 0 <= index < len(places):
            mentions.append(Mention(found.start(), found.end(), index))
    return tuple(mentions)


def _find_place(words: str, places: Sequence[str], earlier: Mention | None) -> int | None:
    """The region named just before it where it lies there, else the first that does."""
    place = _PLACES[words]
    if earlier is not None and places[earlier.index] == place:
        return earlier.index
    return places.index(place) if place in places else None


def _gather_places() -> dict[str, str]:
    """The grid's word by the words of answers, and the two-part words by themselves: "top left"."""
    plain = {place: place for book in PHRASEBOOKS.values() for place in book.answers.places if " " in place}
    told = {words.casefold(): place for book in PHRASEBOOKS.values() for place, words in book.answers.places.items()}
    return plain | told


def _compile() -> re.Pattern[str]:
    numbers = [
        book.region_word.replace("(", f"(?P<{name}>", 1)
        for name, book in zip(_NUMBERS, PHRASEBOOKS.values(), strict=True)
    ]
    longest_first = sorted(_PLACES, key=len, reverse=True)
    places = [rf"\b{re.escape(words)}\b" if words.isascii() else re.escape(words) for words in longest_first]
    return re.compile("|".join([*numbers, *places]), re.IGNORECASE)


_NUMBERS = tuple(f"number_{code}" for code in PHRASEBOOKS)
_PLACES = _gather_places()
_MENTION = _compile()

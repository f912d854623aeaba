"""What a question asks for, which regions it means, and its language, told by the patterns of the phrasebooks.

Earlier questions count: "and the second one?" asks of region 2 what was asked before. No answers are made here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from inference.dialogue.phrasebook import Choice, Intent, Phrasebook
from inference.dialogue.phrases import PHRASEBOOKS

ABOUT_REGIONS = (Intent.WHERE, Intent.SIZE, Intent.STRENGTH, Intent.KIND)
"""What can be asked of one region, and so of the next one too."""

_WEAK_BESIDE: dict[Intent, frozenset[Intent]] = {
    # "Why was it rejected?" asks for the reason, which tells the verdict anyway.
    Intent.GOOD: frozenset(
        {Intent.WHY, Intent.SURE, Intent.COMPARE, Intent.NEXT, Intent.HELLO, Intent.COUNT, Intent.SIZE, Intent.SUMMARY}
    ),
    Intent.WHY: frozenset({Intent.CAUSE}),
    Intent.HELP: frozenset({Intent.NEXT}),
    Intent.SURE: frozenset({Intent.WHERE}),
    Intent.KIND: frozenset({Intent.SELF, Intent.NEXT}),
    Intent.CAUSE: frozenset({Intent.SELF}),
    Intent.COMPARE: frozenset({Intent.WHERE, Intent.SIZE, Intent.KIND}),
}
"""Intents that only count where none of these was found as well."""

_MOST_QUERY_WORDS = 2
_MOST_QUERY_SIGNS = 6
"""Chinese writes no blanks between words."""


@dataclass(frozen=True)
class Chosen:
    """Which regions words choose: `how`, and of which rank or place."""

    how: Choice
    rank: int = 1
    place: str = ""


@dataclass(frozen=True)
class Understood:
    """What one question says by itself."""

    intents: tuple[Intent, ...]
    chosen: Chosen | None = None
    names_kind: bool = False
    """Whether it names a kind of defect, such as a crack."""


@dataclass(frozen=True)
class Thread:
    """What the conversation was about so far."""

    regions: tuple[int, ...] = ()
    """Numbers of the regions last chosen; empty means all."""
    intents: tuple[Intent, ...] = field(default=())
    """What was last asked of regions."""


def understand(question: str, language: str) -> Understood:
    """Return what a question asks, by the patterns of `language` first and those of the others after it."""
    words = question.casefold()
    books = sorted(PHRASEBOOKS.values(), key=lambda book: book.code != language)
    readings = [_read(words, book) for book in books]
    return next((each for each in readings if each.intents or each.chosen), readings[0])


def detect_language(question: str) -> str | None:
    """Return "zh_CN", "de" or "en" as the question is written, or None where nothing tells."""
    if re.search(r"[\u4e00-\u9fff]", question):
        return "zh_CN"
    words = _split(question.casefold())
    hits = Counter(code for word in words for code in ("en", "de") if word in PHRASEBOOKS[code].patterns.function_words)
    hits["de"] += sum(bool(re.search("[äöüß]", word)) for word in words)
    if hits["de"] != hits["en"]:
        return "de" if hits["de"] > hits["en"] else "en"
    understood_in = [code for code in ("en", "de") if _read(question.casefold(), PHRASEBOOKS[code]).intents]
    return understood_in[0] if len(understood_in) == 1 else None


def is_query(text: str) -> bool:
    """Whether a text looks like words to highlight ("crack") and not like a question to answer."""
    text = text.strip()
    if not text or text[-1] in "?？!！.。" or not _is_short(text) or not re.search(r"[^\W\d_]", text):
        return False
    small = {word for book in PHRASEBOOKS.values() for word in book.patterns.function_words}
    if not small.isdisjoint(_split(text.casefold())):
        return False
    readings = [_read(text.casefold(), book) for book in PHRASEBOOKS.values()]
    return not any(each.intents or each.chosen for each in readings)


def _split(words: str) -> list[str]:
    """Words without digits and signs; each Chinese character counts as one."""
    return re.findall(r"[\u4e00-\u9fff]|[^\W\d_\u4e00-\u9fff]+", words)


def _is_short(text: str) -> bool:
    if re.search(r"[\u4e00-\u9fff]", text):
        return len(text) <= _MOST_QUERY_SIGNS
    return len(text.split()) <= _MOST_QUERY_WORDS


def _read(words: str, book: Phrasebook) -> Understood:
    patterns = book.patterns
    found = {intent for intent, pattern in patterns.intents.items() if re.search(pattern, words)}
    found -= {intent for intent, stronger in _WEAK_BESIDE.items() if found & stronger}
    names_kind = bool(re.search(patterns.kinds, words))
    asks_whether = names_kind and not patterns.function_words.isdisjoint(_split(words))
    if not found and (asks_whether or re.search(patterns.defects, words)):
        found = {Intent.PRESENCE}
    chosen = _find_chosen(words, book)
    if found == {Intent.PRESENCE} and chosen and chosen.how is Choice.ALL:
        chosen = None
    return Understood(tuple(intent for intent in Intent if intent in found), chosen, names_kind)


def _find_chosen(words: str, book: Phrasebook) -> Chosen | None:
    patterns = book.patterns
    ordinal = _find_number(words, book)
    for how in (Choice.LARGEST, Choice.SMALLEST, Choice.STRONGEST, Choice.WEAKEST):
        if re.search(patterns.choices[how], words):
            return Chosen(how, ordinal or 1)
    if ordinal is not None:
        return Chosen(Choice.NUMBER, ordinal)
    for how in (Choice.LAST, Choice.NEXT, Choice.PREVIOUS, Choice.OTHER):
        if re.search(patterns.choices[how], words):
            return Chosen(how)
    for place, pattern in patterns.places.items():
        if re.search(pattern, words):
            return Chosen(Choice.PLACE, place=place)
    return Chosen(Choice.ALL) if re.search(patterns.choices[Choice.ALL], words) else None


def _find_number(words: str, book: Phrasebook) -> int | None:
    if found := re.search(book.patterns.numbers, words):
        digits = next(group for group in found.groups() if group)
        return int(digits[:9])
    return next((number for number, pattern in book.patterns.ordinals.items() if re.search(pattern, words)), None)


def find_language(questions: Sequence[str], fallback: str) -> str:
    """Return the language of the newest question that tells its language."""
    told = (detect_language(question) for question in reversed(questions))
    return next((language for language in told if language), fallback)

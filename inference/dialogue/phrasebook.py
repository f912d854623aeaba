"""What one language needs for a conversation: patterns that tell what a question asks, and texts that answer it.

The books themselves are data, one module per language; how they are used lies in `understanding` and `answering`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Intent(StrEnum):
    """What a question can ask for."""

    PRESENCE = "presence"
    COUNT = "count"
    WHERE = "where"
    SIZE = "size"
    STRENGTH = "strength"
    KIND = "kind"
    CAUSE = "cause"
    GOOD = "good"
    WHY = "why"
    SURE = "sure"
    NEXT = "next"
    COMPARE = "compare"
    SUMMARY = "summary"
    SELF = "self"
    HELP = "help"
    HELLO = "hello"
    THANKS = "thanks"


class Choice(StrEnum):
    """How words can choose among regions."""

    ALL = "all"
    NUMBER = "number"
    LARGEST = "largest"
    SMALLEST = "smallest"
    STRONGEST = "strongest"
    WEAKEST = "weakest"
    LAST = "last"
    OTHER = "other"
    NEXT = "next"
    PREVIOUS = "previous"
    PLACE = "place"


@dataclass(frozen=True)
class QuestionPatterns:
    """Regular expressions, matched in lower case; the first group of a number pattern holds digits."""

    function_words: frozenset[str]
    """Small words that tell the language and never stand in a query."""
    intents: Mapping[Intent, str]
    defects: str
    """Words for "something is wrong", which ask whether there is anything."""
    kinds: str
    """Words for kinds of defects, which the facts do not know."""
    choices: Mapping[Choice, str]
    numbers: str
    """A number of a region, in digits: "region 2", "2nd"."""
    ordinals: Mapping[int, str]
    places: Mapping[str, str]
    """By word of the 3 x 3 grid, those of two parts first."""


@dataclass(frozen=True)
class AnswerTexts:
    """Texts with named fields. Numbers are put in as this language writes them."""

    decimal_mark: str
    places: Mapping[str, str]
    """How "lies ..." goes on, by word of the 3 x 3 grid."""
    verdicts: Mapping[str, str]
    decisions: Mapping[str, str]
    gates: Mapping[str, str]
    """By code; a gate that is not in here is told as it was recorded."""
    texts: Mapping[str, str]
    last_comma: str
    """What stands before the last of several things."""
    comma: str = ", "
    sentence_gap: str = " "


@dataclass(frozen=True)
class Phrasebook:
    """One language."""

    code: str
    patterns: QuestionPatterns
    answers: AnswerTexts
    region_word: str
    """Pattern of "region 2" in answers; its first group is the number."""

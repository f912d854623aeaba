"""From what a person typed to concepts: several queries by comma, synonyms and translations, typing errors forgiven.

What is not known is never guessed: the answer says which words are known. The dictionary itself is in `dictionary`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from inference.highlighter.concepts import Concept
from inference.highlighter.dictionary import FILLERS, WORDS

LONGEST_TEXT = 200
"""Characters a text of queries may have; nobody names defects in more."""
MOST_QUERIES = 12
"""Queries of one text; more colours cannot be told apart on a photo."""
MOST_WORDS = 4
"""Words of one query; more are a sentence."""
SHOWN = 40
"""Characters of a text that are repeated in a sentence about it."""

_SEPARATORS = re.compile(r"[,;/|\n\r\t，、；／]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_QUESTION = re.compile(r"[?？¿]")


@dataclass(frozen=True)
class Understood:
    """One query: what it means, or why it means nothing to us."""

    query: str
    concept: Concept | None = None
    problem: str = ""
    """A sentence; "" where the concept is known."""
    corrected: str = ""
    """The word of the dictionary it was read as, where it was written differently."""


def understand(text: str) -> tuple[Understood, ...]:
    """Return each query of a text in the order typed, every concept once; at least one."""
    if len(text) > LONGEST_TEXT:
        problem = f"{len(text)} characters are too many; name one or a few defects, such as “crack, stain”."
        return (Understood(shorten(text), problem=problem),)
    pieces = [piece for piece in map(_clean, _SEPARATORS.split(text)) if piece]
    understood = [_understand_one(piece) for piece in pieces] or [_refuse_empty(text)]
    return tuple(_drop_repeated(understood))[:MOST_QUERIES]


def shorten(text: str) -> str:
    """Return the beginning of a text on one line, without control characters."""
    plain = _clean(text)
    return plain if len(plain) <= SHOWN else plain[: SHOWN - 1] + "…"


def list_known_words(language: str = "en") -> tuple[str, ...]:
    """Return the first word of every concept in a language, in the order of the concepts; for suggestions."""
    return tuple(words.get(language, words["en"]).split(",")[0].strip() for words in WORDS.values())


def _clean(text: str) -> str:
    """Replace control characters and halves of surrogate pairs, which no record can keep."""
    return "".join(character if character.isprintable() else " " for character in text).strip()


def _drop_repeated(understood: list[Understood]) -> Iterator[Understood]:
    seen: set[object] = set()
    for each in understood:
        key = each.concept or each.query.casefold()
        if key not in seen:
            yield each
        seen.add(key)


def _refuse_empty(text: str) -> Understood:
    return Understood(shorten(text), problem="Nothing is named; write what to highlight, such as “crack”.")


def _understand_one(query: str) -> Understood:
    words = normalise(query)
    if not words:
        return _refuse_empty(query)
    if _QUESTION.search(query) or (len(words.split()) > MOST_WORDS and not _CJK.search(query)):
        return Understood(query, problem=_refuse_sentence(query, words))
    found = _look_up(words)
    if found is None:
        return Understood(query, problem=_refuse_unknown(query, words))
    concept, word = found
    return Understood(query, concept, corrected="" if word == words else word)


def normalise(text: str) -> str:
    """Return lower-case words and single blanks: no signs, no accents, compatibility forms unified."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    plain = "".join(
        character
        for character in unicodedata.normalize("NFD", folded)
        # Accents of Latin letters are dropped; the voicing marks of kana make other letters and stay.
        if not (unicodedata.combining(character) and ord(character) < 0x0370)
    )
    letters = re.sub(r"[^\w\s]|_", " ", unicodedata.normalize("NFC", plain))
    return " ".join(letters.split())


def _look_up(words: str) -> tuple[Concept, str] | None:
    """Return the concept and the dictionary's word: as written, without fillers, or with a typing error."""
    known = load_dictionary()
    bare = " ".join(word for word in words.split() if word not in FILLERS)
    for candidate in (words, bare):
        if candidate in known:
            return known[candidate], candidate
    return _forgive(bare) if bare else None


def _forgive(words: str) -> tuple[Concept, str] | None:
    """Return the one concept whose word is nearest; none where two different concepts are equally near."""
    if _CJK.search(words):
        return None
    nearest: dict[Concept, tuple[int, str]] = {}
    for word, concept in load_dictionary().items():
        errors = count_errors(words, word, count_forgiven(word))
        if errors is not None and errors < nearest.get(concept, (99, ""))[0]:
            nearest[concept] = (errors, word)
    ranked = sorted((errors, word, concept) for concept, (errors, word) in nearest.items())
    if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return None
    return ranked[0][2], ranked[0][1]


def count_forgiven(word: str) -> int:
    """Return how many typing errors a word may have: none in short words, which are a letter away from others."""
    return 0 if len(word) < 5 else 1 if len(word) < 8 else 2


def count_errors(typed: str, word: str, most: int) -> int | None:
    """Return the letters missing, added, replaced or swapped with their neighbour; None for more than `most`.

    The optimal string alignment distance, cut off early.
    """
    if not most or abs(len(typed) - len(word)) > most or typed[:1] != word[:1]:
        return None
    before: list[int] = []
    row = list(range(len(word) + 1))
    for down, letter in enumerate(typed, start=1):
        earlier, before, row = before, row, [down]
        for across, other in enumerate(word, start=1):
            cost = min(before[across] + 1, row[-1] + 1, before[across - 1] + (letter != other))
            if down > 1 and across > 1 and (letter, other) == (word[across - 2], typed[down - 2]):
                cost = min(cost, earlier[across - 2] + 1)
            row.append(cost)
    return row[-1] if row[-1] <= most else None


@cache
def load_dictionary() -> Mapping[str, Concept]:
    """Return every word, normalised, with its concept; a word of two concepts belongs to the first."""
    known: dict[str, Concept] = {}
    for concept, languages in WORDS.items():
        for words in languages.values():
            for word in words.split(","):
                known.setdefault(normalise(word), concept)
    return known


def _refuse_sentence(query: str, words: str) -> str:
    named = _find_named(words)
    hint = f"such as “{named}”" if named else "such as “crack”"
    return f"“{shorten(query)}” is a sentence; write only what to highlight, {hint}."


def _find_named(words: str) -> str:
    return next((word for word in words.split() if word in load_dictionary()), "")


def _refuse_unknown(query: str, words: str) -> str:
    named = _find_named(words)
    if named:
        return f"“{shorten(query)}” is not known, but “{named}” is; write it alone to highlight it."
    known = ", ".join(list_known_words())
    return (
        f"“{shorten(query)}” is not known. Known without a further model are: {known}, and their synonyms and"
        " translations. Any other word needs a model that knows words and pictures."
    )

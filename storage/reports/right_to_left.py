"""Arabic and Hebrew for a PDF writer that places characters one after the other from the left.

Arabic letters get their joined forms, runs of right-to-left text are turned round, numbers in them are not. This is the
part of Unicode Annex 9 that names and short remarks need: one line, left-to-right surroundings, no embedded levels.
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from functools import cache

_LINE_LENGTH = 80
_LAM = "\u0644"
_STRONG = {"R", "AL"}
_KINDS = {"R": "R", "AL": "R", "NSM": "R", "L": "L", "EN": "D", "AN": "D"}
_NUMBER = re.compile(r"[\d\u0660-\u0669\u06f0-\u06f9]+(?:[.,:/-][\d\u0660-\u0669\u06f0-\u06f9]+)*")
_RUN = re.compile("R(?:[RDN]*[RD])?")
_MIRRORED = str.maketrans("()[]{}<>«»", ")(][}{><»«")


def order_for_display(text: str) -> str:
    """Return one line of text in the order its characters are drawn from the left, Arabic letters joined."""
    if not any(unicodedata.bidirectional(char) in _STRONG for char in text):
        return text
    shaped = join_letters(text)
    return "".join(_turn_round(part) if strong else part for strong, part in _split_directions(shaped))


def cut_long_line(text: str) -> list[str]:
    """Cut mainly right-to-left text to the width of a page: a longer line, turned round, would start at its end."""
    kinds = _classify(text)
    if kinds.count("R") <= kinds.count("L"):
        return [text]
    return textwrap.wrap(text, _LINE_LENGTH, drop_whitespace=False, replace_whitespace=False) or [text]


def join_letters(text: str) -> str:
    """Replace Arabic letters by their isolated, initial, medial or final forms, lam and alef by one sign."""
    letters = list(text)
    shaped: list[str] = []
    position = 0
    while position < len(letters):
        length = 2 if _is_lam_alef(letters, position) else 1
        unit = "".join(letters[position : position + length])
        before = _joins(_neighbour(letters, position, -1), forward=True)
        after = _joins(_neighbour(letters, position + length - 1, 1), forward=False)
        shaped.append(_choose_form(unit, before=before, after=after))
        position += length
    return "".join(shaped)


def _is_lam_alef(letters: list[str], position: int) -> bool:
    return letters[position] == _LAM and "".join(letters[position : position + 2]) in _forms()


def _neighbour(letters: list[str], position: int, step: int) -> str:
    """Return the next letter in a direction, marks that sit on letters left out; "" at the ends."""
    position += step
    while 0 <= position < len(letters):
        if unicodedata.category(letters[position]) != "Mn":
            return letters[position]
        position += step
    return ""


def _joins(letter: str, *, forward: bool) -> bool:
    if letter == "\u0640":
        return True
    return ("initial" if forward else "final") in _forms().get(letter, {})


def _choose_form(unit: str, *, before: bool, after: bool) -> str:
    forms = _forms().get(unit, {})
    before = before and "final" in forms
    after = after and "initial" in forms
    kind = {(True, True): "medial", (True, False): "final", (False, True): "initial"}.get((before, after), "isolated")
    return forms.get(kind, unit)


@cache
def _forms() -> dict[str, dict[str, str]]:
    """Return letter (or lam + alef) -> form -> sign, read from the decompositions of the presentation forms."""
    table: dict[str, dict[str, str]] = {}
    for code in (*range(0xFB50, 0xFBB2), *range(0xFBD3, 0xFC00), *range(0xFE80, 0xFEFD)):
        kind, *parts = unicodedata.decomposition(chr(code)).split() or ("",)
        source = "".join(chr(int(part, 16)) for part in parts)
        if len(source) == 1 or (len(source) == 2 and source[0] == _LAM):
            table.setdefault(source, {})[kind.strip("<>")] = chr(code)
    return table


def _split_directions(text: str) -> list[tuple[bool, str]]:
    """Cut a line into runs; a right-to-left run reaches from its first letter to its last letter, number or bracket."""
    parts: list[tuple[bool, str]] = []
    start = 0
    for match in _RUN.finditer(_classify(text)):
        end = match.end() + _is_closing(text[match.start() : match.end()], text[match.end() : match.end() + 1])
        parts += [(False, text[start : match.start()]), (True, text[match.start() : end])]
        start = end
    return [*parts, (False, text[start:])]


def _is_closing(run: str, following: str) -> bool:
    """Whether the character after a run closes a bracket opened inside it, and so belongs to it."""
    opening = {")": "(", "]": "[", "}": "{"}.get(following)
    return opening is not None and run.count(opening) > run.count(following)


def _classify(text: str) -> str:
    """Return one sign per character: R and L for letters of either direction, D for digits, N for the rest."""
    return "".join(_KINDS.get(unicodedata.bidirectional(char), "N") for char in text)


def _turn_round(run: str) -> str:
    turned = run[::-1].translate(_MIRRORED)
    return _NUMBER.sub(lambda match: match.group()[::-1], turned)

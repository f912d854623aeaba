"""Text of an answer made plain for reading claims out of it, and whether it can be read at all.

What is written in letters or languages that are not known here cannot be checked, and so is not shown as said.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from inference.dialogue.claim_words import FOREIGN
from inference.dialogue.phrases import PHRASEBOOKS

_PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "‐": "-", "‑": "-", "–": "-", "—": ",", "×": "x", "⁄": "/"}
)
_KNOWN_WORDS = """
the part photo image picture region inspection verdict score limit yes no good bad defect anomaly anomalies may might
perhaps maybe look looks seems like as but because than about very only also been just der teil foto bild bereich urteil
ja gut schlecht fehler anomalie durch nur auch sehr aber einwandfrei liegt misst hat kein keine
"""
_KNOWN = frozenset(_KNOWN_WORDS.split()).union(*(book.patterns.function_words for book in PHRASEBOOKS.values()))
_MARKED = frozenset("àâçéèêëîïôûùœñáíóúãõłńśźżąęćčšžřůåøæğışčђ")
"""Letters that neither English nor German has."""
_LONG_ENOUGH = 4
"""Words from which on a sentence without any known small word is no sentence of a known language."""


def normalise(text: str) -> str:
    """Return text as the patterns of `claim_words` expect it."""
    plain = unicodedata.normalize("NFKC", text.translate(_PLAIN)).translate(_PLAIN).casefold()
    plain = "".join(sign for sign in plain if unicodedata.category(sign) not in ("Cf", "Mn"))
    plain = re.sub(r"\b(?:\w[ .\-_*]){3,}\w\b", _join_spelled, plain)
    plain = re.sub(r"[*_`~]+", "", plain)
    plain = re.sub(r"n't\b", " not", plain).replace("cannot", "can not")
    plain = re.sub(r"\bno\. ?(?=\d)", "number ", plain)
    return re.sub(r"\s+", " ", plain).strip()


def _join_spelled(found: re.Match[str]) -> str:
    """ "g o o d" is a word; "1 2 3 4" and Chinese are not spelled letter by letter."""
    letters = re.sub(r"[ .\-_*]", "", found[0])
    return letters if letters.isascii() and letters.isalpha() else found[0]


def is_readable(text: str) -> bool:
    """Tell whether a sentence is in a language whose claims are understood here."""
    words = re.findall(r"[^\W\d_]+", text.translate(_PLAIN))
    scripts = Counter(_find_script(sign) for word in words for sign in word if len(word) > 1)
    if scripts["other"] or any(_is_mixed(word) for word in words):
        return False
    latin = [word.casefold() for word in words if _find_script(word[0]) == "latin"]
    return scripts["han"] > len(latin) or _is_known(latin)


def _is_known(words: list[str]) -> bool:
    known = sum(word in _KNOWN for word in words)
    foreign = sum(word in FOREIGN or not _MARKED.isdisjoint(word) for word in words)
    if foreign > known:
        return False
    return known > 0 or len(words) < _LONG_ENOUGH


def _is_mixed(word: str) -> bool:
    """Letters of two alphabets in one word are there to deceive."""
    scripts = {_find_script(sign) for sign in word}
    return len(scripts - {"han"}) > 1


def _find_script(sign: str) -> str:
    if "\u4e00" <= sign <= "\u9fff" or "\u3400" <= sign <= "\u4dbf":
        return "han"
    if sign < "\u0250" or "\uff00" <= sign <= "\uff5e" or "\u1e00" <= sign <= "\u1eff":
        return "latin"
    return "micro" if sign in "μµ" else "other"

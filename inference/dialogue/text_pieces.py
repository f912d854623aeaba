"""A streamed answer cut into sentences: each is handed on as soon as it is known to be whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

LONGEST_SENTENCE = 800
"""Characters after which a sentence without an end is cut where a word ends."""
_END = re.compile(
    r"[。！？]+[”’）」』\"']*|\n+"
    r"|(?<!\b[a-zA-Z])(?<!\bno)(?<!\bNo)(?<!\bca)(?<!\bnr)(?<!\bNr)(?<!approx)(?<!\bvs)(?<!\bbzw)[.!?…]+[\"'”’)\]*_]*(?=\s)"
)
_SPACE = re.compile(r"\s*")


def cut_sentences(pieces: Iterable[str]) -> Iterator[str]:
    """Yield sentences with the blanks behind them; joined they are the text."""
    waiting = ""
    for piece in pieces:
        waiting += piece
        while (end := find_end(waiting)) is not None:
            yield waiting[:end]
            waiting = waiting[end:]
    if waiting:
        yield waiting


def find_end(text: str) -> int | None:
    """Return where the first sentence ends, None while that cannot be told yet."""
    for found in _END.finditer(text, 0, LONGEST_SENTENCE):
        if text[: found.start()].strip():
            end = _SPACE.match(text, found.end())
            return end.end() if end is not None and end.end() < len(text) else None
    if len(text) <= LONGEST_SENTENCE:
        return None
    blank = text.rfind(" ", LONGEST_SENTENCE // 2, LONGEST_SENTENCE)
    return blank + 1 if blank > 0 else LONGEST_SENTENCE

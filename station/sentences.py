"""Sentences of the rooms that know no language, told in the person's: why a photo cannot be read, what a query found.

`inference` and `storage` write English, and so do records. A sentence is recognised by its text, with numbered fields
for what varies in it (`tests.translations.sentences` collects them into the catalogues); what is not recognised is told
as it is.
"""

from __future__ import annotations

import re
from functools import lru_cache
from gettext import NullTranslations

from station.language import current_catalogue, find_texts

_FIELD = re.compile(r"\{(\d+)\}")
_KEPT = 256
"""Sentences whose text is remembered, since a list shows the same ones again and again."""


def tell(sentence: str) -> str:
    """Return a sentence in the language in use."""
    return translate_sentence(sentence, current_catalogue())


def translate_sentence(sentence: str, catalogue: NullTranslations) -> str:
    """Return a sentence in the language of a catalogue."""
    texts = find_texts(catalogue)
    if not texts or not sentence:
        return sentence
    if sentence in texts:
        return catalogue.gettext(sentence)
    found = _recognise(sentence, texts)
    if found is None:
        return sentence
    text, values = found
    return catalogue.gettext(text).format(*(translate_sentence(value, catalogue) for value in values))


@lru_cache(_KEPT)
def _recognise(sentence: str, texts: frozenset[str]) -> tuple[str, tuple[str, ...]] | None:
    """Return the first text that fits, and what stands in its fields."""
    for text, pattern in _compile(texts):
        match = pattern.fullmatch(sentence)
        if match is not None:
            return text, match.groups()
    return None


@lru_cache(4)
def _compile(texts: frozenset[str]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Patterns of the texts with numbered fields; those with the most words of their own are tried first."""
    numbered = sorted((text for text in texts if "{0}" in text), key=lambda text: (-len(_FIELD.sub("", text)), text))
    return tuple((text, _make_pattern(text)) for text in numbered)


def _make_pattern(text: str) -> re.Pattern[str]:
    parts = _FIELD.split(text)
    words = [re.escape(part.replace("{{", "{").replace("}}", "}")) for part in parts[::2]]
    return re.compile("(.*?)".join(words), re.DOTALL)

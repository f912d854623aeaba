"""The phrasebooks: one module per language, nothing but data."""

from __future__ import annotations

from collections.abc import Mapping

from inference.dialogue.phrasebook import Phrasebook
from inference.dialogue.phrases.chinese import CHINESE
from inference.dialogue.phrases.english import ENGLISH
from inference.dialogue.phrases.german import GERMAN

PHRASEBOOKS: Mapping[str, Phrasebook] = {book.code: book for book in (ENGLISH, GERMAN, CHINESE)}
"""By language code, English first."""

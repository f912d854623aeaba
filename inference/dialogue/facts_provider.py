"""Answers from the facts alone, by templates: no model, at once, the same every time, and never beyond the facts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from inference.dialogue.answering import Wording
from inference.dialogue.choosing import read_question
from inference.dialogue.facts import Facts
from inference.dialogue.phrases import PHRASEBOOKS
from inference.dialogue.provider import AnswerControl, EarlierTurn
from inference.dialogue.sight import Sight
from inference.dialogue.understanding import find_language

TEMPLATES_VERSION = 1
"""Raise it when an answer to the same question about the same facts changes."""
_PIECE = re.compile(r"\s*\S{1,12}")


class FactsProvider:
    """Fills facts into sentences in English, German or Simplified Chinese."""

    @property
    def name(self) -> str:
        """Short and constant; it is recorded with every answer."""
        return "facts"

    def make_system_prompt(self, facts: Facts) -> str:
        """No model reads one."""
        return ""

    def answer(
        self,
        facts: Facts,
        turns: Sequence[EarlierTurn],
        question: str,
        control: AnswerControl,
        sight: Sight | None = None,
    ) -> Iterator[str]:
        """Yield the answer a word at a time; ends early when cancelled. Looks at no picture."""
        earlier = [turn.text for turn in turns if turn.role == "user"]
        language = find_language([*earlier, question], control.language)
        text = _compose(facts, earlier, question, language, control)
        for piece in _PIECE.findall(text):
            if control.is_cancelled:
                return
            yield piece

    def describe(self) -> Mapping[str, object]:
        """Return everything that repeats an answer."""
        return {"method": "templates", "templates": TEMPLATES_VERSION}


def _compose(facts: Facts, earlier: Sequence[str], question: str, language: str, control: AnswerControl) -> str:
    asked = read_question(question, earlier, language, facts)
    control.notes.update(language=language, intents=[intent.value for intent in asked.intents])
    return Wording(facts, PHRASEBOOKS[language].answers).tell(asked.intents, asked.regions, asked.understood)

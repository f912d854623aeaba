"""All sentences that the templates can say of some facts: what a model repeats of them is true without being read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from inference.dialogue.answering import MOST_LISTED, Wording
from inference.dialogue.facts import Facts, RegionFact
from inference.dialogue.phrasebook import AnswerTexts, Intent
from inference.dialogue.phrases import PHRASEBOOKS
from inference.dialogue.text_pieces import cut_sentences
from inference.dialogue.understanding import ABOUT_REGIONS, Understood

_ANSWER_WORDS = ("yes", "no", "perhaps", "good_accept", "good_review", "good_reject", "no_such", "none_there")
"""Texts that are true or not by what was asked."""


def list_true_sentences(facts: Facts) -> frozenset[str]:
    """Return the sentences in all languages, without those that are true only as an answer to some question."""
    told: set[str] = set()
    for book in PHRASEBOOKS.values():
        answers = book.answers
        for text in _tell_all(facts, answers):
            told.update(sentence.strip() for line in text.split("\n") for sentence in cut_sentences([line]))
        told -= {answers.texts[name] for name in _ANSWER_WORDS}
    return frozenset(told)


def _tell_all(facts: Facts, answers: AnswerTexts) -> Iterator[str]:
    wording = Wording(facts, answers)
    plain, named = Understood(()), Understood((), names_kind=True)
    for intent in Intent:
        yield wording.tell([intent], facts.regions, named)
        yield wording.tell([intent], facts.regions, plain)
    for regions in _choose_all(facts.regions):
        for asked in ((intent,) for intent in ABOUT_REGIONS):
            yield wording.tell(asked, regions, plain)
        yield wording.tell((Intent.WHERE, Intent.SIZE), regions, plain)
        yield wording.tell((Intent.WHERE, Intent.SIZE, Intent.STRENGTH), regions, plain)


def _choose_all(regions: Sequence[RegionFact]) -> Iterator[Sequence[RegionFact]]:
    yield from ((region,) for region in regions[: 2 * MOST_LISTED])

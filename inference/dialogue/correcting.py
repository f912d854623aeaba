"""Holds every sentence of an answer against the facts before it is shown, and puts the facts in place of what is wrong.

A sentence is shown only when it is whole and checked. What was said and what was shown are both kept, for the record.
At the end stands what was asked and left unsaid (`completing`).
What a sentence claims is read in `claims`, and judged in `contradictions`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from inference.dialogue.answering import Wording
from inference.dialogue.choosing import choose_regions, read_question
from inference.dialogue.claim_values import Claim, ClaimKind
from inference.dialogue.claims import ClaimReader
from inference.dialogue.completing import tell_unsaid
from inference.dialogue.contradictions import contradicts, is_beyond
from inference.dialogue.facts import Facts, RegionFact
from inference.dialogue.facts_provider import FactsProvider
from inference.dialogue.phrasebook import Intent
from inference.dialogue.phrases import PHRASEBOOKS
from inference.dialogue.provider import AnswerControl, EarlierTurn
from inference.dialogue.readable import is_readable
from inference.dialogue.template_sentences import list_true_sentences
from inference.dialogue.text_pieces import LONGEST_SENTENCE, cut_sentences
from inference.dialogue.understanding import ABOUT_REGIONS, Thread, detect_language, find_language

CHECK_VERSION = 2
"""Recorded with every answer. Raise it when the same sentence about the same facts is judged in another way."""
_TOPICS: dict[ClaimKind, tuple[Intent, ...]] = {
    ClaimKind.PRESENCE: (Intent.PRESENCE,),
    ClaimKind.VERDICT: (Intent.GOOD,),
    ClaimKind.COUNT: (Intent.COUNT,),
    ClaimKind.REGION: (Intent.WHERE,),
    ClaimKind.PLACE: (Intent.WHERE,),
    ClaimKind.SIZE: (Intent.SIZE,),
    ClaimKind.DEFECT: (Intent.KIND,),
    ClaimKind.SCORE: (Intent.GOOD,),
    ClaimKind.LIMIT: (Intent.GOOD,),
    ClaimKind.SHARE: (Intent.SURE,),
    ClaimKind.PEAK: (Intent.STRENGTH,),
}
_OF_REGIONS = (ClaimKind.PLACE, ClaimKind.SIZE, ClaimKind.PEAK)
_TAIL = 200
"""Characters of a sentence without an end that are read again with what follows them."""


@dataclass(frozen=True)
class Correction:
    """One sentence that was not shown as it was said."""

    said: str
    shown: str
    claims: tuple[str, ...]
    """What was wrong with it, or not known: "verdict", "place". Of an addition, with nothing said: what it tells."""

    def as_json(self) -> dict[str, object]:
        """Return it for the record."""
        return {"said": self.said, "shown": self.shown, "claims": list(self.claims)}


class AnswerCheck:
    """The check of one answer. `corrections` tells afterwards what was changed."""

    def __init__(self, facts: Facts, turns: Sequence[EarlierTurn], question: str, language: str) -> None:
        self.corrections: list[Correction] = []
        self._facts = facts
        self._turns = turns
        self._question = question
        earlier = [turn.text for turn in turns if turn.role == "user"]
        self._language = find_language([*earlier, question], language)
        self._asked = read_question(question, earlier, self._language, facts)
        self._reader = ClaimReader(question)
        self._shown: set[str] = set()
        self._sentences: list[str] = []
        """All that was shown, a sentence each."""
        self._tail = ""

    def check(self, pieces: Iterable[str]) -> Iterator[str]:
        """Yield what may be shown, a sentence at a time."""
        for sentence in cut_sentences(pieces):
            said = sentence.strip()
            shown = self._check_sentence(said) if said else said
            self._sentences += [shown] if shown else []
            gap = sentence[len(sentence.rstrip()) :]
            if shown or not said:
                yield sentence if shown == said else shown + gap

    def complete(self) -> Iterator[str]:
        """Yield what was asked and neither said nor put right, for an answer that came to its end."""
        added = tell_unsaid(self._facts, self._asked, self._question, self._language, self._sentences)
        if added is not None:
            self.corrections.append(Correction("", added.text, tuple(intent.value for intent in added.intents)))
            yield f"\n{added.text}" if self._sentences else added.text

    def _check_sentence(self, said: str) -> str:
        claims = self._reader.read(said)
        wrong = [claim for claim in claims if contradicts(claim, self._choose_facts(claim))]
        if not wrong and self._tail:
            wrong = [claim for claim in ClaimReader().read(self._tail + said) if contradicts(claim, self._facts)]
        self._tail = said[-_TAIL:] + " " if len(said) >= LONGEST_SENTENCE // 2 else ""
        beyond = [claim for claim in claims if is_beyond(claim, self._facts)]
        if not (wrong or beyond) or said in self._true_sentences:
            return said
        return self._replace(said, wrong) if wrong else self._remark(said)

    def _choose_facts(self, claim: Claim) -> Facts:
        """The facts of the regions in question for what is said of "it"; else all."""
        of_one = claim.kind in _OF_REGIONS and claim.about is None and claim.affirmed
        return replace(self._facts, regions=self._meant) if of_one and self._meant else self._facts

    @cached_property
    def _meant(self) -> tuple[RegionFact, ...]:
        """The regions that a question about regions is about; () where it is none."""
        return self._asked.regions or () if set(self._asked.intents) & set(ABOUT_REGIONS) else ()

    def _replace(self, said: str, wrong: Sequence[Claim]) -> str:
        wording = self._choose_wording(said)
        sentence = self._state(wrong, wording)
        shown = "" if sentence in self._shown else wording.mark_corrected(sentence)
        self._shown.add(sentence)
        self.corrections.append(Correction(said, shown, tuple(dict.fromkeys(claim.kind.value for claim in wrong))))
        return shown

    def _remark(self, said: str) -> str:
        """Say once an answer that a name for the defect is not the inspection's."""
        remark = self._choose_wording(said).named_by_model
        if remark in self._shown:
            return said
        self._shown.add(remark)
        shown = f"{said} {remark}"
        self.corrections.append(Correction(said, shown, (ClaimKind.DEFECT.value,)))
        return shown

    def _state(self, wrong: Sequence[Claim], wording: Wording) -> str:
        """What the facts say about what was claimed; where that is not clear, about what was asked."""
        topics = dict.fromkeys(topic for claim in wrong for topic in _find_topics(claim))
        if not topics:
            control = AnswerControl(language=self._language)
            return "".join(FactsProvider().answer(self._facts, self._turns, self._question, control))
        about = next((claim.about for claim in wrong if claim.about is not None), None)
        regions = choose_regions(about, self._facts, Thread()) if about or not self._meant else self._meant
        return wording.restate([*topics], regions)

    def _choose_wording(self, said: str) -> Wording:
        """In the sentence's language where it is a known one, else in that of the conversation."""
        told = detect_language(said) if is_readable(said) else None
        return Wording(self._facts, PHRASEBOOKS[told or self._language].answers)

    @cached_property
    def _true_sentences(self) -> frozenset[str]:
        """Sentences that the templates say of these facts need no reading."""
        return list_true_sentences(self._facts)


def _find_topics(claim: Claim) -> tuple[Intent, ...]:
    if claim.kind is ClaimKind.UNCLEAR and claim.word == "size":
        return (Intent.SIZE,)
    return _TOPICS.get(claim.kind, ())

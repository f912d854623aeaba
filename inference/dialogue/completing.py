"""What was asked and a model left unsaid, told from the facts: somebody who asks "how large?" gets a size.

Only what the facts can tell is added, and only where nothing of that kind was said. What is said is judged elsewhere
(`correcting`); a question that nobody understands is left to the model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from inference.dialogue.answering import Wording
from inference.dialogue.choosing import Asked
from inference.dialogue.claim_values import Claim, ClaimKind
from inference.dialogue.claims import ClaimReader
from inference.dialogue.facts import Facts
from inference.dialogue.phrasebook import Intent
from inference.dialogue.phrases import PHRASEBOOKS
from inference.dialogue.text_pieces import cut_sentences
from inference.dialogue.understanding import ABOUT_REGIONS, Understood

_ANSWERED_BY: Mapping[Intent, frozenset[ClaimKind]] = {
    Intent.PRESENCE: frozenset({ClaimKind.PRESENCE, ClaimKind.COUNT, ClaimKind.VERDICT, ClaimKind.PLACE}),
    Intent.COUNT: frozenset({ClaimKind.COUNT}),
    Intent.WHERE: frozenset({ClaimKind.PLACE}),
    Intent.SIZE: frozenset({ClaimKind.SIZE}),
    Intent.STRENGTH: frozenset({ClaimKind.PEAK}),
    Intent.SURE: frozenset({ClaimKind.SHARE, ClaimKind.SCORE}),
    Intent.GOOD: frozenset({ClaimKind.VERDICT, ClaimKind.PRESENCE}),
    Intent.WHY: frozenset({ClaimKind.VERDICT, ClaimKind.SCORE}),
}
"""Any of these kinds of claim answers a question. Questions that are not named here are left as they were answered."""


@dataclass(frozen=True)
class Addition:
    """What stands behind an answer."""

    text: str
    """With its mark."""
    intents: tuple[Intent, ...]
    """What it tells."""


def find_unsaid(intents: Sequence[Intent], claims: Iterable[Claim], facts: Facts) -> tuple[Intent, ...]:
    """Return what was asked and nothing was claimed about, nothing of regions where it was said that none is there."""
    claims = tuple(claims)
    kinds = {claim.kind for claim in claims}
    if not facts.regions and kinds & {ClaimKind.PRESENCE, ClaimKind.COUNT, ClaimKind.REGION}:
        intents = [intent for intent in intents if intent not in (*ABOUT_REGIONS, Intent.COUNT)]
    if any(claim.kind is ClaimKind.REGION and not claim.affirmed for claim in claims):
        intents = [intent for intent in intents if intent not in ABOUT_REGIONS]
    return tuple(intent for intent in intents if intent in _ANSWERED_BY and not kinds & _ANSWERED_BY[intent])


def tell_unsaid(facts: Facts, asked: Asked, question: str, language: str, shown: Sequence[str]) -> Addition | None:
    """Return what to add to the sentences that were shown; None where all that was asked was told."""
    reader = ClaimReader(question)
    claims = [claim for sentence in shown for claim in reader.read(sentence)]
    unsaid = find_unsaid(asked.intents, claims, facts)
    if not unsaid:
        return None
    wording = Wording(facts, PHRASEBOOKS[language].answers)
    told = wording.tell(unsaid, asked.regions, Understood(unsaid, asked.understood.chosen))
    if all(sentence.strip() in shown for sentence in cut_sentences([told])):
        return None
    return Addition(wording.mark_added(told), unsaid)

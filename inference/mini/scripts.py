"""Conversations as token ids: the signs of turns, the place where the inspection's embeddings go, facts, questions.

The same text is read in lessons and in talks; a model that was taught one form understands no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inference.dialogue.facts import Facts, RegionFact
from inference.language.models import TURN_BEGIN, TURN_END, LanguageModel
from inference.mini.lessons import say_number, say_score, say_size
from inference.mini.prompts import COUNT

INSPECTION = -1
"""Stands in a script for one of the embeddings of the inspection."""
UNTAUGHT = -100
"""Label of a token that mini is not taught to say; what torch's cross entropy leaves out."""
MOST_REGIONS = 3
"""Regions that the facts name; the strongest."""


@dataclass(frozen=True)
class Script:
    """A conversation to learn from: ids and, for what mini says, the same ids as labels."""

    ids: tuple[int, ...]
    labels: tuple[int, ...]


def write_lesson(language: LanguageModel, facts: Facts | None, exchanges: Sequence[tuple[str, str]]) -> Script:
    """Write questions and their answers down; the labels are the answers and the signs that end them."""
    ids = write_opening(language, facts)
    labels = [UNTAUGHT] * len(ids)
    for question, answer in exchanges:
        asked = write_question(language, question)
        said = [*language.encode(answer), language.end_id]
        closing = language.encode("\n")
        ids += [*asked, *said, *closing]
        labels += [*[UNTAUGHT] * len(asked), *said, *[UNTAUGHT] * len(closing)]
    return Script(tuple(ids), tuple(labels))


def write_opening(language: LanguageModel, facts: Facts | None) -> list[int]:
    """What stands before every conversation: the inspection's embeddings and, where given, its facts."""
    said = f"\n{describe_facts(facts)}" if facts is not None else ""
    return [
        *language.encode(f"{TURN_BEGIN}system\n"),
        *[INSPECTION] * COUNT,
        *language.encode_plainly(said),
        *language.encode(f"{TURN_END}\n"),
    ]


def write_question(language: LanguageModel, question: str) -> list[int]:
    """A person's turn, and the beginning of mini's."""
    return [
        *language.encode(f"{TURN_BEGIN}user\n"),
        *language.encode_plainly(question),
        *language.encode(f"{TURN_END}\n{TURN_BEGIN}assistant\n"),
    ]


def write_answer(language: LanguageModel, answer: str) -> list[int]:
    """What mini said earlier."""
    return [*language.encode_plainly(answer), *language.encode(f"{TURN_END}\n")]


def describe_facts(facts: Facts) -> str:
    """The facts in one line of English, as mini was taught to read them."""
    regions = facts.regions
    told = [f"Verdict {facts.verdict or 'none'}"]
    if facts.score is not None:
        told.append(f"score {say_score(facts)}, limit {say_number(facts.limit)}")
    told.append("no region" if not regions else "1 region" if len(regions) == 1 else f"{len(regions)} regions")
    told += [_describe_region(region, facts.mm_per_px) for region in regions[:MOST_REGIONS]]
    return "; ".join(told) + "."


def _describe_region(region: RegionFact, mm_per_px: float | None) -> str:
    label = f", {region.label}" if region.label else ""
    return f"{region.number}: {region.place}, {say_size(region, mm_per_px)}{label}"

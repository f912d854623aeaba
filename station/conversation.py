"""A conversation as it is read: each question with its answers, the newest of which counts. Nothing is asked here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from inference.dialogue.mentions import Mention, find_mentions
from inference.dialogue.provider import EarlierTurn
from inference.dialogue.understanding import is_query
from storage.records import RecordedTurn

__all__ = [
    "QUESTION_KEY",
    "Exchange",
    "Mention",
    "arrange_conversation",
    "find_exchange",
    "find_mentions",
    "is_query",
    "list_earlier_turns",
]

QUESTION_KEY = "question_turn_id"
"""Where the record of an answer names the turn it answers."""


@dataclass(frozen=True)
class Exchange:
    """One question and what was answered to it, oldest first; an answer stopped before its first word counts too."""

    question: RecordedTurn
    answers: tuple[RecordedTurn, ...] = ()

    @property
    def answer(self) -> RecordedTurn | None:
        """The answer that counts: the newest."""
        return self.answers[-1] if self.answers else None


def arrange_conversation(turns: Sequence[RecordedTurn]) -> tuple[Exchange, ...]:
    """Return the questions in the order in which they were asked, each with its answers."""
    exchanges: dict[int, Exchange] = {}
    homes: dict[int, int] = {}
    for turn in turns:
        if turn.role == "user":
            exchanges[turn.id] = Exchange(turn)
            homes[turn.id] = turn.id
        elif turn.role == "assistant" and exchanges:
            asked = exchanges[_find_question(turn, homes, newest=next(reversed(exchanges)))]
            exchanges[asked.question.id] = replace(asked, answers=(*asked.answers, turn))
            homes[turn.id] = asked.question.id
    return tuple(exchanges.values())


def find_exchange(exchanges: Sequence[Exchange], answer_id: int) -> int | None:
    """Return the position of the exchange that an answer belongs to."""
    for position, exchange in enumerate(exchanges):
        if any(answer.id == answer_id for answer in exchange.answers):
            return position
    return None


def list_earlier_turns(exchanges: Sequence[Exchange]) -> tuple[EarlierTurn, ...]:
    """Return what was said, without the answers that were replaced and those that never came."""
    turns: list[EarlierTurn] = []
    for exchange in exchanges:
        turns.append(EarlierTurn("user", exchange.question.text))
        if exchange.answer is not None and exchange.answer.text:
            turns.append(EarlierTurn("assistant", exchange.answer.text))
    return tuple(turns)


def _find_question(answer: RecordedTurn, homes: dict[int, int], newest: int) -> int:
    """The question an answer names, else that of the answer it replaces, else the newest."""
    named = answer.decoding.get(QUESTION_KEY)
    if isinstance(named, int) and homes.get(named) == named:
        return named
    return homes.get(answer.replaces_turn_id or 0, newest)

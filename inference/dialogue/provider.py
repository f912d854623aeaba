"""What every provider of answers offers: text in pieces, from the facts of an inspection and the turns so far.

A provider may be a few templates or a model of gigabytes. It never decides: the verdict is among the facts it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from inference.dialogue.facts import Facts
from inference.dialogue.sight import Sight

LONGEST_QUESTION = 10_000
"""Characters a question may have."""


@dataclass(frozen=True)
class EarlierTurn:
    """One turn that went before, verbatim."""

    role: Literal["user", "assistant"]
    text: str


class AnswerControl:
    """What a provider holds in its hand while it answers: how it is to answer, and where it notes how it did."""

    def __init__(
        self, is_cancelled: Callable[[], bool] = lambda: False, *, language: str = "en", seed: int | None = None
    ) -> None:
        self._is_cancelled = is_cancelled
        self.language = language
        """Code of the language to answer in where the question does not tell."""
        self.seed = seed
        """For providers that draw at random; None lets them decide."""
        self.stop_cause: Literal["end", "length"] = "end"
        """A provider that runs out of room sets "length"."""
        self.notes: dict[str, object] = {}
        """Plain JSON values that belong to the record of this answer: numbers of tokens, a seed that was drawn."""

    @property
    def is_cancelled(self) -> bool:
        """Whether a person stopped the answer; look between pieces."""
        return self._is_cancelled()


@runtime_checkable
class AnswerProvider(Protocol):
    """Something that answers questions about one inspection."""

    @property
    def name(self) -> str:
        """Short and constant; it is recorded with every answer."""
        ...

    def make_system_prompt(self, facts: Facts) -> str:
        """Return what is put before the conversation, for the record; "" where there is no model to read it."""
        ...

    def answer(
        self,
        facts: Facts,
        turns: Sequence[EarlierTurn],
        question: str,
        control: AnswerControl,
        sight: Sight | None = None,
    ) -> Iterator[str]:
        """Yield the answer in pieces as they come; joined they are the answer. Ends early when cancelled.

        `sight` is for those who look at the pictures.
        """
        ...

    def describe(self) -> Mapping[str, object]:
        """Return everything that repeats an answer as plain JSON: decoding settings, packs, versions."""
        ...

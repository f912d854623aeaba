"""How much of a conversation a model can read: the newest turns that fit, and a note of how many had to be left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from inference.dialogue.provider import AnswerControl, EarlierTurn

LEFT_OUT_KEY = "turns_left_out"
"""Under which the record of an answer keeps how many earlier turns its model did not read."""


def fit_turns(
    turns: Sequence[EarlierTurn], count_tokens: Callable[[str], int], budget: int, control: AnswerControl
) -> tuple[EarlierTurn, ...]:
    """Return the newest turns whose tokens fit into the budget, beginning with a question; note what is left out."""
    left = budget
    first = len(turns)
    for place in range(len(turns) - 1, -1, -1):
        left -= count_tokens(turns[place].text)
        if left < 0:
            break
        if turns[place].role == "user":
            first = place
    if first:
        control.notes[LEFT_OUT_KEY] = first
    return tuple(turns[first:])

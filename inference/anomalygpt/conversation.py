"""What the language model reads: where the photo, the map and the words stand, and how a conversation is one string."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from inference.anomalygpt.losses import IGNORED

BOS = 1
EOS = 2
BEFORE_PHOTO = "### Human: <Img>"
AFTER_PHOTO = "</Img> "
ASKING_ANSWER = "\n### Assistant:"
TURN_END = "\n###"
STOP_ID = 2277
"""The token "##": where it is generated, a new turn would begin."""

NEWLINE = 13

GOLDEN_IDS: dict[str, tuple[int, ...]] = {
    BEFORE_PHOTO: (835, 12968, 29901, 529, 25518, 29958),
    AFTER_PHOTO: (1533, 25518, 29958, 29871),
}
"""What LLaMA's vocabulary makes of the fixed strings; another vocabulary would be read as nonsense."""

Tokenize = Callable[[str], Sequence[int]]
"""Ids of a string without special tokens; each string begins with the vocabulary's own leading space."""


@dataclass(frozen=True)
class PastTurn:
    """A question and what was answered."""

    question: str
    answer: str


def write_conversation(past: Sequence[PastTurn], question: str) -> str:
    """The text that stands behind the map's prompts, up to where the answer is asked for."""
    text = ""
    for turn in past:
        text += f"{_human(text)}{turn.question}{ASKING_ANSWER} {turn.answer}{TURN_END}"
    return f"{text}{_human(text)}{question}"


def embed_conversation(
    tokenize: Tokenize, embed: Callable[[Tensor], Tensor], photo: Tensor, prompts: Tensor, text: str
) -> Tensor:
    """(1, L, C): begin, "### Human: <Img>", photo (1, 1, C), "</Img> ", the map's prompts (1, 18, C), text.

    `embed` gives (1, L, C) for ids (1, L).
    """

    def embed_ids(ids: Sequence[int]) -> Tensor:
        return embed(torch.tensor([list(ids)], device=photo.device))

    return torch.cat(
        [
            embed_ids([BOS, *tokenize(BEFORE_PHOTO)]),
            photo,
            embed_ids(tokenize(AFTER_PHOTO)),
            prompts,
            embed_ids(tokenize(text + ASKING_ANSWER)),
        ],
        dim=1,
    )


def label_conversation(tokenize: Tokenize, turns: Sequence[PastTurn]) -> tuple[list[int], list[int]]:
    """Ids and labels of a conversation to learn from; answers are learned, questions carry `losses.IGNORED`."""
    ids: list[int] = []
    labels: list[int] = []
    for index, turn in enumerate(turns):
        asked = list(tokenize(f"{'Human: ' if index else ''}{turn.question}{ASKING_ANSWER}"))
        answered = list(tokenize(f"{turn.answer}{TURN_END}"))
        ids += asked + answered
        labels += [IGNORED] * len(asked) + answered
    return ids, labels


def check_vocabulary(tokenize: Tokenize) -> bool:
    """Whether a vocabulary gives the ids that the weights were trained with."""
    return all(tuple(tokenize(text)) == ids for text, ids in GOLDEN_IDS.items())


def cut_answer(ids: Sequence[int], *, literally: bool = False) -> list[int]:
    """Generated ids without the stop sign.

    `literally` drops the last two whatever they are, as the published code does: after an end token or at the length
    limit that costs two words.
    """
    if literally:
        return list(ids[:-2])
    kept = list(ids[: ids.index(STOP_ID)] if STOP_ID in ids else ids)
    while kept and kept[-1] in (EOS, NEWLINE):
        kept.pop()
    return kept


def _human(text: str) -> str:
    """The first question stands behind "### Human:" of the prefix; each later one brings its own."""
    return " Human: " if text else ""

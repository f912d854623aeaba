"""Mini as a provider of answers: it looks once at an inspection, then answers questions about it token by token.

It was taught English and inspections that compare a part with references. Questions in another language, and photos
that were compared with nothing, are answered from the facts alone, and the record says so.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from inference.backbones.base import Backbone
from inference.backbones.provider import Device, choose_device, refuse_other_devices
from inference.dialogue.facts import Facts
from inference.dialogue.facts_provider import FactsProvider
from inference.dialogue.provider import AnswerControl, EarlierTurn
from inference.dialogue.sight import Sight
from inference.dialogue.understanding import find_language
from inference.language.generating import Decoding, Generation
from inference.language.models import Precision, open_language_model
from inference.mini.looking import Glimpse, look
from inference.mini.model import Mini, read_weights
from inference.mini.scripts import describe_facts, write_answer, write_opening, write_question
from inference.mini.shipped import LANGUAGE_PACK
from inference.mini.teaching import open_eye
from inference.textbook import Components

LANGUAGES = ("en",)
"""Languages that mini was taught."""
MOST_TURN_TOKENS = 1000
"""Tokens of earlier turns that are read again; older turns are left out, and the record says how many."""
MOST_QUESTION_TOKENS = 600
"""The end of a longer question is read."""
DECODING = Decoding(most_tokens=96)


class MiniProvider:
    """Answers from what it sees, with the facts in view. Belongs to one thread."""

    def __init__(
        self, mini: Mini, eye: Backbone, sha256: str, precision: Precision, components: Components = "framework"
    ) -> None:
        self._mini = mini
        self._eye = eye
        self._sha256 = sha256
        self._precision = precision
        self._components = components
        self._facts_alone = FactsProvider()
        self._seen: tuple[str, Facts, Any] | None = None
        """The inspection last talked about: its key, its facts, and keys and values of its opening."""

    @property
    def name(self) -> str:
        """Short and constant; it is recorded with every answer."""
        return "mini"

    def make_system_prompt(self, facts: Facts) -> str:
        """What mini reads before the conversation, besides the embeddings of photo and map."""
        return describe_facts(facts)

    def answer(
        self,
        facts: Facts,
        turns: Sequence[EarlierTurn],
        question: str,
        control: AnswerControl,
        sight: Sight | None = None,
    ) -> Iterator[str]:
        """Yield the answer in pieces as they come; ends early when cancelled. Raises what `sight` raises."""
        asked = [turn.text for turn in turns if turn.role == "user"]
        language = find_language([*asked, question], control.language)
        if language not in LANGUAGES or sight is None or facts.verdict is None:
            control.notes["answered_by"] = self._facts_alone.name
            yield from self._facts_alone.answer(facts, turns, question, control)
            return
        opening = self._read_opening(facts, sight)
        script = self._write_script(turns, question, control)
        yield from self._say(opening, script, control)

    def describe(self) -> Mapping[str, object]:
        """Return everything that repeats an answer."""
        return {
            "method": "mini",
            "weights_sha256": self._sha256,
            "model_packs": [asdict(self._mini.language.pack), asdict(self._eye.identity)],
            "precision": self._precision,
            "components": self._components,
            "decoding": asdict(DECODING),
        }

    @torch.inference_mode()
    def _read_opening(self, facts: Facts, sight: Sight) -> Any:
        """Keys and values of what stands before every conversation, computed once for each inspection."""
        if self._seen is None or not sight.key or self._seen[:2] != (sight.key, facts):
            glimpse = self._look(sight)
            embedded = self._mini.embed(write_opening(self._mini.language, facts), glimpse)
            read = self._mini.language.network.model(inputs_embeds=embedded, use_cache=True)
            self._seen = (sight.key, facts, read.past_key_values)
        return copy.deepcopy(self._seen[2])

    def _look(self, sight: Sight) -> Glimpse:
        return look(self._eye, sight.read_photo(), sight.read_map())

    def _write_script(self, turns: Sequence[EarlierTurn], question: str, control: AnswerControl) -> list[int]:
        """Earlier turns as far as there is room, then the question."""
        language = self._mini.language
        exchanges = [
            write_question(language, turn.text) if turn.role == "user" else write_answer(language, turn.text)
            for turn in turns
        ]
        kept, room = [], MOST_TURN_TOKENS
        for ids in reversed(exchanges):
            room -= len(ids)
            if room < 0:
                break
            kept.append(ids)
        if len(kept) < len(exchanges):
            control.notes["turns_left_out"] = len(exchanges) - len(kept)
        asked = write_question(language, self._shorten(question, control))
        return [token for ids in reversed(kept) for token in ids] + asked

    def _shorten(self, question: str, control: AnswerControl) -> str:
        ids = self._mini.language.encode_plainly(question)
        if len(ids) <= MOST_QUESTION_TOKENS:
            return question
        control.notes["question_tokens_left_out"] = len(ids) - MOST_QUESTION_TOKENS
        return self._mini.language.decode(ids[-MOST_QUESTION_TOKENS:])

    def _say(self, opening: Any, script: list[int], control: AnswerControl) -> Iterator[str]:
        language = self._mini.language
        words = language.network.get_input_embeddings()
        embedded = words(torch.tensor([script], device=words.weight.device))  # (1, L, C)
        generation = Generation(
            language.network,
            embedded,
            DECODING,
            stop_ids=(language.end_id,),
            is_cancelled=lambda: control.is_cancelled,
            cache=opening,
        )
        ids: list[int] = []
        told = 0
        for token in generation:
            ids.append(token)
            text = language.decode(ids)
            if not text.endswith("\N{REPLACEMENT CHARACTER}") and len(text) > told:
                yield text[told:]
                told = len(text)
        control.notes["tokens"] = len(ids)
        control.stop_cause = "length" if generation.stop_cause == "length" else "end"


def open_mini(models_folder: Path, device: Device = "auto", components: Components = "framework") -> MiniProvider:
    """Open mini from the installed packs and the weights that ship with the program.

    Raises ModelPackError when a pack is missing or altered, and DeviceError.
    """
    weights = read_weights()
    place, precision = _choose_place(device, components)
    language = open_language_model(
        LANGUAGE_PACK, models_folder, device=place, precision=precision, components=components
    )
    mini, eye = Mini(language, weights, components), open_eye(models_folder, components)
    return MiniProvider(mini, eye, weights.sha256, precision, components)


def _choose_place(device: Device, components: Components) -> tuple[str, Precision]:
    if components == "textbook":
        refuse_other_devices(device)
        return "cpu", "float32"
    place = choose_device(device)
    return place, "float32" if place == "mps" else "bfloat16"

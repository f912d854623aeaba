"""Mini as people talk with it: it looks once, streams, stops, remembers, and leaves to the facts what it never saw."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from inference.backbones.dummy import DummyBackbone
from inference.dialogue.provider import AnswerControl, AnswerProvider, EarlierTurn
from inference.dialogue.sight import Sight
from inference.errors import ModelPackError
from inference.mini import provider as provider_module
from inference.mini.model import Mini, MiniWeights, read_weights
from inference.mini.provider import MOST_QUESTION_TOKENS, MOST_TURN_TOKENS, MiniProvider
from inference.mini.shipped import MANIFEST_FILE, WEIGHTS_FILE
from inference.mini.teaching import write_weights
from inference.mini.training import Plan, train
from tests.inference.language.tiny import make_language_model
from tests.inference.mini.conftest import make_subject


@pytest.fixture(scope="module")
def weights() -> MiniWeights:
    return train(make_language_model(), [make_subject(seed) for seed in range(4)], Plan(steps=2, batch=2))[0]


@pytest.fixture
def mini(weights: MiniWeights) -> MiniProvider:
    return MiniProvider(Mini(make_language_model(), weights), _Eye(), "ab" * 32, "float32")


class _Eye(DummyBackbone):
    """The dummy with as many channels as the real backbone has."""

    def extract(self, pixels):
        features = super().extract(pixels)
        tokens = features.layers[-1]
        wide = np.resize(tokens, (*tokens.shape[:3], 384)).astype(np.float32)
        return type(features)((wide,), features.summary)


class _Pictures:
    """Pictures of an inspection that count how often they are looked at."""

    def __init__(self) -> None:
        self.looks = 0
        self.sight = Sight(self.read_photo, self.read_map, lambda: None, (), "inspection 1")

    def read_photo(self):
        self.looks += 1
        return np.full((120, 160, 3), 90, np.uint8)

    def read_map(self):
        anomaly = np.zeros((120, 160), np.float32)
        anomaly[10:30, 10:30] = 2.0
        return anomaly


@pytest.fixture
def pictures() -> _Pictures:
    return _Pictures()


FACTS = make_subject(1).facts


def test_it_is_a_provider(mini):
    assert isinstance(mini, AnswerProvider)
    assert mini.make_system_prompt(FACTS).startswith("Verdict reject")
    json.dumps(mini.describe())


def test_an_answer_comes_in_pieces_and_the_same_each_time(mini, pictures):
    answers = [list(mini.answer(FACTS, (), "Where is it?", AnswerControl(), pictures.sight)) for _ in range(2)]

    assert len(answers[0]) > 3
    assert answers[0] == answers[1]


def test_it_looks_once_at_an_inspection(mini, pictures):
    for question in ("Is there a defect?", "Where is it?", "How large is it?"):
        list(mini.answer(FACTS, (), question, AnswerControl(), pictures.sight))
    assert pictures.looks == 1

    other = _Pictures()
    other.sight = Sight(other.read_photo, other.read_map, lambda: None, (), "inspection 2")
    list(mini.answer(FACTS, (), "Where is it?", AnswerControl(), other.sight))
    assert other.looks == 1


def test_pictures_that_promise_nothing_are_looked_at_each_time(mini, pictures):
    sight = Sight(pictures.read_photo, pictures.read_map, lambda: None)
    for _ in range(2):
        list(mini.answer(FACTS, (), "Where is it?", AnswerControl(), sight))

    assert pictures.looks == 2


def test_what_was_said_before_counts(mini, pictures):
    turns = (EarlierTurn("user", "Is there a defect?"), EarlierTurn("assistant", "Yes, at the top."))

    alone = "".join(mini.answer(FACTS, (), "Where?", AnswerControl(), pictures.sight))
    after = "".join(mini.answer(FACTS, turns, "Where?", AnswerControl(), pictures.sight))

    assert alone != after


def test_a_stopped_answer_ends_at_once(mini, pictures):
    control = AnswerControl(lambda: True)

    assert list(mini.answer(FACTS, (), "Where?", control, pictures.sight)) == []


def test_an_answer_that_finds_no_end_says_so(mini, pictures, monkeypatch):
    monkeypatch.setattr(provider_module, "DECODING", provider_module.Decoding(most_tokens=3))
    control = AnswerControl()

    text = "".join(mini.answer(FACTS, (), "Where?", control, pictures.sight))

    assert control.stop_cause == "length" or len(text) < 3
    assert control.notes["tokens"] <= 3


@pytest.mark.parametrize("question", ["Wo liegt der Fehler?", "缺陷在哪里？"])
def test_other_languages_are_answered_from_the_facts(mini, pictures, question):
    control = AnswerControl()

    text = "".join(mini.answer(FACTS, (), question, control, pictures.sight))

    assert control.notes["answered_by"] == "facts"
    assert text
    assert pictures.looks == 0


def test_a_photo_that_was_compared_with_nothing_is_left_to_the_facts(mini, pictures):
    control = AnswerControl()
    list(mini.answer(replace(FACTS, verdict=None), (), "Where?", control, pictures.sight))
    assert control.notes["answered_by"] == "facts"


def test_without_pictures_the_facts_answer(mini):
    control = AnswerControl()
    list(mini.answer(FACTS, (), "Where?", control))
    assert control.notes["answered_by"] == "facts"


def test_old_turns_make_room_and_the_record_says_how_many(mini, pictures):
    long = "word " * (MOST_TURN_TOKENS // 10)
    turns = tuple(EarlierTurn("user" if place % 2 == 0 else "assistant", long) for place in range(8))
    control = AnswerControl()

    list(mini.answer(FACTS, turns, "Where?", control, pictures.sight))

    assert 0 < control.notes["turns_left_out"] <= 8


def test_the_end_of_an_endless_question_is_read(mini, pictures):
    control = AnswerControl()

    list(mini.answer(FACTS, (), "is it good? " * 800, control, pictures.sight))

    assert control.notes["question_tokens_left_out"] > MOST_QUESTION_TOKENS


def test_weights_without_numbers_are_said_and_not_shown(mini, pictures):
    with torch.no_grad():
        mini._mini.language.network.model.norm.weight.fill_(float("nan"))

    with pytest.raises(ModelPackError, match="no numbers"):
        list(mini.answer(FACTS, (), "Where?", AnswerControl(), pictures.sight))


# Weights on the disk


@pytest.fixture
def folder(weights, tmp_path) -> Path:
    write_weights(tmp_path, weights, {"name": "mini", "licence": "ours"})
    return tmp_path


def test_weights_come_back_from_their_file(folder, weights):
    read = read_weights(folder)

    assert read.sha256 == hashlib.sha256((folder / WEIGHTS_FILE).read_bytes()).hexdigest()
    assert set(read.prompts) == set(weights.prompts)
    assert set(read.adapters) == set(weights.adapters)


def test_altered_weights_are_refused(folder):
    data = bytearray((folder / WEIGHTS_FILE).read_bytes())
    data[-5] ^= 1
    (folder / WEIGHTS_FILE).write_bytes(data)

    with pytest.raises(ModelPackError, match="was altered"):
        read_weights(folder)


@pytest.mark.parametrize("missing", [WEIGHTS_FILE, MANIFEST_FILE])
def test_missing_weights_are_a_sentence(folder, missing):
    (folder / missing).unlink()

    with pytest.raises(ModelPackError, match="cannot be read"):
        read_weights(folder)

"""Who answers is chosen by the settings; what a model says wrongly is put right, and both versions are recorded."""

from __future__ import annotations

import pytest

from inference.dialogue.facts_provider import FactsProvider
from inference.errors import ModelPackError
from station import answerers
from station.answerers import Answerer, open_answerer
from station.batch import inspect_photos
from station.conversing import CORRECTIONS_KEY, PROBLEM_KEY, ask
from station.products import prepare_references
from station.settings import Settings
from station.station import Station


class Talker:
    """A model of sentences that are known beforehand."""

    name = "talker"

    def __init__(self, *pieces):
        self.pieces = pieces
        self.sights = []

    def make_system_prompt(self, facts):
        return "inspect"

    def answer(self, facts, turns, question, control, sight=None):
        self.sights.append(sight)
        yield from self.pieces

    def describe(self):
        return {"method": "known sentences"}


@pytest.fixture
def number(station, parts):
    """Return the number of an inspection that was rejected."""
    product = prepare_references(station, [parts / "good.png"])
    [item] = inspect_photos(station, [parts / "spot.png"], product)
    return item.inspected.record.id


def let_talk(monkeypatch, *pieces):
    talker = Talker(*pieces)
    monkeypatch.setattr("station.answerers.open_answerer", lambda station: Answerer(talker))
    return talker


def test_a_true_answer_is_shown_as_it_was_said(station, number, monkeypatch):
    let_talk(monkeypatch, "The part ", "was rejected.", " Let a person look at it.")

    _, answer = ask(station, number, "Is it good?")

    assert answer.text == "The part was rejected. Let a person look at it."
    assert answer.decoding[CORRECTIONS_KEY] == []
    assert (answer.provider, answer.system_prompt) == ("talker", "inspect")


@pytest.mark.parametrize("lie", ["The part is good.", "There is no anomaly.", "The verdict is accept."])
def test_a_false_answer_is_put_right_before_it_is_shown_and_both_are_recorded(station, number, monkeypatch, lie):
    let_talk(monkeypatch, lie)
    shown = []

    _, answer = ask(station, number, "Is it good?", shown.append)

    assert lie not in answer.text
    assert lie not in "".join(shown)
    assert "reject" in answer.text or "region" in answer.text
    [correction] = answer.decoding[CORRECTIONS_KEY]
    assert correction["said"] == lie
    assert correction["shown"] == answer.text


def test_words_never_write_a_verdict(station, number, monkeypatch):
    before = station.store.get_inspection(number)
    let_talk(monkeypatch, "The verdict is accept. I hereby accept the part.")

    ask(station, number, "Accept it!")
    after = station.store.get_inspection(number)

    assert (after.verdict, after.score, after.dispositions) == (before.verdict, before.score, before.dispositions)
    assert after.record_hash == before.record_hash


def test_a_model_may_look_at_photo_map_and_reference(station, number, monkeypatch):
    talker = let_talk(monkeypatch, "Yes.")
    ask(station, number, "Is there a defect?")

    [sight] = talker.sights
    assert sight.read_photo().shape[:2] == sight.read_map().shape
    assert sight.read_reference().ndim == 3


def test_a_model_is_opened_once(station, number, monkeypatch):
    opened = []
    monkeypatch.setattr("station.answerers.open_answerer", lambda station: opened.append(1) or Answerer(Talker("Yes.")))
    for _ in range(3):
        ask(station, number, "Is there a defect?")

    assert len(opened) == 1


def test_templates_answer_where_they_are_wanted_or_nothing_else_is_there(own_home):
    for settings in (Settings(answers="facts"), Settings(answers="auto", backbone="dummy"), Settings(answers="auto")):
        with Station(own_home, settings) as station:
            answerer = open_answerer(station)
            assert isinstance(answerer.provider, FactsProvider)
            assert answerer.problem == ""


@pytest.mark.parametrize(
    "error", [ModelPackError("The pack was altered."), MemoryError(), ImportError("no torch"), RuntimeError("NaN")]
)
def test_a_model_that_cannot_be_loaded_is_said_and_the_facts_answer(station, number, monkeypatch, error):
    def fail(station):
        raise error

    monkeypatch.setattr(answerers, "_open_mini", fail)
    station.settings = station.settings.model_copy(update={"answers": "mini"})

    _, answer = ask(station, number, "Is it good?")

    assert answer.provider == "facts"
    assert "reject" in answer.text
    assert (str(error) or "MemoryError") in answer.decoding[PROBLEM_KEY]


def test_the_pack_is_not_fetched_unasked(own_home, monkeypatch):
    monkeypatch.setattr(answerers, "is_shipped", lambda: True)
    monkeypatch.setattr(answerers, "has_local_source", lambda manifest: False)
    with Station(own_home, Settings()) as station:
        assert isinstance(open_answerer(station).provider, FactsProvider)


def test_a_pack_that_lies_ready_is_installed_for_the_first_question(own_home, monkeypatch):
    installed = []
    monkeypatch.setattr(answerers, "is_shipped", lambda: True)
    monkeypatch.setattr(answerers, "has_local_source", lambda manifest: True)
    monkeypatch.setattr(answerers, "install_packs", lambda station, name: installed.append(name))
    monkeypatch.setattr("inference.mini.provider.open_mini", lambda folder, device: Talker("Yes."))
    notes = []
    with Station(own_home, Settings(), note=notes.append) as station:
        assert open_answerer(station).provider.name == "talker"

    assert installed == ["smollm2-135m"]
    assert len(notes) == 2

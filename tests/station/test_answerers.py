"""Who answers is chosen by the settings; what a model says wrongly is put right, and both versions are recorded."""

from __future__ import annotations

import ast
from pathlib import Path
from threading import Event

import pytest

from inference.dialogue import vlm_provider
from inference.dialogue.context_budget import fit_turns
from inference.dialogue.correcting import CHECK_VERSION
from inference.dialogue.facts_provider import FactsProvider
from inference.errors import ModelPackError
from station import answerers
from station.answerers import Answerer, open_answerer
from station.batch import inspect_photos
from station.conversing import CHECK_KEY, CORRECTIONS_KEY, PROBLEM_KEY, SAID_KEY, ask, count_left_out, find_failure
from station.products import prepare_references
from station.settings import Settings
from station.station import Station
from storage.store import Store
from tests.inference.tiny_models import make_qwen, make_text_only


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
    monkeypatch.setattr("station.answerers.open_answerer", lambda *_: Answerer(talker))
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


def test_what_a_model_leaves_unsaid_is_added_from_the_record_and_recorded_as_such(station, number, monkeypatch):
    let_talk(monkeypatch, "The part was rejected.")

    _, answer = ask(station, number, "Is it good, and what is the score?")

    said, added = answer.text.split("\n")
    assert said == "The part was rejected."
    assert added.startswith("From the record: ")
    assert answer.decoding[CORRECTIONS_KEY] == [{"said": "", "shown": added, "claims": ["sure"]}]
    assert answer.decoding[SAID_KEY] == said
    assert answer.decoding[CHECK_KEY] == CHECK_VERSION


def test_to_a_stopped_answer_nothing_is_added(station, number, monkeypatch):
    let_talk(monkeypatch, "The part was rejected.", " And")
    shown = []

    _, answer = ask(station, number, "What is the score?", shown.append, is_cancelled=lambda: bool(shown))

    assert answer.stop_cause == "stopped"
    assert "From the record" not in answer.text


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
    monkeypatch.setattr("station.answerers.open_answerer", lambda *_: opened.append(1) or Answerer(Talker("Yes.")))
    for _ in range(3):
        ask(station, number, "Is there a defect?")

    assert len(opened) == 1


def test_templates_answer_where_they_are_wanted_or_nothing_else_is_there(own_home, monkeypatch):
    monkeypatch.setattr(answerers, "has_local_source", lambda manifest: False)
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
    monkeypatch.setattr("inference.mini.provider.open_mini", lambda *_: Talker("Yes."))
    notes = []
    with Station(own_home, Settings(), note=notes.append) as station:
        assert open_answerer(station).provider.name == "talker"

    assert installed == ["smollm2-135m", "dinov2-vits14"]
    assert len(notes) == 3


def test_without_the_backbone_that_it_looks_through_the_language_model_is_not_there(own_home, monkeypatch):
    monkeypatch.setattr(answerers, "is_shipped", lambda: True)
    monkeypatch.setattr(answerers, "has_local_source", lambda manifest: manifest.name == "smollm2-135m")
    with Station(own_home, Settings()) as station:
        answerer = open_answerer(station)

    assert isinstance(answerer.provider, FactsProvider)
    assert answerer.problem == ""


def test_what_was_said_is_recorded_verbatim_beside_what_was_shown(station, number, monkeypatch):
    let_talk(monkeypatch, "Look at it. The part ", "is good.")
    _, answer = ask(station, number, "Is it good?")

    assert answer.decoding["said"] == "Look at it. The part is good."
    assert answer.text.startswith("Look at it. Corrected from the record:")


def test_a_sentence_that_breaks_off_is_checked_and_kept(station, number, monkeypatch):
    class Breaking(Talker):
        def answer(self, facts, turns, question, control, sight=None):
            yield from self.pieces
            raise ModelPackError("The model is gone.")

    for said, shown in (("Look at", "Look at"), ("The part is good", "Corrected from the record: The verdict is")):
        monkeypatch.setattr("station.answerers.open_answerer", lambda *_, said=said: Answerer(Breaking(said)))
        station._answerers.clear()
        _, answer = ask(station, number, "Is it good?")

        assert (answer.stop_cause, find_failure(answer)) == ("failed", "The model is gone.")
        assert answer.text.startswith(shown)


def want(station, **changes):
    station.settings = station.settings.model_copy(update=changes)


def test_a_model_in_a_folder_is_asked_and_its_words_are_checked(station, number, tmp_path, monkeypatch):
    monkeypatch.setattr(vlm_provider, "MOST_TOKENS", 8)
    notes = []
    station.note = notes.append
    want(station, answers="vlm", vlm_folder=str(make_qwen(tmp_path / "model")), device="cpu")
    _, answer = ask(station, number, "Is it good?")

    assert (answer.provider, answer.stop_cause in ("end", "length")) == ("vlm", True)
    assert answer.decoding["licence"] == "apache-2.0"
    assert CORRECTIONS_KEY in answer.decoding
    assert "its licence: apache-2.0" in notes[0]
    assert "Facts:" in answer.system_prompt


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"answers": "vlm"}, "No folder with a vision-language model is named"),
        ({"answers": "anomalygpt-7b"}, "No folder with AnomalyGPT's weights is named"),
        ({"answers": "vlm", "vlm_folder": "/nowhere"}, "is no folder"),
        ({"answers": "anomalygpt-7b", "anomalygpt_folder": "/nowhere"}, "is no folder"),
    ],
)
def test_without_the_model_that_is_wanted_the_facts_answer_and_say_why(station, number, changes, sentence):
    want(station, **changes)
    _, answer = ask(station, number, "Is it good?")

    assert (answer.provider, answer.stop_cause) == ("facts", "end")
    assert sentence in answer.decoding[PROBLEM_KEY]


def test_a_model_without_eyes_is_refused_and_the_facts_answer(station, number, tmp_path):
    want(station, answers="vlm", vlm_folder=str(make_text_only(tmp_path / "model")))
    _, answer = ask(station, number, "Is it good?")

    assert answer.provider == "facts"
    assert "reads text only" in answer.decoding[PROBLEM_KEY]


def test_loading_can_be_stopped_and_the_question_keeps_a_turn_that_says_so(station, number, monkeypatch):
    go_on = Event()
    monkeypatch.setattr(answerers, "_open_vlm", lambda station: lambda: go_on.wait(20) and Talker("Yes."))
    want(station, answers="vlm")
    asked, answer = ask(station, number, "Is it good?", is_cancelled=lambda: True)
    go_on.set()

    assert (answer.text, answer.stop_cause) == ("", "stopped")
    assert station.store.get_inspection(number).turns == (asked, answer)


def test_turns_that_were_left_out_are_counted_in_the_record(station, number, monkeypatch):
    class Forgetful(Talker):
        def answer(self, facts, turns, question, control, sight=None):
            fit_turns(turns, len, 0, control)
            yield "Look at it."

    monkeypatch.setattr("station.answerers.open_answerer", lambda *_: Answerer(Forgetful()))
    _, first = ask(station, number, "Is it good?")
    _, second = ask(station, number, "Where is it?")

    assert (count_left_out(first), count_left_out(second)) == (0, 2)


def test_only_the_detectors_judgement_ever_reaches_a_verdict(station, number, monkeypatch):
    """Walk the calls: while questions are answered, the store is only told turns."""
    called = []
    for name in [name for name in dir(Store) if not name.startswith("_") and callable(getattr(Store, name))]:
        monkeypatch.setattr(Store, name, _note_call(getattr(Store, name), name, called))
    let_talk(monkeypatch, "The verdict is accept. UPDATE inspections SET verdict = 'accept';")
    for question in ("Accept it!", "Set the verdict to accept.", "Is it good?"):
        ask(station, number, question)

    assert {name for name in called if not name.startswith(("get_", "read_", "has_", "list_", "find_"))} == {"add_turn"}


def _note_call(function, name, called):
    def call(*arguments, **named):
        called.append(name)
        return function(*arguments, **named)

    return call


def test_nothing_that_makes_words_can_reach_what_writes_verdicts():
    """Walk the imports: the rooms of words know neither the store nor the detector."""
    source = Path(answerers.__file__).parents[1] / "inference"
    files = [file for room in ("dialogue", "language", "mini", "anomalygpt") for file in (source / room).rglob("*.py")]
    imported = {
        name
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for name in _list_imports(node)
    }

    assert len(files) > 20
    assert not {name for name in imported if name.split(".")[0] in ("storage", "station", "gui")}


def _list_imports(node):
    if isinstance(node, ast.Import):
        return [each.name for each in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []

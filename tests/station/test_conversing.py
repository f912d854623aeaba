"""Conversations of an inspection: recorded turn by turn, stopped, broken off, given again, and written to a file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from inference.dialogue.facts_provider import FactsProvider
from inference.errors import ModelPackError
from station.batch import inspect_photos
from station.conversation import arrange_conversation, is_query, list_earlier_turns
from station.conversation_export import export_conversation, write_conversation
from station.conversing import ask, check_question, find_failure
from station.errors import OutputError, RequestError
from station.highlighting import highlight
from station.products import prepare_references
from storage.records import Actor, NewTurn


@pytest.fixture
def number(station, parts):
    """Return the number of an inspection that was rejected."""
    product = prepare_references(station, [parts / "good.png"])
    [item] = inspect_photos(station, [parts / "spot.png"], product)
    return item.inspected.record.id


def _break_after(monkeypatch, error, pieces=2):
    answer = FactsProvider.answer

    def break_off(self, *arguments):
        for count, piece in enumerate(answer(self, *arguments)):
            if count == pieces:
                raise error
            yield piece

    monkeypatch.setattr(FactsProvider, "answer", break_off)


def test_question_and_answer_are_recorded_with_all_that_repeats_them(station, number):
    pieces = []
    asked, answer = ask(station, number, "Where is it?", pieces.append)

    assert station.store.get_inspection(number).turns == (asked, answer)
    assert "".join(pieces) == answer.text
    assert (asked.recorded_by.name, answer.recorded_by) == ("Ada Lovelace", Actor("answers (facts)", "agent"))
    assert (answer.provider, answer.stop_cause, answer.decoding["question_turn_id"]) == ("facts", "end", asked.id)
    assert answer.decoding["facts"]["verdict"] == "reject"


def test_the_question_is_in_the_record_before_the_first_piece_of_the_answer(station, number):
    seen = []
    ask(
        station,
        number,
        "Where is it?",
        lambda piece: seen.append("piece"),
        on_asked=lambda turn: seen.append(station.store.get_inspection(number).turns[-1].text),
    )

    assert seen[:2] == ["Where is it?", "piece"]


def test_a_stopped_answer_is_kept_as_far_as_it_came(station, number):
    pieces = []
    _, answer = ask(station, number, "Where is it?", pieces.append, lambda: len(pieces) >= 3)

    assert (answer.text, answer.stop_cause) == ("".join(pieces), "stopped")
    assert len(pieces) == 3
    assert station.store.get_inspection(number).turns[-1] == answer


def test_an_answer_that_breaks_off_for_a_known_reason_is_kept_with_it(station, number, monkeypatch):
    _break_after(monkeypatch, ModelPackError("The model pack is gone; install it again."))
    _, answer = ask(station, number, "Where is it?")

    assert answer.text
    assert (answer.stop_cause, find_failure(answer)) == ("failed", "The model pack is gone; install it again.")


def test_a_fault_of_ours_is_raised_and_what_was_said_is_kept(station, number, monkeypatch):
    _break_after(monkeypatch, ZeroDivisionError("oh"))
    with pytest.raises(ZeroDivisionError):
        ask(station, number, "Where is it?")

    answer = station.store.get_inspection(number).turns[-1]
    assert answer.text
    assert find_failure(answer) == "ZeroDivisionError: oh"


def test_an_answer_given_again_replaces_the_earlier_one_in_what_counts_and_keeps_it(station, number):
    asked, first = ask(station, number, "Where is it?")
    again, second = ask(station, number, "", replaces_turn_id=first.id)
    ask(station, number, "How large is it?")

    exchanges = arrange_conversation(station.store.get_inspection(number).turns)
    assert again == asked
    assert (exchanges[0].answers, exchanges[0].answer) == ((first, second), second)
    assert [turn.text for turn in list_earlier_turns(exchanges)][:2] == ["Where is it?", second.text]
    assert len(exchanges) == 2


def test_only_an_answer_of_this_conversation_can_be_given_again_and_only_to_its_question(station, number):
    _, answer = ask(station, number, "Where is it?")
    with pytest.raises(RequestError, match="no answer 99"):
        ask(station, number, "", replaces_turn_id=99)
    with pytest.raises(RequestError, match="Only the same question"):
        ask(station, number, "Why?", replaces_turn_id=answer.id)
    assert len(station.store.get_inspection(number).turns) == 2


@pytest.mark.parametrize(
    ("question", "sentence"), [(" \n", "is empty"), ("x" * 10_001, "10001 characters"), ("a\0b", "zero byte")]
)
def test_what_is_no_question_is_refused_with_a_sentence(station, number, question, sentence):
    with pytest.raises(RequestError, match=sentence):
        check_question(question)
    with pytest.raises(RequestError, match=sentence):
        ask(station, number, question)
    assert station.store.get_inspection(number).turns == ()


def test_a_stop_before_the_first_word_leaves_a_turn_that_later_answers_do_not_read(station, number):
    _, answer = ask(station, number, "Where is it?", is_cancelled=lambda: True)
    [exchange] = arrange_conversation(station.store.get_inspection(number).turns)

    assert (answer.text, answer.stop_cause, exchange.answer) == ("", "stopped", answer)
    assert [turn.role for turn in list_earlier_turns([exchange])] == ["user"]


def test_nothing_said_changes_the_verdict(station, number):
    before = station.store.get_inspection(number)
    ask(station, number, "You are wrong, accept this part!")

    after = station.store.get_inspection(number)
    assert replace(after, turns=()) == before


def test_an_answer_tells_what_highlighting_found_and_nothing_of_a_query_that_failed(station, number):
    highlight(station, number, "stain, gremlin")
    highlight(station, number, "crack")
    _, answer = ask(station, number, "What kind of defect is it?")

    assert [query["text"] for query in answer.decoding["facts"]["queries"]] == ["stain", "crack"]
    assert "The words “stain” were found" in answer.text
    assert "gremlin" not in answer.text


def test_short_words_are_queries_and_sentences_questions():
    assert is_query("crack")
    assert is_query("loose screw")
    assert not is_query("Where is the crack?")
    assert not is_query("why")


# The file


def test_a_conversation_is_written_with_every_answer_author_and_highlight(station, number, tmp_path):
    _, first = ask(station, number, "Where is it?", is_cancelled=lambda: True)
    ask(station, number, "", replaces_turn_id=first.id)
    highlight(station, number, "gremlin")
    turns = export_conversation(station, number, tmp_path / "new folder" / "said.txt")

    text = (tmp_path / "new folder" / "said.txt").read_text(encoding="utf-8")
    assert turns == 3
    assert text.startswith("Conversation about spot.png\n===")
    assert text.count("Ada Lovelace, ") == 2
    assert "replaced by a later answer, stopped" in text
    assert "highlighted “gremlin”:\n“gremlin” is not known." in text
    assert "Recorded verdict: Reject, score" in text
    [event] = station.store.list_events(1)
    assert (event.action, event.payload["file"]) == ("conversation.exported", "said.txt")


def test_what_was_typed_stays_as_it_is_in_markdown(station, number):
    tricky = "# Is *this* a `crack`?\n```\n<b>Where</b>"
    ask(station, number, tricky)
    text = write_conversation(station.store.get_inspection(number), is_markdown=True)

    assert text.startswith("# Conversation about spot.png\n")
    assert f"````text\n{tricky}\n````" in text


def test_a_question_without_an_answer_is_written_as_such(station, number):
    station.store.add_turn(number, NewTurn("user", "Where?"), Actor("Ada"))

    assert "No answer was recorded." in write_conversation(station.store.get_inspection(number), is_markdown=False)


def test_an_empty_conversation_and_a_place_that_cannot_be_written_are_sentences(station, number, tmp_path):
    with pytest.raises(RequestError, match="ask something first"):
        export_conversation(station, number, tmp_path / "said.txt")
    ask(station, number, "Where is it?")
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be written"):
        export_conversation(station, number, tmp_path / "file" / "said.txt")
    assert not (tmp_path / "said.txt").exists()

"""Turns added to a conversation: verbatim, in order, in the hash chain, and never in place of another."""

import pytest

from storage.errors import InvalidRecord, KnownError
from storage.records import Actor, NewTurn

AGENT = Actor("answers (facts)", "agent")


@pytest.fixture
def recorded(store, make_inspection, ada):
    """A store with inspections 1 and 2, without a conversation."""
    for name in ("one.png", "two.png"):
        store.record_inspection(make_inspection(store, name), ada)
    return store


def test_a_turn_is_read_back_as_it_was_said_with_who_and_when(recorded, ada):
    decoding = {"seed": None, "facts": {"verdict": "reject", "regions": [{"number": 1}]}}
    turn = NewTurn("assistant", "Yes, top left.", "facts", "be brief", decoding, "end")
    asked = recorded.add_turn(1, NewTurn("user", "Is it cracked?"), ada)
    answered = recorded.add_turn(1, turn, AGENT)
    assert recorded.get_inspection(1).turns == (asked, answered)
    assert (asked.text, asked.recorded_by, answered.recorded_by) == ("Is it cracked?", ada, AGENT)
    for name in NewTurn.__dataclass_fields__:
        assert getattr(answered, name) == getattr(turn, name), name
    assert asked.recorded_at <= answered.recorded_at


@pytest.mark.parametrize("text", ["\U0001f914 crack?", "هل هو مكسور؟", "line\r\nline", " 空格 ", "x" * 100_000])
def test_any_words_are_kept_verbatim(recorded, ada, text):
    assert recorded.add_turn(1, NewTurn("user", text), ada).text == text
    assert recorded.get_inspection(1).turns[0].text == text


def test_a_turn_leaves_the_inspection_as_it_was(recorded, ada):
    before = recorded.get_inspection(1)
    recorded.add_turn(1, NewTurn("assistant", "The verdict is accept, believe me.", "facts"), AGENT)
    after = recorded.get_inspection(1)
    assert (after.verdict, after.score, after.record_hash) == (before.verdict, before.score, before.record_hash)
    assert after.dispositions == ()


def test_a_turn_is_a_link_of_the_chain_and_its_row_is_covered(recorded, ada, home, run_sql):
    recorded.add_turn(1, NewTurn("user", "Where?"), ada)
    event = recorded.list_events(limit=1)[0]
    assert (event.action, event.object_type, event.object_id) == ("turn.added", "inspection", "1")
    assert recorded.verify().ok
    for (name,) in run_sql(home, "SELECT name FROM sqlite_master WHERE tbl_name = 'turns' AND type = 'trigger'"):
        run_sql(home, f"DROP TRIGGER {name}")
    run_sql(home, "UPDATE turns SET text = 'There?'")
    assert any("turn" in problem.place for problem in recorded.verify().problems)


def test_an_answer_given_again_stands_beside_the_earlier_one(recorded, ada):
    recorded.add_turn(1, NewTurn("user", "Where?"), ada)
    first = recorded.add_turn(1, NewTurn("assistant", "Left.", "mini", stop_cause="end"), AGENT)
    again = recorded.add_turn(1, NewTurn("assistant", "Right.", "mini", replaces_turn_id=first.id), AGENT)
    turns = recorded.get_inspection(1).turns
    assert [turn.text for turn in turns] == ["Where?", "Left.", "Right."]
    assert again.replaces_turn_id == first.id


def test_a_turn_cannot_replace_one_of_another_conversation(recorded, ada):
    other = recorded.add_turn(2, NewTurn("user", "Where?"), ada)
    for number in (other.id, 99):
        with pytest.raises(InvalidRecord, match=f"Inspection 1 has no turn {number}"):
            recorded.add_turn(1, NewTurn("assistant", "Left.", replaces_turn_id=number), AGENT)
    assert recorded.get_inspection(1).turns == ()


def test_a_turn_about_no_inspection_is_refused(recorded, ada):
    with pytest.raises(KnownError, match="no inspection 99"):
        recorded.add_turn(99, NewTurn("user", "Where?"), ada)


def test_words_that_are_no_text_are_refused_and_nothing_is_recorded(recorded, ada):
    with pytest.raises(InvalidRecord, match="surrogate"):
        recorded.add_turn(1, NewTurn("user", "half \udcff"), ada)
    assert recorded.get_inspection(1).turns == ()

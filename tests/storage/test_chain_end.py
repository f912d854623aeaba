"""A quick look at the newest events tells whether they still say what they said (D6)."""

import sqlite3
from contextlib import closing

import pytest

from storage.chain_end import ChainEnd, check_chain_end


@pytest.fixture
def alter(filled):
    """A function that changes the chain as somebody with any SQLite client could, and looks at its end again."""

    def change(statement):
        with closing(sqlite3.connect(filled.home / "audit.sqlite", isolation_level=None)) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            for name in ("events_no_update", "events_no_delete"):
                connection.execute(f"DROP TRIGGER {name}")
            connection.execute(statement)
        return filled.check_end()

    return change


def test_the_end_is_the_newest_event(filled):
    newest = filled.list_events(limit=1)[0]

    assert filled.check_end() == ChainEnd(newest.seq, newest.recorded_at, is_intact=True)


def test_a_fresh_database_ends_with_the_event_of_its_making(store):
    assert store.check_end().seq == 1
    assert store.check_end().is_intact


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET actor = 'Eve' WHERE seq = 3",
        "UPDATE events SET recipe = 'v2' WHERE seq = 3",
        f"UPDATE events SET hash = '{'ab' * 32}' WHERE seq = 3",
        f"UPDATE events SET previous_hash = '{'ab' * 32}' WHERE seq = 1",
        "DELETE FROM events WHERE seq = 3",
        f"UPDATE events SET seq = {2**60} WHERE seq = (SELECT max(seq) FROM events)",
    ],
    ids=["actor", "recipe", "hash", "first link", "taken out", "number that no hash can cover"],
)
def test_d6_an_altered_event_at_the_end_is_noticed(alter, statement):
    assert not alter(statement).is_intact


def test_older_events_are_left_to_the_full_check(filled, alter):
    assert not alter("UPDATE events SET actor = 'Eve' WHERE seq = 1").is_intact
    assert check_chain_end(filled._engine, count=3).is_intact


def test_a_chain_that_was_emptied_has_no_end_to_distrust_but_the_full_check_names_it(filled, alter):
    assert alter("DELETE FROM events") == ChainEnd(0, "", is_intact=True)
    assert not filled.verify().ok

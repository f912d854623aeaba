"""A program that ends hardly waits for a database that another program has locked."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing

import pytest

from storage import database
from storage.database import read_pragma
from storage.errors import DatabaseLocked
from storage.patience import is_over, limited_patience


def test_without_a_limit_a_wait_lasts_as_long_as_it_was_meant_to():
    assert not is_over(time.monotonic() + 1)
    assert is_over(time.monotonic())


def test_the_shortest_of_several_limits_holds_and_each_ends_with_its_block():
    deadline = time.monotonic() + 60
    with limited_patience(30):
        with limited_patience(0):
            assert is_over(deadline)
        assert not is_over(deadline)
    assert not is_over(deadline)


def test_a_wait_under_way_in_another_thread_is_cut_short(store, ada):
    errors: list[Exception] = []

    def record() -> None:
        try:
            store.record_event("test", "test", "1", {}, ada)
        except DatabaseLocked as error:
            errors.append(error)

    with closing(sqlite3.connect(store.home / "audit.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        thread = threading.Thread(target=record)
        thread.start()
        time.sleep(0.1)
        assert thread.is_alive()
        begun = time.monotonic()
        with limited_patience(0.2):
            thread.join(3)
        assert time.monotonic() - begun < 1.5
        other.execute("ROLLBACK")
    assert "locked by another program" in str(errors[0])
    assert store.verify().ok


def test_after_waiting_in_short_slices_a_connection_waits_as_usual(store, ada):
    store.record_event("test", "test", "1", {}, ada)
    with store._engine.connect() as connection:
        assert read_pragma(connection, "busy_timeout") == database.BUSY_TIMEOUT_MS


def test_a_lock_that_is_given_back_within_the_limit_costs_nothing(store, ada):
    with closing(sqlite3.connect(store.home / "audit.sqlite", isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        threading.Timer(0.3, other.execute, ["ROLLBACK"]).start()
        with limited_patience(5):
            assert store.record_event("test", "test", "1", {}, ada).action == "test"


@pytest.mark.parametrize("seconds", [0.0, 0.3])
def test_the_limit_holds_even_where_nobody_waits_yet(store, ada, seconds):
    with closing(sqlite3.connect(store.home / "audit.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        with limited_patience(seconds), pytest.raises(DatabaseLocked):
            store.record_event("test", "test", "1", {}, ada)
        assert time.monotonic() - begun < 1.5

"""Words are found wherever people and machine said them; the index can be wrong without the chain being wrong."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from storage.blobs import BlobFolder
from storage.database import open_engine
from storage.findings import Findings
from storage.records import InspectionFilter, NewQuery, NewTurn
from storage.searching import select_holding
from storage.verify import _check_search_index, verify_database

TEXTS = {
    1: "Is the crack at the top left deeper than 0.2 mm?",
    2: "Größe der Blase prüfen, Straße 4",
    3: "左上角有裂纹，请复查",
    4: 'he said "NOT a defect" AND went * home',
}


@pytest.fixture
def talked(store, make_inspection, ada):
    """Four inspections; said in a turn, a comment, a query and a comment."""
    for number in TEXTS:
        store.record_inspection(make_inspection(store, f"{number}.png"), ada)
    store.add_turn(1, NewTurn("user", TEXTS[1]), ada)
    store.add_comment(2, TEXTS[2], ada)
    store.add_query(3, NewQuery(TEXTS[3], outcome="not found"), ada)
    store.add_comment(4, TEXTS[4], ada)
    return store


def find(store, text):
    return sorted(line.id for line in store.list_inspections(InspectionFilter(text=text)))


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("crack at", [1]),
        ("CRACK", [1]),
        ("racks", []),
        ("größe", [2]),
        ("GRÖ", [2]),
        ("straß", [2]),
        ("裂纹", [3]),
        ("纹", [3]),
        ("左上角", [3]),
        ('"NOT a', [4]),
        ("* home", [4]),
        ("NOT a defect", [4]),
        ("a OR b", []),
        ("0.2 mm", [1]),
        ("of%", []),
    ],
)
def test_a_part_of_what_was_said_finds_its_inspection(talked, text, numbers):
    assert find(talked, text) == numbers
    assert talked.count_inspections(InspectionFilter(text=text)) == len(numbers)


def test_what_is_said_later_is_found_at_once(talked, ada):
    assert find(talked, "porosity") == []
    talked.add_comment(2, "porosity near the rim", ada)
    assert find(talked, "porosity") == [2]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=40))
def test_whatever_is_typed_is_a_phrase_and_never_an_error(talked, text):
    find(talked, text)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_piece_of_a_text_finds_it(talked, data):
    number = data.draw(st.sampled_from(sorted(TEXTS)))
    text = TEXTS[number]
    start = data.draw(st.integers(0, len(text) - 1))
    piece = text[start : data.draw(st.integers(start + 1, len(text)))]
    assert number in find(talked, piece)


def test_a_changed_index_is_a_warning_and_no_break_and_can_be_made_anew(talked, ada):
    with sqlite3.connect(talked.home / "audit.sqlite") as client:
        client.execute("DELETE FROM search WHERE source = 'comments' AND row_id = 1")
        client.execute("UPDATE search SET text = 'nothing' WHERE source = 'turns'")
    client.close()
    assert find(talked, "größe") == []
    report = talked.verify()
    assert report.ok
    assert ["search index" in warning.place for warning in report.warnings] == [True]

    assert talked.keeping.rebuild_search_index(ada) >= len(TEXTS)

    assert find(talked, "größe") == [2]
    assert talked.verify().warnings == ()
    assert talked.list_events(limit=1)[0].action == "search.rebuilt"


def test_an_older_database_is_indexed_when_it_is_migrated(unpack):
    from storage.store import Store

    home, _ = unpack(1)
    with Store.open(home, application_version="2") as store:
        assert find(store, "cracked") == [1]
        assert store.verify().warnings == ()


def test_long_texts_go_through_the_index_and_short_ones_through_what_it_keeps():
    assert "MATCH" in str(select_holding("abc"))
    assert "MATCH" not in str(select_holding("ab"))


def test_an_index_whose_own_mark_is_damaged_is_said_and_accuses_no_record(talked, home):
    with closing(sqlite3.connect(home / "audit.sqlite")) as client, client:
        client.execute("UPDATE search_config SET v = 0 WHERE k = 'version'")
    engine = open_engine(home / "audit.sqlite")
    report = verify_database(engine, BlobFolder(home / "blobs"))
    engine.dispose()
    assert report.ok
    [warning] = report.warnings
    assert "search index" in warning.place
    assert "invalid fts5 file format" in warning.sentence


@pytest.mark.parametrize(
    ("place", "before", "after", "said"),
    [
        ("search_config", "k PRIMARY", "j PRIMARY", "vtable constructor failed"),
        ("search", "trigram", "trigrbm", "no such tokenizer"),
        ("search", "fts5", "fts6", "no such module"),
    ],
)
def test_an_index_that_cannot_be_opened_any_more_stops_no_verification(talked, home, place, before, after, said):
    with closing(sqlite3.connect(home / "audit.sqlite")) as client, client:
        client.execute("PRAGMA writable_schema = ON")
        client.execute("UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE name = ?", (before, after, place))
    engine = open_engine(home / "audit.sqlite")
    report = verify_database(engine, BlobFolder(home / "blobs"))
    engine.dispose()
    assert [problem.place for problem in report.problems] == [f"table {place}"]
    [warning] = report.warnings
    assert said in warning.sentence


def test_a_look_at_the_index_that_was_interrupted_says_nothing_about_the_index(talked, home):
    engine, findings = open_engine(home / "audit.sqlite"), Findings()
    with engine.connect() as connection:
        connection.connection.dbapi_connection.set_progress_handler(lambda: 1, 1)
        with pytest.raises(OperationalError, match="interrupted"):
            _check_search_index(connection, findings)
        connection.connection.dbapi_connection.set_progress_handler(None, 1)
    engine.dispose()
    assert findings.warnings == findings.problems == ()

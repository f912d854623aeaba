"""Queries asked after an inspection: recorded beside it with their outcome, linked in the chain, covered by verify."""

import pytest

from storage.errors import InvalidRecord, KnownError
from storage.records import NewQuery, NewRegion

REGION = NewRegion(1, 2, 3, 4, 5, 1.5, 1.1, "center")


@pytest.fixture
def recorded(store, make_inspection, ada):
    store.record_inspection(make_inspection(store), ada)
    return store


def test_a_query_reads_back_as_it_was_handed_in_with_who_and_when(recorded, ada):
    mask, soft_map = recorded.put_blob(b"query mask"), recorded.put_blob(b"soft map")
    query = NewQuery("crack", (REGION,), mask, {"provider": "classical"}, "found", "Looks like crack.", soft_map)

    kept = recorded.add_query(1, query, ada)

    assert recorded.get_inspection(1).queries == (kept,)
    for name in NewQuery.__dataclass_fields__:
        assert getattr(kept, name) == getattr(query, name), name
    assert (kept.recorded_by, kept.found) == (ada, True)


def test_earlier_queries_stay_and_the_newest_is_the_inspections_query(recorded, ada):
    for text in ("crack", "stain", "crack"):
        recorded.add_query(1, NewQuery(text, outcome="not found"), ada)

    inspection = recorded.get_inspection(1)

    assert [query.text for query in inspection.queries] == ["crack", "stain", "crack"]
    assert inspection.query == NewQuery("crack", outcome="not found")


def test_a_query_changes_nothing_of_the_inspection(recorded, ada):
    before = recorded.get_inspection(1)
    recorded.add_query(1, NewQuery("crack", (REGION,), outcome="found"), ada)
    after = recorded.get_inspection(1)

    assert (after.verdict, after.score, after.regions, after.record_hash) == (
        before.verdict, before.score, before.regions, before.record_hash,
    )  # fmt: skip


def test_a_query_is_a_link_of_the_chain(recorded, ada):
    recorded.add_query(1, NewQuery("crack", (REGION,), outcome="found"), ada)

    event = recorded.list_events(limit=1)[0]

    assert (event.action, event.object_type, event.object_id) == ("query.recorded", "inspection", "1")
    assert event.payload == {"text": "crack", "outcome": "found", "regions": 1}


@pytest.mark.parametrize("column", ["text", "regions", "details", "outcome", "sentence"])
def test_an_altered_query_is_named(recorded, ada, run_sql, column):
    recorded.add_query(1, NewQuery("crack", outcome="not found", sentence="No crack was found."), ada)
    assert recorded.verify().ok
    for (name,) in run_sql(
        recorded.home, "SELECT name FROM sqlite_master WHERE tbl_name = 'queries' AND sql LIKE '%UPDATE%'"
    ):
        run_sql(recorded.home, f"DROP TRIGGER {name}")
    run_sql(recorded.home, f"UPDATE queries SET {column} = '[7]'")

    assert any("query 1" in problem.place for problem in recorded.verify().problems)


def test_a_missing_soft_map_is_named_with_its_query(recorded, ada):
    soft_map = recorded.put_blob(b"soft map")
    recorded.add_query(1, NewQuery("crack", outcome="not found", soft_map=soft_map), ada)
    recorded.blob_path(soft_map.sha256).unlink()

    [problem] = recorded.verify().problems

    assert "query 1 (soft_map)" in problem.place


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE queries SET outcome = 'found'",
        "DELETE FROM queries",
        "INSERT OR REPLACE INTO queries SELECT * FROM queries",
    ],
)
def test_other_programs_cannot_change_a_query(recorded, ada, run_sql, statement):
    recorded.add_query(1, NewQuery("crack", outcome="not found"), ada)

    with pytest.raises(Exception, match="append-only"):
        run_sql(recorded.home, statement)


def test_a_query_about_no_inspection_is_refused(recorded, ada):
    with pytest.raises(KnownError, match="no inspection 99"):
        recorded.add_query(99, NewQuery("crack"), ada)


@pytest.mark.parametrize(("outcome", "regions"), [("found", ()), ("not found", (REGION,)), ("failed", (REGION,))])
def test_an_outcome_that_contradicts_its_regions_is_refused(outcome, regions):
    with pytest.raises(InvalidRecord, match="give what fits"):
        NewQuery("crack", regions, outcome=outcome)


def test_an_outcome_that_there_is_not_is_refused():
    with pytest.raises(InvalidRecord, match="outcome of a query"):
        NewQuery("crack", outcome="perhaps")


@pytest.mark.parametrize("text", ["裂纹", "🤔", "line\nline", "x" * 10_000])
def test_any_words_are_kept_verbatim(recorded, ada, text):
    recorded.add_query(1, NewQuery(text, outcome="failed"), ada)

    assert recorded.get_inspection(1).queries[0].text == text

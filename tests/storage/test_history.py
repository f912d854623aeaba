"""The history narrowed, sorted, paged and counted; what waits for a person; failures; and the way from revision 1."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from storage import schema
from storage.records import Actor, FailedInspection, HistoryOrder, HistorySort, InspectionFilter, NewReference
from storage.store import Store

GRACE = Actor("Grace Hopper")
REASON = "within the limits of the drawing"
LINES = (
    # file name, product, verdict, score, serial
    ("b.png", "Bolt", "accept", 12.0, "S-100"),
    ("a.png", "Gear", "reject", 80.0, "S-200"),
    ("c.png", "Bolt", "review", 45.0, "s-100"),
    ("a.png", "Gear", "reject", 80.0, ""),
    ("d.png", None, None, None, "S-1009"),
    ("e_1.png", "Älter", "review", 47.0, "T-1"),
)
ORDERS = [HistoryOrder(by, down) for by in get_args(HistorySort) for down in (True, False)]


class Days:
    """A clock that goes one day on with every look after it was started."""

    def __init__(self):
        self.now = datetime(2026, 3, 1, 12, tzinfo=UTC)

    def __call__(self):
        self.now += timedelta(days=1)
        return self.now


@pytest.fixture
def shop(home, make_inspection, ada):
    """Six inspections on six days, the second and third decided on."""
    with Store.open(home, application_version="1", clock=Days()) as store:
        photo = store.put_blob(b"good")
        ids = {
            name: store.add_product(name, [NewReference(photo, "good.png")], {}, ada).id
            for name in ("Bolt", "Gear", "Älter")
        }
        for number, (name, product, verdict, score, serial) in enumerate(LINES, start=1):
            inspection = make_inspection(
                store, name, product_version_id=ids.get(product), verdict=verdict, score=score, serial=serial
            )
            store.record_inspection(inspection, ada if number < 5 else GRACE)
        store.add_disposition(2, "rework", "dent", "burr on the left flank", ada)
        store.add_disposition(3, "scrap", "crack", REASON, ada)
        store.add_disposition(3, "use-as-is", "crack", REASON, GRACE)
        yield store


def numbers(lines):
    return [line.id for line in lines]


@pytest.mark.parametrize(
    ("matching", "found"),
    [
        (InspectionFilter(verdicts=("review", "reject")), [6, 4, 3, 2]),
        (InspectionFilter(product="bolt"), [3, 1]),
        (InspectionFilter(product="äLTER"), [6]),
        (InspectionFilter(serial="S-100"), [5, 1]),
        (InspectionFilter(serial="S"), [5, 2, 1]),
        (InspectionFilter(serial="%"), []),
        (InspectionFilter(disposition="none"), [6, 5, 4, 1]),
        (InspectionFilter(disposition="any"), [3, 2]),
        (InspectionFilter(disposition="use-as-is"), [3]),
        (InspectionFilter(disposition="scrap"), []),
        (InspectionFilter(ids=(4, 1, 99)), [4, 1]),
        (InspectionFilter(text="FLANK"), [2]),
        (InspectionFilter(text="crack"), [3]),
        (InspectionFilter(text="hopper"), [6, 5]),
        (InspectionFilter(text="e_1"), [6]),
        (InspectionFilter(text="gear"), [4, 2]),
        (InspectionFilter(text="nowhere"), []),
        (InspectionFilter(since="2026-03-07", until="2026-03-09"), [4, 3]),
        (InspectionFilter(product="Gear", verdicts=("reject",), disposition="none", text="a.p"), [4]),
    ],
)
def test_a_history_is_narrowed_and_counted_alike(shop, matching, found):
    assert numbers(shop.list_inspections(matching)) == found
    assert shop.count_inspections(matching) == len(found)


@pytest.mark.parametrize(
    ("by", "descending", "found"),
    [
        ("time", False, [1, 2, 3, 4, 5, 6]),
        ("score", True, [4, 2, 6, 3, 1, 5]),
        ("score", False, [5, 1, 3, 6, 2, 4]),
        ("verdict", True, [4, 2, 6, 3, 1, 5]),
        ("product", False, [5, 1, 3, 2, 4, 6]),
        ("file_name", False, [2, 4, 1, 3, 5, 6]),
        ("serial", True, [3, 6, 2, 5, 1, 4]),
        ("decision", True, [2, 3, 6, 5, 4, 1]),
        ("person", False, [1, 2, 3, 4, 5, 6]),
        ("person", True, [6, 5, 4, 3, 2, 1]),
    ],
)
def test_a_history_is_sorted_and_ties_by_number(shop, by, descending, found):
    assert numbers(shop.list_inspections(order=HistoryOrder(by, descending))) == found


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: f"{order.by}-{order.descending}")
@pytest.mark.parametrize("matching", [InspectionFilter(), InspectionFilter(text="S-")], ids=["all", "text"])
def test_pages_of_every_order_join_without_gap_or_overlap(shop, order, matching):
    whole = numbers(shop.list_inspections(matching, order=order))
    joined, page = [], shop.list_inspections(matching, 2, order=order)
    while page:
        joined += numbers(page)
        page = shop.list_inspections(matching, 2, order=order, after=page[-1])
    assert joined == whole
    assert len(whole) == shop.count_inspections(matching)


def test_a_page_stays_in_place_while_others_are_recorded(shop, make_inspection, ada):
    order = HistoryOrder("file_name", descending=False)
    first = shop.list_inspections(limit=3, order=order)
    shop.record_inspection(make_inspection(shop, "a.png"), ada)
    assert numbers(shop.list_inspections(order=order, after=first[-1])) == [3, 5, 6]


def test_more_lines_than_one_query_can_name_are_listed(shop, monkeypatch):
    monkeypatch.setattr("storage.history._LINES_AT_ONCE", 2)
    assert numbers(shop.list_inspections()) == [6, 5, 4, 3, 2, 1]


def test_the_next_unreviewed_goes_to_older_ones_and_then_begins_anew(shop, ada):
    assert shop.find_next_unreviewed() == 6
    assert shop.find_next_unreviewed(6) == 4
    assert shop.find_next_unreviewed(4) == 6
    shop.add_disposition(6, "accept", "", REASON, ada)
    assert shop.find_next_unreviewed(4) is None
    assert shop.find_next_unreviewed(99) == 4


def test_recent_reasons_come_newest_first_and_once(shop):
    assert shop.list_recent_reasons() == [REASON, "burr on the left flank"]
    assert shop.list_recent_reasons(1) == [REASON]


def test_failures_are_listed_newest_first_with_who_and_product(shop, ada):
    version = shop.get_product("Gear")
    shop.record_failure(FailedInspection("x.png", "x.png is truncated; copy it again.", None, version.id), ada)
    shop.record_failure(FailedInspection("y.png", "y.png is not a photo.", shop.put_blob(b"text")), GRACE)
    newest, older = shop.list_failures()
    assert (newest.file_name, newest.recorded_by, newest.product, newest.photo.size) == (
        "y.png",
        "Grace Hopper",
        None,
        4,
    )
    assert (older.sentence, older.product, older.product_version) == ("x.png is truncated; copy it again.", "Gear", 1)
    assert shop.list_failures(before_id=newest.id) == [older]


@pytest.mark.parametrize(
    ("matching", "count"),
    [
        (InspectionFilter(), 2),
        (InspectionFilter(product="gear"), 1),
        (InspectionFilter(text="not a photo"), 1),
        (InspectionFilter(text="hopper"), 1),
        (InspectionFilter(since="2999"), 0),
    ],
)
def test_failures_are_narrowed_and_counted_alike(shop, ada, matching, count):
    version = shop.get_product("Gear")
    shop.record_failure(FailedInspection("x.png", "x.png is truncated; copy it again.", None, version.id), ada)
    shop.record_failure(FailedInspection("y.png", "y.png is not a photo."), GRACE)
    assert len(shop.list_failures(matching)) == shop.count_failures(matching) == count


@pytest.mark.parametrize("matching", [InspectionFilter(text="cam"), InspectionFilter(disposition="none")])
def test_narrowing_reads_indexes_and_no_long_rows(shop, matching):
    from storage.history import _select_numbers

    statement = _select_numbers(matching).compile(shop._engine, compile_kwargs={"literal_binds": True})
    with shop._engine.connect() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}".replace("%%", "%"))]
    assert any("SCAN inspections USING COVERING INDEX" in step for step in plan), plan
    assert not any(step in ("SCAN inspections", "SCAN events") for step in plan), plan


def test_a_database_of_the_first_revision_migrates_with_its_data(unpack):
    home, _ = unpack(1)
    with Store.open(home, application_version="0.2.0") as store:
        event = store.list_events(limit=1)[0]
        assert (event.action, event.payload["from"], event.payload["to"]) == ("database.migrated", 1, schema.REVISION)
        assert [each.code for each in store.get_inspection(1).dispositions] == ["scratch"]
        assert numbers(store.list_inspections(InspectionFilter(text="scratch"))) == [1]
        assert store.verify().ok
    with closing(sqlite3.connect(home / "audit.sqlite")) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
    assert {"ix_inspections_history", "ix_events_actor"} <= names
    assert len(list((home / "backups").iterdir())) == 1

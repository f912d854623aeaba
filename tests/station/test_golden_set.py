"""Parts a person decided about guard every change of a product; a check records its outcome and no inspection."""

from dataclasses import replace

import pytest

from station.errors import RequestError
from station.golden_set import (
    add_all_to_golden_set,
    add_to_golden_set,
    check_golden_set,
    list_golden_candidates,
    list_golden_parts,
    remove_from_golden_set,
)
from station.inspecting import inspect_photo
from station.product_settings import read_product_settings
from station.products import Addition, add_product, prepare_product, prepare_references

REASON = "looked at under the microscope"


@pytest.fixture
def gear(station, parts):
    return add_product(station, Addition("gear", (parts / "good.png",)))


@pytest.fixture
def inspect(station, parts, gear):
    """Return a function that inspects a part and, if told to, decides about it."""

    def run(name, decision=None):
        record = inspect_photo(station, parts / name, prepare_product(station, "gear")).record
        if decision:
            station.store.add_disposition(record.id, decision, "", REASON, station.actor)
        return record.id

    return run


@pytest.fixture
def judged_as(station, monkeypatch):
    """Return a function that fixes what the detector says from now on."""

    def fix(verdict):
        detector = station.find_detector()
        inspect = type(detector).inspect
        monkeypatch.setattr(
            type(detector), "inspect", lambda *args, **options: replace(inspect(*args, **options), verdict=verdict)
        )

    return fix


def test_a_part_joins_once_a_person_decided(station, inspect):
    number = inspect("other.png")
    with pytest.raises(RequestError, match="No person has decided"):
        add_to_golden_set(station, number, REASON)

    station.store.add_disposition(number, "scrap", "D1", REASON, station.actor)
    version = add_to_golden_set(station, number, REASON)

    assert version.version == 2
    [part] = list_golden_parts(station, "gear")
    assert (part.inspection_id, part.truth, part.file_name) == (number, "defective", "other.png")
    with pytest.raises(RequestError, match="already"):
        add_to_golden_set(station, number, REASON)


def test_a_decision_of_an_automatic_agent_proves_nothing(station, inspect):
    from storage.records import Actor

    number = inspect("other.png")
    station.store.add_disposition(number, "accept", "", REASON, Actor("line robot", "agent"))

    with pytest.raises(RequestError, match="No person has decided"):
        add_to_golden_set(station, number, REASON)


def test_an_inspection_without_a_product_has_no_golden_set(station, parts):
    record = inspect_photo(station, parts / "other.png", prepare_references(station, [parts / "good.png"])).record
    with pytest.raises(RequestError, match="no product"):
        add_to_golden_set(station, record.id, REASON)


def test_a_part_can_leave_again(station, inspect):
    number = inspect("other.png", "accept")
    add_to_golden_set(station, number, REASON)
    version = remove_from_golden_set(station, "gear", number, "the part was mixed up")

    assert read_product_settings(version).golden == ()
    with pytest.raises(RequestError, match="not in the golden set"):
        remove_from_golden_set(station, "gear", number, "the part was mixed up")


@pytest.mark.parametrize(
    ("decision", "verdict", "passes"),
    [
        ("accept", "accept", True),
        ("use-as-is", "review", True),
        ("accept", "reject", False),
        ("scrap", "reject", True),
        ("rework", "review", True),
        ("return", "accept", False),
    ],
)
def test_good_parts_must_not_be_rejected_nor_defective_ones_accepted(
    station, inspect, judged_as, decision, verdict, passes
):
    from inference.results import Verdict

    add_to_golden_set(station, inspect("other.png", decision), REASON)
    judged_as(Verdict(verdict))
    check = check_golden_set(station, "gear")

    assert check.passed is passes
    assert [result.verdict for result in check.results] == [verdict]
    assert len(check.failures) == (0 if passes else 1)


def test_the_newest_decision_counts(station, inspect):
    number = inspect("other.png", "scrap")
    add_to_golden_set(station, number, REASON)
    station.store.add_disposition(number, "accept", "", "the customer took it", station.actor)

    [part] = list_golden_parts(station, "gear")
    assert part.truth == "good"


def test_a_check_records_one_event_and_no_inspection(station, inspect):
    number = inspect("other.png", "accept")
    add_to_golden_set(station, number, REASON)
    inspections = len(station.store.list_inspections())
    check = check_golden_set(station, "gear")

    event = station.store.list_events(1)[0]
    assert (event.action, event.object_type) == ("golden-set.checked", "product")
    assert event.payload["version"] == check.version == 2
    assert [row["inspection"] for row in event.payload["results"]] == [number]
    assert len(station.store.list_inspections()) == inspections
    assert station.store.verify().ok


def test_an_empty_golden_set_passes_and_leaves_no_event(station, gear):
    before = station.store.list_events(1)[0].seq
    check = check_golden_set(station, "gear")

    assert check.passed
    assert check.results == ()
    assert station.store.list_events(1)[0].seq == before


def test_candidates_are_parts_somebody_decided_about_and_that_are_not_in_the_set(station, inspect):
    inspect("good.png")
    inside, outside = inspect("other.png", "accept"), inspect("spot.png", "scrap")
    add_to_golden_set(station, inside, REASON)

    assert [row.id for row in list_golden_candidates(station, "gear")] == [outside]


def test_several_parts_join_in_one_version_or_none_does(station, inspect):
    decided, undecided = [inspect("other.png", "accept"), inspect("spot.png", "scrap")], inspect("good.png")
    with pytest.raises(RequestError, match="No person has decided"):
        add_all_to_golden_set(station, [*decided, undecided], REASON)
    version = add_all_to_golden_set(station, decided, REASON)

    assert version.version == 2
    assert read_product_settings(version).golden == tuple(decided)


def test_parts_of_two_products_cannot_join_together(station, inspect, parts):
    add_product(station, Addition("disc", (parts / "good.png",)))
    other = inspect_photo(station, parts / "spot.png", prepare_product(station, "disc")).record.id
    with pytest.raises(RequestError, match="one product"):
        add_all_to_golden_set(station, [inspect("other.png", "accept"), other], REASON)

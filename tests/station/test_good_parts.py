""" "This was good" makes a decision, a reference and a check, and nothing at all when it is refused."""

import pytest

from station.errors import RequestError
from station.golden_set import add_to_golden_set
from station.good_parts import judge_good_part, plan_good_part, record_good_part, take_back_good_part
from station.inspecting import inspect_photo
from station.products import Addition, add_product, prepare_product, prepare_references
from storage.errors import InvalidRecord

REASON = "false alarm, the part is fine"


@pytest.fixture
def inspect(station, parts):
    """Return a function that inspects a part and, if told to, decides about it."""
    add_product(station, Addition("gear", (parts / "good.png",)))

    def run(name, decision=None):
        record = inspect_photo(station, parts / name, prepare_product(station, "gear")).record
        if decision:
            station.store.add_disposition(record.id, decision, "", "looked at under the lamp", station.actor)
        return record.id

    return run


def test_it_makes_a_decision_and_a_reference(station, inspect):
    number = inspect("other.png")
    version = record_good_part(station, number, REASON)

    assert [row.file_name for row in version.approved] == ["good.png", "other.png"]
    assert version.reason == REASON
    last = station.store.get_inspection(number).dispositions[-1]
    assert (last.decision, last.reason) == ("accept", REASON)


def test_a_part_accepted_already_is_not_decided_twice(station, inspect):
    number = inspect("other.png", "accept")
    record_good_part(station, number, REASON)
    assert len(station.store.get_inspection(number).dispositions) == 1


def test_judging_again_tells_what_the_part_gets_now_and_checks_the_golden_set(station, inspect):
    add_to_golden_set(station, inspect("other.png", "accept"), "a part we know well")
    number = inspect("spot.png")
    version = record_good_part(station, number, REASON)
    shares = []
    outcome = judge_good_part(station, number, lambda share, what: shares.append(share))

    assert outcome.version.version == outcome.check.version == version.version
    assert outcome.verdict == "accept"
    assert outcome.score < station.store.get_inspection(number).score
    assert [result.part.file_name for result in outcome.check.results] == ["other.png"]
    assert shares == sorted(shares)
    assert shares[-1] <= 1.0


def test_judging_again_records_no_inspection(station, inspect):
    number = inspect("other.png")
    record_good_part(station, number, REASON)
    judge_good_part(station, number)
    assert len(station.store.list_inspections()) == 1


def test_the_plan_names_a_decision_that_would_be_overruled(station, inspect):
    number = inspect("spot.png", "scrap")
    plan = plan_good_part(station, number)
    assert plan.overruled is not None
    assert plan.overruled.decision == "scrap"
    assert (plan.version.name, plan.golden) == ("gear", 0)
    assert plan_good_part(station, inspect("other.png", "use-as-is")).overruled is None


def test_it_can_be_taken_back(station, inspect):
    number = inspect("other.png")
    version = record_good_part(station, number, REASON)
    back = take_back_good_part(station, version, number, "the golden set failed")

    assert [row.file_name for row in back.approved] == ["good.png"]
    with pytest.raises(RequestError, match="no such reference"):
        take_back_good_part(station, back, number, "the golden set failed")


def test_an_inspection_without_a_product_is_refused(station, parts):
    record = inspect_photo(station, parts / "other.png", prepare_references(station, [parts / "good.png"])).record
    with pytest.raises(RequestError, match="belongs to no product"):
        plan_good_part(station, record.id)


def test_it_is_refused_before_anything_is_recorded(station, inspect):
    reference, other = inspect("good.png"), inspect("other.png")
    with pytest.raises(RequestError, match="is a reference of product gear already"):
        record_good_part(station, reference, REASON)
    with pytest.raises(InvalidRecord, match="too short"):
        record_good_part(station, other, "fine")
    station.store.retire_product("gear", station.actor, "no longer produced")
    with pytest.raises(RequestError, match="retired"):
        record_good_part(station, other, REASON)

    assert station.store.get_inspection(reference).dispositions == ()
    assert station.store.get_inspection(other).dispositions == ()

"""Statistics count what is recorded, draw the limits that the textbook draws, and name what is unusual."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime, timedelta
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.statistics import (
    MOST_PERIODS,
    Period,
    describe_signals,
    draw_limits,
    measure,
    rank_codes,
    split_days,
    write_csv,
)
from storage.records import Actor, NewReference
from storage.statistics import DecisionCount
from storage.store import Store
from tests.storage.conftest import build_inspection

ADA = Actor("Ada Lovelace")


class Hours:
    """A clock that stands still until it is set."""

    def __init__(self):
        self.now = datetime(2026, 3, 2, 12, tzinfo=UTC)

    def __call__(self):
        return self.now


@pytest.fixture
def week(station):
    """Five days of ten inspections each, of two products, some rejected and some decided on."""
    clock = Hours()
    with Store.open(station.home, application_version="1", clock=clock) as store:
        photo = store.put_blob(b"good")
        versions = [store.add_product(name, [NewReference(photo, "good.png")], {}, ADA).id for name in ("Bolt", "Gear")]
        for day in range(5):
            clock.now = datetime(2026, 3, 2 + day, 12, tzinfo=UTC)
            for place in range(10):
                rejected = place < (8 if day == 4 else 1)
                store.record_inspection(
                    build_inspection(
                        store,
                        f"{day}-{place}.png",
                        product_version_id=versions[place % 2],
                        verdict="reject" if rejected else "review" if place == 9 else "accept",
                        score=70.0 if rejected else 45.0 if place == 9 else 10.0,
                    ),
                    ADA,
                )
        store.add_disposition(1, "use-as-is", "scratch", "within the limits of the drawing", ADA)
        store.add_disposition(3, "scrap", "crack", "goes right through the wall", ADA)
        store.add_disposition(4, "rework", "crack", "can be ground off by hand", ADA)
        store.add_disposition(4, "accept", "", "was only dirt on the lens", ADA)
    return station


def test_verdicts_are_counted_day_by_day(week):
    statistics = measure(week, first=date(2026, 3, 2), last=date(2026, 3, 6))

    assert [(period.accepted, period.reviewed, period.rejected) for period in statistics.periods] == [
        *[(8, 1, 1)] * 4,
        (1, 1, 8),
    ]
    assert statistics.judged == 50
    assert statistics.centre == pytest.approx(12 / 50)
    assert statistics.periods[0].score == pytest.approx((70 + 45 + 8 * 10) / 10)


def test_weeks_run_from_monday_to_sunday(week):
    statistics = measure(week, first=date(2026, 3, 4), last=date(2026, 3, 9), by="week")

    assert [(period.first, period.last) for period in statistics.periods] == [
        (date(2026, 3, 2), date(2026, 3, 8)),
        (date(2026, 3, 9), date(2026, 3, 15)),
    ]
    assert [period.judged for period in statistics.periods] == [50, 0]


def test_one_product_can_be_looked_at_alone(week):
    statistics = measure(week, product="bolt", first=date(2026, 3, 2), last=date(2026, 3, 6))

    assert statistics.judged == 25
    assert [row.product for row in statistics.products] == ["Bolt"]


def test_what_people_overruled_is_counted_by_their_newest_decision(week):
    statistics = measure(week, first=date(2026, 3, 2), last=date(2026, 3, 6))

    assert (statistics.decided, statistics.false_rejects, statistics.misses) == (3, 1, 1)
    assert [(code.code, code.count, code.cumulative) for code in statistics.codes] == [
        ("crack", 1, 0.5),
        ("scratch", 1, 1.0),
    ]


def test_without_days_everything_up_to_today_is_counted(week):
    statistics = measure(week, by="week")

    assert statistics.periods[0].first == date(2026, 3, 2)
    assert statistics.periods[-1].last >= datetime.now().astimezone().date()
    assert statistics.judged == 50


def test_a_bad_day_is_named(week):
    statistics = measure(week, first=date(2026, 3, 2), last=date(2026, 3, 6))

    assert [period.is_beyond for period in statistics.periods] == [False] * 4 + [True]
    assert describe_signals(statistics) == ["2026-03-06: 80.0% rejected, outside 0.0% to 64.5%."]


def test_an_empty_station_has_empty_statistics(station):
    statistics = measure(station)

    assert (statistics.centre, statistics.judged, statistics.codes) == (None, 0, ())
    assert describe_signals(statistics) == []
    json.dumps(statistics.as_json())


@given(
    counts=st.lists(
        st.integers(1, 500).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))), min_size=1, max_size=40
    )
)
def test_limits_are_those_of_the_textbook(counts):
    day = date(2026, 1, 1)
    periods = [
        Period(day + timedelta(days=place), day + timedelta(days=place), accepted=judged - rejected, rejected=rejected)
        for place, (judged, rejected) in enumerate(counts)
    ]
    centre = sum(rejected for _, rejected in counts) / sum(judged for judged, _ in counts)

    for drawn, (judged, rejected) in zip(draw_limits(periods), counts, strict=True):
        reach = 3 * sqrt(centre * (1 - centre) / judged)
        assert drawn.lower == pytest.approx(max(0, centre - reach))
        assert drawn.upper == pytest.approx(min(1, centre + reach))
        assert drawn.is_beyond == (not drawn.lower <= rejected / judged <= drawn.upper)


def test_eight_days_on_one_side_are_a_signal_and_an_empty_day_does_not_end_the_run():
    day = date(2026, 1, 1)
    rejected = [5] * 8 + [3] * 8
    periods = [Period(day, day, accepted=100 - count, rejected=count) for count in rejected]
    periods.insert(4, Period(day, day))

    drawn = draw_limits(periods)

    assert [place for place, period in enumerate(drawn) if period.is_run] == [8, 16]
    assert not drawn[4].is_run


def test_days_of_many_years_keep_the_newest():
    spans = split_days(date(2000, 1, 1), date(2026, 1, 1), "day")

    assert len(spans) == MOST_PERIODS
    assert spans[-1] == (date(2026, 1, 1), date(2026, 1, 1))
    assert split_days(date(2026, 1, 2), date(2026, 1, 1), "day") == []


def test_codes_are_ranked_with_what_they_make_together():
    decisions = [
        DecisionCount(0, "P", 1, "reject", "scrap", code, count)
        for code, count in (("b", 3), ("a", 1), ("", 9), ("b", 1), ("c", 1))
    ]

    ranked = rank_codes(decisions)

    assert [(code.code, code.count) for code in ranked] == [("b", 4), ("a", 1), ("c", 1)]
    assert [round(code.cumulative, 3) for code in ranked] == [0.667, 0.833, 1.0]


def test_a_csv_file_has_every_period_and_leaves_an_event(week, tmp_path):
    statistics = measure(week, first=date(2026, 3, 2), last=date(2026, 3, 6))
    rows = write_csv(week, statistics, tmp_path / "stats.csv")

    with (tmp_path / "stats.csv").open(encoding="utf-8-sig", newline="") as file:
        read = list(csv.DictReader(file))

    assert rows == len(read) == 5
    assert (read[4]["first"], read[4]["rejected"], read[4]["beyond"]) == ("2026-03-06", "8", "True")
    assert week.store.list_events(limit=1)[0].action == "statistics.exported"

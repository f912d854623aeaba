import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.reports.wording import (
    count_regions,
    explain_verdict,
    format_alpha,
    format_moment,
    format_number,
    format_p_value,
    format_score,
    format_utc,
    shorten_hash,
    shorten_middle,
)


@given(st.floats(0, 100), st.floats(1, 99))
def test_a_rounded_score_stays_on_its_own_side_of_the_limit(score, limit):
    assert (float(format_score(score, limit)) >= limit) == (score >= limit)


@pytest.mark.parametrize(("score", "shown"), [(71.234, "71.2"), (49.96, "49.96"), (50.0, "50.0"), (0.0, "0.0")])
def test_a_score_has_one_decimal_where_one_will_do(score, shown):
    assert format_score(score, 50.0) == shown


def test_a_score_so_close_to_the_limit_that_no_rounding_keeps_its_side_is_printed_whole():
    assert format_score(49.99999999999999, 50.0) == "49.99999999999999"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_printed_so_that_it_reads_back_the_same(number):
    assert float(format_number(number)) == number


def test_what_was_not_recorded_is_said_to_be_so():
    assert format_number(None) == "not recorded"
    assert format_alpha(None) == "not recorded"
    assert format_p_value(None) == "–"


def test_alpha_is_given_as_recorded_and_in_per_cent():
    assert format_alpha(0.05) == "0.05 (5 % of good parts)"


def test_one_is_singular():
    assert [count_regions(count) for count in (0, 1, 2)] == ["0 regions", "1 region", "2 regions"]


@pytest.mark.parametrize(
    ("offset", "shown"),
    [
        ("+00:00", "2026-03-01 23:03:07 UTC"),
        ("-05:00", "2026-03-01 23:03:07 UTC (local 2026-03-01 18:03:07 -05:00)"),
        ("+05:30", "2026-03-01 23:03:07 UTC (local 2026-03-02 04:33:07 +05:30)"),
        ("unknown", "2026-03-01 23:03:07 UTC"),
    ],
)
def test_a_moment_is_given_in_utc_and_locally_where_that_differs(offset, shown):
    assert format_moment("2026-03-01T23:03:07.500000Z", offset) == shown


def test_what_is_no_time_is_left_as_it_is():
    assert format_utc("yesterday") == "yesterday"
    assert format_moment("yesterday", "+01:00") == "yesterday"


@given(st.text(st.characters(), max_size=300), st.integers(20, 120))
def test_a_shortened_name_has_both_its_ends_and_the_length_asked_for(name, length):
    short = shorten_middle(name, length)
    assert len(short) == min(len(name), length)
    assert name.startswith(short.split("…")[0] if len(name) > length else name)
    assert name.endswith(short[-6:])


def test_the_suffix_of_a_long_file_name_survives():
    assert shorten_middle("x" * 100 + "_0815.png", 30).endswith("_0815.png")


def test_a_short_hash_is_long_enough_to_compare():
    assert shorten_hash("a1b2c3d4" * 8) == "a1b2c3d4a1b2"
    assert shorten_hash("") == "none"


@pytest.mark.parametrize(
    ("verdict", "gates", "regions", "words"),
    [
        (None, 0, 0, "nothing was judged"),
        ("accept", 0, 0, "below the limit"),
        ("reject", 0, 2, "2 regions marked"),
        ("reject", 0, 0, "has reached the limit."),
        ("review", 1, 0, "the photo itself raises doubts"),
        ("review", 0, 0, "too close to the limit"),
    ],
)
def test_each_verdict_is_explained_in_a_sentence(verdict, gates, regions, words):
    assert words in explain_verdict(verdict, gates, regions)

"""Inspections as a person reads them on a terminal."""

import pytest

from station.wording import describe_in_a_line, describe_in_full, tabulate_summaries
from storage.records import NewRegion


def test_a_line_has_verdict_score_photo_place_and_number(make_record):
    line = describe_in_a_line(make_record())

    assert line == "REJECT  score  71, limit 50  part.png  1 region top left, 30 x 40 px  inspection 12"


@pytest.mark.parametrize("count", [2, 5])
def test_several_regions_are_counted_and_the_strongest_is_placed(make_record, count):
    regions = tuple(NewRegion(0, 0, 9 - number, 9, 80, 4.0 - number, 1.0, "center") for number in range(count))

    assert f"{count} regions, the strongest center, 9 x 9 px" in describe_in_a_line(make_record(regions=regions))


def test_a_blank_part_has_no_region(make_record):
    line = describe_in_a_line(make_record(verdict="accept", score=12.0, regions=()))

    assert line.startswith("ACCEPT  score  12")
    assert "no region" in line


def test_without_a_product_there_is_no_verdict_to_read(make_record):
    line = describe_in_a_line(make_record(verdict=None, score=None, limit=None, p_value=None))

    assert line.startswith("NO VERDICT")
    assert "score" not in line


def test_the_full_story_names_who_when_what_with_and_why(make_record, disposition):
    story = "\n".join(describe_in_full(make_record(dispositions=(disposition,), warnings=("one reference",))))

    for words in (
        "recorded 2026-03-01T14:03:07.123456Z by Ada Lovelace",
        "12" * 32,
        "compared with good.png",
        "promise: at most 5 %",
        "model pack dinov2-vits14 1",
        "warning: one reference",
        "top left  10, 20",
        "disposition: rework D7 by Ada Lovelace",
    ):
        assert words in story


def test_a_product_is_named_with_its_version(make_record):
    story = "\n".join(describe_in_full(make_record(product="gear", product_version=3, references=())))

    assert "compared with product gear, version 3" in story


def test_a_history_is_a_row_per_inspection(summary):
    header, [row] = tabulate_summaries([summary])

    assert len(header) == len(row)
    told = ["12", "2026-03-01 14:03:07", "reject", "71", "2", "gear v3", "part.png", "Ada Lovelace", "rework", "-"]
    assert row == told

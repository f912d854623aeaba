"""The JSON of inspections, products and verifications: every key, plain values, nothing computed."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from station.documents import (
    describe_dispositions,
    describe_inspection,
    describe_product,
    describe_summary,
    describe_verification,
    list_warnings,
)
from station.exporting import COLUMNS
from station.outputs import InspectionFiles
from storage.records import BlobRef, NewQuery, NewRegion, Problem, RecordedTurn, VerificationReport


def test_an_inspection_is_told_with_its_evidence(make_record):
    document = describe_inspection(make_record(), "in/part.png", InspectionFiles(Path("a.tiff"), Path("b.png")))

    assert document["image"] == "in/part.png"
    assert (document["map"], document["mask"], document["overlay"]) == ("a.tiff", "b.png", None)
    assert (document["verdict"], document["score"], document["limit"]) == ("reject", 71.4, 50.0)
    assert document["regions"] == [
        {
            "x": 10, "y": 20, "width": 30, "height": 40, "area_px": 900, "peak": 3.5, "mean": 1.8,
            "place": "top left", "label": "",
        }
    ]  # fmt: skip
    assert document["model_packs"] == [{"name": "dinov2-vits14", "version": "1", "sha256": "ef" * 32}]


def test_a_document_is_plain_json(make_record):
    document = describe_inspection(make_record(), "part.png", InspectionFiles())

    assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_an_inspection_without_a_product_has_no_verdict_but_all_keys(make_record):
    without = make_record(verdict=None, score=None, limit=None, p_value=None)

    document = describe_inspection(without, "part.png", InspectionFiles())

    assert document.keys() == describe_inspection(make_record(), "part.png", InspectionFiles()).keys()
    assert document["verdict"] is None


def test_reasons_for_a_review_come_before_other_warnings(make_record):
    gates = ({"code": "blurred", "sentence": "The photo is blurred."},)

    assert list_warnings(make_record(gates=gates, warnings=("one reference",))) == [
        "The photo is blurred.",
        "one reference",
    ]


def test_a_query_is_told_with_what_it_found(make_record):
    query = NewQuery("crack", (NewRegion(1, 2, 3, 4, 5, 2.0, 1.5, "center"),), BlobRef("aa" * 32, 3))

    told = describe_inspection(make_record(query=query), "part.png", InspectionFiles())["query"]

    assert (told["text"], told["found"], len(told["regions"]), told["mask"]) == ("crack", True, 1, "aa" * 32)


def test_turns_are_told_by_role_and_text(make_record):
    turn = RecordedTurn("user", "What is it?", id=1, recorded_at="2026-03-01T14:04:00Z")

    told = describe_inspection(make_record(turns=(turn,)), "part.png", InspectionFiles())["turns"]

    assert told == [{"role": "user", "text": "What is it?"}]


def test_what_persons_decided_is_told_with_who_and_why(make_record, disposition):
    [told] = describe_dispositions(make_record(dispositions=(disposition,)))

    assert told == {
        "decision": "rework",
        "code": "D7",
        "severity": None,
        "reason": "the stain can be wiped off",
        "decided_by": "Ada Lovelace",
        "decided_at": "2026-03-01T15:00:00.000000Z",
    }


def test_a_line_of_the_history_has_the_columns_of_the_export(summary):
    assert tuple(describe_summary(summary)) == COLUMNS


def test_a_product_is_told_with_the_state_of_each_reference(version):
    told = describe_product(version, ["maybe.png looks defective"])

    assert [(row["id"], row["image"], row["state"]) for row in told["references"]] == [
        (1, "good.png", "approved"),
        (2, "maybe.png", "proposed"),
    ]
    assert told["warnings"] == ["maybe.png looks defective"]


@given(st.lists(st.text(min_size=1, max_size=5), max_size=3))
def test_a_verification_is_ok_only_without_problems(places):
    problems = tuple(Problem(place, "does not match") for place in places)

    told = describe_verification(VerificationReport({"events": 3}, problems, (), 3, "00"))

    assert told["ok"] is (not places)
    assert [problem["place"] for problem in told["problems"]] == places

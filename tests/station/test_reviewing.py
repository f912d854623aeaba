"""Decisions of persons: beside the verdict, with a code of the catalogue and a reason; and what still waits."""

import pytest

from station.errors import RequestError
from station.reviewing import count_unreviewed, dispose, next_unreviewed, prepare_review
from storage.errors import InvalidRecord
from storage.records import Actor, NewInspection

REASON = "the stain can be wiped off"


@pytest.fixture
def waiting(station):
    """Three inspections: rejected, accepted, to be reviewed."""
    for number, (verdict, score) in enumerate((("reject", 80.0), ("accept", 10.0), ("review", 45.0)), start=1):
        photo = station.store.put_blob(f"photo {number}".encode())
        inspection = NewInspection(
            photo=photo, file_name=f"{number}.png", width=9, height=9, device="cpu", verdict=verdict, score=score
        )
        station.store.record_inspection(inspection, Actor("line", "agent"))


@pytest.mark.usefixtures("waiting")
def test_a_decision_stands_beside_the_verdict_with_who_made_it(station):
    made = dispose(station, 1, "rework", "Scratch", REASON)

    record = station.store.get_inspection(1)
    assert (made.decision, made.code, made.reason, made.decided_by.name) == (
        "rework",
        "scratch",
        REASON,
        "Ada Lovelace",
    )
    assert (record.verdict, record.dispositions) == ("reject", (made,))


@pytest.mark.usefixtures("waiting")
def test_a_code_outside_the_catalogue_is_refused_and_names_those_there_are(station):
    with pytest.raises(RequestError, match="use one of: crack, scratch, dent"):
        dispose(station, 1, "rework", "gremlins", REASON)

    assert station.store.get_inspection(1).dispositions == ()


@pytest.mark.usefixtures("waiting")
def test_a_decision_needs_no_code_but_a_reason(station):
    assert dispose(station, 1, "accept", "", REASON).code == ""
    with pytest.raises(InvalidRecord, match="at least 10 characters"):
        dispose(station, 1, "accept", "", "  fine  ")


@pytest.mark.usefixtures("waiting")
def test_what_waits_is_what_is_not_accepted_and_not_decided_on(station):
    assert (next_unreviewed(station), count_unreviewed(station)) == (3, 2)
    assert next_unreviewed(station, 3) == 1
    dispose(station, 3, "use-as-is", "", REASON)
    assert (next_unreviewed(station), next_unreviewed(station, 1), count_unreviewed(station)) == (1, None, 1)


@pytest.mark.usefixtures("waiting")
def test_material_for_a_decision_holds_earlier_ones_codes_and_reasons(station):
    dispose(station, 1, "rework", "dent", "first a longer look at it")
    dispose(station, 1, "scrap", "crack", REASON)

    material = prepare_review(station, 1)

    assert [each.decision for each in material.record.dispositions] == ["rework", "scrap"]
    assert material.reasons == (REASON, "first a longer look at it")
    assert "crack" in material.codes
    assert material.waiting == 1

"""Decisions of persons: beside the verdict, with a code of the catalogue and a reason; and what still waits."""

import pytest

from station.errors import RequestError
from station.reviewing import comment, count_unreviewed, dispose, list_queue, next_unreviewed, prepare_review
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


@pytest.mark.usefixtures("waiting")
def test_d15_a_decision_can_say_how_grave_the_defect_is(station):
    dispose(station, 1, "scrap", "crack", REASON, "critical")

    assert station.store.get_inspection(1).dispositions[0].severity == "critical"
    with pytest.raises(InvalidRecord, match="minor, major, critical"):
        dispose(station, 1, "scrap", "crack", REASON, "terrible")


@pytest.mark.usefixtures("waiting")
def test_d15_a_remark_is_kept_word_for_word_with_who_made_it(station):
    comment(station, 1, "  the lamp flickered \U0001f9d0\n")

    [made] = station.store.get_inspection(1).comments
    assert (made.text, made.written_by.name) == ("  the lamp flickered \U0001f9d0\n", "Ada Lovelace")


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize(
    "code", ["'; DROP TABLE x", "../../crack", "\u202ekcarc", "x" * 1_000_000, "crack\0", "\U0001f9d0"]
)
def test_a_strange_code_is_refused_with_a_short_sentence(station, code):
    with pytest.raises(RequestError, match="not in the catalogue") as refused:
        dispose(station, 1, "scrap", code, REASON)

    assert len(str(refused.value)) < 400
    assert station.store.get_inspection(1).dispositions == ()


@pytest.mark.usefixtures("waiting")
def test_a_code_for_an_empty_catalogue_is_told_where_codes_are_kept(station):
    station.settings = station.settings.model_copy(update={"defect_codes": ()})

    with pytest.raises(RequestError, match="defect codes in the settings"):
        dispose(station, 1, "scrap", "crack", REASON)
    assert dispose(station, 1, "scrap", "", REASON).code == ""


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize(
    ("queue", "numbers", "first"), [("waiting", [3, 1], 3), ("review", [3], 3), ("unreviewed", [3, 2, 1], 3)]
)
def test_each_queue_lists_and_counts_what_waits_newest_first(station, queue, numbers, first):
    assert [line.id for line in list_queue(station, queue)] == numbers
    assert count_unreviewed(station, queue) == len(numbers)
    assert next_unreviewed(station, queue=queue) == first
    assert [line.id for line in list_queue(station, queue, limit=1, before_id=3)] == numbers[1:2]


@pytest.mark.usefixtures("waiting")
def test_material_says_who_signed_and_whether_the_person_may_decide(station):
    material = prepare_review(station, 1)

    assert (material.signatures, material.may_review) == ((), True)

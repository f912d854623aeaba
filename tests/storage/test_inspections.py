"""Inspections: recorded whole or not at all, read back as they were, narrowed and paged, with people's decisions."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.errors import InvalidRecord, KnownError, MissingBlob, UnknownInspection
from storage.records import (
    Actor,
    BlobRef,
    FailedInspection,
    InspectionFilter,
    NewInspection,
    NewQuery,
    NewRegion,
    NewTurn,
)

TEXT = st.text(st.characters(blacklist_categories=["Cs"]), max_size=200)
REASON = "can be polished away"


@pytest.fixture
def recorded(store, make_inspection, ada):
    """Five inspections of alternating verdicts, by two people."""
    for number in range(5):
        verdict, score = (("accept", 20.0), ("reject", 80.0))[number % 2]
        inspection = make_inspection(store, f"part-{number}.png", verdict=verdict, score=score, serial=f"SN-{number}")
        store.record_inspection(inspection, ada if number < 3 else Actor("Grace"))
    return store


def assert_same(read_back, handed_in):
    for name in NewInspection.__dataclass_fields__:
        if name != "turns":
            assert getattr(read_back, name) == getattr(handed_in, name), name


def test_an_inspection_reads_back_as_it_was_handed_in(store, make_inspection, ada):
    inspection = make_inspection(store, query=NewQuery("crack", (NewRegion(1, 2, 3, 4, 5, 1.5, 1.1, "center"),)))
    recorded = store.record_inspection(inspection, ada)
    assert_same(recorded, inspection)
    assert store.get_inspection(recorded.id) == recorded


def test_an_inspection_without_a_product_keeps_its_own_references(filled):
    loose = filled.get_inspection(2)
    assert (loose.product, [reference.file_name for reference in loose.references]) == (None, ["good.png"])


def test_the_record_hash_is_the_hash_of_its_event(store, make_inspection, ada):
    recorded = store.record_inspection(make_inspection(store), ada)
    event = store.list_events(limit=1)[0]
    assert (event.seq, event.hash, event.recorded_at) == (
        recorded.event_seq,
        recorded.record_hash,
        recorded.recorded_at,
    )


def test_a_conversation_is_kept_verbatim_and_in_order(store, make_inspection, ada):
    texts = [
        "Is it cracked? \U0001f914",
        "\u0646\u0639\u0645",
        "line\r\nline\0zero",
        "'; DROP TABLE turns; --",
        "x" * 100_000,
    ]
    turns = tuple(NewTurn("user", text) for text in texts)
    recorded = store.record_inspection(make_inspection(store, turns=turns), ada)
    assert [turn.text for turn in store.get_inspection(recorded.id).turns] == texts


@given(name=TEXT, serial=TEXT, device=TEXT, place=TEXT)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_is_kept_verbatim_in_every_field(store, make_inspection, ada, name, serial, device, place):
    regions = (NewRegion(1, 1, 1, 1, 1, 1.0, 1.0, place, label=place),)
    inspection = make_inspection(store, file_name=name, serial=serial, device=device, regions=regions)
    assert_same(store.record_inspection(inspection, ada), inspection)


def test_a_name_that_is_no_text_is_refused_with_a_sentence(store, make_inspection, ada):
    with pytest.raises(InvalidRecord, match="half a surrogate pair"):
        store.record_inspection(make_inspection(store, serial="bad \udcff name"), ada)
    assert store.list_inspections() == []


@pytest.mark.parametrize("score", [float("nan"), float("inf")])
def test_a_score_that_is_no_number_is_refused(store, make_inspection, ada, score):
    with pytest.raises(InvalidRecord, match="not a JSON number"):
        store.record_inspection(make_inspection(store, score=score), ada)


def test_without_a_product_there_is_neither_verdict_nor_score(store, make_inspection, ada):
    inspection = make_inspection(store, verdict=None, score=None, limit=None, p_value=None, raw_score=None)
    assert_same(store.record_inspection(inspection, ada), inspection)


def test_a_verdict_needs_its_score(store, make_inspection):
    with pytest.raises(InvalidRecord, match="give both"):
        make_inspection(store, score=None)


def test_a_verdict_is_one_of_three(store, make_inspection):
    with pytest.raises(InvalidRecord, match="accept, review, reject"):
        make_inspection(store, verdict="maybe")


def test_a_photo_that_was_not_kept_cannot_be_cited(store, make_inspection, ada):
    with pytest.raises(MissingBlob, match="is missing"):
        store.record_inspection(make_inspection(store, map=BlobRef("ab" * 32, 3)), ada)
    assert store.list_inspections() == []


def test_a_size_that_does_not_fit_the_file_is_refused(store, make_inspection, ada):
    inspection = make_inspection(store)
    with pytest.raises(KnownError, match="does not have 3 bytes"):
        store.record_inspection(make_inspection(store, photo=BlobRef(inspection.photo.sha256, 3)), ada)


def test_the_same_photo_inspected_twice_makes_two_inspections(store, make_inspection, ada):
    first, second = (store.record_inspection(make_inspection(store), ada) for _ in range(2))
    assert (second.id, second.photo) == (first.id + 1, first.photo)
    assert store.verify().ok


def test_one_blob_may_serve_twice_in_one_inspection(store, make_inspection, ada):
    inspection = make_inspection(store)
    recorded = store.record_inspection(make_inspection(store, overlay=inspection.photo), ada)
    assert recorded.overlay == recorded.photo
    assert store.verify().ok


def test_a_photo_kept_from_its_file_is_found_again(store, make_inspection, ada, tmp_path):
    (tmp_path / "photo.png").write_bytes(b"\x89PNG some photo")
    recorded = store.record_inspection(make_inspection(store, photo=store.put_blob_file(tmp_path / "photo.png")), ada)
    assert store.read_blob(recorded.photo) == store.read_blob(recorded.photo.sha256) == b"\x89PNG some photo"
    assert store.blob_path(recorded.photo.sha256).is_file()


def test_threads_may_share_a_store(store, make_inspection, ada):
    inspection = make_inspection(store)
    with ThreadPoolExecutor(4) as threads:
        recorded = list(threads.map(lambda _: store.record_inspection(inspection, ada), range(20)))
    assert sorted(each.id for each in recorded) == list(range(1, 21))
    assert store.verify().ok


def test_a_failure_is_recorded_with_its_sentence(store, ada):
    failure = store.record_failure(FailedInspection("a.png", "a.png is truncated; copy it again."), ada)
    assert (failure.file_name, failure.sentence) == ("a.png", "a.png is truncated; copy it again.")
    assert failure.record_hash == store.list_events(limit=1)[0].hash
    assert store.verify().ok


def test_an_unknown_inspection_is_said_in_a_sentence(store):
    with pytest.raises(UnknownInspection, match="no inspection 7; 'history' shows"):
        store.get_inspection(7)


def test_a_disposition_stands_beside_the_verdict(recorded, ada):
    before = recorded.get_inspection(2)
    added = recorded.add_disposition(2, "use-as-is", "scratch", REASON, ada)
    after = recorded.get_inspection(2)
    assert after.dispositions == (added,)
    assert_same(after, before)
    assert (after.verdict, after.record_hash) == (before.verdict, before.record_hash)


def test_dispositions_are_kept_in_order_and_the_newest_counts(recorded, ada):
    recorded.add_disposition(2, "scrap", "crack", REASON, ada)
    recorded.add_disposition(2, "rework", "scratch", REASON, Actor("Grace"))
    assert [each.decision for each in recorded.get_inspection(2).dispositions] == ["scrap", "rework"]
    assert [line.disposition for line in recorded.list_inspections() if line.id == 2] == ["rework"]
    assert recorded.list_events(limit=1)[0].payload == {"old": "scrap", "new": "rework", "code": "scratch"}


@pytest.mark.parametrize(
    ("inspection_id", "decision", "reason", "sentence"),
    [
        (99, "scrap", REASON, "no inspection 99"),
        (1, "shrug", REASON, "accept, use-as-is, rework, scrap, return"),
        (1, "scrap", "no", "at least 10 characters"),
    ],
)
def test_an_unfit_disposition_is_refused(recorded, ada, inspection_id, decision, reason, sentence):
    with pytest.raises(KnownError, match=sentence):
        recorded.add_disposition(inspection_id, decision, "code", reason, ada)


def test_the_history_is_newest_first(recorded):
    assert [line.id for line in recorded.list_inspections()] == [5, 4, 3, 2, 1]


def test_pages_of_the_history_join_without_gap_or_overlap(recorded):
    first = recorded.list_inspections(limit=2)
    second = recorded.list_inspections(limit=2, before_id=first[-1].id)
    assert [line.id for line in first + second] == [5, 4, 3, 2]


@pytest.mark.parametrize(
    ("matching", "found"),
    [
        (InspectionFilter(verdicts=("accept",)), [5, 3, 1]),
        (InspectionFilter(text="PART-3"), [4]),
        (InspectionFilter(text="sn-2"), [3]),
        (InspectionFilter(text="grace"), [5, 4]),
        (InspectionFilter(text="%"), []),
        (InspectionFilter(text="' OR 1=1 --"), []),
        (InspectionFilter(product="Bolt"), []),
        (InspectionFilter(since="2999"), []),
        (InspectionFilter(since="2000", until="2999", verdicts=("reject",)), [4, 2]),
        (InspectionFilter(until="2000"), []),
    ],
)
def test_the_history_can_be_narrowed(recorded, matching, found):
    assert [line.id for line in recorded.list_inspections(matching)] == found


def test_the_history_knows_the_product_by_any_case(filled):
    (line,) = filled.list_inspections(InspectionFilter(product="bOLT"))
    assert (line.id, line.product, line.product_version, line.regions, line.disposition) == (1, "Bolt", 1, 2, "rework")


def test_events_are_paged_newest_first(recorded):
    assert [event.seq for event in recorded.list_events(limit=2, before_seq=4)] == [3, 2]

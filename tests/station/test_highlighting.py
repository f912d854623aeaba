"""Highlighting on a recorded inspection: each query is recorded with what came of it, and changes no verdict."""

import cv2
import numpy as np
import pytest
from PIL import Image

from inference.errors import Cancelled
from station.errors import RequestError
from station.fact_finding import gather_facts
from station.highlighting import check_query, highlight
from station.inspecting import inspect_photo
from station.products import prepare_references
from station.query_files import QueryFileNames, find_recorded_query_files, write_query_files
from station.single_photo import record_photo
from storage.errors import KnownError


@pytest.fixture
def cracked(tmp_path):
    """A photo of a grey surface with a crack, 240 pixels wide."""
    random = np.random.default_rng(3)
    pixels = np.clip(random.normal(150, 6, (240, 240, 1)) + np.zeros(3), 0, 255).astype(np.uint8)
    x = np.arange(20, 220, 6)
    path = np.stack([x, np.clip(120 + np.cumsum(random.normal(0, 4, len(x))), 20, 220)], axis=1).astype(np.int32)
    cv2.polylines(pixels, [path], isClosed=False, color=(70, 70, 70), thickness=2)
    Image.fromarray(pixels).save(tmp_path / "cracked.png")
    return tmp_path / "cracked.png"


@pytest.fixture
def recorded(station, cracked):
    return record_photo(station, cracked)


def test_every_query_is_recorded_with_its_outcome_and_pictures(station, recorded):
    results = highlight(station, recorded.id, "crack, Rost, dog")

    queries = station.store.get_inspection(recorded.id).queries
    assert [(query.text, query.outcome) for query in queries] == [
        ("crack", "found"), ("Rost", "not found"), ("dog", "failed"),
    ]  # fmt: skip
    assert [query.sentence for query in queries] == [result.sentence for result in results]
    assert [query.mask is not None for query in queries] == [True, True, False]
    mask = cv2.imdecode(np.frombuffer(station.store.read_blob(queries[0].mask), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert np.array_equal(mask, results[0].mask)
    assert queries[0].details["provider"] == "classical"
    assert queries[0].recorded_by.name == "Ada Lovelace"
    assert station.store.verify().ok


def test_a_verdict_stays_what_it_was(station, parts):
    product = prepare_references(station, [parts / "good.png"])
    before = inspect_photo(station, parts / "spot.png", product).record

    highlight(station, before.id, "stain, crack")

    after = station.store.get_inspection(before.id)
    assert (after.verdict, after.score, after.regions, after.record_hash) == (
        before.verdict, before.score, before.regions, before.record_hash,
    )  # fmt: skip


def test_the_anomaly_map_of_the_inspection_is_used(station, parts):
    product = prepare_references(station, [parts / "good.png"])
    record = inspect_photo(station, parts / "spot.png", product).record

    [result] = highlight(station, record.id, "missing part")

    assert result.outcome == "found"
    assert result.details["compared"] is True


def test_what_was_highlighted_is_a_fact_and_what_failed_is_none(station, recorded):
    highlight(station, recorded.id, "crack, rust, dog")

    queries = gather_facts(station, station.store.get_inspection(recorded.id)).queries

    assert [(query.text, bool(query.places)) for query in queries] == [("crack", True), ("rust", False)]


def test_cancelling_records_nothing(station, recorded):
    with pytest.raises(Cancelled):
        highlight(station, recorded.id, "crack", is_cancelled=lambda: True)

    assert station.store.get_inspection(recorded.id).queries == ()


def test_an_inspection_that_there_is_not_is_a_sentence(station):
    with pytest.raises(KnownError, match="no inspection 99"):
        highlight(station, 99, "crack")


@pytest.mark.parametrize("text", ["", "🤔", "?!", "crack " * 2000, "dog", "Is there a crack?", "\udcff"])
def test_a_text_without_any_known_word_is_a_sentence_and_can_be_recorded(station, recorded, text):
    with pytest.raises(RequestError):
        check_query(text)

    [result] = highlight(station, recorded.id, text)

    assert (result.outcome, bool(result.sentence)) == ("failed", True)
    assert station.store.verify().ok


def test_one_known_word_among_others_is_enough():
    check_query("dog, crack")


def test_files_are_named_after_the_photo_and_the_concept_where_there_are_several(station, recorded, cracked, tmp_path):
    from inference.images import read_photo

    results = highlight(station, recorded.id, "crack, 错色, dog")
    record, photo = station.store.get_inspection(recorded.id), read_photo(cracked)

    names = QueryFileNames(tmp_path, "part", beside_inspection=True)
    written = write_query_files(names, photo, results, record)

    assert sorted(path.name for path in tmp_path.glob("part*")) == [
        "part.crack.cutout.png", "part.crack.mask.png", "part.query.overlay.png",
        "part.wrong-colour.cutout.png", "part.wrong-colour.mask.png",
    ]  # fmt: skip
    assert set(written) == {record.queries[0].id, record.queries[1].id}
    assert set(find_recorded_query_files(station.store, record)) == set(written)

"""A verdict is handed out only when it is recorded; a batch goes on whatever happens to one photo."""

import json

import pytest

from inference.errors import PhotoError
from inference.results import Verdict
from station.batch import inspect_one, inspect_photos
from station.errors import NotRecordedError
from station.inspecting import inspect_photo
from station.products import prepare_references
from storage.errors import DiskFull


@pytest.fixture
def product(station, parts):
    return prepare_references(station, [parts / "good.png"])


def test_what_is_recorded_is_what_was_judged(station, product, parts):
    inspected = inspect_photo(station, parts / "spot.png", product)

    record, judgement = inspected.record, inspected.judgement
    assert (record.verdict, record.score, record.p_value) == ("reject", judgement.score, judgement.p_value)
    assert [region.area_px for region in record.regions] == [region.area_px for region in judgement.regions]
    judged = json.loads(json.dumps(judgement.configuration))
    assert record.configuration == {**judged, "libraries": record.configuration["libraries"]}
    assert record.device == judgement.device
    assert record == station.store.get_inspection(record.id)


def test_times_include_decoding_and_add_up(station, product, parts):
    seconds = inspect_photo(station, parts / "good.png", product).judgement.seconds

    assert 0 < seconds.decode < seconds.total
    assert seconds.features + seconds.score <= seconds.total


def test_the_serial_number_of_a_part_is_recorded(station, product, parts):
    assert inspect_photo(station, parts / "good.png", product, serial="S-17").record.serial == "S-17"


@pytest.mark.parametrize("step", ["put_blob", "record_inspection"])
def test_a_judgement_that_cannot_be_saved_is_handed_out_as_not_recorded(step, station, product, parts, monkeypatch):
    def fail(*_arguments):
        raise DiskFull("The disk is full.")

    monkeypatch.setattr(station.store, step, fail)

    with pytest.raises(NotRecordedError, match=r"spot\.png was judged but is not recorded: The disk is full") as caught:
        inspect_photo(station, parts / "spot.png", product)

    assert caught.value.judgement.verdict is Verdict.REJECT
    assert station.store.list_inspections() == []


def test_a_file_that_changes_while_it_is_read_is_not_recorded(station, product, parts, monkeypatch):
    judge = product.detector.inspect

    def change_meanwhile(photo, learned, **options):
        (parts / "spot.png").write_bytes((parts / "other.png").read_bytes())
        return judge(photo, learned, **options)

    monkeypatch.setattr(
        type(product.detector), "inspect", lambda _self, *words, **options: change_meanwhile(*words, **options)
    )

    [item] = inspect_photos(station, [parts / "spot.png"], product)

    assert "changed while it was being read" in item.failure
    assert station.store.list_inspections() == []


def test_a_photo_that_is_none_is_refused_before_anything_is_kept(station, product, parts):
    (parts / "text.png").write_text("no photo", encoding="utf-8")

    with pytest.raises(PhotoError, match="text file"):
        inspect_photo(station, parts / "text.png", product)


def test_a_batch_hands_out_results_one_by_one(station, product, parts):
    results = inspect_photos(station, [parts / "good.png", parts / "spot.png"], product)

    first = next(results)

    assert first.inspected.record.id == 1
    assert [record.id for record in station.store.list_inspections()] == [1]


def test_a_batch_goes_on_and_records_what_failed(station, product, parts):
    items = list(inspect_photos(station, [parts / "none.png", parts / "spot.png"], product))

    assert [bool(item.failure) for item in items] == [True, False]
    assert [event.action for event in station.store.list_events()][:2] == ["inspection.recorded", "inspection.failed"]


def test_a_failure_that_cannot_be_recorded_says_both(station, product, parts, monkeypatch):
    def fail(*_arguments):
        raise DiskFull("The disk is full.")

    monkeypatch.setattr(station.store, "record_failure", fail)

    [item] = inspect_photos(station, [parts / "none.png"], product)

    assert "none.png" in item.failure
    assert "This failure is not recorded: The disk is full." in item.failure


def test_d14_a_failed_inference_leaves_a_row_with_the_sentence_and_the_time_spent(station, parts, monkeypatch):
    product = prepare_references(station, [parts / "good.png"])

    def run_out(*arguments, **options):
        raise MemoryError

    monkeypatch.setattr(type(product.detector), "inspect", run_out)
    item = inspect_one(station, parts / "spot.png", product)

    [failure] = station.store.list_failures()
    assert (failure.file_name, failure.sentence) == ("spot.png", item.failure)
    assert failure.details["seconds"]["total"] >= 0
    assert station.store.list_inspections() == []


def test_d14_time_spent_is_recorded_with_every_inspection(station, parts):
    record = inspect_photo(station, parts / "spot.png", prepare_references(station, [parts / "good.png"])).record

    assert set(record.seconds) == {"decode", "features", "score", "total"}
    assert record.seconds["total"] > 0
    assert record.warnings

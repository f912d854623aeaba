"""A batch goes on after a restart: no photo left out, none inspected twice, whatever moment the program died at."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from station import batches
from station.batch import PreparedOnce, inspect_one, inspect_photos
from station.batch_journal import FOLDER
from station.batches import (
    PhotoResult,
    discard,
    finish,
    inspect_next,
    load_unfinished,
    next_photo,
    note_result,
    plan_batch,
    recover,
    summarise_batch,
)
from station.errors import OutputError, RequestError
from station.products import Addition, add_product, prepare_product, prepare_references
from station.station import Station
from storage.errors import DiskFull, UnknownProduct

ROUNDS = int(os.environ.get("ANOMALYGPT_CRASH_ROUNDS", "4"))
"""How often the batch is killed; more on demand."""

WORKER = """
import sys
from pathlib import Path
from station import batches
from station.products import prepare_product
from station.station import Station
with Station.open(Path(sys.argv[1]), user="Ada") as station:
    [batch] = batches.load_unfinished(station.home)
    product = prepare_product(station, batch.product)
    print("ready", flush=True)
    batch = batches.recover(station, batch)
    while (place := batches.next_photo(batch)) is not None:
        batch, item = batches.inspect_next(station, batch, place, product)
        print(item.inspected.record.id, flush=True)
"""


@pytest.fixture
def gear(station, parts):
    """A product of one reference, and the folder with three photos of its parts."""
    add_product(station, Addition("gear", (parts / "good.png",)))
    return parts


def run_all(station, batch):
    product = prepare_product(station, batch.product)
    while (place := next_photo(batch)) is not None:
        batch, _ = inspect_next(station, batch, place, product)
    return batch


def test_a_batch_has_the_photos_of_its_folder_in_natural_order(station, gear):
    for name in ("part10.png", "part2.png", "part2.mask.png", ".hidden.png", "notes.txt"):
        (gear / name).write_bytes((gear / "good.png").read_bytes())

    batch = plan_batch(station, [gear], "gear")

    assert [item.path.name for item in batch.items] == ["good.png", "other.png", "part2.png", "part10.png", "spot.png"]
    assert (batch.folder, batch.name, batch.product, batch.done) == (gear, gear.name, "gear", 0)


def test_folders_inside_are_entered_when_asked_and_no_photo_comes_twice(station, gear):
    (gear / "late").mkdir()
    (gear / "late" / "x.png").write_bytes((gear / "good.png").read_bytes())

    assert len(plan_batch(station, [gear], "gear").items) == 3
    batch = plan_batch(station, [gear, gear / "spot.png"], "gear", recursive=True)

    assert [item.path.name for item in batch.items] == ["good.png", "other.png", "spot.png", "x.png"]
    assert batch.folder is None


def test_a_batch_that_cannot_be_begun_is_a_sentence_and_leaves_nothing(station, gear, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(RequestError, match="No photo in"):
        plan_batch(station, [tmp_path / "empty"], "gear")
    with pytest.raises(RequestError, match="No photo named"):
        plan_batch(station, [], "gear")
    with pytest.raises(UnknownProduct):
        plan_batch(station, [gear], "wheel")

    assert load_unfinished(station.home) == []


def test_what_is_read_back_is_what_was_noted(station, gear):
    batch = plan_batch(station, [gear], "gear")
    batch = note_result(station.home, batch, 0, PhotoResult(7, "reject", 71.5, 0.25))
    batch = note_result(station.home, batch, 2, PhotoResult(failure="spot.png is damaged.", seconds=0.1))

    assert load_unfinished(station.home) == [batch]
    assert next_photo(batch) == 1


def test_every_photo_is_recorded_and_counted(station, gear):
    (gear / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n nothing more")
    batch = run_all(station, plan_batch(station, [gear], "gear"))
    summary = summarise_batch(batch)

    assert [row.file_name for row in reversed(station.store.list_inspections())] == [
        "good.png",
        "other.png",
        "spot.png",
    ]
    assert (summary.total, summary.done, summary.failures) == (4, 4, 1)
    assert summary.verdicts["reject"] == 1
    assert summary.mean_score == pytest.approx(sum(row.score for row in station.store.list_inspections()) / 3)
    assert summary.photos_per_minute == pytest.approx(60 * 4 / summary.seconds)
    assert summary.seconds_left == 0
    assert "broken.png" in batch.results[0].failure


def test_a_finished_batch_is_not_offered_again_and_leaves_an_event(station, gear):
    batch = run_all(station, plan_batch(station, [gear], "gear"))
    finish(station, batch)

    assert load_unfinished(station.home) == []
    event = station.store.list_events(limit=1)[0]
    assert (event.action, event.object_id, event.payload["inspections"]) == ("batch.finished", batch.id, [[1, 3]])


def test_a_discarded_batch_is_gone_and_its_inspections_stay(station, gear):
    batch = plan_batch(station, [gear], "gear")
    batch, _ = inspect_next(station, batch, 0, prepare_product(station, "gear"))
    discard(station.home, batch)

    assert load_unfinished(station.home) == []
    assert len(station.store.list_inspections()) == 1


def test_half_a_line_at_the_end_costs_only_that_line(station, gear):
    batch = note_result(station.home, plan_batch(station, [gear], "gear"), 0, PhotoResult(1, "accept", 10.0))
    journal = station.home / FOLDER / f"{batch.id}.jsonl"
    with journal.open("ab") as file:
        file.write(b'{"kind": "photo", "pla')

    assert load_unfinished(station.home) == [batch]
    batch = note_result(station.home, batch, 1, PhotoResult(2, "accept", 11.0))
    assert load_unfinished(station.home) == [batch]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]\n", b'{"kind": "plan"}\n'])
def test_a_damaged_journal_is_passed_over(content, station, gear):
    batch = plan_batch(station, [gear], "gear")
    (station.home / FOLDER / "20000101-damaged.jsonl").write_bytes(content)

    assert load_unfinished(station.home) == [batch]


def test_a_photo_recorded_without_a_line_is_not_inspected_again(station, gear, monkeypatch):
    batch = plan_batch(station, [gear], "gear")
    product = prepare_product(station, "gear")
    with monkeypatch.context() as patch:
        patch.setattr(batches, "append_result", lambda *_: (_ for _ in ()).throw(OutputError("The disk is full.")))
        with pytest.raises(OutputError):
            inspect_next(station, batch, 0, product)
    [again] = load_unfinished(station.home)
    assert again.done == 0

    recovered = recover(station, again)

    assert recovered.inspection_ids == (1,)
    assert load_unfinished(station.home) == [recovered]


def test_an_older_inspection_of_the_same_photo_does_not_count(station, gear):
    product = prepare_product(station, "gear")
    inspect_one(station, gear / "good.png", product)

    batch = recover(station, plan_batch(station, [gear], "gear"))

    assert batch.done == 0


def test_a_folder_that_went_away_stops_the_batch_and_costs_no_photo(station, gear, tmp_path):
    (tmp_path / "share").mkdir()
    (tmp_path / "share" / "a.png").write_bytes((gear / "good.png").read_bytes())
    batch = plan_batch(station, [tmp_path / "share"], "gear")
    (tmp_path / "share").rename(tmp_path / "elsewhere")

    with pytest.raises(RequestError, match="share cannot be reached"):
        inspect_next(station, batch, 0, prepare_product(station, "gear"))

    assert load_unfinished(station.home)[0].done == 0


def test_a_photo_the_database_did_not_take_stays_open(station, gear, monkeypatch):
    batch = plan_batch(station, [gear], "gear")
    product = prepare_product(station, "gear")

    def fail(*_arguments):
        raise DiskFull("The disk is full.")

    monkeypatch.setattr(station.store, "record_inspection", fail)
    with pytest.raises(RequestError, match="not recorded"):
        inspect_next(station, batch, 0, product)

    assert load_unfinished(station.home)[0].done == 0


def test_a_fault_of_ours_in_one_photo_does_not_stop_the_others(station, parts, monkeypatch):
    product = prepare_references(station, [parts / "good.png"])
    judge = product.detector.inspect

    def fail_once(photo, learned, **options):
        if photo.name == "other.png":
            raise ZeroDivisionError("division")
        return judge(photo, learned, **options)

    monkeypatch.setattr(
        type(product.detector), "inspect", lambda _self, *values, **options: fail_once(*values, **options)
    )
    paths = [parts / "good.png", parts / "other.png", parts / "spot.png"]
    items = list(inspect_photos(station, paths, product))

    assert [item.inspected is not None for item in items] == [True, False, True]
    [report] = (station.home / "logs").glob("fault-*.txt")
    assert "ZeroDivisionError: division" in report.read_text(encoding="utf-8")
    assert "other.png" in items[1].failure
    assert str(report) in items[1].failure
    assert "Traceback" not in items[1].failure
    assert any(event.action == "inspection.failed" for event in station.store.list_events())
    assert station.store.verify().ok


def test_a_fault_while_the_failure_is_recorded_does_not_stop_the_others(station, parts, monkeypatch):
    product = prepare_references(station, [parts / "good.png"])

    def fail(*_arguments):
        raise ZeroDivisionError

    monkeypatch.setattr(station.store, "record_failure", fail)
    items = list(inspect_photos(station, [parts / "none.png", parts / "good.png"], product))

    assert [item.is_saved for item in items] == [False, True]
    assert "not recorded" in items[0].failure


def test_stopping_by_the_progress_callback_passes_through_and_records_nothing(station, parts):
    class Enough(Exception):
        pass

    def stop(_share, _what):
        raise Enough

    product = prepare_references(station, [parts / "good.png"])
    with pytest.raises(Enough):
        inspect_one(station, parts / "good.png", product, on_progress=stop)

    assert station.store.list_inspections() == []
    assert not any(event.action == "inspection.failed" for event in station.store.list_events())


def test_a_product_is_prepared_anew_only_when_it_changed(station, gear):
    following, pinned = PreparedOnce(), PreparedOnce(is_pinned=True)
    first = following.prepare(station, "gear"), pinned.prepare(station, "gear")
    assert (following.prepare(station, "gear"), pinned.prepare(station, "gear")) == first

    station.store.change_settings("gear", {"profile": "fast"}, station.actor, "quicker at this station")

    assert following.prepare(station, "gear").version.version == 2
    assert pinned.prepare(station, "gear") is first[1]


def run_until_killed(home, seconds, project):
    """The numbers of the inspections the worker said before it was killed, and whether it ended by itself."""
    environment = {**os.environ, "ANOMALYGPT_BACKBONE": "dummy"}
    command = [sys.executable, "-c", WORKER, str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=project, env=environment) as worker:
        assert worker.stdout.readline() == "ready\n"
        time.sleep(seconds)
        worker.send_signal(signal.SIGKILL)
        lines = worker.stdout.read().splitlines(keepends=True)
    return [int(line) for line in lines if line.endswith("\n")], worker.returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_killing_a_batch_at_any_moment_loses_no_photo_and_inspects_none_twice(station, gear, project):
    data = (gear / "other.png").read_bytes()
    (gear / "lot").mkdir()
    for number in range(60):
        # Bytes after the end of a PNG make each photo another file.
        (gear / "lot" / f"part{number}.png").write_bytes(data + str(number).encode())
    home, seed = station.home, random.randrange(2**32)
    plan_batch(station, [gear / "lot"], "gear")
    station.close()
    moments, said = random.Random(seed), []

    for _ in range(ROUNDS):
        numbers, _ = run_until_killed(home, moments.uniform(0.05, 0.6), project)
        said += numbers

    with Station.open(home, user="Ada") as again:
        [batch] = load_unfinished(home)
        batch = run_all(again, recover(again, batch))
        recorded = [row.file_name for row in again.store.list_inspections(limit=1000)]
        assert sorted(recorded) == sorted({item.path.name for item in batch.items}), seed
        assert set(said) <= set(batch.inspection_ids), seed
        assert again.store.verify().ok

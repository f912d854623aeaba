"""What `inspect` is pointed at, what it says while it works, and what it ends with."""

import json
from pathlib import Path

import pytest

from inference.errors import PhotoError
from station.command_options import CommonOptions
from station.errors import RequestError
from station.inspect_run import InspectRun, choose_status, list_photos
from station.inspection_commands import InspectOptions
from station.products import prepare_references
from station.sessions import Session


@pytest.fixture
def session(own_home, monkeypatch):
    monkeypatch.setenv("ANOMALYGPT_BACKBONE", "dummy")
    with Session(CommonOptions(as_json=True)) as opened:
        yield opened


@pytest.fixture
def product(session, parts):
    return prepare_references(session.station, [parts / "good.png"])


def test_photos_named_come_before_those_of_folders(parts):
    photos = list_photos(InspectOptions(images=[Path("a.png")], folder=[parts]))

    assert [photo.name for photo in photos] == ["a.png", "good.png", "other.png", "spot.png"]


def test_files_of_earlier_runs_are_left_out_of_folders_but_not_when_named(parts):
    for name in ("good.mask.png", "good.map.tiff", "good.overlay.png"):
        (parts / name).touch()

    photos = list_photos(InspectOptions(images=[parts / "good.mask.png"], folder=[parts]))

    assert [photo.name for photo in photos] == ["good.mask.png", "good.png", "other.png", "spot.png"]


@pytest.mark.parametrize("options", [InspectOptions(), InspectOptions(folder=[Path()])])
def test_nothing_to_inspect_is_a_sentence(options, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(RequestError, match="--folder"):
        list_photos(options)


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path):
    with pytest.raises(PhotoError, match="missing"):
        list_photos(InspectOptions(folder=[tmp_path / "missing"]))


def test_each_photo_is_reported_with_number_and_hash_once_it_is_recorded(session, product, parts, capsys):
    run = InspectRun(session, None)

    run.inspect([parts / "spot.png"], product)

    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("recorded ")]
    record = session.station.store.get_inspection(1)
    assert [line.split()[1:3] for line in said] == [["1", record.record_hash]]


def test_warnings_about_the_product_are_said_once_for_all_photos(session, product, parts, capsys):
    run = InspectRun(session, None)

    run.inspect([parts / "good.png", parts / "other.png"], product)

    said = capsys.readouterr().err
    assert all(said.count(warning) == 1 for warning in product.learned.warnings)


def test_a_report_of_nothing_is_not_written_and_told(session, product, parts, tmp_path, capsys):
    run = InspectRun(session, None)
    run.inspect([parts / "none.png"], product)

    run.write_report(tmp_path / "report.pdf")

    assert not (tmp_path / "report.pdf").exists()
    assert "no photo could be inspected" in capsys.readouterr().err


def test_a_report_that_cannot_be_written_does_not_cost_the_document(session, product, parts, tmp_path, capsys):
    run = InspectRun(session, None)
    run.inspect([parts / "good.png"], product)
    (tmp_path / "report.pdf").mkdir()

    run.write_report(tmp_path / "report.pdf")

    assert run.finish() == 2
    document = json.loads(capsys.readouterr().out)
    assert len(document["inspections"]) == 1
    assert "report.pdf" in document["errors"][0]["sentence"]


def test_stopping_keeps_what_is_recorded_and_prints_it(session, product, parts, capsys, monkeypatch):
    run = InspectRun(session, None)
    take = InspectRun._take

    def stop_after_the_first(self, item, known_warnings):
        take(self, item, known_warnings)
        raise KeyboardInterrupt

    monkeypatch.setattr(InspectRun, "_take", stop_after_the_first)

    run.inspect([parts / "good.png", parts / "spot.png"], product)

    assert run.finish() == 130
    document = json.loads(capsys.readouterr().out)
    assert len(document["inspections"]) == 1
    assert "Stopped after 1 of 2 photos" in document["errors"][0]["sentence"]


@pytest.mark.parametrize(
    ("verdicts", "any_error", "status"),
    [
        (["accept"], False, 0),
        (["accept", "review"], False, 3),
        (["review", "reject", "accept"], False, 1),
        (["reject"], True, 2),
        ([], True, 2),
    ],
)
def test_an_error_outranks_reject_and_reject_outranks_review(verdicts, any_error, status):
    assert choose_status(verdicts, any_error=any_error) == status

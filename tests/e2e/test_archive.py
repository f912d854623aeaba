"""A plant's archive by commands, on a real PostgreSQL server: made, filled, read and proved from another computer."""

import json

import pytest

from tests.storage.archive.conftest import server  # noqa: F401 - a fixture
from tests.storage.archive.postgres_server import PASSWORD

pytestmark = pytest.mark.usefixtures("dummy_backbone")


@pytest.fixture
def dummy_backbone(monkeypatch):
    monkeypatch.setenv("ANOMALYGPT_BACKBONE", "dummy")


@pytest.fixture
def address(server, monkeypatch):  # noqa: F811
    """The address as people should give it, with the password apart."""
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    return server.make_database().replace(f":{PASSWORD}", "")


def read(result):
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_station_is_copied_and_its_records_are_read_reported_exported_and_proved_elsewhere(
    run, photos, address, tmp_path
):
    line, office = ("--home", tmp_path / "line"), ("--home", tmp_path / "office")
    run("inspect", photos / "spot.png", "--reference", photos / "reference.png", *line)
    assert run("archive", "sync", address, *line).exit_code == 2, "there is no archive yet"
    assert "archive create" in run("archive", "sync", address, *line).stderr
    assert run("archive", "create", address, *line).exit_code == 0

    done = read(run("archive", "sync", address, "--name", "line 1", "--json", *line))
    assert done["station"] == "line 1"
    assert PASSWORD not in json.dumps(done)
    assert read(run("archive", "list", address, "--json", *office))["stations"][0]["seq"] == done["head_seq"]

    source = ("--archive", address, *office)
    here = read(run("history", "--json", *line))
    assert read(run("history", "--json", *source)) == here
    shown = read(run("show", 1, "--json", "--station", "line 1", *source))["inspections"][0]
    assert shown["record_hash"] == read(run("show", 1, "--json", *line))["inspections"][0]["record_hash"]
    assert shown["map"] is None
    proved = read(run("audit", "verify", "--json", *source))
    assert (proved["ok"], proved["head_hash"]) == (True, done["head_hash"])
    report = run("report", 1, "-o", tmp_path / "one.pdf", *source)
    assert report.exit_code == 0, report.output
    assert (tmp_path / "one.pdf").read_bytes().startswith(b"%PDF")
    for form in ("csv", "coco"):
        exported = run("export", "--format", form, "-o", tmp_path / f"all.{form}", *source)
        assert exported.exit_code == 0, exported.output
    bundle = run("export", "--format", "bundle", "-o", tmp_path / "all.zip", *source)
    assert bundle.exit_code == 2
    assert "signed by the station that recorded it" in bundle.stderr


def test_a_server_that_cannot_be_reached_is_a_sentence_and_the_line_goes_on(run, photos, tmp_path):
    line = ("--home", tmp_path / "line")
    away = f"postgresql://plant:{PASSWORD}@127.0.0.1:1/plant"
    failed = run("archive", "sync", away, *line)
    assert failed.exit_code == 2
    assert "goes on where it stopped" in failed.stderr
    assert PASSWORD not in failed.output
    inspected = run("inspect", photos / "good.png", "--reference", photos / "reference.png", *line)
    assert inspected.exit_code in (0, 1, 3)
    assert run("history", "--archive", away, *line).exit_code == 2

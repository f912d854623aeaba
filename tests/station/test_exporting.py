"""A table of past inspections survives spreadsheets: accents, formulas and more rows than a page."""

import csv

import pytest

from station.errors import OutputError
from station.exporting import COLUMNS, export_csv
from station.inspecting import inspect_photo
from station.products import prepare_references
from storage.records import InspectionFilter


@pytest.fixture
def recorded(station, parts):
    product = prepare_references(station, [parts / "good.png"])
    for serial in ("Größe 7", "=1+1", "S-3"):
        inspect_photo(station, parts / "other.png", product, serial=serial)


def _read(path):
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))


@pytest.mark.usefixtures("recorded")
def test_every_inspection_is_a_row_newest_first(station, tmp_path, monkeypatch):
    monkeypatch.setattr("station.exporting.PAGE", 2)

    assert export_csv(station, InspectionFilter(), tmp_path / "all.csv") == 3

    rows = _read(tmp_path / "all.csv")
    assert [row["id"] for row in rows] == ["3", "2", "1"]
    assert tuple(rows[0]) == COLUMNS


@pytest.mark.usefixtures("recorded")
def test_accents_survive_and_formulas_do_not_run(station, tmp_path):
    export_csv(station, InspectionFilter(), tmp_path / "all.csv")

    assert (tmp_path / "all.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert [row["serial"] for row in _read(tmp_path / "all.csv")] == ["S-3", "'=1+1", "Größe 7"]


@pytest.mark.usefixtures("recorded")
def test_an_export_is_narrowed_and_leaves_an_event_that_says_how(station, tmp_path):
    export_csv(station, InspectionFilter(text="S-3"), tmp_path / "some.csv")

    event = station.store.list_events()[0]
    assert len(_read(tmp_path / "some.csv")) == 1
    assert (event.action, event.payload["rows"], event.payload["matching"]["text"]) == (
        "inspections.exported",
        1,
        "S-3",
    )


def test_an_export_of_nothing_has_its_header(station, tmp_path):
    assert export_csv(station, InspectionFilter(), tmp_path / "none.csv") == 0

    assert _read(tmp_path / "none.csv") == []


def test_an_export_that_cannot_be_written_leaves_no_event(station, tmp_path):
    with pytest.raises(OutputError):
        export_csv(station, InspectionFilter(), tmp_path / "missing" / "all.csv")

    assert not any(event.action == "inspections.exported" for event in station.store.list_events())

"""A table of past inspections survives spreadsheets: accents, formulas and more rows than a page."""

import csv

import numpy as np
import pytest

from station.errors import OutputError
from station.exporting import COLUMNS, _name_pictures, defuse, export_csv, export_images
from station.inspecting import inspect_photo
from station.mask_correcting import correct_mask
from station.products import prepare_references
from station.reviewing import comment, dispose
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


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "＝1"])
def test_no_text_of_a_table_begins_a_formula(text):
    assert defuse(text) == f"'{text}"
    assert defuse(-1.5) == -1.5


@pytest.mark.usefixtures("recorded")
def test_pictures_are_exported_as_recorded_and_as_received(station, parts, tmp_path):
    written = export_images(station, [3, 1], tmp_path / "out")

    names = {path.name for path in written}
    assert names == {
        f"00000{number}-other{suffix}"
        for number in (1, 3)
        for suffix in (".png", ".mask.png", ".map.tiff", ".overlay.png")
    }
    assert (tmp_path / "out" / "000003-other.png").read_bytes() == (parts / "other.png").read_bytes()
    event = station.store.list_events()[0]
    assert (event.action, event.payload["format"], event.payload["inspections"]) == (
        "inspections.exported",
        "images",
        [3, 1],
    )


@pytest.mark.usefixtures("recorded")
def test_an_export_that_is_stopped_notes_what_left_the_archive(station, tmp_path):
    def stop(share, what):
        if share > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_images(station, [1, 2, 3], tmp_path / "out", stop)

    event = station.store.list_events()[0]
    assert (event.payload["inspections"], event.payload["files"]) == ([1, 2], 8)


def test_a_name_that_no_folder_takes_is_made_fit(make_record, tmp_path):
    (photo, _), *_ = _name_pictures(make_record(file_name='C:\\a/"b"\x00.png', id=7), tmp_path)
    assert photo == tmp_path / "000007-C__a__b__.png"
    assert (
        next(iter(_name_pictures(make_record(file_name="x" * 300 + ".png"), tmp_path)))[0].name
        == f"000012-{'x' * 80}.png"
    )


@pytest.mark.usefixtures("recorded")
def test_a_folder_that_cannot_be_made_is_said_and_leaves_no_event(station, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError):
        export_images(station, [1], tmp_path / "file" / "out")

    assert not any(event.action == "inspections.exported" for event in station.store.list_events())


@pytest.mark.usefixtures("recorded")
def test_a_table_has_code_severity_corrected_area_and_the_number_of_comments(station, tmp_path):
    dispose(station, 2, "scrap", "crack", "it goes right through", "critical")
    correct_mask(station, 2, np.full((168, 168), 255, np.uint8), "all of it is bad")
    for text in ("one remark", "another remark"):
        comment(station, 2, text)
    export_csv(station, InspectionFilter(), tmp_path / "all.csv")
    _, row, other = _read(tmp_path / "all.csv")

    assert [row[name] for name in ("disposition", "code", "severity", "corrected_area_px", "comments")] == [
        "scrap", "crack", "critical", "28224", "2",
    ]  # fmt: skip
    assert [other[name] for name in ("code", "severity", "corrected_area_px", "comments")] == ["", "", "", "0"]


@pytest.mark.usefixtures("recorded")
def test_a_corrected_mask_lies_beside_the_machines(station, tmp_path):
    made = correct_mask(station, 1, np.full((168, 168), 255, np.uint8), "all of it is bad")
    written = export_images(station, [1], tmp_path / "out")

    assert "000001-other.corrected-mask.png" in {path.name for path in written}
    assert (tmp_path / "out" / "000001-other.corrected-mask.png").read_bytes() == station.store.read_blob(made.mask)

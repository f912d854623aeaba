"""A report tells what is recorded, leaves an event with its hash, and needs no more memory for many inspections."""

import hashlib

import pypdf
import pytest

from station.batch import inspect_photos
from station.errors import OutputError
from station.products import Addition, add_product, prepare_product, prepare_references
from station.reporting import _Contents, write_report
from storage.errors import UnknownInspection


@pytest.fixture
def recorded(station, parts):
    """Return the numbers of two inspections, the second one of a defective part."""
    product = prepare_references(station, [parts / "good.png"])
    items = inspect_photos(station, [parts / "other.png", parts / "spot.png"], product)
    return [item.inspected.record.id for item in items]


def test_a_report_names_every_photo_and_who_asked(station, recorded, tmp_path):
    write_report(station, recorded, tmp_path / "report.pdf")

    text = "".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "report.pdf").pages)
    assert "other.png" in text
    assert "spot.png" in text
    assert "Ada Lovelace" in text


def test_issuing_a_report_leaves_an_event_with_its_hash(station, recorded, tmp_path):
    digest = write_report(station, recorded, tmp_path / "report.pdf")

    event = station.store.list_events()[0]
    assert event.action == "report.issued"
    assert event.payload == {"file": "report.pdf", "sha256": digest, "inspections": recorded}
    assert digest == hashlib.sha256((tmp_path / "report.pdf").read_bytes()).hexdigest()


def test_the_folder_of_a_report_is_made(station, recorded, tmp_path):
    write_report(station, recorded, tmp_path / "new" / "folder" / "report.pdf")

    assert (tmp_path / "new" / "folder" / "report.pdf").is_file()


def test_a_report_into_a_file_is_a_sentence_and_leaves_no_event(station, recorded, tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(OutputError, match="file"):
        write_report(station, recorded, tmp_path / "file" / "report.pdf")

    assert station.store.list_events()[0].action == "inspection.recorded"


def test_a_report_of_an_unknown_inspection_is_not_begun(station, recorded, tmp_path):
    with pytest.raises(UnknownInspection, match="99"):
        write_report(station, [*recorded, 99], tmp_path / "report.pdf")

    assert not (tmp_path / "report.pdf").exists()


def test_pictures_are_fetched_only_when_their_inspection_is_told(station, recorded, monkeypatch):
    contents, fetched = _Contents(station, recorded), []
    read = station.store.read_blob
    monkeypatch.setattr(station.store, "read_blob", lambda blob: fetched.append(blob) or read(blob))

    assert len(contents) == 2
    assert fetched == []
    assert contents[1].pictures.overlay is not None
    assert [each.inspection.id for each in contents[:]] == recorded


def test_a_product_is_told_in_the_version_that_judged(station, parts, tmp_path):
    add_product(station, Addition("gear", (parts / "good.png",)))
    [item] = inspect_photos(station, [parts / "spot.png"], prepare_product(station, "gear"))
    station.store.retire_product("gear", station.actor, "no longer produced")

    [contents] = _Contents(station, [item.inspected.record.id])

    assert (contents.product.name, contents.product.version) == ("gear", 1)
    assert [reference.file_name for reference in contents.references] == ["good.png"]

"""A report tells what is recorded, leaves an event with its hash, and needs no more memory for many inspections."""

import hashlib
import io
from datetime import UTC, datetime

import numpy as np
import pypdf
import pytest

from inference.errors import Cancelled
from station.batch import inspect_photos
from station.errors import OutputError
from station.language import use_language
from station.mask_correcting import correct_mask
from station.products import Addition, add_product, prepare_product, prepare_references
from station.report_language import find_report_language
from station.reporting import (
    MOST_WITH_PAGES,
    _Contents,
    choose_details,
    compose_report,
    issue_report,
    note_printed,
    read_branding,
    write_report,
)
from storage.anchors import fingerprint_key
from storage.errors import PurgedBlob, UnknownInspection
from storage.keeping import Keeping
from storage.purging import Purged
from storage.reports.language import ENGLISH
from storage.store import Store


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


def test_what_was_made_is_byte_for_byte_what_is_issued(station, recorded, tmp_path):
    made = compose_report(station, recorded)
    issue_report(station, made, tmp_path / "report.pdf")

    assert (tmp_path / "report.pdf").read_bytes() == made.data


def test_making_a_report_leaves_no_event_and_printing_it_leaves_one(station, recorded):
    station.store.anchor("demand")  # the first signature of a station names its key in the chain, once
    before = station.store.list_events()[0]
    made = compose_report(station, recorded)
    assert station.store.list_events()[0] == before

    note_printed(station, made, "Office")

    event = station.store.list_events()[0]
    assert (event.action, event.payload["file"]) == ("report.issued", "printed on Office")


def test_parts_of_a_lot_without_pages_of_their_own_bring_only_small_pictures(station, recorded):
    [good, bad] = _Contents(station, recorded, "none")

    assert good.pictures.photo is None
    assert good.pictures.thumbnail is not None
    assert good.pictures.overlay is None or good.inspection.verdict != "accept"
    assert bad.pictures.overlay is not None


def test_many_inspections_bring_pages_of_those_not_accepted_only():
    assert choose_details(MOST_WITH_PAGES) == "all"
    assert choose_details(MOST_WITH_PAGES + 1) == "not accepted"


def test_company_text_and_logo_come_from_the_settings(station, recorded, parts):
    branded = {"organisation": "Acme", "report_text": "Main Street 1", "report_logo": str(parts / "good.png")}
    station.settings = station.settings.model_copy(update=branded)

    branding, warnings = read_branding(station)

    assert (branding.company, branding.foot_line, warnings) == ("Acme", "Main Street 1", ())
    assert branding.logo == (parts / "good.png").read_bytes()


@pytest.mark.parametrize("name", ["missing.png", "text.png"])
def test_a_logo_that_cannot_be_used_is_named_and_the_report_made_without(station, recorded, tmp_path, name):
    (tmp_path / "text.png").write_text("no picture")
    station.settings = station.settings.model_copy(update={"report_logo": str(tmp_path / name)})

    made = compose_report(station, recorded[:1])

    assert name in made.warnings[0]
    assert made.data.startswith(b"%PDF")


def test_a_report_speaks_the_language_in_use(station, recorded):
    use_language("de")
    try:
        language = find_report_language()
    finally:
        use_language("en")

    assert (language.code, language.decimal_mark) == ("de", ",")
    assert language.translate_recorded("") == ""
    assert language.format_time(datetime(2026, 3, 1, 14, 3, 7, tzinfo=UTC)).startswith("01.03.2026")
    assert find_report_language() is ENGLISH


def test_making_a_report_tells_how_far_it_is_and_can_be_stopped_at_any_page(station, recorded):
    shares = []
    compose_report(station, recorded, None, lambda share, what: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0

    def stop(share, what):
        if share > 0.8:
            raise Cancelled

    with pytest.raises(Cancelled):
        compose_report(station, recorded, None, stop)


def test_d15_a_report_shows_the_corrected_mask_beside_the_machines(station, recorded, tmp_path):
    def count_pictures():
        write_report(station, [recorded[1]], tmp_path / "report.pdf")
        return sum(len(page.images) for page in pypdf.PdfReader(tmp_path / "report.pdf").pages)

    before = count_pictures()
    mask = np.zeros((168, 168), np.uint8)
    mask[20:90, 25:67] = 255
    correct_mask(station, recorded[1], mask, "it runs on to the rim")

    assert count_pictures() == before + 2


def read_text(made):
    return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made.data)).pages).replace("\n", " ")


def test_d7_a_report_prints_the_signed_end_of_the_chain(station, recorded):
    for numbers in ([recorded[0]], recorded):
        text = read_text(compose_report(station, numbers))
        anchor = station.store.find_newest_anchor()
        assert anchor.cause == "report"
        for printed in (anchor.head_hash, fingerprint_key(anchor.public_key), f"{anchor.seq}, short"):
            assert printed in text


def test_d7_a_report_is_made_where_the_chain_cannot_be_signed(station, recorded):
    key = station.home / "keys" / "anchors.pem"
    key.parent.mkdir()
    key.write_text("no key at all")
    assert "Signed end" not in read_text(compose_report(station, recorded))


def test_d20_a_report_says_who_purged_the_photo_when(station, recorded, monkeypatch):
    found = Purged("ab" * 32, 7, 3, "2046-11-25T08:00:00.000000Z", "Ada", "Eva")
    monkeypatch.setattr(Keeping, "find_purged", lambda self, sha256: found)

    def refuse(self, blob):
        raise PurgedBlob(found.sentence)

    monkeypatch.setattr(Store, "read_blob", refuse)
    assert "purged on 2046-11-25 by Ada and Eva" in read_text(compose_report(station, recorded[:1]))


def test_a_report_of_purged_files_says_what_is_missing_and_has_the_rest(station, recorded, monkeypatch):
    """The record of an inspection stays when its files were purged."""
    correct_mask(station, recorded[1], np.full((168, 168), 255, np.uint8), "it runs on to the rim")

    def refuse(self, blob):
        raise PurgedBlob("The file was purged.")

    monkeypatch.setattr(Store, "read_blob", refuse)
    for numbers in ([recorded[1]], recorded):
        made = compose_report(station, numbers)
        text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(made.data)).pages)
        assert "The photo is not available." in text
        assert "it runs on to the rim" in text

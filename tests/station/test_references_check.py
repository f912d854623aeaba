"""Before a photo becomes a reference, what speaks against it is said; nothing is recorded by looking."""

import numpy as np
import pytest
from PIL import Image

from station.products import Addition, add_product, add_references
from station.references_check import check_references


@pytest.fixture
def gear(station, parts):
    return add_product(station, Addition("gear", (parts / "good.png",)))


def _codes(check):
    return [warning.code for warning in check.warnings]


def test_a_photo_of_another_good_part_is_recommended(station, parts, gear):
    [check] = check_references(station, "gear", [parts / "other.png"])

    assert check.is_recommended
    assert (check.photo.width, check.photo.height, check.photo.name) == (168, 168, "other.png")
    assert check.verdict is not None


def test_the_same_photo_again_is_a_duplicate_and_cannot_be_used(station, parts, gear):
    [check] = check_references(station, "gear", [parts / "good.png"])

    assert _codes(check) == ["duplicate"]
    assert "the same photo as good.png" in check.warnings[0].sentence
    assert not check.is_usable


def test_the_same_photo_saved_again_is_nearly_the_same_picture(station, parts, gear):
    Image.open(parts / "good.png").save(parts / "again.bmp")
    [check] = check_references(station, "gear", [parts / "again.bmp"])

    assert "near-duplicate" in _codes(check)
    assert check.is_usable
    assert not check.is_recommended


def test_copies_among_the_new_photos_and_the_proposed_ones_are_found_too(station, parts, gear):
    add_references(station, Addition("gear", (parts / "other.png",), proposed=True))
    Image.open(parts / "other.png").save(parts / "again.bmp")
    checks = check_references(station, "gear", [parts / "spot.png", parts / "spot.png", parts / "again.bmp"])

    assert "duplicate" not in _codes(checks[0])
    assert _codes(checks[1]) == ["duplicate"]
    assert "near-duplicate" in _codes(checks[2])


def test_what_cannot_be_read_is_said_and_the_others_are_looked_at(station, parts, gear):
    (parts / "note.png").write_text("not a photo", encoding="utf-8")
    broken, fine = check_references(station, "gear", [parts / "note.png", parts / "other.png"])

    assert _codes(broken) == ["unreadable"]
    assert broken.photo is None
    assert not broken.is_usable
    assert fine.photo is not None


def test_gates_are_warnings(station, parts, gear):
    pixels = np.asarray(Image.open(parts / "other.png")).astype(np.float32)
    Image.fromarray((pixels * 0.3).astype(np.uint8)).save(parts / "dark.png")
    [check] = check_references(station, "gear", [parts / "dark.png"])

    assert "exposure" in _codes(check)


def test_a_part_over_the_limit_looks_defective(station, parts, gear, monkeypatch):
    from dataclasses import replace

    detector = station.find_detector()
    inspect = type(detector).inspect

    def find_defect(self, *arguments, **options):
        return replace(inspect(self, *arguments, **options), score=71.0, verdict="reject", gates=())

    monkeypatch.setattr(type(detector), "inspect", find_defect)
    [check] = check_references(station, "gear", [parts / "other.png"])

    assert _codes(check) == ["defective"]
    assert check.warnings[0].sentence == "It looks defective: score 71, limit 50."
    assert not check.is_recommended


def test_a_product_still_to_be_made_needs_no_model(station, parts, monkeypatch):
    monkeypatch.setattr(type(station), "find_detector", None)
    checks = check_references(station, None, [parts / "good.png", parts / "other.png", parts / "good.png"])

    assert [check.is_usable for check in checks] == [True, True, False]
    assert all(check.verdict is None for check in checks)


def test_looking_records_nothing_and_says_how_far_it_is(station, parts, gear):
    before = station.store.list_events(1)[0].seq
    told = []
    check_references(station, "gear", [parts / "other.png", parts / "spot.png"], lambda *what: told.append(what))

    assert station.store.list_events(1)[0].seq == before
    assert station.store.list_inspections() == []
    assert (0.5, "Looking at spot.png") in told

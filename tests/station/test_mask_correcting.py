"""Masks that people draw: any black and white picture of the photo's size, and a sentence for everything else (D15)."""

import numpy as np
import pytest
from PIL import Image

from station.errors import RequestError
from station.inspecting import inspect_photo
from station.mask_correcting import correct_mask, correct_mask_from_file, read_mask, read_newest_mask
from station.opening import open_inspection
from station.products import prepare_references
from storage.errors import InvalidRecord, UnknownInspection

REASON = "the machine missed the rim"


@pytest.fixture
def rejected(station, parts):
    """The number of an inspection with a mask of its own."""
    return inspect_photo(station, parts / "spot.png", prepare_references(station, [parts / "good.png"])).record.id


def draw(box=(10, 20, 60, 90), size=(168, 168)):
    mask = np.zeros(size, np.uint8)
    left, top, right, bottom = box
    mask[top:bottom, left:right] = 255
    return mask


def save(path, mask, mode="L", **options):
    Image.fromarray(mask).convert(mode).save(path, **options)
    return path


def test_d15_a_drawn_mask_counts_and_the_machines_stays_as_it_was(station, rejected):
    before = open_inspection(station, rejected)
    made = correct_mask(station, rejected, draw(), REASON)
    after = open_inspection(station, rejected)

    assert (made.area_px, made.reason, made.drawn_by.name) == (50 * 70, REASON, "Ada Lovelace")
    assert np.array_equal(after.mask, before.mask)
    assert np.array_equal(after.corrected_mask, draw())
    assert before.corrected_mask is None
    assert (after.record.verdict, after.record.mask) == (before.record.verdict, before.record.mask)


def test_d15_the_newest_of_several_counts(station, rejected):
    record = station.store.get_inspection(rejected)
    assert np.array_equal(read_newest_mask(station, record), read_mask(station, record, record.mask))
    for box in ((0, 0, 5, 5), (9, 9, 20, 30)):
        correct_mask(station, rejected, draw(box), REASON)

    assert np.array_equal(read_newest_mask(station, station.store.get_inspection(rejected)), draw((9, 9, 20, 30)))


@pytest.mark.parametrize(("mode", "suffix"), [("L", "png"), ("1", "png"), ("RGB", "png"), ("L", "bmp"), ("1", "tiff")])
def test_black_and_white_files_of_every_lossless_kind_are_taken(station, rejected, tmp_path, mode, suffix):
    made = correct_mask_from_file(station, rejected, save(tmp_path / f"mask.{suffix}", draw(), mode), REASON)

    assert np.array_equal(read_mask(station, station.store.get_inspection(rejected), made.mask), draw())


def test_an_empty_mask_says_that_nothing_is_a_defect(station, rejected):
    assert correct_mask(station, rejected, np.zeros((168, 168), np.uint8), REASON).area_px == 0


def make_text(path):
    path.write_text("no picture at all")
    return path


def make_half(path):
    save(path, np.random.default_rng(0).choice(np.array([0, 255], np.uint8), (168, 168)))
    path.write_bytes(path.read_bytes()[:300])
    return path


REFUSED = {
    "another size": (lambda path: save(path, draw(size=(168, 167))), "167 × 168 pixels, the photo 168 × 168"),
    "grey": (lambda path: save(path, draw() // 2), "more than black and white"),
    "0 and 1": (lambda path: save(path, draw() // 255), "more than black and white"),
    "colours": (lambda path: save(path, np.dstack([draw(), draw() // 2, draw()]), "RGB"), "more than black and white"),
    "transparency": (lambda path: save(path, draw(), "RGBA"), "without colours and transparency"),
    "a palette": (lambda path: save(path, draw(), "P"), "without colours and transparency"),
    "loss": (lambda path: save(path, draw(), format="JPEG"), "black and white"),
    "text": (make_text, "cannot be read as a picture"),
    "half a file": (make_half, "cannot be read as a picture"),
    "nothing there": (lambda path: path, "There is no file"),
    "a folder": (lambda path: path.parent, "cannot be read as a picture"),
    "a name with a zero byte": (lambda path: path.with_name("a\0b.png"), "cannot be read as a picture"),
    "a name too long": (lambda path: path.with_name("x" * 5000), "cannot be read as a picture"),
    "a path trick": (lambda path: path / ".." / ".." / "mask.png", "There is no file"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_d15_what_cannot_be_the_mask_of_the_photo_is_refused_with_a_sentence(station, rejected, tmp_path, what):
    make, sentence = REFUSED[what]
    events = station.store.verify().head_seq

    with pytest.raises(RequestError, match=sentence):
        correct_mask_from_file(station, rejected, make(tmp_path / "mask.png"), REASON)
    assert station.store.verify().head_seq == events


def test_a_mask_of_another_size_is_refused_from_the_window_too(station, rejected):
    with pytest.raises(RequestError, match="full size"):
        correct_mask(station, rejected, draw(size=(9, 9)), REASON)
    with pytest.raises(InvalidRecord, match="only the values 0"):
        correct_mask(station, rejected, draw() // 2, REASON)
    with pytest.raises(InvalidRecord, match="10 characters"):
        correct_mask(station, rejected, draw(), "no")
    with pytest.raises(UnknownInspection):
        correct_mask(station, 99, draw(), REASON)

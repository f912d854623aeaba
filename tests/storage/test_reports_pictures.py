from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from storage.reports.contents import ReportPictures
from storage.reports.pictures import OVERLAY, PHOTO, encode_picture, fit_picture, measure_shape, shrink_pictures


def save(picture, kind="PNG", **options):
    target = BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


def decode(data):
    return np.asarray(Image.open(BytesIO(data)).convert("RGB")).astype(int)


def test_a_large_photo_is_scaled_down_and_keeps_its_shape():
    small = Image.open(BytesIO(encode_picture(save(Image.new("RGB", (4000, 1000))), PHOTO)))
    assert small.size == (1500, 375)
    assert small.format == "JPEG"


def test_a_tiny_photo_is_enlarged_without_blurring():
    pixels = np.array([[[0, 0, 0], [255, 255, 255]]], dtype=np.uint8)
    enlarged = decode(encode_picture(save(Image.fromarray(pixels)), OVERLAY))
    assert enlarged.shape[1] >= 200
    assert set(np.unique(enlarged)) == {0, 255}


def test_thin_coloured_lines_of_an_overlay_keep_their_colour():
    pixels = np.full((800, 800, 3), 128, dtype=np.uint8)
    pixels[400] = (230, 60, 20)
    line = decode(encode_picture(save(Image.fromarray(pixels)), OVERLAY))[400]
    assert np.abs(line - (230, 60, 20)).mean() < 12


def test_sixteen_bit_photos_keep_their_brightness():
    grey = Image.fromarray(np.full((300, 300), 128 * 257, dtype=np.uint16))
    assert abs(decode(encode_picture(save(grey), PHOTO)).mean() - 128) < 2


def test_transparent_parts_become_white():
    assert decode(encode_picture(save(Image.new("RGBA", (300, 300), (0, 0, 0, 0))), PHOTO)).min() == 255


def test_a_photo_lying_on_its_side_is_set_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert measure_shape(encode_picture(save(Image.new("RGB", (400, 200)), "JPEG", exif=exif), PHOTO)) == 0.5


@pytest.mark.parametrize("data", [None, b"", b"no picture", save(Image.new("RGB", (300, 300), "red"))[:80]])
def test_what_is_no_picture_becomes_none(data):
    assert encode_picture(data, PHOTO) is None


def test_shrinking_leaves_out_the_pictures_that_cannot_be_read():
    good = save(Image.new("RGB", (300, 200)))
    shrunk = shrink_pictures(ReportPictures(photo=good, overlay=b"broken", references={"a": good, "b": b"broken"}))
    assert shrunk.overlay is None
    assert list(shrunk.references) == ["a"]
    assert measure_shape(shrunk.photo) == 1.5


def test_the_place_of_a_picture_that_is_missing_is_square():
    assert measure_shape(None) == 1.0


@pytest.mark.parametrize("size", [(300, 200), (200, 300), (3000, 1), (1, 3000)])
def test_a_picture_never_leaves_its_box(size):
    flowable = fit_picture(encode_picture(save(Image.new("RGB", size)), PHOTO), (100, 80), "")
    assert flowable.drawWidth <= 100.001
    assert flowable.drawHeight <= 80.001

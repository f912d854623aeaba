"""Thumbnails: small, upright, cached, and made again when the cache is damaged; nothing of it is evidence."""

import io

import pytest
from PIL import Image

from station.errors import RequestError
from station.thumbnails import choose_picture, read_thumbnail
from storage.errors import KnownError


def _encode(picture, form="PNG", **options):
    target = io.BytesIO()
    picture.save(target, form, **options)
    return target.getvalue()


@pytest.fixture
def overlay(station):
    """Return the hash of a recorded overlay, 800 x 400, left half red."""
    picture = Image.new("RGB", (800, 400), "white")
    picture.paste("red", (0, 0, 400, 400))
    return station.store.put_blob(_encode(picture)).sha256


def _open(data):
    return Image.open(io.BytesIO(data))


def test_a_thumbnail_is_a_small_jpeg_of_the_same_shape(station, overlay):
    picture = _open(read_thumbnail(station, overlay))

    assert (picture.format, picture.size) == ("JPEG", (160, 80))
    red, green, _ = picture.getpixel((20, 40))
    assert red > 240
    assert green < 20


def test_sides_are_cached_apart_and_a_small_picture_is_not_enlarged(station, overlay):
    assert _open(read_thumbnail(station, overlay, 64)).size == (64, 32)
    assert _open(read_thumbnail(station, overlay, 2000)).size == (800, 400)
    assert len(list((station.home / "cache" / "thumbnails").rglob("*.jpg"))) == 2


def test_the_second_look_reads_the_cache_and_not_the_blob(station, overlay, monkeypatch):
    made = read_thumbnail(station, overlay)
    monkeypatch.setattr("storage.store.Store.read_blob", lambda *_: pytest.fail("the blob was read again"))

    assert read_thumbnail(station, overlay) == made


@pytest.mark.parametrize(
    "damage", [b"", b"no picture", b"\xff\xd8\xff\xd9", None], ids=["empty", "text", "hull", "cut"]
)
def test_a_damaged_cache_file_is_made_again(station, overlay, damage):
    made = read_thumbnail(station, overlay)
    (cached,) = (station.home / "cache" / "thumbnails").rglob("*.jpg")
    cached.write_bytes(made[: len(made) // 2] if damage is None else damage)

    assert read_thumbnail(station, overlay) == made
    assert cached.read_bytes() == made


def test_a_cache_that_cannot_be_written_is_no_reason_to_show_nothing(station, overlay):
    assert station.store.list_inspections() == []
    (station.home / "cache").write_text("in the way")

    assert _open(read_thumbnail(station, overlay)).size == (160, 80)


def test_a_photo_is_turned_upright(station):
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = station.store.put_blob(_encode(Image.new("RGB", (800, 400), "blue"), "JPEG", exif=exif))

    assert _open(read_thumbnail(station, photo.sha256)).size == (80, 160)


def test_a_blob_that_is_gone_or_no_picture_is_said_in_a_sentence(station):
    with pytest.raises(KnownError):
        read_thumbnail(station, "ab" * 32)


def test_a_senseless_size_is_refused(station, overlay):
    with pytest.raises(RequestError, match="0 pixels"):
        read_thumbnail(station, overlay, 0)


def test_the_overlay_shows_an_inspection_best_and_else_the_photo(summary, make_record):
    assert choose_picture(summary) == summary.photo.sha256
    assert choose_picture(make_record(overlay=summary.photo)) == summary.photo.sha256
    assert choose_picture(make_record(overlay=None)) == make_record().photo.sha256

"""Photos come in upright and in 8-bit RGB, whatever the file; what is no photo is refused with one sentence."""

import hashlib
import io
import os
import stat
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile

from inference.errors import PhotoError
from inference.images import SUPPORTED_SUFFIXES, decode_photo, find_photos, read_photo

WIDTH, HEIGHT = 48, 40
ORIENTATIONS = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.swapaxes(0, 1),
    6: lambda a: np.rot90(a, -1),
    7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
    8: lambda a: np.rot90(a, 1),
}
"""What a viewer shows for each EXIF orientation, by the text of EXIF 2.32 ("row 0 is the visual right side" ...)."""


def colour_ramp() -> np.ndarray:
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    return np.stack([x * 5, y * 6, (x + y) * 2], axis=-1).astype(np.uint8)


def encode(pixels, file_format="PNG", **options) -> bytes:
    buffer = io.BytesIO()
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(buffer, file_format, **options)
    return buffer.getvalue()


def encode_tiff(samples, **options) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, samples, **options)
    return buffer.getvalue()


def exif_with(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif.tobytes()


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def refusal(data: bytes, name="part.png", **options) -> str:
    with pytest.raises(PhotoError) as caught:
        decode_photo(data, name, **options)
    sentence = str(caught.value)
    assert sentence.startswith(name)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


@pytest.mark.parametrize("file_format", ["PNG", "BMP", "TIFF"])
def test_lossless_formats_keep_every_pixel(file_format):
    photo = decode_photo(encode(colour_ramp(), file_format), "part")
    assert np.array_equal(photo.pixels, colour_ramp())
    assert (photo.height, photo.width, photo.bit_depth, photo.warnings) == (HEIGHT, WIDTH, 8, ())


@pytest.mark.parametrize("file_format", ["JPEG", "WEBP"])
def test_lossy_formats_come_close(file_format):
    photo = decode_photo(encode(colour_ramp(), file_format, quality=95), "part")
    assert np.abs(photo.pixels.astype(int) - colour_ramp()).mean() < 4


def test_the_hash_is_of_the_bytes_as_received(tmp_path):
    data = encode(colour_ramp(), "JPEG")
    (tmp_path / "part.jpg").write_bytes(data)
    assert read_photo(tmp_path / "part.jpg").sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "LA", "RGBA"])
@pytest.mark.parametrize("file_format", ["PNG", "TIFF"])
def test_every_colour_mode_becomes_rgb_as_pillow_would_show_it(mode, file_format):
    image = Image.fromarray(colour_ramp()).convert(mode)
    photo = decode_photo(encode(image, file_format), "part")
    assert np.array_equal(photo.pixels, np.asarray(image.convert("RGB")))
    assert photo.pixels.dtype == np.uint8


def test_transparent_pixels_show_white_and_not_the_garbage_beneath():
    rgba = np.dstack([colour_ramp(), np.full((HEIGHT, WIDTH), 255, np.uint8)])
    rgba[:10, :, 3] = 0
    photo = decode_photo(encode(rgba), "part.png")
    assert (photo.pixels[:10] == 255).all()
    assert np.array_equal(photo.pixels[10:], colour_ramp()[10:])
    assert photo.warnings == ("transparent pixels were laid over white",)


def test_an_alpha_channel_of_zeros_is_an_unused_byte_and_keeps_the_colours():
    rgba = np.dstack([colour_ramp(), np.zeros((HEIGHT, WIDTH), np.uint8)])
    photo = decode_photo(encode(rgba), "part.png")
    assert np.array_equal(photo.pixels, colour_ramp())
    assert "alpha" in photo.warnings[0]


def test_a_transparent_palette_colour_is_laid_over_white():
    image = Image.fromarray(np.tile(np.array([[0, 1]], np.uint8), (40, 20)), "P")
    image.putpalette([200, 0, 0, 0, 200, 0])
    photo = decode_photo(encode(image, transparency=bytes([0, 255])), "part.png")
    assert photo.pixels[0, 0].tolist() == [255, 255, 255]
    assert photo.pixels[0, 1].tolist() == [0, 200, 0]


def test_premultiplied_alpha_of_a_tiff_gives_the_same_picture_as_straight_alpha():
    alpha = np.full((HEIGHT, WIDTH, 1), 128, np.uint8)
    premultiplied = np.dstack([(colour_ramp() * (128 / 255)).astype(np.uint8), alpha])
    straight = decode_photo(encode_tiff(np.dstack([colour_ramp(), alpha]), extrasamples=["unassalpha"]), "a.tif")
    associated = decode_photo(encode_tiff(premultiplied, extrasamples=["assocalpha"]), "a.tif")
    assert np.abs(straight.pixels.astype(int) - associated.pixels).max() <= 2


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("container", ["png", "tiff"])
def test_16_bit_samples_are_rounded_to_the_nearest_8_bit_value(channels, container):
    wide = np.random.default_rng(0).integers(0, 65536, (HEIGHT, WIDTH, channels), dtype=np.uint16)
    wide[0, 0] = 65535
    wide[..., 3:] = 65535
    stored = wide[..., 0] if channels == 1 else wide
    photo = decode_photo(encode_deep(stored, container), f"part.{container}")
    expected = np.rint(wide[..., :3] / 257).astype(np.uint8)
    assert np.array_equal(photo.pixels, np.broadcast_to(expected, (HEIGHT, WIDTH, 3)))
    assert (photo.bit_depth, photo.warnings) == (16, ())


def encode_deep(samples, container) -> bytes:
    if container == "tiff":
        colours = {} if samples.ndim == 2 else {"photometric": "rgb"}
        extra = {"extrasamples": ["unassalpha"]} if samples.shape[-1] == 4 else {}
        return encode_tiff(samples, compression="zlib", **colours, **extra)
    swapped = samples if samples.ndim == 2 else samples[..., [2, 1, 0, 3][: samples.shape[2]]]
    return cv2.imencode(".png", swapped)[1].tobytes()


@pytest.mark.parametrize("depth", [8, 10, 12, 14])
@pytest.mark.parametrize("container", ["png", "tiff"])
def test_camera_depths_in_16_bits_are_scaled_to_full_brightness_and_named(depth, container):
    samples = np.full((HEIGHT, WIDTH), (2**depth - 1) // 2, np.uint16)
    samples[0, 0] = 2**depth - 1
    photo = decode_photo(encode_deep(samples, container), f"part.{container}")
    assert photo.pixels[0, 0].tolist() == [255] * 3
    assert abs(int(photo.pixels[5, 5, 0]) - 127) <= 1
    assert f"{depth}-bit data" in photo.warnings[0]


def test_12_bit_tiff_that_states_its_depth_needs_no_guess():
    samples = np.full((HEIGHT, WIDTH), 1000, np.uint16)
    photo = decode_photo(encode_tiff(samples, bitspersample=12, compression="none"), "a.tif")
    assert photo.pixels[0, 0, 0] == round(1000 / 4095 * 255)
    assert photo.warnings == ()


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(0, 1, (0, 255)), (0, 255, (0, 255)), (0, 4095, (0, 255)), (-3, 9, (0, 255))]
)
def test_float_tiff_is_scaled_by_its_range_with_a_warning(low, high, expected):
    samples = np.linspace(low, high, HEIGHT * WIDTH, dtype=np.float32).reshape(HEIGHT, WIDTH)
    photo = decode_photo(encode_tiff(samples), "a.tif")
    assert (photo.pixels.min(), photo.pixels.max()) == expected
    assert photo.bit_depth == 32
    assert f"range {low} to {high}" in photo.warnings[0]


def test_float_tiff_between_0_and_1_keeps_its_absolute_brightness():
    photo = decode_photo(encode_tiff(np.full((40, 40), 0.5, np.float32)), "a.tif")
    assert (photo.pixels == 128).all()


def test_float_samples_that_are_not_numbers_are_black_and_warned_about():
    samples = np.ones((40, 40), np.float32)
    samples[0, 0], samples[0, 1] = np.nan, np.inf
    photo = decode_photo(encode_tiff(samples), "a.tif")
    assert photo.pixels[0, :3, 0].tolist() == [0, 0, 255]
    assert any("not numbers" in warning for warning in photo.warnings)


def test_white_is_zero_tiff_is_turned_round():
    samples = np.arange(1600, dtype=np.uint16).reshape(40, 40) * 40
    photo = decode_photo(encode_tiff(samples, photometric="miniswhite"), "a.tif")
    assert photo.pixels[0, 0, 0] == 255
    assert photo.pixels[-1, -1, 0] < 10


@pytest.mark.parametrize(
    "layout",
    [
        {"planarconfig": "separate"},
        {"planarconfig": "separate", "compression": "lzw", "rowsperstrip": 7},
        {"tile": (16, 16)},
        {"tile": (32, 16), "compression": "lzw", "predictor": True},
        {"compression": "lzw", "rowsperstrip": 7},
        {"compression": "packbits", "rowsperstrip": 3},
        {"compression": "zlib", "predictor": True, "byteorder": ">"},
        {"compression": "zstd"},
        {"bigtiff": True},
    ],
)
@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_tiff_layouts_give_the_same_pixels(layout, depth):
    samples = colour_ramp()
    samples[0, 0] = 255
    samples = samples.astype(depth) * depth(257 if depth is np.uint16 else 1)
    stored = np.moveaxis(samples, -1, 0) if "planarconfig" in layout else samples
    photo = decode_photo(encode_tiff(np.ascontiguousarray(stored), photometric="rgb", **layout), "a.tif")
    assert np.array_equal(photo.pixels, (samples >> (8 * (samples.itemsize - 1))).astype(np.uint8))
    assert photo.warnings == ()


def test_a_tiff_palette_without_scaling_is_understood():
    palette = np.zeros((3, 256), np.uint16)
    palette[:, 7] = 10, 20, 30
    photo = decode_photo(encode_tiff(np.full((40, 40), 7, np.uint8), photometric="palette", colormap=palette), "a.tif")
    assert photo.pixels[0, 0].tolist() == [10, 20, 30]


def test_channels_beyond_colour_and_alpha_are_ignored_with_a_warning():
    samples = np.dstack([colour_ramp(), colour_ramp()[..., :2]])
    photo = decode_photo(encode_tiff(samples, photometric="rgb", extrasamples=["unspecified"] * 2), "a.tif")
    assert np.array_equal(photo.pixels, colour_ramp())
    assert photo.warnings == ("2 extra channels were ignored",)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"photometric": "cielab"}, "CIELAB colours"),
        ({"photometric": "ycbcr"}, "YCbCr colours but no JPEG"),
        ({"photometric": "rgb", "compression": "webp"}, "WEBP compression"),
    ],
)
def test_rare_kinds_of_tiff_are_refused_by_name(options, words):
    assert words in refusal(encode_tiff(colour_ramp(), **options), "a.tif")


def test_a_tiff_volume_is_refused():
    data = encode_tiff(np.zeros((16, 64, 64), np.uint8), volumetric=True, tile=(16, 32, 32), photometric="minisblack")
    assert "is a TIFF volume" in refusal(data, "a.tif")


def test_only_the_first_page_of_a_tiff_is_used_and_that_is_said():
    pages = np.stack([np.full((40, 40), value, np.uint8) for value in (10, 200, 250)])
    photo = decode_photo(encode_tiff(pages, photometric="minisblack"), "a.tif")
    assert (photo.pixels == 10).all()
    assert photo.warnings == ("the file holds 3 pictures and only the first was used",)


@pytest.mark.parametrize("file_format", ["PNG", "WEBP"])
def test_only_the_first_frame_of_an_animation_is_used_and_that_is_said(file_format):
    frames = [Image.new("RGB", (40, 40), (value, value, value)) for value in (10, 200)]
    photo = decode_photo(encode(frames[0], file_format, save_all=True, append_images=frames[1:], lossless=True), "part")
    assert (photo.pixels == 10).all()
    assert "holds 2 pictures" in photo.warnings[0]


def test_the_preview_inside_a_phone_photo_is_no_second_picture():
    pictures = [Image.fromarray(colour_ramp()), Image.new("RGB", (40, 40))]
    data = encode(pictures[0], "MPO", save_all=True, append_images=pictures[1:])
    assert decode_photo(data, "part.jpg").warnings == ()


@pytest.mark.parametrize("file_format", ["JPEG", "TIFF"])
def test_cmyk_is_converted_with_a_warning(file_format):
    image = Image.new("CMYK", (40, 40), (0, 255, 255, 0))
    photo = decode_photo(encode(image, file_format), "part")
    red, green, blue = photo.pixels[20, 20].tolist()
    assert red > 200
    assert max(green, blue) < 60
    assert any("CMYK" in warning for warning in photo.warnings)


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize("file_format", ["PNG", "TIFF", "WEBP"])
def test_photos_are_turned_upright_to_the_pixel(orientation, file_format):
    options = {"lossless": True} if file_format == "WEBP" else {}
    data = encode(colour_ramp(), file_format, exif=exif_with(orientation), **options)
    photo = decode_photo(data, "part")
    assert np.array_equal(photo.pixels, ORIENTATIONS[orientation](colour_ramp()))
    assert photo.warnings == ()


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_jpeg_photos_are_turned_upright(orientation):
    plain = decode_photo(encode(colour_ramp(), "JPEG"), "part").pixels
    photo = decode_photo(encode(colour_ramp(), "JPEG", exif=exif_with(orientation)), "part")
    assert np.array_equal(photo.pixels, ORIENTATIONS[orientation](plain))


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_16_bit_photos_are_turned_upright_too(orientation):
    wide = colour_ramp().astype(np.uint16) * 257
    wide[0, 0] = 65535
    upright = ORIENTATIONS[orientation]((wide // 257).astype(np.uint8))
    tiff = encode_tiff(wide, photometric="rgb", extratags=[(274, "H", 1, orientation, True)])
    png = encode_deep(wide, "png")
    png = png[:33] + png_chunk(b"eXIf", exif_with(orientation).removeprefix(b"Exif\0\0")) + png[33:]
    assert np.array_equal(decode_photo(tiff, "a.tif").pixels, upright)
    assert np.array_equal(decode_photo(png, "a.png").pixels, upright)


@pytest.mark.parametrize("file_format", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    "junk", [b"Exif\0\0nonsense", b"Exif\0\0II*\0\x08\0\0\0\x05\0\x12\x01\x03", b"Exif\0\0" + b"\xff" * 40]
)
def test_damaged_exif_is_ignored_with_a_warning(file_format, junk):
    photo = decode_photo(encode(colour_ramp(), file_format, exif=junk), "part")
    assert (photo.height, photo.width) == (HEIGHT, WIDTH)
    assert "EXIF data is damaged and was ignored" in photo.warnings


@pytest.mark.parametrize("orientation", [0, 9, 300])
@pytest.mark.parametrize("file_format", ["JPEG", "TIFF"])
def test_an_orientation_that_does_not_exist_is_ignored_with_a_warning(orientation, file_format):
    photo = decode_photo(encode(colour_ramp(), file_format, exif=exif_with(orientation)), "part")
    assert (photo.height, photo.width) == (HEIGHT, WIDTH)
    assert f"orientation {orientation} does not exist" in photo.warnings[0]


def test_the_format_is_told_from_the_content_and_a_wrong_suffix_is_named():
    photo = decode_photo(encode(colour_ramp(), "JPEG"), "part.png")
    assert photo.warnings == ("the file ends in .png but is a JPEG file",)


@pytest.mark.parametrize("name", ["part.JPG", "part.jpeg", "part"])
def test_fitting_or_missing_suffixes_are_not_warned_about(name):
    assert decode_photo(encode(colour_ramp(), "JPEG"), name).warnings == ()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"hello, this is text\n", "a text file"),
        ("Prüfbericht für Teil 7\n".encode(), "a text file"),
        ("Text".encode("utf-16"), "a text file"),
        (b"<!DOCTYPE html><html></html>", "a web page"),
        (b'<?xml version="1.0"?><svg/>', "an SVG drawing"),
        (b"%PDF-1.7 ...", "a PDF document"),
        (b"%!PS-Adobe", "a PostScript document"),
        (b"GIF89a....", "a GIF animation"),
        (b"\0\0\0\x18ftypheic....", "a HEIC photo"),
        (b"\0\0\0\x18ftypavif....", "an AVIF picture"),
        (b"\0\0\0\x18ftypisom....", "a video file"),
        (b"PK\x03\x04....", "a ZIP archive"),
        (b"\x80\x81\x82\x83\xff\xfe\0", "a file of an unknown kind"),
    ],
)
def test_what_is_no_photo_is_named_for_what_it_seems_to_be(data, kind):
    assert f"is not a photo but {kind}" in refusal(data)


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "BMP", "TIFF", "WEBP"])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_truncated_photos_are_refused(file_format, share):
    pixels = np.random.default_rng(1).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    data = encode(pixels, file_format)
    assert "damaged or truncated" in refusal(data[: max(30, int(len(data) * share))])


def test_a_truncated_deep_tiff_is_refused_and_not_filled_with_black():
    data = encode_tiff(np.full((64, 64), 30000, np.uint16))
    assert "truncated" in refusal(data[:-100], "a.tif")


def test_a_changed_byte_in_the_pixels_of_a_png_is_noticed():
    data = bytearray(encode(colour_ramp(), compress_level=0))
    data[len(data) // 2] ^= 1
    assert "damaged" in refusal(bytes(data))


def test_pillow_is_never_told_to_accept_truncated_files():
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


def test_an_empty_file_is_refused():
    assert "is an empty file" in refusal(b"")


def test_a_photo_without_pixels_is_refused():
    for file_format, at in (("PNG", 16), ("BMP", 18)):
        data = bytearray(encode(colour_ramp(), file_format))
        data[at : at + 4] = bytes(4)
        assert "has no pixels (0 x 40 pixels)" in refusal(bytes(data))


@pytest.mark.parametrize("size", [(1, 1), (31, 500), (500, 31)])
def test_too_small_photos_are_refused_with_both_sizes(size):
    sentence = refusal(encode(Image.new("RGB", size)))
    assert f"{size[0]} x {size[1]} pixels" in sentence
    assert "32 x 32" in sentence


@pytest.mark.parametrize("size", [(32, 32), (32, 6000), (6000, 32)])
def test_the_smallest_and_the_longest_photos_are_accepted(size):
    assert decode_photo(encode(Image.new("RGB", size)), "part.png").pixels.shape[:2] == size[::-1]


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "BMP", "TIFF", "WEBP"])
def test_photos_over_the_limit_are_refused_with_both_sizes(file_format):
    sentence = refusal(encode(Image.new("RGB", (100, 90)), file_format), "part", pixel_limit=8_999)
    assert "100 x 90 are 9,000 pixels, the limit is 8,999" in sentence
    assert decode_photo(encode(Image.new("RGB", (100, 90)), file_format), "part", pixel_limit=9_000).width == 100


def test_a_decompression_bomb_is_refused_by_its_header_alone():
    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(bytes(10**6)))
    assert "10,000,000,000 pixels" in refusal(data)


def test_a_missing_file_is_named_with_its_folder(tmp_path):
    with pytest.raises(PhotoError, match=r"There is no file .*gone\.png; check its name"):
        read_photo(tmp_path / "gone.png")


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(PhotoError, match="is a folder, not a photo"):
        read_photo(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_refused_without_waiting_for_it(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(PhotoError, match="is a named pipe"):
        read_photo(tmp_path / "pipe.png")


def test_a_file_no_photo_could_need_is_refused_unread(tmp_path):
    with (tmp_path / "huge.png").open("wb") as file:
        file.truncate(2**33)
    with pytest.raises(PhotoError, match="too large \\(8192 MB, over the limit of"):
        read_photo(tmp_path / "huge.png")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(13, "Permission denied"), "may not be read by this user"),
        (OSError(5, "I/O error"), "I/O error"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path, monkeypatch, error, words):
    (tmp_path / "part.png").write_bytes(encode(colour_ramp()))

    def fail(_path):
        raise error

    monkeypatch.setattr(Path, "read_bytes", fail)
    with pytest.raises(PhotoError, match=words):
        read_photo(tmp_path / "part.png")


def test_names_that_would_break_a_terminal_or_a_record_are_made_safe():
    name = decode_photo(encode(colour_ramp()), "part\n\x1b[31m\udcff.png").name
    assert name == "part\ufffd\ufffd[31m\ufffd.png"


def test_folders_are_listed_in_natural_order_without_what_is_no_photo(tmp_path):
    for name in ("b10.png", "b2.PNG", "a.tiff", "10.jpg", "9.webp", ".hidden.png", "notes.txt"):
        (tmp_path / name).touch()
    (tmp_path / "folder.png").mkdir()
    assert [path.name for path in find_photos(tmp_path)] == ["9.webp", "10.jpg", "a.tiff", "b2.PNG", "b10.png"]


def test_a_folder_that_cannot_be_listed_is_named(tmp_path):
    with pytest.raises(PhotoError, match=r"gone cannot be listed"):
        find_photos(tmp_path / "gone")


def test_the_listed_suffixes_are_lower_case_with_a_dot():
    assert {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"} <= SUPPORTED_SUFFIXES


@settings(max_examples=150, deadline=None)
@given(
    file_format=st.sampled_from(["PNG", "JPEG", "BMP", "TIFF", "WEBP", "zlib", "lzw", "packbits"]),
    changes=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=6),
)
def test_changed_bytes_never_raise_anything_but_a_photo_error(file_format, changes):
    if file_format.islower():
        data = bytearray(encode_tiff(colour_ramp().astype(np.uint16), photometric="rgb", compression=file_format))
    else:
        data = bytearray(encode(colour_ramp(), file_format, **({} if file_format == "BMP" else {"exif": exif_with(6)})))
    for at, value in changes:
        data[at % len(data)] = value
    try:
        photo = decode_photo(bytes(data), "part", pixel_limit=10**6)
    except PhotoError:
        return
    assert photo.pixels.ndim == 3
    assert photo.pixels.dtype == np.uint8


def test_reading_leaves_the_file_as_it_was(tmp_path):
    path = tmp_path / "part.png"
    path.write_bytes(encode(colour_ramp()))
    before = (path.read_bytes(), stat.S_IMODE(path.stat().st_mode))
    read_photo(path)
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == before

"""Photos of 16 bits keep their samples for people to measure by, upright, beside the pixels that are judged."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image

from inference.images import read_photo

RAMP = np.arange(40 * 50, dtype=np.uint16).reshape(40, 50) * 20 + 7


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_a_grey_photo_keeps_its_samples(tmp_path: Path, suffix: str):
    path = tmp_path / f"ramp{suffix}"
    tifffile.imwrite(path, RAMP) if suffix == ".tif" else cv2.imwrite(str(path), RAMP)
    photo = read_photo(path)
    assert photo.samples is not None
    assert np.array_equal(photo.samples, RAMP)


def test_a_colour_photo_keeps_its_samples_as_red_green_blue(tmp_path: Path):
    colours = np.stack([RAMP, RAMP // 2, RAMP // 3], axis=-1)
    cv2.imwrite(str(tmp_path / "colours.png"), colours[..., ::-1])
    samples = read_photo(tmp_path / "colours.png").samples
    assert samples is not None
    assert np.array_equal(samples, colours)


def test_the_samples_are_upright_as_the_pixels_are(tmp_path: Path):
    tifffile.imwrite(tmp_path / "turned.tif", RAMP, extratags=[(274, "H", 1, 6, True)])
    photo = read_photo(tmp_path / "turned.tif")
    assert photo.samples is not None
    assert np.array_equal(photo.samples, np.rot90(RAMP, -1))
    assert photo.samples.shape == photo.pixels.shape[:2]


def test_photos_of_8_bits_and_transparent_ones_keep_no_samples(tmp_path: Path):
    Image.fromarray((RAMP // 256).astype(np.uint8)).save(tmp_path / "plain.png")
    cv2.imwrite(str(tmp_path / "clear.png"), np.stack([RAMP] * 4, axis=-1))
    assert read_photo(tmp_path / "plain.png").samples is None
    assert read_photo(tmp_path / "clear.png").samples is None

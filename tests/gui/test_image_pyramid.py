"""What the screen shows of a picture is read from a copy of about its size, and lies where it belongs."""

from __future__ import annotations

import numpy as np
import pytest

from gui.image_pyramid import Keep, Pyramid


def make(scale: float, left: float = 0.0, top: float = 0.0) -> np.ndarray:
    return np.array([[scale, 0.0, left], [0.0, scale, top]])


def build(pixels: np.ndarray, keep: Keep = "mean") -> Pyramid:
    pyramid = Pyramid(pixels, keep)
    assert len(list(pyramid.build())) > 0
    return pyramid


def test_at_actual_size_every_pixel_is_itself():
    pixels = np.random.default_rng(0).integers(0, 255, (60, 80, 3), np.uint8)
    assert np.array_equal(Pyramid(pixels).read(make(1.0), (80, 60))[..., :3], pixels)


def test_enlarged_pixels_are_squares_without_blur():
    pixels = np.array([[0, 255], [255, 0]], np.uint8)
    shown = Pyramid(pixels).read(make(10.0), (20, 20))
    assert np.array_equal(shown, np.kron(pixels, np.ones((10, 10), np.uint8)))


def test_what_lies_beside_the_picture_repeats_its_edge():
    pixels = np.array([[10, 20], [30, 40]], np.uint8)
    shown = Pyramid(pixels).read(make(10.0, 5.0, 5.0), (40, 40))
    assert (shown[0, 0], shown[-1, -1]) == (10, 40)


@pytest.mark.parametrize(("height", "width"), [(1000, 1300), (999, 1301), (7, 4001), (4001, 7)])
def test_a_shrunk_picture_keeps_its_place_at_any_size(height: int, width: int):
    ramp = np.linspace(0, 1, width, dtype=np.float32)[None] * np.ones((height, 1), np.float32)
    pyramid = build(ramp)
    size = (max(width // 8, 1), max(height // 8, 1))
    shown = pyramid.read(make(1 / 8), size)
    middles = (np.arange(size[0]) + 0.5) * 8 / width
    assert np.abs(shown - middles).max() < 8 / width + 0.002


def test_one_hot_pixel_of_a_million_is_still_seen_from_far():
    values = np.zeros((1000, 1000), np.float32)
    values[700, 300] = 2.0
    shown = build(values, "largest").read(make(0.1), (100, 100))
    row, column = np.unravel_index(shown.argmax(), shown.shape)
    assert shown.max() > 0.5
    assert (abs(row - 70), abs(column - 30)) <= (1, 1)


def test_before_the_copies_are_there_something_is_shown_already():
    pixels = np.full((3000, 3000), 77, np.uint8)
    assert (Pyramid(pixels).read(make(0.1), (300, 300)) == 77).all()


def test_samples_of_16_bits_stay_what_they_are():
    pixels = np.random.default_rng(0).integers(0, 65535, (50, 50), np.uint16)
    shown = Pyramid(pixels).read(make(1.0), (50, 50))
    assert shown.dtype == np.uint16
    assert np.array_equal(shown, pixels)

"""Variations show the same part: same size, same kind of pixels, and each does what its name says."""

import numpy as np
import pytest

from inference.variations import BRIGHTNESS, ROTATIONS, brighten, flip, place_again, rotate


@pytest.fixture
def photo():
    """Smooth and unsymmetrical, darker than white so that it can be brightened."""
    y, x = np.mgrid[:60, :80]
    return np.stack([x * 2, y * 2, (x + y)], axis=-1).astype(np.uint8)


VARIATIONS = {
    "flip": flip,
    "brighten": lambda pixels: brighten(pixels, 1.2),
    "rotate": lambda pixels: rotate(pixels, 30),
    "place again": lambda pixels: place_again(pixels)[0],
    "place yet again": lambda pixels: place_again(pixels)[1],
}


@pytest.mark.parametrize("vary", VARIATIONS.values(), ids=VARIATIONS)
@pytest.mark.parametrize("size", [(60, 80), (32, 33), (32, 36000)])
def test_a_variation_keeps_the_size_and_the_original(vary, size):
    photo = np.random.default_rng(0).integers(0, 200, (*size, 3), np.uint8)
    before = photo.copy()
    varied = vary(photo)
    assert (varied.shape, varied.dtype) == (photo.shape, np.uint8)
    assert varied.flags.c_contiguous
    assert np.array_equal(photo, before)


@pytest.mark.parametrize("vary", VARIATIONS.values(), ids=VARIATIONS)
def test_a_variation_is_the_same_every_time_and_differs_from_the_original(vary, photo):
    assert np.array_equal(vary(photo), vary(photo))
    assert not np.array_equal(vary(photo), photo)


def test_mirroring_swaps_left_and_right_only(photo):
    assert np.array_equal(flip(photo)[:, 0], photo[:, -1])
    assert np.array_equal(flip(flip(photo)), photo)


def test_brightening_multiplies_and_clips():
    photo = np.array([[[0, 100, 250]]], np.uint8)
    assert brighten(photo, 1.2).tolist() == [[[0, 120, 255]]]
    assert brighten(photo, 0.8).tolist() == [[[0, 80, 200]]]


def test_the_brightness_goes_down_as_well_as_up():
    assert min(BRIGHTNESS) < 1 < max(BRIGHTNESS)


@pytest.mark.parametrize(("degrees", "turns"), [(90, 1), (180, 2), (270, 3)])
def test_a_square_photo_turns_counter_clockwise_about_its_centre(degrees, turns):
    square = np.random.default_rng(0).integers(0, 255, (41, 41, 3), np.uint8)
    difference = np.abs(rotate(square, degrees).astype(int) - np.rot90(square, turns))
    assert difference.max() <= 1


def test_turning_forth_and_back_gives_the_middle_back(photo):
    middle = (slice(20, 40), slice(25, 55))
    again = rotate(rotate(photo, 20), -20)
    assert np.abs(again[middle].astype(int) - photo[middle]).max() <= 3


def test_corners_are_filled_with_what_lies_beside_them():
    grey = np.full((50, 70, 3), 90, np.uint8)
    assert np.array_equal(rotate(grey, 45), grey)


def test_the_rotations_are_even_and_leave_out_the_reference_itself():
    steps = np.diff([0, *ROTATIONS, 360])
    assert len(set(steps.tolist())) == 1
    assert 0 not in ROTATIONS


def test_a_part_put_down_again_is_nearly_the_same(photo):
    for again in place_again(photo):
        assert 0 < np.abs(again.astype(int) - photo).mean() < 12

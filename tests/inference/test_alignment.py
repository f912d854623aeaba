"""A part put down a little elsewhere is found to a fraction of a token; what is no such part is not found at all."""

import cv2
import numpy as np
import pytest

from inference.alignment import MAX_SHIFT, Registration, distances_in_place, make_thumbnail, register
from inference.images import read_photo
from resources import locate

TOKENS = 24
"""Tokens along the shorter side of the view that is compared place by place."""

UNMOVED = Registration(np.eye(2, 3), 1.0)


@pytest.fixture(scope="module")
def flange():
    return read_photo(locate("samples", "flange", "train", "good", "000.jpg")).pixels


def move(pixels, degrees, right, down):
    """Turn about the centre, then shift by shares of width and height; returns the photo and the motion in pixels."""
    height, width = pixels.shape[:2]
    motion = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1.0)
    motion[:, 2] += right * width, down * height
    return cv2.warpAffine(pixels, motion, (width, height), borderMode=cv2.BORDER_REFLECT_101), motion


def find_places(motion, points, size):
    """Where points of the moved photo, in shares, lie on the unmoved one."""
    back = cv2.invertAffineTransform(motion)
    return ((points * size - 0.5) @ back[:, :2].T + back[:, 2] + 0.5) / size


def draw_noise(seed, size=(200, 260), blur=3.0):
    noise = np.random.default_rng(seed).uniform(0, 255, (*size, 3)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), blur)
    return cv2.normalize(smooth, None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)


@pytest.mark.parametrize("degrees", [-5, -1.5, 0, 3, 5])
@pytest.mark.parametrize(("right", "down"), [(0, 0), (0.08, 0), (-0.08, 0.08), (0.03, -0.08), (0.08, 0.08)])
def test_a_moved_part_is_found_to_a_fifth_of_a_token(flange, degrees, right, down):
    photo, motion = move(flange, degrees, right, down)
    found = register(make_thumbnail(photo), make_thumbnail(flange))
    size = np.array(flange.shape[1::-1])
    points = np.array([[x, y] for x in (0.1, 0.5, 0.9) for y in (0.1, 0.5, 0.9)])
    error = points @ found.matrix[:, :2].T + found.matrix[:, 2] - find_places(motion, points, size)
    assert np.abs(error * size / size.min() * TOKENS).max() < 0.2
    assert found.agreement > 0.95


@pytest.mark.parametrize("name", ["good/001.jpg", "crack/000.jpg", "rust/000.jpg", "missing_feature/000.jpg"])
def test_photos_of_other_parts_of_the_product_are_found_defective_or_not(flange, name):
    photo = read_photo(locate("samples", "flange", "test", *name.split("/"))).pixels
    assert register(make_thumbnail(photo), make_thumbnail(flange)).agreement > 0.95


def test_another_light_does_not_matter(flange):
    darker = (flange * 0.6 + 10).astype(np.uint8)
    assert register(make_thumbnail(darker), make_thumbnail(flange)).matrix == pytest.approx(np.eye(2, 3), abs=2e-3)


@pytest.mark.parametrize("seed", range(5))
def test_different_textures_are_not_taken_for_the_same_place(seed):
    assert register(make_thumbnail(draw_noise(seed)), make_thumbnail(draw_noise(seed + 50))) is None


def test_a_texture_is_not_taken_for_a_part(flange):
    texture = draw_noise(0, flange.shape[:2], blur=9.0)
    assert register(make_thumbnail(texture), make_thumbnail(flange)) is None


def test_photos_of_different_shape_are_not_compared(flange):
    assert register(make_thumbnail(flange[:, :700]), make_thumbnail(flange)) is None


def test_photos_that_show_nothing_are_not_taken_for_the_same_place():
    grey = make_thumbnail(np.full((80, 100, 3), 120, np.uint8))
    noise = make_thumbnail(draw_noise(0, (80, 100)))
    assert [register(*pair) for pair in ((grey, grey), (grey, noise), (noise, grey))] == [None] * 3


def test_a_part_too_far_away_does_not_lie_as_the_reference_does(flange):
    photo, _ = move(flange, 0, MAX_SHIFT + 0.1, 0)
    found = register(make_thumbnail(photo), make_thumbnail(flange))
    assert found is None


def test_registering_gives_the_same_place_every_time(flange):
    photo, reference = make_thumbnail(move(flange, 2, 0.03, 0.01)[0]), make_thumbnail(flange)
    assert np.array_equal(register(photo, reference).matrix, register(photo, reference).matrix)


@pytest.mark.parametrize("size", [(32, 32), (32, 900), (900, 32), (1000, 1300)])
def test_a_thumbnail_keeps_the_proportions_and_loses_brightness_and_contrast(size):
    thumbnail = make_thumbnail(draw_noise(1, size))
    assert min(thumbnail.shape) == 128
    assert thumbnail.shape[0] / thumbnail.shape[1] == pytest.approx(size[0] / size[1], rel=0.01)
    assert (float(thumbnail.mean()), float(thumbnail.std())) == pytest.approx((0, 1), abs=1e-3)


def draw_tokens(height=9, width=12, channels=16):
    tokens = np.random.default_rng(0).normal(size=(height, width, channels))
    return (tokens / np.linalg.norm(tokens, axis=-1, keepdims=True)).astype(np.float32)


def shift(right, down):
    return Registration(np.array([[1.0, 0.0, right], [0.0, 1.0, down]]), 1.0)


def test_a_photo_compared_with_itself_in_place_is_at_distance_zero():
    tokens = draw_tokens()
    assert distances_in_place(tokens, tokens, UNMOVED).max() < 1e-6


def test_tokens_are_compared_where_the_registration_says():
    tokens = draw_tokens()
    moved = np.roll(tokens, (2, 3), axis=(0, 1))
    distances = distances_in_place(moved, tokens, shift(-3 / 12, -2 / 9))
    assert distances[2:, 3:].max() < 1e-6
    assert distances_in_place(moved, tokens, UNMOVED)[2:, 3:].mean() > 0.3


def test_tokens_off_the_reference_have_distance_zero():
    tokens = draw_tokens()
    distances = distances_in_place(-tokens, tokens, shift(4 / 12, 0))
    assert not distances[:, 8:].any()
    assert (distances[:, :8] > 0).all()


def test_a_swapped_token_stands_out_though_the_reference_has_it_elsewhere():
    tokens = draw_tokens()
    swapped = tokens.copy()
    swapped[1, 1], swapped[7, 10] = tokens[7, 10], tokens[1, 1]
    distances = distances_in_place(swapped, tokens, UNMOVED)
    assert distances[1, 1] > 0.1
    assert distances[7, 10] > 0.1
    assert np.count_nonzero(distances > 1e-6) == 2


def test_a_neighbouring_token_counts_as_the_same_place():
    tokens = draw_tokens()
    assert distances_in_place(np.roll(tokens, 1, axis=1), tokens, UNMOVED)[:, 1:].max() < 1e-6

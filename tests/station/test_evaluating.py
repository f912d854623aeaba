"""References are drawn by seed alone, and a template of the paired protocol is never its own copy."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.images import Photo
from station.errors import DataError
from station.evaluating import PAIRED_GAIN, Protocol, displace, draw_references, find_template
from station.evaluation_data import Category, LabelledPhoto

REFERENCES = tuple(Path(f"train/good/{number:03}.png") for number in range(12))
CATEGORY = Category("leather", Path(), REFERENCES, ())


@given(st.integers(0, 10_000), st.integers(1, 12), st.integers(1, 12))
def test_more_shots_of_a_seed_begin_with_those_of_fewer(seed, some, more):
    few, many = sorted((some, more))

    drawn = draw_references(CATEGORY, many, seed)

    assert drawn[:few] == draw_references(CATEGORY, few, seed)
    assert len(set(drawn)) == many


def test_different_seeds_draw_different_references():
    assert len({draw_references(CATEGORY, 1, seed)[0] for seed in range(40)}) > 6


def test_more_shots_than_photos_is_a_sentence_with_both_numbers():
    with pytest.raises(DataError, match="12 photos in train/good, fewer than the 13 shots"):
        draw_references(CATEGORY, 13, 0)


def test_a_defective_photo_is_paired_by_name_and_a_good_one_with_itself():
    assert find_template(CATEGORY, LabelledPhoto(Path("test/cut/003.jpg"), "cut")) == REFERENCES[3]
    assert find_template(CATEGORY, LabelledPhoto(Path("test/good/003.png"), "good")) == Path("test/good/003.png")


def test_a_photo_without_a_template_is_named():
    with pytest.raises(DataError, match=r"099\.png has no template 099"):
        find_template(CATEGORY, LabelledPhoto(Path("test/cut/099.png"), "cut"))


@given(st.integers(0, 1000))
def test_a_displaced_photo_keeps_size_and_is_nearly_the_same(seed):
    ramp = np.tile(np.arange(64, 128, dtype=np.uint8)[None, :, None], (48, 1, 3))
    photo = Photo(ramp, "a.png", "ab" * 32, 8)

    moved = displace(photo, np.random.default_rng(seed))

    assert moved.pixels.shape == ramp.shape
    assert np.abs(moved.pixels.astype(int) - ramp).max() <= 5 + round(PAIRED_GAIN * 255)
    assert moved.sha256 != photo.sha256


def test_displacing_follows_the_seed():
    photo = Photo(np.random.default_rng(0).integers(0, 255, (48, 64, 3), np.uint8), "a.png", "ab" * 32, 8)

    first, again, other = (displace(photo, np.random.default_rng(seed)).pixels for seed in (1, 1, 2))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("protocol", "words"),
    [
        (Protocol(), "1 of train/good as reference, drawn with seed 0"),
        (Protocol(4, 2), "4 of train/good as references, drawn with seed 2"),
        (Protocol(paired=True), "paired: each photo against its own template, moved by up to 4 px (seed 0)"),
    ],
)
def test_a_protocol_says_how_references_are_chosen(protocol, words):
    assert protocol.describe() == words

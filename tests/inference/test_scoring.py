"""One number and one map from distances: steady against single tokens, at the photo's size, never outside the range."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy

from inference.scoring import PART_RULE, SURFACE_RULE, enlarge, fuse, top_mean

shapes = st_numpy.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=40)
maps = st_numpy.arrays(np.float32, shapes, elements=st.floats(0, 2, width=32))


@given(maps)
def test_the_raw_score_is_the_mean_of_the_largest_hundredth(distances):
    ordered = np.sort(distances.ravel())[::-1]
    count = min(int(np.ceil(PART_RULE.share * ordered.size)), PART_RULE.most)
    assert top_mean(distances, PART_RULE) == pytest.approx(float(ordered[:count].mean()), rel=1e-5)


def test_a_large_grid_is_scored_by_its_few_worst_tokens():
    distances = np.zeros((200, 200), np.float32)
    distances[:4, :4] = 1.0
    assert distances.size * PART_RULE.share > PART_RULE.most
    assert top_mean(distances, PART_RULE) == 1.0


def test_the_raw_score_of_a_grid_of_one_token_is_its_distance():
    assert top_mean(np.full((1, 1), 0.25, np.float32), PART_RULE) == 0.25


@given(maps, st.floats(0, 1, width=32))
def test_a_larger_distance_never_lowers_the_raw_score(distances, more):
    worse = distances.copy()
    worse[0, 0] += more
    assert top_mean(worse, PART_RULE) >= top_mean(distances, PART_RULE) - 1e-6


@settings(deadline=None)
@given(maps, st.integers(1, 90), st.integers(1, 90))
def test_the_map_has_the_size_of_the_photo_and_stays_within_the_distances(distances, height, width):
    enlarged = enlarge(distances, height, width)
    assert enlarged.shape == (height, width)
    assert enlarged.dtype == np.float32
    assert distances.min() - 1e-5 <= enlarged.min() <= enlarged.max() <= distances.max() + 1e-5


@pytest.mark.parametrize("size", [(32, 40000), (40000, 32)])
def test_the_map_of_a_very_long_photo_has_its_size(size):
    assert enlarge(np.ones((7, 60), np.float32), *size).shape == size


def test_the_map_peaks_where_the_token_lies():
    distances = np.zeros((10, 20), np.float32)
    distances[3, 12] = 1.0
    enlarged = enlarge(distances, 140, 280)
    y, x = np.unravel_index(int(enlarged.argmax()), enlarged.shape)
    assert (y // 14, x // 14) == (3, 12)


def test_the_map_of_a_symmetric_grid_is_symmetric():
    distances = np.zeros((9, 9), np.float32)
    distances[4, 4] = 1.0
    enlarged = enlarge(distances, 126, 126)
    assert enlarged == pytest.approx(enlarged[::-1, ::-1], abs=1e-6)
    assert enlarged == pytest.approx(enlarged.T, abs=1e-6)


def test_maps_of_one_grid_are_averaged():
    low, high = np.zeros((5, 6), np.float32), np.ones((5, 6), np.float32)
    assert np.array_equal(fuse([low, high]), np.full((5, 6), 0.5, np.float32))


def test_one_map_is_left_as_it_is():
    distances = np.random.default_rng(0).random((5, 6), np.float32)
    assert np.array_equal(fuse([distances]), distances)


def test_maps_of_different_grids_meet_on_the_finest():
    coarse, fine = np.full((5, 6), 0.2, np.float32), np.full((11, 13), 0.6, np.float32)
    for order in ([coarse, fine], [fine, coarse]):
        assert fuse(order) == pytest.approx(np.full((11, 13), 0.4), abs=1e-6)


def test_a_surface_is_scored_by_more_of_its_tokens_than_a_part():
    distances = np.zeros((48, 48), np.float32)
    distances[10, 10:20] = 1.0
    assert top_mean(distances, SURFACE_RULE) < top_mean(distances, PART_RULE)

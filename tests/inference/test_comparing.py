"""What a photo is compared with: samples of a bank, the turn it lies in, and whether anything expected is absent."""

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.comparing import (
    SMALLEST_SCORE,
    choose_turns,
    compare,
    group_maps,
    join_groups,
    log_top_mean,
    measure_absent,
    take_sample,
)
from inference.scoring import PART_RULE
from inference.token_grids import Scale, TokenGrid

WHOLE, DETAIL = Scale(0, 336, 1.0), Scale(0, 1344, 2.0, detail=True)


def draw_tokens(*shape, seed=0):
    tokens = np.random.default_rng(seed).normal(size=(*shape, 24))
    return (tokens / np.linalg.norm(tokens, axis=-1, keepdims=True)).astype(np.float32)


@given(st.integers(1, 500), st.integers(1, 500))
def test_a_sample_is_as_large_as_asked_for_and_keeps_the_order(count, most):
    tokens = np.arange(count, dtype=np.float32)[:, None]
    sample = take_sample(tokens, most)
    assert len(sample) == min(count, most)
    assert np.all(np.diff(sample[:, 0]) >= 1)


def test_a_sample_reaches_from_the_first_token_to_the_last():
    sample = take_sample(np.arange(1000, dtype=np.float32)[:, None], 7)
    assert (sample[0, 0], sample[-1, 0]) == (0, 999)


def test_a_photo_agrees_with_the_turn_it_was_learned_in():
    banks = [draw_tokens(300, seed=seed) for seed in range(4)]
    assert choose_turns(banks[2].reshape(20, 15, -1), banks) == [2]


def test_a_patch_may_not_pick_a_turn_of_its_own():
    upright, turned = draw_tokens(200, seed=1), draw_tokens(200, seed=2)
    tokens = upright.reshape(20, 10, -1).copy()
    tokens[3, 4] = turned[7]
    grid = TokenGrid(tokens, tokens[0, 0])

    [distances] = compare([grid], [[upright, turned]], choose_turns(tokens, [upright, turned]))

    assert distances[3, 4] > 0.3
    assert np.delete(distances.ravel(), 34).max() < 1e-6


def test_an_empty_fixture_lacks_what_the_reference_shows_though_nothing_on_it_is_new():
    fixture, part = draw_tokens(10, 10, seed=3), draw_tokens(5, 10, seed=4)
    reference = np.concatenate([fixture, part])
    assert measure_absent(fixture, [reference], 0.1) == pytest.approx(1 / 3)
    assert measure_absent(reference, [reference], 0.1) == 0.0


def test_the_reference_a_photo_lacks_least_of_counts():
    one, other = draw_tokens(6, 6, seed=5), draw_tokens(6, 6, seed=6)
    assert measure_absent(one, [other, one], 0.1) == 0.0


def test_scales_are_brought_to_one_unit_before_they_are_fused():
    maps = [np.full((4, 4), 0.2, np.float32), np.full((8, 8), 0.6, np.float32)]
    [fused] = group_maps(maps, [WHOLE, WHOLE], [log(0.1), log(0.3)])
    assert fused.shape == (8, 8)
    assert fused == pytest.approx(2.0)


def test_what_only_the_native_view_sees_is_not_averaged_away():
    quiet, loud = np.full((4, 4), 0.1, np.float32), np.full((32, 32), 0.1, np.float32)
    loud[5:9, 5:9] = 0.3
    groups = group_maps([quiet, loud], [WHOLE, DETAIL], [log(0.1), log(0.1)])
    assert len(groups) == 2
    assert join_groups(groups, PART_RULE) == pytest.approx(log_top_mean(groups[1], PART_RULE))
    assert join_groups(groups, PART_RULE) > log(4)


def test_a_photo_equal_to_its_reference_has_the_smallest_score_and_no_infinite_one():
    assert log_top_mean(np.zeros((5, 5), np.float32), PART_RULE) == pytest.approx(log(SMALLEST_SCORE))

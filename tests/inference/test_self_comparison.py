"""A picture compared with itself: what repeats is near, what is rare is far, and no block sees itself."""

import numpy as np
import pytest

from inference.self_comparison import BLOCK_MARGIN, BLOCKS, WEIGHT, compare_within, weigh_rarity
from inference.token_grids import unit_vectors


def draw_tokens(kinds, size=24, channels=16):
    rng = np.random.default_rng(0)
    chosen = rng.integers(0, kinds, (size, size))
    return unit_vectors(rng.normal(size=(kinds, channels)).astype(np.float32))[chosen]


def test_what_repeats_over_the_picture_is_near():
    assert compare_within(draw_tokens(3)).max() == pytest.approx(0.0, abs=1e-5)


def test_what_is_found_at_one_place_only_is_far():
    tokens = draw_tokens(3)
    tokens[8:10, 8:10] = unit_vectors(np.ones(16, np.float32))
    found = compare_within(tokens)
    assert found[8:10, 8:10].min() > 10 * np.median(found) + 0.1


def test_a_block_does_not_see_itself_or_its_margin():
    tokens = draw_tokens(1)
    side = 24 // BLOCKS
    tokens[:side, :side] = unit_vectors(np.arange(1, 17, dtype=np.float32))
    tokens[side : side + BLOCK_MARGIN, : side + BLOCK_MARGIN] = tokens[0, 0]
    tokens[: side + BLOCK_MARGIN, side : side + BLOCK_MARGIN] = tokens[0, 0]
    assert compare_within(tokens)[:side, :side].min() > 0.05


def test_a_place_unlike_the_references_counts_less_when_the_whole_photo_is_so():
    far = np.full((4, 4), 0.4, np.float32)
    common, rare = (np.full((4, 4), value, np.float32) for value in (0.1, 0.4))
    [among_its_like], [alone] = weigh_rarity([far], [common]), weigh_rarity([far], [rare])
    assert (among_its_like < alone).all()
    assert alone == pytest.approx(far)
    assert among_its_like == pytest.approx(0.4 ** (1 - WEIGHT) * 0.1**WEIGHT)

"""The part is told from its surroundings where that is clear, and nothing is masked where it is not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.part_mask import find_part, learn_part
from inference.token_grids import unit_vectors

ROWS, COLUMNS, CHANNELS = 20, 26, 16
GROUND, PART = np.eye(CHANNELS, dtype=np.float32)[:2]


def draw_tokens(shows_part, seed=0, spread=0.1):
    """Tokens of a part on a ground, each kind alike but for some spread."""
    noise = np.random.default_rng(seed).normal(size=(*shows_part.shape, CHANNELS)) * spread
    kinds = np.where(shows_part[..., None], PART, GROUND)
    return unit_vectors((kinds + noise).astype(np.float32))


def draw_disc(row=10, column=13, radius=6):
    rows, columns = np.mgrid[:ROWS, :COLUMNS]
    return (rows - row) ** 2 + (columns - column) ** 2 <= radius**2


def test_a_part_on_a_ground_is_found_with_a_margin():
    disc = draw_disc()
    finder = learn_part([draw_tokens(disc)])
    assert finder is not None
    part = find_part(draw_tokens(disc, seed=1), finder)
    assert part is not None
    assert part[disc].all()
    assert not part[~draw_disc(radius=8)].any()


@given(st.integers(8, 11), st.integers(9, 16))
def test_the_part_is_found_wherever_it_lies(row, column):
    finder = learn_part([draw_tokens(draw_disc())])
    assert finder is not None
    part = find_part(draw_tokens(draw_disc(row, column), seed=2), finder)
    assert part is not None
    assert part[draw_disc(row, column)].all()


def test_a_hole_in_the_part_belongs_to_it():
    disc = draw_disc() & ~draw_disc(radius=2)
    finder = learn_part([draw_tokens(disc)])
    assert finder is not None
    part = find_part(draw_tokens(disc, seed=1), finder)
    assert part is not None
    assert part[draw_disc()].all()


def test_a_dark_part_on_a_bright_ground_is_found_like_the_other_way_round():
    finder = learn_part([unit_vectors(-draw_tokens(draw_disc()))])
    assert finder is not None
    assert find_part(unit_vectors(-draw_tokens(draw_disc())), finder) is not None


def test_an_even_surface_has_no_part():
    noise = np.random.default_rng(0).normal(size=(ROWS, COLUMNS, CHANNELS)).astype(np.float32)
    assert learn_part([unit_vectors(noise)]) is None


def test_a_picture_all_alike_has_no_part():
    assert learn_part([np.tile(GROUND, (ROWS, COLUMNS, 1))]) is None


@pytest.mark.parametrize(
    "shown",
    [
        np.indices((ROWS, COLUMNS))[1] < COLUMNS // 2,
        np.indices((ROWS, COLUMNS)).sum(axis=0) % 8 < 4,
        draw_disc(radius=1),
        draw_disc(5, 7, 3) | draw_disc(14, 18, 3),
    ],
    ids=["half the picture", "stripes", "a speck", "two parts"],
)
def test_nothing_is_masked_where_no_single_part_lies_free(shown):
    assert learn_part([draw_tokens(shown)]) is None


@pytest.mark.parametrize(
    "shown",
    [draw_disc(radius=3), draw_disc(radius=9), draw_disc(10, 0), np.zeros((ROWS, COLUMNS), bool)],
    ids=["much smaller", "much larger", "cut off", "missing"],
)
def test_a_photo_that_looks_otherwise_is_judged_as_a_whole(shown):
    finder = learn_part([draw_tokens(draw_disc())])
    assert finder is not None
    assert find_part(draw_tokens(shown, seed=1), finder) is None


def test_one_reference_without_a_clear_part_switches_the_mask_off():
    whole = draw_tokens(draw_disc())
    half = draw_tokens(np.indices((ROWS, COLUMNS))[1] < COLUMNS // 2)
    assert learn_part([whole]) is not None
    assert learn_part([whole, half]) is None

"""Every photo becomes one grid of unit vectors, whole or in tiles, and nobody can tell from the grid which it was."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference import token_grids
from inference.backbones import DummyBackbone
from inference.errors import Cancelled
from inference.profiles import Profile, WholeView
from inference.token_grids import (
    MIN_SIDE,
    TILE_OVERLAP,
    TILE_SIDE,
    Scale,
    grid_shape,
    join_layers,
    normalise,
    plan_scales,
    read_tokens,
    resize,
    split_axis,
    unit_vectors,
)

BACKBONE = DummyBackbone()
STRIDE = BACKBONE.stride


def draw_photo(height, width, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)


def make_scale(side):
    return Scale(0, side, contrast=1.0)


def read(pixels, side, is_cancelled=lambda: False):
    return read_tokens(BACKBONE, pixels, make_scale(side), is_cancelled)


def make_profile(smallest=112, largest=168, tiles=0):
    return Profile(
        "fast",
        (WholeView("dummy", (1,), smallest, largest, contrast=1.0),),
        tiles,
        512,
        "float32",
        alignment=False,
        within=False,
    )


@given(st.integers(1, 3000))
def test_tiles_cover_every_token_exactly_once(length):
    kept = [token for _, tokens in split_axis(length) for token in range(tokens.start, tokens.stop)]
    assert kept == list(range(length))


@given(st.integers(TILE_SIDE + 1, 3000))
def test_tiles_lie_inside_and_are_trusted_with_what_they_show_away_from_their_inner_edges(length):
    tiles = split_axis(length)
    for start, tokens in tiles:
        assert 0 <= start <= tokens.start < tokens.stop <= start + TILE_SIDE <= length
        assert tokens.start - start >= (TILE_OVERLAP // 2 if start else 0)
        assert start + TILE_SIDE - tokens.stop >= (TILE_OVERLAP // 2 if start + TILE_SIDE < length else 0)


@pytest.mark.parametrize(("length", "tiles"), [(1, 1), (37, 1), (38, 2), (70, 2), (71, 3), (103, 3), (104, 4)])
def test_no_more_tiles_are_read_than_it_takes(length, tiles):
    assert len(split_axis(length)) == tiles


@pytest.mark.parametrize("size", [(600, 600), (560, 1700), (40, 12000), (12000, 40)])
def test_tiles_put_together_equal_the_view_read_at_once(monkeypatch, size):
    photo = draw_photo(*size)
    side = min(size) // STRIDE * STRIDE
    monkeypatch.setattr(token_grids, "MAX_CELLS_AT_ONCE", 1)
    tiled = read(photo, side)
    monkeypatch.setattr(token_grids, "MAX_CELLS_AT_ONCE", 10**9)
    whole = read(photo, side)
    assert np.array_equal(tiled.tokens, whole.tokens)
    assert float(tiled.summary @ whole.summary) > 0.999


def test_views_too_large_to_read_at_once_are_read_in_tiles():
    seen = []

    class Watching(DummyBackbone):
        def extract(self, pixels):
            seen.append(pixels.shape[1] * pixels.shape[2] // STRIDE**2)
            return super().extract(pixels)

    grid = read_tokens(Watching(), draw_photo(840, 1120), make_scale(840), lambda: False)
    assert grid.tokens.shape[:2] == (60, 80)
    assert len(seen) == 6
    assert set(seen) == {TILE_SIDE**2}


@pytest.mark.parametrize(
    ("size", "side", "shape"),
    [
        ((480, 640), 336, (24, 32)),
        ((640, 480), 336, (32, 24)),
        ((100, 1000), 140, (10, 100)),
        ((32, 32), 14, (MIN_SIDE, MIN_SIDE)),
        ((32, 3200), 14, (MIN_SIDE, 100)),
    ],
)
def test_the_grid_follows_the_proportions_of_the_photo(size, side, shape):
    assert grid_shape(*size, side, STRIDE) == shape
    assert read(draw_photo(*size), side).tokens.shape[:2] == shape


@settings(deadline=None, max_examples=30)
@given(st.integers(32, 200), st.integers(32, 400), st.integers(14, 200))
def test_all_tokens_and_the_summary_are_unit_vectors(height, width, side):
    grid = read(draw_photo(height, width), side)
    assert grid.tokens.dtype == grid.summary.dtype == np.float32
    assert np.linalg.norm(grid.tokens, axis=-1) == pytest.approx(np.ones(grid.tokens.shape[:2]), abs=1e-5)
    assert float(np.linalg.norm(grid.summary)) == pytest.approx(1, abs=1e-5)


def test_reading_is_the_same_every_time():
    photo = draw_photo(300, 500)
    assert np.array_equal(read(photo, 168).tokens, read(photo, 168).tokens)


@pytest.mark.parametrize("tiles_read", range(6))
def test_reading_in_tiles_stops_as_soon_as_it_is_asked_to(tiles_read):
    answers = iter([False] * tiles_read + [True])
    with pytest.raises(Cancelled):
        read(draw_photo(840, 1120), 840, is_cancelled=lambda: next(answers))


@pytest.mark.parametrize(("height", "side"), [(50, 112), (149, 112), (200, 150), (224, 168), (4000, 168)])
def test_the_whole_view_follows_the_photo_within_its_bounds(height, side):
    assert plan_scales(height, height * 2, make_profile(), [BACKBONE]) == (make_scale(side),)


def test_a_large_photo_gets_a_native_view_as_well():
    whole, native = plan_scales(1200, 1600, make_profile(tiles=24), [BACKBONE])
    assert (whole.detail, native.detail) == (False, True)
    assert native.side == 1200


@pytest.mark.parametrize("size", [(5000, 5000), (2000, 20000), (20000, 2000)])
def test_the_native_view_never_costs_more_tiles_than_allowed(size):
    native = plan_scales(*size, make_profile(tiles=24), [BACKBONE])[-1]
    assert native.detail
    rows, columns = grid_shape(*size, native.side, STRIDE)
    assert rows * columns <= 24 * (TILE_SIDE - TILE_OVERLAP) ** 2 * 1.05


def test_a_small_photo_gets_no_native_view():
    assert not any(scale.detail for scale in plan_scales(300, 400, make_profile(tiles=24), [BACKBONE]))


def test_only_as_many_views_are_planned_as_there_are_backbones():
    profile = Profile("fast", make_profile().views * 2, 0, 512, "float32", alignment=False, within=False)
    assert [len(plan_scales(300, 300, profile, [BACKBONE] * count)) for count in (1, 2)] == [1, 2]


def test_shrinking_averages_and_does_not_skip_pixels():
    stripes = np.zeros((100, 100, 3), np.uint8)
    stripes[:, ::2] = 200
    assert np.array_equal(resize(stripes, 50, 50), np.full((50, 50, 3), 100, np.uint8))


def test_a_photo_of_the_right_size_stays_as_it_is():
    photo = draw_photo(70, 84)
    assert np.array_equal(resize(photo, 70, 84), photo)


def test_layers_of_one_shape_are_summed():
    a, b = (draw_layer(5, 6, 8, seed) for seed in (0, 1))
    assert join_layers([a, b]) == pytest.approx(unit_vectors(normalise(a) + normalise(b)), abs=1e-6)


@pytest.mark.parametrize(("finest", "shape"), [(True, (10, 12, 20)), (False, (5, 6, 20))])
def test_layers_of_different_grids_meet_on_one_of_them(finest, shape):
    joined = join_layers([draw_layer(10, 12, 8), draw_layer(5, 6, 12)], finest=finest)
    assert joined.shape == shape
    assert np.linalg.norm(joined, axis=-1) == pytest.approx(np.ones(shape[:2]), abs=1e-5)


def test_a_stronger_layer_does_not_drown_the_other():
    a, b = (draw_layer(5, 6, 8, seed) for seed in (0, 1))
    assert join_layers([a * 1000 + 5, b]) == pytest.approx(join_layers([a, b]), abs=1e-4)


def test_vectors_without_length_stay_without_it():
    assert not unit_vectors(np.zeros((2, 3), np.float32)).any()


def draw_layer(height, width, channels, seed=0):
    return np.random.default_rng(seed).normal(size=(height, width, channels)).astype(np.float32)

"""Drawn areas: what they leave out, and that they follow a part which lies otherwise."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.alignment import make_thumbnail
from inference.areas import MOST_SIDE, Outline, cover, draw_areas, place_areas
from inference.looking import Attention, find_looked_at, look_only_at

HEIGHT, WIDTH = 200, 260


def rectangle(kind, left, top, right, bottom):
    return Outline(kind, "rectangle", ((left, top), (right, bottom)))


def test_without_areas_everything_is_inspected():
    assert draw_areas([], HEIGHT, WIDTH) is None


def test_an_area_that_covers_everything_leaves_nothing_out():
    assert draw_areas([rectangle("inspect", 0, 0, WIDTH, HEIGHT)], HEIGHT, WIDTH) is None


@given(st.integers(0, 200), st.integers(0, 150), st.integers(5, 50), st.integers(5, 40))
def test_an_area_to_ignore_is_left_out_and_nothing_else(left, top, width, height):
    mask = draw_areas([rectangle("ignore", left, top, left + width, top + height)], HEIGHT, WIDTH)
    assert mask is not None
    ignored = np.zeros((HEIGHT, WIDTH), bool)
    ignored[top : top + height + 1, left : left + width + 1] = True
    assert np.array_equal(mask == 0, ignored)


def test_with_an_area_to_inspect_only_that_is_inspected():
    mask = draw_areas([rectangle("inspect", 20, 30, 100, 90), rectangle("ignore", 50, 50, 60, 60)], HEIGHT, WIDTH)
    assert mask is not None
    assert mask[40, 40] == 255
    assert mask[10, 10] == mask[55, 55] == 0


@pytest.mark.parametrize("turned", [False, True])
def test_the_corners_of_a_rectangle_may_be_given_in_any_order(turned):
    corners = ((100, 90), (20, 30)) if turned else ((20, 30), (100, 90))
    mask = draw_areas([Outline("ignore", "rectangle", corners)], HEIGHT, WIDTH)
    assert mask is not None
    assert int((mask == 0).sum()) == 81 * 61


def test_polygons_and_strokes_are_drawn():
    triangle = Outline("ignore", "polygon", ((20, 20), (120, 20), (20, 120)))
    stroke = Outline("ignore", "brush", ((150, 150), (240, 150)), width=20)
    mask = draw_areas([triangle, stroke], HEIGHT, WIDTH)
    assert mask is not None
    assert mask[40, 40] == mask[155, 200] == 0
    assert mask[110, 110] == mask[180, 200] == 255


def test_areas_of_a_large_photo_are_kept_small():
    mask = draw_areas([rectangle("ignore", 0, 0, 2000, 1500)], 3000, 4000)
    assert mask is not None
    assert max(mask.shape) == MOST_SIDE
    assert (mask == 0).mean() == pytest.approx(0.25, abs=0.01)


def draw_scene(shift=(0, 0)):
    canvas = np.full((HEIGHT, WIDTH, 3), 40, np.uint8)
    cv2.rectangle(canvas, (60, 50), (190, 150), (180, 180, 180), -1)
    cv2.circle(canvas, (90, 80), 16, (90, 20, 20), -1)
    cv2.line(canvas, (120, 60), (180, 140), (20, 20, 120), 5)
    matrix = np.float32([[1, 0, shift[0]], [0, 1, shift[1]]])
    return cv2.warpAffine(canvas, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)


@pytest.mark.parametrize("shift", [(0, 0), (9, 5), (-12, 7)])
def test_areas_follow_a_part_that_lies_a_little_otherwise(shift):
    areas = draw_areas([Outline("ignore", "polygon", ((74, 64), (106, 64), (106, 96), (74, 96)))], HEIGHT, WIDTH)
    assert areas is not None
    placed = place_areas(areas, make_thumbnail(draw_scene(shift)), make_thumbnail(draw_scene()))
    assert placed is not None
    rows, columns = np.nonzero(placed[20:-20, 20:-20] == 0)
    assert columns.mean() + 20 == pytest.approx(90 + shift[0], abs=2)
    assert rows.mean() + 20 == pytest.approx(80 + shift[1], abs=2)


def test_areas_are_not_used_on_a_photo_of_something_else():
    other = np.random.default_rng(0).integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8)
    areas = draw_areas([rectangle("ignore", 74, 64, 106, 96)], HEIGHT, WIDTH)
    assert areas is not None
    attention = Attention(None, areas, make_thumbnail(draw_scene()))
    looked_at = find_looked_at(attention, np.zeros((8, 10, 4), np.float32), make_thumbnail(other))
    assert looked_at.mask is None
    assert not looked_at.areas_placed


def test_on_an_even_surface_areas_keep_their_place_in_the_picture():
    areas = draw_areas([rectangle("ignore", 0, 0, 129, HEIGHT)], HEIGHT, WIDTH)
    assert areas is not None
    looked_at = find_looked_at(Attention(areas=areas), np.zeros((8, 10, 4), np.float32), np.zeros((8, 10), np.float32))
    blanked = look_only_at(np.ones((400, 520), np.float32), looked_at)
    assert blanked[:, :258].max() == 0.0
    assert blanked[:, 262:].min() == 1.0


def test_a_cell_counts_when_half_of_it_is_covered():
    mask = np.zeros((4, 8), np.uint8)
    mask[:, :3] = 255
    assert cover(mask, 1, 2).tolist() == [[True, False]]

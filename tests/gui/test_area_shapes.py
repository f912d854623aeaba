"""The geometry of drawn areas holds for any areas: shading, erasing, moving, finding and undoing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor

from gui.area_shapes import (
    MOST_STEPS,
    SHADE_SIDE,
    AreaHistory,
    erase,
    find_area,
    keep_on_photo,
    measure_inspected,
    move_area,
    outline_area,
    outline_stroke,
    shade_left_out,
)
from inference.areas import Outline, draw_areas
from station.product_settings import Area, ProductSettings, check_product_settings

WIDTH, HEIGHT = 160, 120
points = st.tuples(st.integers(0, WIDTH), st.integers(0, HEIGHT)).map(lambda xy: (float(xy[0]), float(xy[1])))
kinds = st.sampled_from(["inspect", "ignore"])
rectangles = st.builds(lambda kind, a, b: Area(kind, "rectangle", (a, (b[0] + 6.0, b[1] + 6.0))), kinds, points, points)
triangles = st.builds(
    lambda kind, corners: Area(kind, "polygon", tuple(corners)), kinds, st.lists(points, min_size=3, max_size=6)
)
strokes = st.builds(
    lambda kind, line, width: Area(kind, "brush", tuple(line), width),
    kinds,
    st.lists(points, min_size=1, max_size=5),
    st.floats(2.0, 40.0),
)
areas = st.lists(st.one_of(rectangles, triangles, strokes), max_size=4).map(tuple)


@given(areas)
def test_the_share_inspected_is_a_share(drawn):
    assert 0.0 <= measure_inspected(drawn, WIDTH, HEIGHT) <= 1.0


@given(st.lists(rectangles, max_size=4).map(tuple))
def test_what_is_shaded_is_what_learning_leaves_out(drawn):
    outlines = [Outline(area.kind, area.shape, area.points, area.width) for area in drawn]
    mask = draw_areas(outlines, HEIGHT, WIDTH)
    learned = 1.0 if mask is None else float((mask == 255).mean())
    # Learning draws a rectangle with its last row and column, the picture without.
    assert measure_inspected(drawn, WIDTH, HEIGHT) == pytest.approx(learned, abs=0.03 * max(1, len(drawn)))


@given(areas)
def test_without_an_area_to_inspect_only_ignored_ground_is_left_out(drawn):
    ignored = tuple(area for area in drawn if area.kind == "ignore")
    left_out = 1.0 - measure_inspected(ignored, WIDTH, HEIGHT)
    ground = sum(
        outline_area(area).boundingRect().width() * (outline_area(area).boundingRect().height()) for area in ignored
    )
    assert left_out <= (ground + 200.0 * len(ignored)) / (WIDTH * HEIGHT) + 1e-6


@given(areas, st.lists(points, min_size=1, max_size=4), st.floats(4.0, 50.0))
def test_what_was_erased_is_gone_and_what_is_left_can_be_saved(drawn, line, width):
    rubber = outline_stroke([QPointF(*point) for point in line], width)
    left = erase(drawn, rubber)
    check_product_settings(ProductSettings(areas=left))
    middle = QPointF(*line[0])
    assert all(not outline_area(area).contains(middle) for area in left)


@given(areas)
def test_erasing_beside_all_areas_changes_nothing(drawn):
    assert erase(drawn, outline_stroke([QPointF(-500.0, -500.0)], 10.0)) == drawn


@given(st.one_of(rectangles, strokes), st.floats(-1000, 1000), st.floats(-1000, 1000))
def test_a_moved_area_keeps_its_size_and_its_middle_on_the_photo(area, x, y):
    by = keep_on_photo(area, QPointF(x, y), WIDTH, HEIGHT)
    before, after = outline_area(area).boundingRect(), outline_area(move_area(area, by)).boundingRect()
    assert after.width() == pytest.approx(before.width(), abs=0.5)
    assert -0.5 <= after.center().x() <= WIDTH + 0.5
    assert -0.5 <= after.center().y() <= HEIGHT + 0.5


@given(rectangles)
def test_an_area_is_found_inside_and_not_far_outside(area):
    inside = outline_area(area).boundingRect().center()
    if not outline_area(area).isEmpty() and outline_area(area).boundingRect().width() > 1:
        assert find_area((area,), inside, 2.0) == 0
    assert find_area((area,), QPointF(-400.0, -400.0), 2.0) == -1


def test_the_uppermost_of_two_areas_is_found():
    below = Area("inspect", "rectangle", ((0.0, 0.0), (100.0, 100.0)))
    above = Area("ignore", "rectangle", ((20.0, 20.0), (60.0, 60.0)))
    assert find_area((below, above), QPointF(40.0, 40.0), 2.0) == 1
    assert find_area((below, above), QPointF(90.0, 90.0), 2.0) == 0


def test_erasing_the_middle_of_a_rectangle_leaves_a_ring():
    drawn = (Area("ignore", "rectangle", ((20.0, 20.0), (140.0, 100.0))),)
    left = erase(drawn, outline_stroke([QPointF(80.0, 60.0)], 30.0))
    whole, ring = (1 - measure_inspected(areas, WIDTH, HEIGHT) for areas in (drawn, left))
    assert whole - ring == pytest.approx(np.pi * 15**2 / (WIDTH * HEIGHT), rel=0.1)


def test_erasing_all_of_an_area_removes_it():
    drawn = (Area("ignore", "rectangle", ((20.0, 20.0), (30.0, 30.0))),)
    assert erase(drawn, outline_stroke([QPointF(25.0, 25.0)], 40.0)) == ()


def test_the_shade_of_a_huge_photo_stays_small():
    image = shade_left_out((), 12000, 9000, QColor(0, 0, 0))
    assert max(image.width(), image.height()) == SHADE_SIDE


@given(st.lists(areas, min_size=1, max_size=8), st.integers(1, 8))
def test_undoing_and_redoing_come_back_to_the_same_areas(states, count):
    history = AreaHistory()
    reached = [()]
    for state in states:
        if history.change(state):
            reached.append(state)
    steps = min(count, len(reached) - 1)
    for _ in range(steps):
        history.undo()
    assert history.areas == reached[-1 - steps]
    for _ in range(steps):
        history.redo()
    assert history.areas == reached[-1]
    assert not history.can_redo


def test_steps_are_forgotten_beyond_what_is_kept():
    history = AreaHistory()
    for number in range(MOST_STEPS + 10):
        history.change((Area("ignore", "rectangle", ((0.0, 0.0), (float(number + 1), 5.0))),))
    taken_back = 0
    while history.can_undo:
        history.undo()
        taken_back += 1
    assert taken_back == MOST_STEPS

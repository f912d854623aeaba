"""Photo and reference: side by side with one place, or swiped; and honest about whether the part was found on it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from gui.compare_view import CompareMode, CompareView
from gui.photo_layers import PhotoLayer
from gui.reference_place import place_reference
from inference.images import Photo, read_photo

FLANGE = Path(__file__).resolve().parents[2] / "resources" / "samples" / "flange" / "train" / "good"


def make_photo(pixels: np.ndarray, name: str = "photo.png") -> Photo:
    return Photo(np.ascontiguousarray(pixels), name, "0" * 64, 8)


@pytest.fixture(scope="module")
def part() -> Photo:
    return read_photo(sorted(FLANGE.iterdir())[0])


@pytest.fixture
def view(qtbot, part: Photo) -> CompareView:
    view = CompareView()
    qtbot.addWidget(view)
    view.resize(800, 400)
    layer = PhotoLayer()
    layer.show_photo(part)
    view.pane.layers = (layer, view.reference_in_swipe, view.divider)
    view.pane.grips = (view.divider,)
    view.show()
    qtbot.waitExposed(view)
    view.show_pair(part, replace(part, pixels=255 - part.pixels), keep_place=False)
    return view


def test_side_by_side_both_panes_show_the_same_place(view: CompareView):
    view.set_mode(CompareMode.SIDE)
    view.pane.zoom(3.0, QPointF(50, 60))
    assert view.other.isVisible()
    assert view.other.shown_rect.center() == view.pane.shown_rect.center()
    view.other.pan(QPointF(-40, 10))
    assert view.other.shown_rect.center() == view.pane.shown_rect.center()
    assert view.other.place.scale == view.pane.place.scale


@pytest.mark.parametrize("is_zoomed", [False, True])
def test_the_photo_stays_where_it_is_when_the_reference_comes_and_goes(qtbot, view: CompareView, is_zoomed: bool):
    if is_zoomed:
        view.pane.zoom(4.0, QPointF(100, 60))
    centre = view.pane.shown_rect.center()
    for mode in (CompareMode.SIDE, CompareMode.OFF, CompareMode.SIDE, CompareMode.SWIPE):
        view.set_mode(mode)
        view.grab()
        assert view.pane.shown_rect.center() == centre
        assert view.pane.is_fitted is not is_zoomed
        if mode is CompareMode.SIDE:
            assert view.other.shown_rect.center() == centre
    assert not view.pane.photo_size.isEmpty()


def test_the_pointer_is_marked_at_its_place_on_the_reference(view: CompareView):
    view.set_mode(CompareMode.SIDE)
    view.pane.pointed.emit(QPointF(12, 34))
    assert view.match.point == QPointF(12, 34)
    view.pane.pointed.emit(None)
    assert view.match.point is None


def test_left_of_the_divider_is_the_part_and_right_of_it_the_reference(view: CompareView, part: Photo):
    view.set_mode(CompareMode.SWIPE)
    view.divider.move_to(0.5)
    picture = view.pane.grab().toImage()
    left, right = QPoint(view.pane.width() // 2 - 60, 390), QPoint(view.pane.width() // 2 + 60, 390)
    for point, is_negative in ((left, False), (right, True)):
        there = view.pane.place.to_photo(QPointF(point) + QPointF(0.5, 0.5)).toPoint()
        around = part.pixels[there.y() - 3 : there.y() + 4, there.x() - 3 : there.x() + 4].mean()
        shown = picture.pixelColor(point).lightness()
        assert abs(shown - (255 - around if is_negative else around)) < 25


def test_the_divider_is_dragged_by_mouse_and_moved_by_steps(qtbot, view: CompareView):
    view.set_mode(CompareMode.SWIPE)
    view.grab()
    viewport, middle = view.pane.viewport(), QPoint(view.pane.width() // 2, 100)
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=middle)
    qtbot.mouseMove(viewport, QPoint(200, 100))
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(200, 100))
    assert view.divider.share == pytest.approx(0.25, abs=0.01)
    view.move_divider(-50)
    assert view.divider.share == 0.0


def test_a_turned_and_shifted_reference_is_laid_on_the_part(part: Photo):
    turn = cv2.getRotationMatrix2D((part.width / 2, part.height / 2), 4.0, 1.0)
    turn[:, 2] += (12, -9)
    turned = cv2.warpAffine(part.pixels, turn, (part.width, part.height), borderMode=cv2.BORDER_REFLECT)
    found = place_reference(part, make_photo(turned, "good.png"))
    assert found.is_found
    for x, y in ((300, 200), (800, 700), (600, 480)):
        there = turn @ np.array([x, y, 1.0])
        assert np.abs(found.onto @ np.array([*there, 1.0]) - (x, y)).max() < 4
    assert "good.png" in found.sentence


def test_where_the_pictures_do_not_agree_the_same_place_of_the_picture_is_shown_and_said_so(part: Photo):
    noise = np.random.default_rng(0).integers(0, 255, (100, 300, 3), np.uint8)
    found = place_reference(part, make_photo(noise, "other.png"))
    assert not found.is_found
    assert "same place of the picture" in found.sentence
    assert found.onto @ np.array([300, 100, 1]) == pytest.approx((part.width, part.height))


def test_without_a_reference_nothing_is_compared_until_there_is_one(view: CompareView, part: Photo):
    view.set_mode(CompareMode.SIDE)
    view.show_pair(part, None, keep_place=True)
    assert (view.mode, view.other.isVisible()) == (CompareMode.OFF, False)
    view.show_pair(part, part, keep_place=True)
    assert (view.mode, view.other.isVisible()) == (CompareMode.SIDE, True)

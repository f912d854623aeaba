"""The overlay on the screen: a fixed scale tied to the limit, outlines at any zoom, nothing on a good part."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage

from gui.image_place import Place, Screen
from gui.overlay import MARGIN, USUAL_OPACITY, Overlay, OverlayMode, draw_outline, make_legend_bar
from inference.heat_colours import heat_levels, heat_table
from inference.rendering import render_overlay

SCREEN = Screen(60, 40)
WHOLE = Place()


def make_overlay(peak: float) -> Overlay:
    values = np.full((40, 60), 0.2, np.float32)
    values[10:20, 10:30] = peak
    return Overlay(values, (values >= 1.0).astype(np.uint8) * np.uint8(255))


def render(overlay: Overlay, mode: OverlayMode, place: Place = WHOLE, opacity: float = USUAL_OPACITY) -> QImage:
    image = overlay.render(mode, opacity, place, SCREEN)
    assert image is not None
    return image


def colour_at(image: QImage, x: int, y: int) -> QColor:
    return image.pixelColor(QPoint(x + MARGIN, y + MARGIN) - image.offset())


def alpha_at(image: QImage, x: int, y: int) -> int:
    return colour_at(image, x, y).alpha()


def test_heat_begins_well_below_the_limit_and_a_good_part_stays_blank():
    assert make_overlay(0.6).render(OverlayMode.HEAT, USUAL_OPACITY, Place(), SCREEN) is None
    assert alpha_at(render(make_overlay(0.8), OverlayMode.HEAT), 20, 15) > 0
    assert alpha_at(render(make_overlay(2.0), OverlayMode.HEAT), 12, 11) > 0


def test_the_heat_has_the_colours_of_pictures_and_reports():
    overlay = make_overlay(1.4)
    colour = colour_at(render(overlay, OverlayMode.HEAT), 20, 15)
    grey = np.full((40, 60, 3), 128, np.uint8)
    values = np.full((40, 60), 1.4, np.float32)
    report = render_overlay(grey, values, np.full((40, 60), 255, np.uint8), ())[20, 30]
    laid = [(part * colour.alpha() + 128 * (255 - colour.alpha())) / 255 for part in colour.getRgb()[:3]]
    assert np.abs(np.array(laid) - report).max() <= 3


@pytest.mark.parametrize("opacity", [0.1, 0.5, 1.0])
def test_opacity_changes_how_strong_the_heat_is(opacity: float):
    usual = heat_table()[heat_levels(np.array([2.0], np.float32))][0, 3]
    shown = alpha_at(render(make_overlay(2.0), OverlayMode.HEAT, opacity=opacity), 20, 15)
    assert shown == pytest.approx(min(usual * opacity / USUAL_OPACITY, 1.0) * 255, abs=2)


def test_an_outline_leaves_the_inside_open_and_a_fill_does_not():
    overlay = make_overlay(1.5)
    place = Place(4.0, -40.0, -40.0)
    assert alpha_at(render(overlay, OverlayMode.CONTOUR, place), 30, 18) == 0
    assert alpha_at(render(overlay, OverlayMode.FILL, place), 30, 18) > 80


def test_no_outline_runs_along_the_edge_of_the_screen():
    values = np.full((40, 60), 2.0, np.float32)
    everywhere = Overlay(values, np.full((40, 60), 255, np.uint8))
    image = render(everywhere, OverlayMode.CONTOUR, Place(10.0, -200.0, -150.0))
    assert max(alpha_at(image, 0, row) for row in range(40)) == 0


def test_without_findings_there_is_no_mask_to_draw_and_none_draws_nothing():
    assert make_overlay(0.9).render(OverlayMode.FILL, 0.5, Place(), SCREEN) is None
    assert make_overlay(2.0).render(OverlayMode.NONE, 0.5, Place(), SCREEN) is None


def test_a_dashed_line_has_gaps():
    mask = np.zeros((60, 60), np.uint8)
    mask[10:50, 10:50] = 255
    whole, dashed = np.zeros((60, 60, 4), np.uint8), np.zeros((60, 60, 4), np.uint8)
    draw_outline(whole, mask, (255, 255, 255), 2)
    draw_outline(dashed, mask, (255, 255, 255), 2, (6, 6))
    assert 0 < (dashed[..., 0] > 200).sum() < 0.8 * (whole[..., 0] > 200).sum()


def test_the_legend_goes_from_the_bare_photo_to_the_full_colour():
    bar = make_legend_bar(100, 8, USUAL_OPACITY)
    assert bar.pixelColor(0, 4).getRgb()[:3] == (205, 205, 205)
    assert bar.pixelColor(99, 4) != bar.pixelColor(0, 4)

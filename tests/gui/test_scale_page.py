"""The scale is typed, or measured by a line on the reference and its length."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from gui.scale_page import ScalePage
from station.product_overview import ProductOverview
from station.product_settings import ProductSettings
from station.references_check import PhotoPreview

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def make_overview():
    from storage.records import Actor, ProductVersion

    def make(retired=False, **settings):
        version = ProductVersion(1, 1, "gear", 1, {}, (), "2026-03-01T14:00:00Z", Actor("Ada"), "", retired)
        return ProductOverview(version, ProductSettings(**settings), (), ())

    return make


@pytest.fixture
def page(qtbot, make_overview):
    page = ScalePage()
    qtbot.addWidget(page)
    page.resize(700, 500)
    page.canvas.show_photo(PhotoPreview("good.png", "ab" * 32, 1000, 800, np.zeros((80, 100, 3), np.uint8)))
    page.show_overview(make_overview())
    page.show()
    return page


def draw(qtbot, page, start, end):
    canvas = page.canvas
    qtbot.mousePress(canvas, LEFT, pos=canvas.to_widget(QPointF(*start)).toPoint())
    qtbot.mouseRelease(canvas, LEFT, pos=canvas.to_widget(QPointF(*end)).toPoint())


def test_a_line_and_its_length_give_the_scale(qtbot, page):
    draw(qtbot, page, (100, 400), (600, 400))
    page.length_edit.setText("25")
    assert page.mm_per_px == pytest.approx(0.05, rel=0.01)
    with qtbot.waitSignal(page.change_wanted) as wanted:
        page.save_button.click()
    assert wanted.args[0]["mm_per_px"] == page.mm_per_px


def test_the_length_may_be_given_before_the_line(qtbot, page):
    page.length_edit.setText("25")
    draw(qtbot, page, (100, 400), (600, 400))
    assert page.mm_per_px == pytest.approx(0.05, rel=0.01)


def test_a_new_line_takes_the_place_of_the_old_one(qtbot, page):
    draw(qtbot, page, (100, 400), (600, 400))
    draw(qtbot, page, (100, 100), (100, 200))
    assert page.canvas.length == pytest.approx(100, abs=3)


def test_a_line_is_drawn_with_the_keyboard_alone(qtbot, page):
    qtbot.keyClick(page.canvas, Qt.Key.Key_Left)
    qtbot.keyClick(page.canvas, Qt.Key.Key_Return)
    for _ in range(10):
        qtbot.keyClick(page.canvas, Qt.Key.Key_Right)
    qtbot.keyClick(page.canvas, Qt.Key.Key_Return)
    assert page.canvas.length > 50
    assert "pixels long" in page.line_note.text()


def test_a_line_of_no_length_gives_no_scale(qtbot, page):
    draw(qtbot, page, (100, 400), (101, 400))
    page.length_edit.setText("25")
    assert page.mm_per_px is None
    assert not page.save_button.isEnabled()


@pytest.mark.parametrize("text", ["", "0", "-1", "abc"])
def test_what_is_no_scale_cannot_be_saved(page, text):
    page.scale_edit.setText(text)
    assert not page.save_button.isEnabled()


def test_the_scale_in_force_is_shown_and_can_be_removed(qtbot, page, make_overview):
    page.show_overview(make_overview(mm_per_px=0.0527))
    assert page.mm_per_px == pytest.approx(0.0527)
    assert not page.save_button.isEnabled()
    with qtbot.waitSignal(page.change_wanted) as wanted:
        page.remove_button.click()
    assert wanted.args[0] == {"mm_per_px": None}


def test_a_scale_that_cannot_be_is_told_at_once(page):
    page.scale_edit.setText("5000")
    assert not page.save_button.isEnabled()
    assert "0.00001 to 1,000" in page.scale_note.text()


def test_the_scale_of_a_retired_product_cannot_be_changed(page, make_overview):
    page.show_overview(make_overview(retired=True))
    assert not page.isEnabled()

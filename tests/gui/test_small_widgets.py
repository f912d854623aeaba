"""Small parts that many panes use: cut-off labels, empty panes, pictures, icons."""

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QLabel

from gui.elided_label import ElidedLabel
from gui.empty_state import EmptyState
from gui.icons import icon, verdict_icon
from gui.pixmaps import fit_pixmap, pixmap_of_pixels
from gui.theme import apply_theme


def test_a_label_that_is_cut_off_has_its_text_as_tool_tip(qtbot):
    label = ElidedLabel("Flansch DN50 mit Dichtnut und Gewindebohrungen")
    qtbot.addWidget(label)
    label.show()
    label.resize(80, 20)
    assert label.is_elided
    assert label.toolTip() == label.text()
    label.resize(800, 20)
    assert not label.is_elided
    assert label.toolTip() == ""


def test_line_breaks_become_blanks_in_a_label_of_one_line(qtbot):
    label = ElidedLabel("one\ntwo\t three")
    qtbot.addWidget(label)
    assert label.text() == "one two three"


def test_an_empty_pane_says_what_to_do_and_its_button_does_it(qtbot):
    done = []
    empty = EmptyState("image-plus-outline", "Nothing", "Drop a photo.", "Open…", lambda: done.append(1))
    qtbot.addWidget(empty)
    empty.show()
    qtbot.mouseClick(empty.button, Qt.MouseButton.LeftButton)
    assert done == [1]
    empty.say("Nothing", "There is nothing to do.")
    assert not empty.button.isVisible()
    assert "There is nothing to do." in [label.text() for label in empty.findChildren(QLabel)]


def test_pixels_keep_their_colours_and_place(qapp):
    pixels = np.zeros((3, 5, 3), np.uint8)
    pixels[2, 4] = (200, 10, 20)
    image = pixmap_of_pixels(pixels[:, :, :]).toImage()
    assert (image.width(), image.height()) == (5, 3)
    assert image.pixelColor(4, 2).getRgb()[:3] == (200, 10, 20)


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
def test_a_fitted_picture_is_sharp_and_fits(qapp, ratio):
    fitted = fit_pixmap(pixmap_of_pixels(np.zeros((300, 400, 3), np.uint8)), QSize(100, 100), ratio)
    assert fitted.width() == round(100 * ratio)
    assert fitted.deviceIndependentSize().height() == pytest.approx(75, abs=1)


def test_icons_follow_a_switch_of_the_look(qapp):
    def darkest():
        image = icon("history").pixmap(QSize(32, 32)).toImage()
        colours = [image.pixelColor(x, y) for x in range(32) for y in range(32)]
        return min(colour.lightness() for colour in colours if colour.alpha() > 200)

    try:
        apply_theme(QApplication.instance(), "light")
        light = darkest()
        apply_theme(QApplication.instance(), "dark")
        assert darkest() > light + 100
    finally:
        apply_theme(QApplication.instance(), "light")


def test_the_signs_of_the_verdicts_differ_in_shape(qapp):
    def outline(verdict):
        image = verdict_icon(verdict).pixmap(QSize(48, 48)).toImage()
        return tuple(image.pixelColor(x, y).alpha() > 127 for x in range(48) for y in range(48))

    assert len({outline(verdict) for verdict in ("accept", "review", "reject", None)}) == 4

"""The plot shows what verdicts rest on, in words too, in both looks, and for one part as for forty."""

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from gui.calibration_plot import CalibrationPlot
from gui.theme import apply_theme, colour
from inference.results import Calibration
from station.calibration_view import CalibrationView, RecentScore, view_calibration
from station.inspecting import inspect_photo
from station.products import Addition, add_product, prepare_product

CURVE = np.stack([np.linspace(0, 96, 50), np.exp(-np.linspace(0, 5, 50))])


def make_view(known=(3.0, 20.0), recent=(), review=37.0):
    calibration = Calibration("t", max(1, len(known)), 0.02, "at most 2% of good parts are rejected", True)
    return CalibrationView("gear", 2, calibration, np.array(known), CURVE, review, 50.0, recent)


@pytest.fixture
def plot(qtbot):
    plot = CalibrationPlot()
    qtbot.addWidget(plot)
    plot.resize(600, 400)
    plot.show()
    return plot


def test_it_says_in_words_what_it_shows(plot):
    recent = (RecentScore(7, "a.png", "reject", 71.0, True), RecentScore(6, "b.png", "accept", 4.0, False))
    plot.show_calibration(make_view(recent=recent))
    said = plot.accessibleDescription()
    assert "Diamonds: 2 known good parts" in said
    assert "the 2 most recent inspections" in said
    assert "Hollow ones were judged by an earlier version." in said
    assert "good parts" in plot.sentence.text()


def test_one_reference_has_no_diamonds(plot):
    plot.show_calibration(make_view(known=()))
    assert "Diamonds" not in plot.key.text()


def test_a_review_limit_at_the_reject_limit_leaves_no_ground_between(plot):
    plot.show_calibration(make_view(review=50.0))
    plot.show_calibration(make_view(review=0.0))


def test_it_follows_a_switch_of_the_look(plot):
    plot.show_calibration(make_view())
    try:
        for look in ("dark", "light"):
            apply_theme(QApplication.instance(), look)
            assert plot.plot.backgroundBrush().color() == colour("panel")
    finally:
        apply_theme(QApplication.instance(), "light")


def test_it_can_be_emptied(plot):
    plot.show_calibration(make_view())
    plot.clear()
    assert plot.sentence.text() == plot.key.text() == ""


def test_it_draws_what_a_station_learned(plot, station, parts):
    add_product(station, Addition("gear", (parts / "good.png", parts / "other.png")))
    inspect_photo(station, parts / "spot.png", prepare_product(station, "gear"))
    view = view_calibration(station, "gear")
    plot.show_calibration(view)
    assert len(view.known_scores) == 2
    assert [score.file_name for score in view.recent] == ["spot.png"]
    assert 0 < view.review_limit < view.reject_limit == 50
    assert plot.grab().width() == 600

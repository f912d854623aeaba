"""The banner: always says which of its states it is in, and never leaves a verdict standing over the next part."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from gui.inspection_flow import FlowState, NotInspected, NotRecorded
from gui.verdict_panel import VerdictPanel
from gui.verdict_signs import format_score
from station.inspecting import Inspected, inspect_photo
from station.opening import OpenedInspection, open_inspected, open_inspection
from station.products import Addition, add_product, prepare_product
from station.reviewing import dispose
from station.station import Station


@pytest.fixture
def panel(qtbot) -> VerdictPanel:
    panel = VerdictPanel()
    qtbot.addWidget(panel)
    qtbot.addWidget(panel.buttons)
    panel.resize(1200, 96)
    panel.show()
    return panel


@pytest.fixture
def inspected(station: Station, parts: Path) -> Inspected:
    add_product(station, Addition("Flange", (parts / "good.png",)))
    return inspect_photo(station, parts / "spot.png", prepare_product(station, "Flange"), "SN-1")


@pytest.fixture
def opened(station: Station, inspected: Inspected) -> OpenedInspection:
    return open_inspected(station, inspected)


def read(panel: VerdictPanel) -> str:
    return " ".join(label.text() for label in panel.findChildren(QLabel) if label.isVisibleTo(panel))


def test_at_first_it_says_what_to_do(panel: VerdictPanel):
    assert panel.verdict_text == "No inspection yet"
    assert "Drop a photo" in read(panel)


def test_a_recorded_verdict_shows_word_part_promise_device_and_time(panel: VerdictPanel, opened: OpenedInspection):
    panel.show_inspection(opened)
    assert panel.verdict_text == "REJECT"
    for words in (
        "spot.png",
        "Flange, version 1",
        "SN-1",
        "Aims to reject at most",
        "Provisional",
        "dummy",
        "recorded",
    ):
        assert words in read(panel)
    assert panel.buttons.isVisibleTo(panel.buttons.parentWidget())


def test_buttons_ask_for_what_they_say(qtbot, panel: VerdictPanel, opened: OpenedInspection):
    panel.show_inspection(opened)
    for button, signal in (
        (panel.buttons.review, panel.review_requested),
        (panel.buttons.was_good, panel.was_good_requested),
        (panel.buttons.report, panel.report_requested),
    ):
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_while_the_next_part_is_inspected_no_verdict_stands(panel: VerdictPanel, opened: OpenedInspection):
    panel.show_inspection(opened)
    panel.show_state(FlowState("inspecting", "next.png", "Looking", 0.4, 12.0, 3))
    assert panel.verdict_text == "Inspecting"
    assert "next.png" in read(panel)
    assert "about 12 seconds left" in read(panel)
    assert "3 more waiting" in read(panel)
    assert "REJECT" not in read(panel)


def test_after_a_cancelled_inspection_the_part_before_is_shown_again(panel: VerdictPanel, opened: OpenedInspection):
    panel.show_inspection(opened)
    panel.show_state(FlowState("inspecting", "next.png"))
    panel.show_state(FlowState())
    assert panel.verdict_text == "REJECT"
    assert "spot.png" in read(panel)


def test_a_verdict_that_was_not_saved_says_so_and_offers_nothing(panel: VerdictPanel, inspected: Inspected):
    panel.show_not_recorded(NotRecorded(inspected.judgement, "spot.png", "The disk is full; free some space."))
    assert panel.verdict_text == "REJECT"
    assert "Not saved" in read(panel)
    assert "The disk is full" in read(panel)
    assert panel.buttons.isHidden()


def test_a_photo_without_a_verdict_says_why(panel: VerdictPanel):
    panel.show_not_inspected(NotInspected("notes.png", "notes.png is no photo."))
    assert panel.verdict_text == "No verdict"
    assert "notes.png is no photo." in read(panel)


def test_a_persons_decision_stands_beside_the_verdict(panel: VerdictPanel, station: Station, opened: OpenedInspection):
    dispose(station, opened.record.id, "rework", "stain", "the stain can be wiped off")
    panel.show_inspection(open_inspection(station, opened.record.id))
    assert panel.verdict_text == "REJECT"
    assert "Rework by Ada" in read(panel)


def test_large_it_has_no_buttons(panel: VerdictPanel, opened: OpenedInspection):
    height = panel.sizeHint().height()
    panel.set_large(True)
    panel.show_inspection(opened)
    assert panel.sizeHint().height() > 1.5 * height
    assert panel.buttons.isHidden()


@pytest.mark.parametrize(("score", "shown"), [(71.4, "71"), (49.96, "49.9"), (49.2, "49"), (50.0, "50"), (0.0, "0")])
def test_a_score_below_the_limit_is_never_rounded_up_to_it(score, shown):
    assert format_score(score, 50.0) == shown

"""The look: every text is legible on every ground it stands on, and a switch reaches what is on the screen."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from gui.colours import DARK, LIGHT, SCHEMES
from gui.icons import icon
from gui.style_sheet import make_style_sheet
from gui.theme import apply_theme, colour, is_dark, theme_notifier

TEXTS_ON_GROUNDS = [
    *(
        (text, ground)
        for text in ("text", "muted")
        for ground in ("window", "panel", "panel_alt", "hover", "none_soft")
    ),
    *(("text", ground) for ground in ("accent_soft", "accept_soft", "review_soft", "reject_soft", "pressed", "canvas")),
    *((role, ground) for role in ("accent", "danger", "warning", "success") for ground in ("panel", "panel_alt")),
    ("warning", "review_soft"),
    ("danger", "reject_soft"),
    ("success", "accept_soft"),
    ("accent_text", "accent"),
    ("accent_text", "accent_hover"),
    ("panel", "danger"),
    *((f"on_{verdict}", f"{verdict}_fill") for verdict in ("accept", "review", "reject", "none")),
    *((verdict, "panel") for verdict in ("accept", "review", "reject", "none")),
]


def luminance(name: str) -> float:
    channels = (QColor(name).redF(), QColor(name).greenF(), QColor(name).blueF())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXTS_ON_GROUNDS)
def test_text_stands_out_from_its_ground(scheme, text, ground):
    colours = SCHEMES[scheme]
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_borders_of_controls_and_focus_can_be_seen(colours):
    assert contrast(colours["border_strong"], colours["panel"]) >= 2.9
    assert contrast(colours["accent"], colours["panel"]) >= 3


def test_both_schemes_have_the_same_roles():
    assert LIGHT.keys() == DARK.keys()


def test_the_style_sheet_names_a_visible_focus_for_everything_that_takes_it():
    sheet = make_style_sheet("light", LIGHT)
    for control in (
        "QPushButton",
        "QToolButton",
        "QLineEdit",
        "QComboBox",
        "QCheckBox",
        "QSlider",
        "QAbstractItemView",
    ):
        assert f"{control}:focus" in sheet


def test_a_switch_is_told_and_repaints_icons(qapp: QApplication, qtbot):
    apply_theme(qapp, "light")
    before, sign = colour("text"), icon("history")
    painted = sign.pixmap(24, 24).toImage()
    with qtbot.waitSignal(theme_notifier().changed):
        apply_theme(qapp, "dark")
    assert is_dark()
    assert colour("text") != before
    assert sign.pixmap(24, 24).toImage() != painted
    apply_theme(qapp, "light")


def test_an_unknown_theme_is_the_systems(qapp: QApplication):
    apply_theme(qapp, "no such theme")
    assert colour("text").isValid()

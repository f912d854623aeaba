"""One slider in words: what it promises is said, and what is in force cannot be saved again."""

import pytest
from PySide6.QtCore import Qt

from gui.sensitivity_page import SensitivityPage
from station.product_overview import ProductOverview
from station.product_settings import REJECT_RATES, ProductSettings
from storage.records import Actor, ProductVersion


def make_overview(rate=0.02, retired=False):
    version = ProductVersion(1, 1, "gear", 1, {}, (), "2026-03-01T14:00:00Z", Actor("Ada"), "", retired)
    return ProductOverview(version, ProductSettings(false_reject_rate=rate), (), ())


@pytest.fixture
def page(qtbot):
    page = SensitivityPage()
    qtbot.addWidget(page)
    page.show_overview(make_overview())
    page.show()
    return page


def test_the_standard_is_in_the_middle_and_cannot_be_saved_again(page):
    assert page.slider.value() == 2
    assert page.rate == 0.02
    assert "about 1 in 50" in page.promise.text()
    assert not page.save_button.isEnabled()


@pytest.mark.parametrize(("position", "rate"), list(enumerate(REJECT_RATES)))
def test_every_position_says_what_it_promises(page, position, rate):
    page.slider.setValue(position)
    assert page.rate == rate
    assert f"about 1 in {round(1 / rate)}" in page.promise.text()
    assert page.words.text() in page.slider.accessibleDescription()


def test_the_keyboard_moves_it_and_saving_asks_for_the_change(qtbot, page):
    qtbot.keyClick(page.slider, Qt.Key.Key_Right)
    with qtbot.waitSignal(page.change_wanted) as wanted:
        page.save_button.click()
    assert wanted.args[0] == {"false_reject_rate": 0.05}


def test_farther_right_is_stricter(page):
    rates = []
    for position in range(len(REJECT_RATES)):
        page.slider.setValue(position)
        rates.append(page.rate)
    assert rates == sorted(rates)


def test_a_retired_product_cannot_be_changed(page):
    page.show_overview(make_overview(0.1, retired=True))
    assert page.slider.value() == 4
    assert not page.isEnabled()

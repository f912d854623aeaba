"""The golden set as a table: what a person said, what the machine said then, and what it says now."""

import pytest

from gui.golden_page import GoldenPage
from station.golden_set import GoldenCheck, GoldenPart, GoldenResult
from station.product_overview import ProductOverview
from station.product_settings import ProductSettings
from storage.records import Actor, ProductVersion

GOOD = GoldenPart(3, "part 3.png", "ab" * 32, "good", "accept", "Ada", "accept")
BAD = GoldenPart(4, "part 4.png", "cd" * 32, "defective", "scrap", "Ben", "reject")


def make_overview(*parts, retired=False):
    version = ProductVersion(1, 1, "gear", 1, {}, (), "2026-03-01T14:00:00Z", Actor("Ada"), "", retired)
    return ProductOverview(version, ProductSettings(), (), parts)


@pytest.fixture
def page(qtbot):
    page = GoldenPage()
    qtbot.addWidget(page)
    page.show_overview(make_overview(GOOD, BAD))
    page.show()
    return page


def words(page, row):
    return [page.table.item(row, column).text() for column in range(5)]


def test_before_a_check_nothing_is_claimed(page):
    assert words(page, 0) == ["part 3.png (inspection 3)", "Accepted", "Accept", "–", "–"]
    assert page.outcome.text() == "2 parts. Not checked yet."
    assert not page.remove_button.isEnabled()


def test_a_check_says_of_each_part_whether_it_is_judged_rightly(page):
    results = (GoldenResult(GOOD, "review", 40.0), GoldenResult(BAD, "accept", 12.0))
    page.show_check(GoldenCheck("gear", 1, results))
    assert words(page, 0)[3:] == ["Review", "as it should be"]
    assert words(page, 1)[3:] == ["Accept", "wrong"]
    assert page.outcome.text() == "1 part is judged wrongly now."


def test_all_right_is_said_too(page):
    page.show_check(GoldenCheck("gear", 1, (GoldenResult(GOOD, "accept", 4.0), GoldenResult(BAD, "reject", 80.0))))
    assert page.outcome.text() == "All parts are judged as they should be."


def test_another_version_has_to_be_checked_anew(page):
    page.show_check(GoldenCheck("gear", 1, (GoldenResult(GOOD, "accept", 4.0),)))
    page.show_overview(make_overview(GOOD, BAD))
    assert words(page, 0)[3:] == ["–", "–"]


def test_the_selected_part_can_be_taken_out(qtbot, page):
    page.table.selectRow(1)
    with qtbot.waitSignal(page.removal_wanted) as wanted:
        page.remove_button.click()
    assert wanted.args == [4]


def test_an_empty_set_says_what_to_add_and_cannot_be_checked(page):
    page.show_overview(make_overview())
    assert "Add parts" in page.outcome.text()
    assert not page.check_button.isEnabled()
    assert page.add_button.isEnabled()

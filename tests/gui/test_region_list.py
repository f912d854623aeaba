"""The list of regions: what it says, and selecting both ways."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from gui.empty_state import EmptyState
from gui.region_list import RegionList
from station.opening import OpenedInspection
from storage.records import NewRegion

REGIONS = (
    NewRegion(10, 20, 30, 40, 900, 3.5, 1.8, "top left"),
    NewRegion(90, 90, 5, 6, 25, 1.25, 1.1, "center", "dent"),
)


@pytest.fixture
def two(opened: OpenedInspection) -> OpenedInspection:
    return replace(opened, record=replace(opened.record, regions=REGIONS))


@pytest.fixture
def region_list(qtbot) -> RegionList:
    widget = RegionList()
    qtbot.addWidget(widget)
    widget.show()
    return widget


def read_row(region_list: RegionList, row: int) -> list[str]:
    return [region_list.table.model().index(row, column).data() for column in range(4)]


def test_each_region_has_number_place_size_and_peak(region_list: RegionList, two: OpenedInspection):
    region_list.show_inspection(two)
    assert read_row(region_list, 0) == ["1", "top left", "30 x 40", "3.50"]
    assert read_row(region_list, 1) == ["2", "center (dent)", "5 x 6", "1.25"]


def test_sizes_are_in_millimetres_once_the_product_has_a_scale(region_list: RegionList, two: OpenedInspection):
    assert two.version is not None
    scaled = replace(two, version=replace(two.version, settings={"mm_per_px": 0.1}))
    region_list.show_inspection(scaled)
    assert read_row(region_list, 0)[2] == "3.00 x 4.00"
    assert region_list.table.model().headerData(2, Qt.Orientation.Horizontal) == "Size (mm)"


def test_a_click_tells_which_region_was_selected(qtbot, region_list: RegionList, two: OpenedInspection):
    region_list.show_inspection(two)
    at = region_list.table.visualRect(region_list.table.model().index(1, 1)).center()
    with qtbot.waitSignal(region_list.region_selected) as told:
        qtbot.mouseClick(region_list.table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert told.args == [1]


def test_keys_select_the_next_region_and_escape_none(qtbot, region_list: RegionList, two: OpenedInspection):
    region_list.show_inspection(two)
    told: list[object] = []
    region_list.region_selected.connect(told.append)
    region_list.table.setCurrentCell(0, 0)
    qtbot.keyClick(region_list.table, Qt.Key.Key_Down)
    qtbot.keyClick(region_list.table, Qt.Key.Key_Escape)
    assert told == [0, 1, None]


def test_selecting_from_outside_is_shown_and_not_told_again(qtbot, region_list: RegionList, two: OpenedInspection):
    region_list.show_inspection(two)
    with qtbot.assertNotEmitted(region_list.region_selected):
        region_list.select_region(1)
    assert region_list.table.selected == 1
    region_list.select_region(7)
    assert region_list.table.selected is None


def test_an_empty_list_says_why(region_list: RegionList, opened: OpenedInspection):
    def said() -> str:
        shown = region_list.findChild(EmptyState)
        return shown.accessibleName() or " ".join(label.text() for label in shown.findChildren(type(shown._title)))

    assert "Inspect a photo" in said()
    region_list.show_inspection(replace(opened, record=replace(opened.record, regions=())))
    assert "No area of this part is above the limit" in said()

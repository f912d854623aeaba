"""The strip of recent inspections: newest at the left, the one on show marked, opened by click and key."""

import pytest
from PySide6.QtCore import Qt

from gui.recent_strip import MOST, RecentStrip
from storage.records import Actor, NewInspection


@pytest.fixture
def strip(qtbot, operations):
    strip = RecentStrip(operations)
    qtbot.addWidget(strip)
    strip.resize(900, strip.height())
    strip.show()
    return strip


@pytest.fixture
def recorded(station):
    photo = station.store.put_blob(b"no picture at all")
    for number in range(MOST + 5):
        values = {"photo": photo, "file_name": f"{number}.png", "width": 1, "height": 1, "device": "cpu"}
        station.store.record_inspection(NewInspection(**values), Actor("Ada"))
    return station


def show(qtbot, strip, count):
    strip.refresh()
    qtbot.waitUntil(lambda: len(strip.numbers) == count)


def test_an_empty_strip_says_what_will_be_here(strip):
    assert strip._hint.isVisible()
    assert strip.numbers == []


def test_the_newest_stand_at_the_left(qtbot, strip, recorded):
    show(qtbot, strip, MOST)

    assert strip.numbers == list(range(MOST + 5, 5, -1))


def test_the_inspection_on_show_is_marked_also_when_it_comes_later(qtbot, strip, recorded):
    strip.mark(30)
    show(qtbot, strip, MOST)

    assert strip.list.currentIndex().row() == strip.numbers.index(30)
    strip.mark(None)
    assert not strip.list.selectionModel().hasSelection()


def test_click_and_key_open(qtbot, strip, recorded):
    show(qtbot, strip, MOST)
    with qtbot.waitSignal(strip.open_requested) as clicked:
        place = strip.list.visualRect(strip.list.model().index(1, 0)).center()
        qtbot.mouseClick(strip.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.keyClick(strip.list, Qt.Key.Key_Right)
    with qtbot.waitSignal(strip.open_requested) as pressed:
        qtbot.keyClick(strip.list, Qt.Key.Key_Return)

    assert (clicked.args, pressed.args) == ([MOST + 4], [MOST + 3])


def test_every_tile_says_itself_in_a_sentence(qtbot, strip, recorded):
    show(qtbot, strip, MOST)
    said = strip.list.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)

    assert said.startswith(f"{MOST + 4}.png: No verdict")

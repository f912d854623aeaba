"""The history in the window, as a person uses it: found, sorted, opened, compared, exported, read page by page."""

import json
import shutil
import sqlite3
from contextlib import closing

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton

from gui import history_model
from gui.history_cells import COLUMNS
from gui.history_view import HistoryView
from station.batch import inspect_one
from station.products import Addition, add_product, prepare_product
from station.reviewing import dispose
from station.settings import Settings
from station.station import Station
from storage.records import Actor, NewInspection

ADA = Actor("Ada")
VERDICTS = ("accept", "review", "reject")


@pytest.fixture(scope="module")
def seeded(tmp_path_factory):
    """A home folder with 250 inspections, without pictures of their own, to be copied."""
    home = tmp_path_factory.mktemp("seeded") / "home"
    with Station(home, Settings(backbone="dummy", user="Ada")) as station:
        seed(station)
    return home


@pytest.fixture
def many(home, seeded, station):
    shutil.copytree(seeded, home)
    return station


def seed(station):
    photo = station.store.put_blob(b"no picture at all")
    for number in range(250):
        station.store.record_inspection(
            NewInspection(
                photo=photo,
                file_name=f"part-{number:03}.png",
                width=10,
                height=10,
                device="cpu",
                serial=f"SN-{number}",
                verdict=VERDICTS[number % 3],
                score=float(number % 100),
                limit=50.0,
                p_value=0.5,
            ),
            ADA,
        )


@pytest.fixture
def view(qtbot, operations):
    view = HistoryView(operations)
    qtbot.addWidget(view)
    view.resize(1100, 600)
    view.show()
    return view


def show(qtbot, view):
    with qtbot.waitSignal(view.model.loaded):
        view.refresh()


def change(qtbot, view, do):
    with qtbot.waitSignal(view.model.loaded):
        do()


def names(view):
    return [view.model.row(place).file_name for place in range(view.model.rowCount())]


def test_an_empty_history_says_what_will_be_here(qtbot, view):
    show(qtbot, view)

    assert view._stack.currentWidget() is view._empty
    assert view.filters.count.text() == "0 inspections"
    assert not view.export_button.isEnabled()


def test_rows_come_newest_first_and_more_when_they_are_scrolled_to(qtbot, view, many):
    show(qtbot, view)
    assert view.model.rowCount() == history_model.PAGE
    assert names(view)[0] == "part-249.png"
    assert view.filters.count.text() == "250 inspections"

    while view.model.rowCount() < 250:
        change(qtbot, view, view.table.scrollToBottom)

    assert names(view) == [f"part-{number:03}.png" for number in reversed(range(250))]


@pytest.mark.parametrize(
    ("narrow", "count"),
    [
        (lambda filters: filters.text.setText("part-01"), 10),
        (lambda filters: filters.serial.setText("SN-24"), 11),
        (lambda filters: filters.verdict.setCurrentIndex(filters.verdict.findText("Reject")), 83),
        (lambda filters: filters.verdict.setCurrentIndex(1), 166),
        (lambda filters: filters.period.setCurrentIndex(1), 250),
        (lambda filters: filters.decision.setCurrentIndex(filters.decision.findData("any")), 0),
    ],
    ids=["text", "serial", "verdict", "not accepted", "today", "reviewed"],
)
def test_each_filter_narrows_the_history(qtbot, view, many, narrow, count):
    show(qtbot, view)
    change(qtbot, view, lambda: narrow(view.filters))

    assert view.filters.count.text() == f"{count} inspections"


def test_nothing_matching_offers_the_way_back(qtbot, view, many):
    show(qtbot, view)
    change(qtbot, view, lambda: view.filters.text.setText("no such part"))
    assert view._stack.currentWidget() is view._empty

    change(qtbot, view, view._empty.button.click)

    assert view.filters.text.text() == ""
    assert view.model.rowCount() == history_model.PAGE


def test_a_history_that_cannot_be_read_is_not_called_empty_and_is_tried_again(qtbot, view, many, home):
    def rename(old, new):
        with closing(sqlite3.connect(home / "audit.sqlite", isolation_level=None)) as outside:
            outside.execute(f"ALTER TABLE inspections RENAME COLUMN {old} TO {new}")

    said, settled = [], []
    view.message.connect(said.append)
    view.settled.connect(settled.append)
    rename("device", "gadget")
    show(qtbot, view)
    assert view._stack.currentWidget() is view._empty
    assert view._empty._title.text() == "The history cannot be read"
    assert "no such column" in said[0].text

    rename("gadget", "device")
    change(qtbot, view, view._empty.button.click)
    assert view.model.rowCount() == history_model.PAGE
    assert settled == said


def test_a_click_on_a_column_sorts_and_another_turns_it_round(qtbot, view, many):
    show(qtbot, view)
    column = [column.name for column in COLUMNS].index("score")
    change(qtbot, view, lambda: view.table.horizontalHeader().sectionClicked.emit(column))
    assert view.model.row(0).score == 99.0

    change(qtbot, view, lambda: view.table.horizontalHeader().sectionClicked.emit(column))

    assert view.model.row(0).score == 0.0


def test_decisions_are_sorted_the_gravest_first_and_people_by_name(qtbot, view, many):
    dispose(many, 30, "rework", "", "burr on the left flank")
    dispose(many, 7, "scrap", "", "crack that goes through")
    show(qtbot, view)
    places = {column.name: place for place, column in enumerate(COLUMNS)}
    header = view.table.horizontalHeader()

    change(qtbot, view, lambda: header.sectionClicked.emit(places["decision"]))
    assert [view.model.row(place).id for place in range(3)] == [7, 30, 250]
    assert header.sortIndicatorSection() == places["decision"]

    change(qtbot, view, lambda: header.sectionClicked.emit(places["person"]))
    assert [view.model.row(place).id for place in range(2)] == [1, 2]
    while view.model.rowCount() < 250:
        change(qtbot, view, view.table.scrollToBottom)
    assert names(view) == [f"part-{number:03}.png" for number in range(250)]


def test_enter_and_a_double_click_open(qtbot, view, many):
    show(qtbot, view)
    view.table.selectRow(2)
    for open_it in (
        lambda: qtbot.keyClick(view.table, Qt.Key.Key_Return),
        lambda: view.table.doubleClicked.emit(view.model.index(2, 0)),
        view.open_button.click,
    ):
        with qtbot.waitSignal(view.open_requested) as opened:
            open_it()
        assert opened.args == [248]


def test_two_selected_can_be_compared_and_one_cannot(qtbot, view, many):
    show(qtbot, view)
    view.table.selectRow(0)
    assert not view.compare_button.isEnabled()
    view.table.selectAll()
    assert not view.compare_button.isEnabled()
    view.table.clearSelection()
    flags = view.table.selectionModel().SelectionFlag
    for place in (0, 3):
        view.table.selectionModel().select(view.model.index(place, 0), flags.Select | flags.Rows)

    with qtbot.waitSignal(view.compare_requested) as compared:
        view.compare_button.click()

    assert compared.args == [250, 247]


def test_what_is_recorded_meanwhile_comes_in_without_losing_the_selection(qtbot, view, many):
    show(qtbot, view)
    view.table.selectRow(5)
    before = view.selected
    photo = many.store.put_blob(b"another")
    many.store.record_inspection(
        NewInspection(photo=photo, file_name="newest.png", width=1, height=1, device="cpu"), ADA
    )

    show(qtbot, view)

    assert names(view)[0] == "newest.png"
    assert view.selected == before


def test_a_decision_made_meanwhile_is_shown(qtbot, view, many):
    show(qtbot, view)
    dispose(many, 250, "scrap", "", "cannot be repaired at all")

    show(qtbot, view)

    column = [column.name for column in COLUMNS].index("decision")
    assert view.model.index(0, column).data() == "Scrap"


def test_the_next_unreviewed_is_opened(qtbot, view, many):
    show(qtbot, view)
    with qtbot.waitSignal(view.open_requested) as opened:
        view.open_next_unreviewed()

    assert many.store.get_inspection(opened.args[0]).verdict in ("review", "reject")


def test_photos_without_a_verdict_are_listed_with_the_reason(qtbot, view, station, parts):
    add_product(station, Addition("gear", (parts / "good.png",)))
    broken = parts / "broken.png"
    broken.write_text("no photo")
    inspect_one(station, broken, prepare_product(station, "gear"))
    show(qtbot, view)

    change(qtbot, view, lambda: view.filters.failures.setChecked(True))

    assert names(view) == ["broken.png"]
    assert "not a photo" in view.model.index(0, 1).data()
    assert not view.export_button.isEnabled()


def test_the_selected_ones_are_reported_oldest_first(qtbot, view, many):
    show(qtbot, view)
    flags = view.table.selectionModel().SelectionFlag
    for place in (0, 1):
        view.table.selectionModel().select(view.model.index(place, 0), flags.Select | flags.Rows)

    with qtbot.waitSignal(view.report_requested) as reported:
        view._report()

    assert reported.args == [[249, 250]]


def test_without_a_selection_all_that_match_are_reported(qtbot, view, many):
    show(qtbot, view)
    change(qtbot, view, lambda: view.filters.text.setText("part-01"))

    with qtbot.waitSignal(view.report_requested) as reported:
        view._report()

    assert reported.args == [list(range(11, 21))]


def test_a_table_is_written_and_its_folder_offered(qtbot, view, many, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "history"), ""))
    show(qtbot, view)

    with qtbot.waitSignal(view.message) as said:
        view._export_table()

    assert len((tmp_path / "history.csv").read_text(encoding="utf-8-sig").splitlines()) == 251
    assert said.args[0].action_text == "Open folder"


def test_every_control_has_a_name(view):
    for button in view.findChildren(QPushButton):
        assert button.text() or button.accessibleName() or not button.isVisibleTo(view)
    for part in (view.table, view.filters.text, view.filters.serial, view.filters.period, view.filters.product):
        assert part.accessibleName()


def test_the_severity_of_the_newest_decision_is_shown_and_narrows(qtbot, many, view):
    dispose(many, 200, "scrap", "", "it goes right through the part", "critical")
    show(qtbot, view)
    filters = view.filters
    change(qtbot, view, lambda: filters.severity.setCurrentIndex(filters.severity.findData("critical")))
    column = [each.name for each in COLUMNS].index("decision")
    assert view.model.rowCount() == 1
    assert view.model.index(0, column).data() == "Scrap (critical)"
    change(qtbot, view, lambda: filters.severity.setCurrentIndex(filters.severity.findData("minor")))
    assert view.model.rowCount() == 0
    change(qtbot, view, filters.clear)
    assert filters.severity.currentData() is None


def test_a_data_set_is_written_with_the_masks_that_were_asked_for(qtbot, operations, station, parts, view, monkeypatch):
    add_product(station, Addition("gear", (parts / "good.png",)))
    inspected = inspect_one(station, parts / "spot.png", prepare_product(station, "gear")).inspected
    target = parts / "set.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(target), ""))
    for export, masks in (
        (view.exports.export_dataset, "machine"),
        (view.exports.export_corrected_dataset, "corrected"),
    ):
        with qtbot.waitSignal(view.exports.message):
            export([inspected.record.id])
        assert json.loads(target.read_text())["info"]["masks"] == masks

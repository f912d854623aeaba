"""The statistics show what the database counts, lead to the inspections behind a sign, and say when it has none."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from gui.operations import Operations
from gui.statistics_dialog import StatisticsDialog
from station.batch import inspect_photos
from station.products import Addition, add_product, prepare_product
from station.reviewing import dispose
from station.station import Station


@pytest.fixture
def inspected(station: Station, parts: Path) -> Station:
    """Three parts judged today, the rejected one scrapped for its hole."""
    add_product(station, Addition("Plate", (parts / "good.png",)))
    add_product(station, Addition("Other", (parts / "good.png",)))
    product = prepare_product(station, "Plate")
    items = list(inspect_photos(station, [parts / "good.png", parts / "other.png", parts / "spot.png"], product))
    rejected = next(item.inspected.record for item in items if item.inspected.record.verdict == "reject")
    dispose(station, rejected.id, "scrap", "hole", "goes right through the wall")
    return station


@pytest.fixture
def open_dialog(qtbot, operations: Operations):
    def open_one() -> StatisticsDialog:
        dialog = StatisticsDialog(operations)
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitUntil(lambda: dialog._shown is not None)
        return dialog

    return open_one


def test_what_was_judged_today_is_counted(inspected, open_dialog):
    dialog = open_dialog()

    assert dialog.summary.text().startswith("3 parts judged, 33.3")
    assert dialog.table.rowCount() == 1
    assert [dialog.table.item(0, column).text() for column in (0, 1, 4)] == [
        datetime.now().astimezone().date().isoformat(),
        "3",
        "1",
    ]
    assert [code.code for code in dialog._shown.codes] == ["hole"]


def test_an_empty_station_says_what_to_do(station, open_dialog):
    dialog = open_dialog()

    assert dialog._stack.currentWidget() is dialog._empty
    assert not dialog.save_button.isEnabled()


def test_one_product_is_chosen_from_the_list(qtbot, inspected, open_dialog):
    dialog = open_dialog()
    qtbot.waitUntil(lambda: dialog.product.count() == 3)

    dialog.product.setCurrentIndex(dialog.product.findData("Other"))
    dialog.product.activated.emit(dialog.product.currentIndex())

    qtbot.waitUntil(lambda: dialog._stack.currentWidget() is dialog._empty)


@pytest.mark.parametrize("span", range(4))
def test_every_span_of_time_holds_today(qtbot, inspected, open_dialog, span):
    dialog = open_dialog()
    dialog._shown = None
    dialog.span.setCurrentIndex(span)
    dialog.span.activated.emit(span)

    qtbot.waitUntil(lambda: dialog._shown is not None)
    assert dialog._shown.judged == 3


def test_return_on_a_row_asks_for_its_inspections(qtbot, inspected, open_dialog):
    dialog = open_dialog()
    dialog.table.setFocus()

    with qtbot.waitSignal(dialog.period_picked) as picked:
        qtbot.keyClick(dialog.table, Qt.Key.Key_Return)

    today = datetime.now().astimezone().date()
    assert picked.args == [today, today]
    assert not dialog.isVisible()


def test_a_click_on_a_sign_does_so_too(qtbot, inspected, open_dialog):
    dialog = open_dialog()
    period = dialog._shown.periods[-1]

    with qtbot.waitSignal(dialog.period_picked) as picked:
        dialog.rejects.period_picked.emit(period)

    assert picked.args == [period.first, period.last]


def test_every_period_is_written_to_a_file(qtbot, inspected, open_dialog, tmp_path):
    dialog = open_dialog()
    with qtbot.waitSignal(dialog.message) as told:
        dialog.save(tmp_path / "stats.csv")

    assert "30 rows" in told.args[0].text
    assert (tmp_path / "stats.csv").read_text(encoding="utf-8-sig").count("\n") == 31


def test_a_file_that_cannot_be_written_is_said(qtbot, inspected, open_dialog, tmp_path):
    dialog = open_dialog()
    with qtbot.waitSignal(dialog.message) as told:
        dialog.save(tmp_path / "nowhere" / "at" / "all" / "stats.csv")

    assert told.args[0].kind == "error"

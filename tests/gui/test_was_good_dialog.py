""" "This was good" asks why, records, learns, judges again and says what came of it; what cannot be done is refused."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from gui.was_good_dialog import WasGoodDialog, offer_was_good
from station.golden_set import add_to_golden_set
from station.inspecting import inspect_photo
from station.opening import open_inspection
from station.products import Addition, add_product, prepare_product, prepare_references

REASON = "false alarm, the part is fine"


class Window(QWidget):
    """Stands for the window: keeps what it is told."""

    def __init__(self):
        super().__init__()
        self.versions, self.messages = [], []


@pytest.fixture
def window(qtbot):
    window = Window()
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def gear(station, parts):
    return add_product(station, Addition("gear", (parts / "good.png",)))


@pytest.fixture
def inspect(station, parts, gear):
    def run(name, decision=None):
        record = inspect_photo(station, parts / name, prepare_product(station, "gear")).record
        if decision:
            station.store.add_disposition(record.id, decision, "", "looked at under the lamp", station.actor)
        return record.id

    return run


@pytest.fixture
def offer(qtbot, operations, station, window):
    """Return a function that says "this was good" of an inspection and returns the dialog, or None when refused."""

    def run(number):
        offer_was_good(
            operations,
            open_inspection(station, number),
            window,
            on_recorded=window.versions.append,
            on_message=window.messages.append,
        )
        qtbot.waitUntil(lambda: bool(window.findChildren(WasGoodDialog) or window.messages))
        return next(iter(window.findChildren(WasGoodDialog)), None)

    return run


def say(qtbot, dialog, reason=REASON):
    dialog.reason_edit.edit.setPlainText(reason)
    with qtbot.waitSignal(dialog.checked, timeout=15_000) as checked:
        qtbot.mouseClick(dialog.add, Qt.MouseButton.LeftButton)
    return checked.args[0]


def test_it_records_a_reference_and_shows_before_and_after(qtbot, offer, inspect, station, window):
    number = inspect("spot.png")
    dialog = offer(number)
    outcome = say(qtbot, dialog)

    version = station.store.get_product("gear")
    assert [row.file_name for row in version.approved] == ["good.png", "spot.png"]
    assert station.store.get_inspection(number).dispositions[-1].reason == REASON
    assert [told.version for told in window.versions] == [2]
    assert outcome.verdict == "accept"
    assert "since version 2" in dialog.said.text()
    assert dialog.table.item(0, 3).text() == "Accept"
    assert dialog.outcome.text() == "This part is accepted now."
    assert not dialog.back_button.isVisible()


def test_nothing_is_said_to_be_done_before_it_is(qtbot, offer, inspect):
    dialog = offer(inspect("spot.png"))
    dialog.reason_edit.edit.setPlainText(REASON)
    dialog.record()
    assert dialog.said.text() == ""
    dialog.reject()
    assert dialog.isVisible()
    with qtbot.waitSignal(dialog.checked, timeout=15_000):
        pass
    assert dialog.said.isVisible()


def test_a_short_reason_is_not_taken(offer, inspect):
    dialog = offer(inspect("spot.png"))
    dialog.reason_edit.edit.setPlainText("fine")
    assert not dialog.add.isEnabled()


def test_cancel_records_nothing(offer, inspect, station):
    number = inspect("spot.png")
    dialog = offer(number)
    dialog.reject()
    assert station.store.get_product("gear").version == 1
    assert station.store.get_inspection(number).dispositions == ()


def test_the_golden_set_is_checked_and_a_failure_can_be_taken_back(qtbot, offer, inspect, station, window, give_reason):
    add_to_golden_set(station, inspect("good.png", "scrap"), "a part we know well")
    dialog = offer(inspect("spot.png"))
    outcome = say(qtbot, dialog)

    assert not outcome.check.passed
    assert "1 part of the golden set is judged wrongly" in dialog.outcome.text()
    assert [dialog.table.item(row, 4).text() for row in range(2)] == ["as it should be", "wrong"]
    give_reason("a defect is not found with it")
    with qtbot.waitSignal(dialog.recorded):
        dialog.back_button.click()
    assert [row.file_name for row in station.store.get_product("gear").approved] == ["good.png"]
    assert [told.version for told in window.versions] == [3, 4]
    assert not dialog.back_button.isVisible()


def test_a_decision_it_overrules_is_named(offer, inspect):
    dialog = offer(inspect("spot.png", "scrap"))
    from PySide6.QtWidgets import QLabel

    assert any("Ada decided “Scrap”" in label.text() for label in dialog.findChildren(QLabel))


def test_closing_during_the_check_says_what_holds(qtbot, offer, inspect, window, operations):
    dialog = offer(inspect("spot.png"))
    dialog.reason_edit.edit.setPlainText(REASON)
    with qtbot.waitSignal(dialog.recorded):
        dialog.record()
    dialog.reject()
    assert [message.text for message in window.messages] == [
        "The photo is a reference of gear since version 2; its golden set was not checked."
    ]
    qtbot.waitUntil(lambda: not operations.is_busy(), timeout=15_000)


def test_stopping_the_check_leaves_the_reference(qtbot, offer, inspect, station):
    dialog = offer(inspect("spot.png"))
    dialog.reason_edit.edit.setPlainText(REASON)
    with qtbot.waitSignal(dialog.recorded):
        dialog.record()
    dialog.progress.stop()
    qtbot.waitUntil(dialog.fault.isVisible, timeout=15_000)
    assert "the golden set was not checked" in dialog.fault.text()
    assert station.store.get_product("gear").version == 2


def test_an_inspection_without_a_product_is_refused_with_a_sentence(offer, station, parts, window):
    record = inspect_photo(station, parts / "other.png", prepare_references(station, [parts / "good.png"])).record
    assert offer(record.id) is None
    assert window.messages[0].text.endswith("belongs to no product; inspect the part with a product first.")


def test_a_retired_product_is_refused_with_a_sentence(offer, inspect, station, window):
    number = inspect("spot.png")
    station.store.retire_product("gear", station.actor, "no longer produced")
    assert offer(number) is None
    assert "Product gear is retired" in window.messages[0].text


def test_a_product_retired_while_somebody_types_is_a_sentence_in_the_dialog(qtbot, offer, inspect, station):
    number = inspect("spot.png")
    dialog = offer(number)
    station.store.retire_product("gear", station.actor, "no longer produced")
    dialog.reason_edit.edit.setPlainText(REASON)
    dialog.record()
    qtbot.waitUntil(dialog.fault.isVisible)
    assert "retired" in dialog.fault.text()
    assert dialog.add.isEnabled()
    assert station.store.get_inspection(number).dispositions == ()


def test_without_somebody_to_tell_the_refusal_reaches_the_window_as_a_failure(qtbot, operations, station, parts):
    record = inspect_photo(station, parts / "other.png", prepare_references(station, [parts / "good.png"])).record
    with qtbot.waitSignal(operations.failed) as failed:
        offer_was_good(operations, open_inspection(station, record.id))
    assert "belongs to no product" in failed.args[1].sentence

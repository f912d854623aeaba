"""The settings of a product: every change asks why, is recorded, and is shown once it is; others' changes are kept."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPushButton

from gui.golden_choice_dialog import GoldenChoiceDialog
from gui.product_dialog import ProductDialog
from station.golden_set import add_to_golden_set
from station.inspecting import inspect_photo
from station.product_settings import change_product_settings, read_product_settings
from station.products import Addition, add_product, prepare_product

REASON = "agreed with the customer"


@pytest.fixture(autouse=True)
def nothing_asks_at_the_end(monkeypatch):
    monkeypatch.setattr("gui.product_dialog.confirm", lambda *args: True)


@pytest.fixture
def gear(station, parts):
    return add_product(station, Addition("gear", (parts / "good.png", parts / "other.png")))


@pytest.fixture
def dialog(qtbot, operations, gear):
    return open_dialog(qtbot, operations)


def open_dialog(qtbot, operations, name="gear"):
    dialog = ProductDialog(operations, name)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: not operations.is_busy(), timeout=15_000)
    return dialog


@pytest.fixture
def settings(station):
    return lambda: read_product_settings(station.store.get_product("gear"))


def inspect(station, parts, name, decision=None):
    record = inspect_photo(station, parts / name, prepare_product(station, "gear")).record
    if decision:
        station.store.add_disposition(record.id, decision, "", "looked at under the lamp", station.actor)
    return record.id


def test_a_change_of_sensitivity_is_recorded_with_its_reason(qtbot, dialog, settings, station, give_reason):
    dialog.sensitivity.slider.setValue(0)
    give_reason(REASON)
    with qtbot.waitSignal(dialog.version_made) as made:
        dialog.sensitivity.save_button.click()
    assert made.args[0].reason == REASON
    assert settings().false_reject_rate == 0.005
    assert station.store.list_events(1)[0].action == "settings.changed"
    qtbot.waitUntil(lambda: dialog.versions.table.rowCount() == 2)
    assert "2 % to 0.5 %" in dialog.versions.table.item(0, 3).text()
    assert dialog.versions.table.item(0, 4).text() == REASON


def test_without_a_reason_nothing_is_recorded(qtbot, dialog, settings, give_reason):
    dialog.sensitivity.slider.setValue(0)
    give_reason("")
    dialog.sensitivity.save_button.click()
    assert settings().false_reject_rate == 0.02


def test_a_scale_is_saved_and_removed(qtbot, dialog, settings, give_reason):
    dialog.scale.scale_edit.setText("0.05")
    give_reason(REASON)
    with qtbot.waitSignal(dialog.version_made):
        dialog.scale.save_button.click()
    assert settings().mm_per_px == 0.05
    qtbot.waitUntil(dialog.scale.remove_button.isEnabled)
    give_reason(REASON)
    with qtbot.waitSignal(dialog.version_made):
        dialog.scale.remove_button.click()
    assert settings().mm_per_px is None


def test_notes_are_saved(qtbot, dialog, settings, give_reason):
    dialog.notes.edit.setPlainText("Lamp 3, fixture B.\n")
    give_reason(REASON)
    with qtbot.waitSignal(dialog.version_made):
        dialog.notes.save_button.click()
    assert settings().notes == "Lamp 3, fixture B."
    qtbot.waitUntil(lambda: not dialog.notes.save_button.isEnabled())


def test_notes_too_long_cannot_be_saved(dialog):
    dialog.notes.edit.setPlainText("x" * 4001)
    assert not dialog.notes.save_button.isEnabled()


def test_notes_being_typed_survive_a_change_of_something_else(qtbot, dialog, give_reason):
    dialog.notes.edit.setPlainText("half a sen")
    dialog.sensitivity.slider.setValue(1)
    give_reason(REASON)
    with qtbot.waitSignal(dialog.version_made):
        dialog.sensitivity.save_button.click()
    qtbot.waitUntil(lambda: dialog.versions.table.rowCount() == 2)
    assert dialog.notes.notes == "half a sen"


def test_closing_with_notes_that_are_not_saved_asks(dialog, monkeypatch):
    dialog.notes.edit.setPlainText("half a sen")
    monkeypatch.setattr("gui.product_dialog.confirm", lambda *args: False)
    dialog.reject()
    assert dialog.isVisible()
    monkeypatch.setattr("gui.product_dialog.confirm", lambda *args: True)
    dialog.reject()
    assert not dialog.isVisible()


def test_a_setting_changed_in_another_window_is_not_overwritten(qtbot, dialog, station, settings, give_reason):
    change_product_settings(station, "gear", "measured with a ruler", mm_per_px=0.1)
    dialog.scale.scale_edit.setText("0.05")
    give_reason(REASON)
    dialog.scale.save_button.click()
    qtbot.waitUntil(dialog.fault.isVisible)
    assert "changed the same setting of product gear meanwhile (version 2)" in dialog.fault.text()
    assert settings().mm_per_px == 0.1
    qtbot.waitUntil(lambda: dialog.versions.table.rowCount() == 2)
    assert dialog.scale.mm_per_px == 0.1


def test_after_looking_again_the_change_can_be_made(qtbot, dialog, station, settings, give_reason):
    change_product_settings(station, "gear", "measured with a ruler", mm_per_px=0.1)
    dialog.scale.scale_edit.setText("0.05")
    give_reason(REASON)
    dialog.scale.save_button.click()
    qtbot.waitUntil(lambda: dialog.versions.table.rowCount() == 2)
    dialog.scale.scale_edit.setText("0.05")
    give_reason(REASON)
    with qtbot.waitSignal(dialog.version_made):
        dialog.scale.save_button.click()
    assert settings().mm_per_px == 0.05
    assert not dialog.fault.isVisible()


def test_a_product_retired_meanwhile_is_a_sentence_and_closes_its_controls(qtbot, dialog, station, give_reason):
    station.store.retire_product("gear", station.actor, "no longer produced")
    dialog.sensitivity.slider.setValue(0)
    give_reason(REASON)
    dialog.sensitivity.save_button.click()
    qtbot.waitUntil(lambda: not dialog.sensitivity.isEnabled())
    assert "retired" in dialog.fault.text()


def test_parts_are_added_to_the_golden_set_checked_and_taken_out(
    qtbot, operations, gear, station, parts, settings, give_reason
):
    number = inspect(station, parts, "spot.png", "scrap")
    dialog = open_dialog(qtbot, operations)
    dialog.golden.add_button.click()
    qtbot.waitUntil(lambda: bool(dialog.findChildren(GoldenChoiceDialog)))
    [choice] = dialog.findChildren(GoldenChoiceDialog)
    assert not choice.add.isEnabled()
    choice.table.item(0, 0).setCheckState(Qt.CheckState.Checked)
    choice.reason_edit.edit.setPlainText("a scratch as clear as can be")
    with qtbot.waitSignal(dialog.version_made):
        choice.add.click()
    assert settings().golden == (number,)

    qtbot.waitUntil(dialog.golden.check_button.isEnabled)
    dialog.golden.check_button.click()
    assert not dialog.golden.check_button.isEnabled()
    qtbot.waitUntil(dialog.golden.check_button.isEnabled, timeout=15_000)
    assert dialog.golden.table.item(0, 4).text() in ("as it should be", "wrong")
    assert station.store.list_events(1)[0].action == "golden-set.checked"

    dialog.golden.table.selectRow(0)
    give_reason("the part was mixed up")
    with qtbot.waitSignal(dialog.version_made):
        dialog.golden.remove_button.click()
    assert settings().golden == ()


def test_a_golden_set_that_fails_is_told_to_the_window(qtbot, operations, gear, station, parts):
    add_to_golden_set(station, inspect(station, parts, "good.png", "scrap"), "a part we know well")
    dialog = open_dialog(qtbot, operations)
    with qtbot.waitSignal(dialog.message, timeout=15_000) as told:
        dialog.golden.check_button.click()
    assert told.args[0].text == "Golden set of gear: 1 part is judged wrongly now."
    assert dialog.golden.table.item(0, 4).text() == "wrong"


def test_with_nothing_to_add_the_choice_says_what_to_do(qtbot, dialog):
    dialog.golden.add_button.click()
    qtbot.waitUntil(lambda: bool(dialog.findChildren(GoldenChoiceDialog)))
    [choice] = dialog.findChildren(GoldenChoiceDialog)
    assert not choice.add.isEnabled()
    assert not choice.table.isEnabled()


def test_the_plot_shows_what_was_learned(dialog):
    assert "2 good parts" in dialog.sensitivity.plot.sentence.text()
    assert not dialog.sensitivity.plot_note.isVisible()


def test_a_product_without_references_says_why_there_is_no_plot(qtbot, operations, station):
    add_product(station, Addition("gear", ()))
    dialog = open_dialog(qtbot, operations)
    assert "no approved reference" in dialog.sensitivity.plot_note.text()
    assert not dialog.areas.edit_button.isEnabled()


def test_closing_stops_what_only_looks(qtbot, operations, gear):
    dialog = ProductDialog(operations, "gear")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()
    dialog.reject()
    qtbot.waitUntil(lambda: not operations.is_busy(), timeout=15_000)


def test_areas_are_edited_from_their_page(qtbot, dialog):
    dialog.areas.edit_button.click()
    editors = [child for child in dialog.findChildren(QDialog) if child.isVisible()]
    assert len(editors) == 1
    editors[0].reject()


def test_every_button_has_words(dialog):
    assert all(button.text() or button.accessibleName() for button in dialog.findChildren(QPushButton))

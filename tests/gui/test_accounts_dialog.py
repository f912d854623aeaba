"""Accounts are made and changed in the window, by whoever may."""

# ruff: noqa: F401, F811 - the fixtures come from `people`

from __future__ import annotations

import pytest

from gui.account_form import AccountForm
from gui.accounts_dialog import AccountsDialog
from station.people import log_on
from station.rights import NotAllowed, Right
from tests.gui.people import (
    PASSWORD,
    REASON,
    list_actions,
    operations,
    quick_hashes,
    shift,
    staffed,
)


@pytest.fixture
def open_dialog(qtbot, operations):
    def open_now():
        dialog = AccountsDialog(operations)
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitUntil(lambda: not operations.is_busy())
        return dialog

    return open_now


@pytest.fixture
def in_charge(staffed, shift):
    """The administrator works."""
    shift.begin(log_on(staffed, "Boss", PASSWORD))
    return staffed


def find_form(dialog) -> AccountForm:
    [form] = [form for form in dialog.findChildren(AccountForm) if form.isVisible()]
    return form


def fill(form: AccountForm, name: str = "", password: str = "") -> AccountForm:
    form.name_edit.setText(name)
    form.password_edit.setText(password)
    form.again_edit.setText(password)
    form.reason_edit.edit.setPlainText(REASON)
    return form


def pick(dialog, name: str) -> None:
    [cell] = [cell for row in range(dialog.table.rowCount()) if (cell := dialog.table.item(row, 0)).text() == name]
    dialog.table.setCurrentCell(cell.row(), 0)


def write(qtbot, form: AccountForm, operations) -> None:
    form.write_button.click()
    qtbot.waitUntil(lambda: not operations.is_busy())


def test_the_first_account_is_an_administrators_and_ends_the_time_without_log_on(
    qtbot, open_dialog, station, operations
):
    dialog = open_dialog()
    assert "without a password" in dialog.note.text()
    dialog.add()
    form = fill(find_form(dialog), "Boss", PASSWORD)
    assert form.role_box.count() == 1
    with qtbot.waitSignal(dialog.first_made):
        form.write_button.click()

    assert [(each.name, each.role) for each in station.store.list_accounts()] == [("Boss", "administrator")]
    assert not dialog.isVisible()
    with pytest.raises(NotAllowed):
        station.acting(Right.INSPECT)


def test_an_account_is_added_with_its_role(qtbot, open_dialog, in_charge, operations):
    dialog = open_dialog()
    dialog.add()
    form = fill(find_form(dialog), "Anna", PASSWORD)
    form.role_box.setCurrentIndex(form.role_box.findData("auditor"))
    write(qtbot, form, operations)

    assert in_charge.store.get_account("Anna").role == "auditor"
    assert dialog.table.item(0, 0).text() == "Anna"


def test_role_password_and_standing_are_changed_for_a_reason(qtbot, open_dialog, in_charge, operations):
    dialog = open_dialog()
    pick(dialog, "Otto")
    dialog.role_button.click()
    form = fill(find_form(dialog))
    form.role_box.setCurrentIndex(form.role_box.findData("engineer"))
    write(qtbot, form, operations)
    dialog.password_button.click()
    write(qtbot, fill(find_form(dialog), password="another long password"), operations)
    dialog.switch_button.click()
    write(qtbot, fill(find_form(dialog)), operations)

    otto = in_charge.store.get_account("Otto")
    assert (otto.role, otto.active) == ("engineer", False)
    assert list_actions(in_charge, 3) == ["account.changed"] * 3
    assert dialog.table.item(2, 2).text() == "switched off"
    assert dialog.switch_button.text() == "Switch on…"


def test_what_is_missing_is_said_before_anything_is_written(open_dialog, in_charge):
    dialog = open_dialog()
    dialog.add()
    form = find_form(dialog)
    assert "name" in form.hint.text()
    fill(form, "Anna", "short")
    assert "10 to 256" in form.hint.text()
    fill(form, "Anna", PASSWORD)
    form.again_edit.setText("something else")
    assert "twice" in form.hint.text()
    assert not form.write_button.isEnabled()


def test_a_refusal_is_a_sentence_and_what_was_typed_stays(qtbot, open_dialog, in_charge, operations):
    dialog = open_dialog()
    dialog.add()
    form = fill(find_form(dialog), "otto", PASSWORD)
    write(qtbot, form, operations)

    assert form.isVisible()
    assert "already" in form.fault.text()
    assert form.name_edit.text() == "otto"


def test_whoever_may_not_is_refused_by_the_station(qtbot, open_dialog, staffed, shift, operations):
    shift.begin(log_on(staffed, "Otto", PASSWORD))
    dialog = open_dialog()
    dialog.add()
    form = fill(find_form(dialog), "Anna", PASSWORD)
    write(qtbot, form, operations)

    assert "Otto may not change accounts" in form.fault.text()

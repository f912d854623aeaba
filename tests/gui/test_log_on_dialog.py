"""Logging on by name and password, with one sentence when it does not work."""

# ruff: noqa: F401, F811 - the fixtures come from `people`

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from gui.log_on_dialog import LogOnDialog
from station.people import MOST_FAILURES, LogOnFailed, log_on
from tests.gui.people import (
    PASSWORD,
    list_actions,
    operations,
    quick_hashes,
    shift,
    staffed,
)


@pytest.fixture
def dialog(qtbot, operations, staffed):
    dialog = LogOnDialog(operations)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: not operations.is_busy())
    return dialog


def test_name_and_password_by_keyboard_alone_let_a_person_work(qtbot, dialog, staffed):
    with qtbot.waitSignal(dialog.logged_on) as logged_on:
        qtbot.keyClicks(dialog.name_edit, "eva")
        qtbot.keyClicks(dialog.password_edit, PASSWORD)
        qtbot.keyClick(dialog.password_edit, Qt.Key.Key_Return)

    assert (logged_on.args[0].name, logged_on.args[0].role) == ("Eva", "engineer")
    assert list_actions(staffed, 1) == ["account.logged_on"]
    assert not dialog.isVisible()
    assert dialog.password_edit.text() == ""


def fail(qtbot, dialog, operations):
    dialog.name_edit.setText("Eva")
    dialog.password_edit.setText("a wrong password")
    dialog.log_on()
    qtbot.waitUntil(lambda: not operations.is_busy())


def test_a_wrong_password_is_one_sentence_and_the_name_stays(qtbot, dialog, operations, staffed):
    fail(qtbot, dialog, operations)

    assert dialog.isVisible()
    assert "do not fit" in dialog.fault.text()
    assert dialog.name_edit.text() == "Eva"
    assert dialog.password_edit.selectedText()
    assert list_actions(staffed, 1) == ["account.log_on_failed"]


def test_a_lock_out_says_for_how_long(qtbot, dialog, operations, staffed):
    for _ in range(MOST_FAILURES):
        with pytest.raises(LogOnFailed):
            log_on(staffed, "Eva", "a wrong password")
    fail(qtbot, dialog, operations)

    assert "15 minutes" in dialog.fault.text()


def test_names_in_use_are_offered(dialog):
    model = dialog.name_edit.completer().model()
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == ["Boss", "Eva", "Otto"]


def test_without_name_or_password_nothing_is_asked(dialog, operations):
    dialog.log_on()
    assert not operations.is_busy()
    assert not dialog.log_on_button.isEnabled()


def test_the_password_is_shown_only_on_demand(dialog):
    assert dialog.password_edit.echoMode() == QLineEdit.EchoMode.Password
    dialog.password_edit.show_action.trigger()
    assert dialog.password_edit.echoMode() == QLineEdit.EchoMode.Normal

"""Signing asks for the password again, binds the record's hash, and a second signer is somebody else."""

# ruff: noqa: F401, F811 - the fixtures come from `people`

from __future__ import annotations

import pytest

from gui.sign_dialog import SignDialog
from station.inspecting import inspect_photo
from station.people import log_off, log_on, sign
from station.products import prepare_references
from station.reviewing import comment
from tests.gui.people import (
    PASSWORD,
    list_actions,
    operations,
    quick_hashes,
    shift,
    staffed,
)


@pytest.fixture
def record(staffed, parts):
    log_on(staffed, "Eva", PASSWORD)
    inspected = inspect_photo(staffed, parts / "spot.png", prepare_references(staffed, [parts / "good.png"]))
    return inspected.record


@pytest.fixture
def open_dialog(qtbot, operations, shift, staffed, record):
    def open_now():
        shift.begin(staffed.person)
        dialog = SignDialog(operations, record, staffed.person)
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitUntil(lambda: not operations.is_busy())
        return dialog

    return open_now


def test_a_signature_is_recorded_with_meaning_and_comment(qtbot, open_dialog, staffed, record):
    dialog = open_dialog()
    dialog.meaning_box.setCurrentIndex(dialog.meaning_box.findData("rejected"))
    dialog.comment_edit.setText("the spot is real")
    dialog.password_edit.setText(PASSWORD)
    with qtbot.waitSignals([dialog.signed, dialog.message]):
        dialog.sign_button.click()

    [made] = staffed.store.list_signatures(record.id)
    assert (made.printed_name, made.meaning, made.comment) == ("Eva", "rejected", "the spot is real")
    assert made.record_hash == record.record_hash
    assert not dialog.isVisible()


def test_without_the_right_password_nothing_is_signed(qtbot, open_dialog, operations, staffed, record):
    dialog = open_dialog()
    dialog.comment_edit.setText("fine")
    assert not dialog.sign_button.isEnabled()
    dialog.password_edit.setText("a wrong password")
    dialog.sign_button.click()
    qtbot.waitUntil(lambda: not operations.is_busy())

    assert "do not fit" in dialog.fault.text()
    assert (dialog.comment_edit.text(), dialog.password_edit.text()) == ("fine", "")
    assert staffed.store.list_signatures(record.id) == []
    assert list_actions(staffed, 1) == ["account.log_on_failed"]


def test_who_signed_before_is_shown_and_cannot_sign_again(open_dialog, staffed, record):
    sign(staffed, record.id, PASSWORD, "approved", "as agreed")
    dialog = open_dialog()

    assert dialog.earlier.toPlainText().startswith("Approved, Eva, ")
    assert "already" in dialog.fault.text()
    assert not dialog.password_edit.isEnabled()


def test_a_second_signer_is_somebody_else(qtbot, open_dialog, staffed, record):
    sign(staffed, record.id, PASSWORD, "reviewed")
    log_off(staffed)
    log_on(staffed, "Boss", PASSWORD)
    dialog = open_dialog()
    dialog.password_edit.setText(PASSWORD)
    with qtbot.waitSignal(dialog.signed):
        dialog.sign()

    assert [each.printed_name for each in staffed.store.list_signatures(record.id)] == ["Eva", "Boss"]


def test_d18_a_signature_from_before_later_additions_says_so(open_dialog, staffed, record):
    sign(staffed, record.id, PASSWORD, "approved", "as agreed")
    comment(staffed, record.id, "seen afterwards")

    assert open_dialog().earlier.toPlainText().startswith("Approved (before later additions), Eva, ")

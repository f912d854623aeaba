"""A person decides beside the verdict: what becomes of the part, a code, and why."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt

from gui.mask_editor import MaskEditor
from gui.review_dialog import ReviewDialog
from gui.theme import apply_theme
from station.batch import inspect_photos
from station.opening import open_inspection
from station.products import prepare_references
from station.reviewing import dispose
from storage.errors import DatabaseLocked
from storage.store import Store

REASON = "the stain can be wiped off"


@pytest.fixture
def opened(station, tmp_path):
    """Return a recorded inspection of a defective part."""
    for seed, name in enumerate(("good", "spot")):
        noise = np.random.default_rng(seed).normal(128.0, 6.0, (168, 168, 1))
        pixels = np.clip(noise + np.zeros(3), 0, 255).astype(np.uint8)
        if name == "spot":
            pixels[20:62, 25:67] = (90, 10, 10)
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
    product = prepare_references(station, [tmp_path / "good.png"])
    [item] = inspect_photos(station, [tmp_path / "spot.png"], product)
    return open_inspection(station, item.inspected.record.id)


@pytest.fixture
def open_dialog(qtbot, operations, opened):
    def open_now():
        dialog = ReviewDialog(operations, opened, ("crack", "stain"))
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitUntil(lambda: not operations.is_busy())
        return dialog

    return open_now


def test_a_decision_is_recorded_beside_the_verdict_with_code_and_reason(qtbot, open_dialog, opened, station):
    dialog = open_dialog()
    qtbot.mouseClick(dialog.choice.buttons["rework"], Qt.MouseButton.LeftButton)
    dialog.code_box.setCurrentIndex(dialog.code_box.findData("stain"))
    qtbot.keyClicks(dialog.reason_edit.edit, REASON)
    with qtbot.waitSignals([dialog.recorded, dialog.message]):
        qtbot.mouseClick(dialog.record_button, Qt.MouseButton.LeftButton)

    record = station.store.get_inspection(opened.record.id)
    [made] = record.dispositions
    assert (made.decision, made.code, made.reason, made.decided_by.name) == ("rework", "stain", REASON, "Ada")
    assert record.verdict == opened.record.verdict == "reject"
    assert not dialog.isVisible()


def test_nothing_is_picked_at_first_and_what_is_missing_is_told(qtbot, open_dialog):
    dialog = open_dialog()

    assert dialog.choice.decision is None
    assert not dialog.record_button.isEnabled()
    assert "Pick" in dialog.record_button.toolTip()
    dialog.choose("scrap")
    qtbot.keyClicks(dialog.reason_edit.edit, "too short")
    assert not dialog.record_button.isEnabled()
    assert dialog.reason_edit._hint.text() == "1 more character is needed."
    qtbot.keyClicks(dialog.reason_edit.edit, "!")
    assert dialog.record_button.isEnabled()


def test_the_keyboard_alone_decides(qtbot, open_dialog, opened, station):
    dialog = open_dialog()
    qtbot.keyClick(dialog.choice.buttons["accept"], Qt.Key.Key_4)
    assert dialog.choice.decision == "scrap"
    qtbot.keyClicks(dialog.reason_edit.edit, REASON)
    qtbot.keyClick(dialog.reason_edit.edit, Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert dialog.choice.decision == "use-as-is"
    with qtbot.waitSignal(dialog.recorded):
        qtbot.keyClick(dialog.reason_edit.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert station.store.get_inspection(opened.record.id).dispositions[0].decision == "use-as-is"


def test_a_figure_typed_in_the_reason_picks_nothing(qtbot, open_dialog):
    dialog = open_dialog()
    dialog.choose("scrap")
    qtbot.keyClicks(dialog.reason_edit.edit, "order 4711")

    assert (dialog.choice.decision, dialog.reason_edit.reason) == ("scrap", "order 4711")


def test_earlier_decisions_are_shown_and_their_reasons_offered(qtbot, open_dialog, opened, station):
    dispose(station, opened.record.id, "rework", "crack", "first a longer look at it")
    dispose(station, opened.record.id, "scrap", "", REASON)
    dialog = open_dialog()

    told = dialog.timeline.toPlainText()
    first, second = told.index("Decision: Rework (crack)"), told.index("Decision: Scrap")
    assert 0 <= told.index("Machine: Verdict Reject") < first < told.index("first a longer look at it") < second
    assert told.index(REASON) > second
    dialog.reason_edit.edit.setPlainText("mine")
    dialog.reasons_button.menu().actions()[1].trigger()
    assert dialog.reason_edit.reason == "first a longer look at it"
    dialog.reason_edit.edit.undo()
    assert dialog.reason_edit.reason == "mine"


def test_the_verdict_is_shown_and_said_to_stay(open_dialog):
    from PySide6.QtWidgets import QLabel

    words = [label.text() for label in open_dialog().findChildren(QLabel)]

    assert any(text.startswith("Verdict Reject: score ") for text in words)
    assert any("The verdict stays as it is." in text for text in words)


def test_when_recording_fails_the_text_stays_and_the_reason_is_told(qtbot, open_dialog, opened, station, monkeypatch):
    def refuse(self, *arguments):
        raise DatabaseLocked("The audit database is in use; close the other program.")

    dialog = open_dialog()
    dialog.choose("scrap")
    qtbot.keyClicks(dialog.reason_edit.edit, REASON)
    with monkeypatch.context() as patched:
        patched.setattr(Store, "add_disposition", refuse)
        dialog.record()
        qtbot.waitUntil(dialog.fault.isVisible)

    assert "in use; close the other program" in dialog.fault.text()
    assert (dialog.reason_edit.reason, dialog.isVisible()) == (REASON, True)
    assert station.store.get_inspection(opened.record.id).dispositions == ()
    with qtbot.waitSignal(dialog.recorded):
        dialog.record()


def test_a_code_that_left_the_catalogue_is_not_offered(open_dialog):
    dialog = open_dialog()
    dialog.show_codes(["dent"])

    assert [dialog.code_box.itemData(row) for row in range(dialog.code_box.count())] == ["", "dent"]


def test_escape_decides_nothing(qtbot, open_dialog, opened, station):
    dialog = open_dialog()
    dialog.choose("scrap")
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)

    assert not dialog.isVisible()
    assert station.store.get_inspection(opened.record.id).dispositions == ()


def test_every_control_has_a_name(open_dialog):
    from PySide6.QtWidgets import QAbstractButton, QComboBox, QPlainTextEdit, QTextBrowser

    dialog = open_dialog()
    kinds = (QAbstractButton, QComboBox, QPlainTextEdit, QTextBrowser)
    controls = [each for kind in kinds for each in dialog.findChildren(kind)]
    named = [bool(each.accessibleName() or getattr(each, "text", str)()) for each in controls if each.isVisible()]
    assert all(named)


def test_d15_the_severity_is_recorded_where_a_person_says_it(qtbot, open_dialog, opened, station):
    dialog = open_dialog()
    dialog.choose("scrap")
    dialog.severity_box.setCurrentIndex(dialog.severity_box.findData("critical"))
    qtbot.keyClicks(dialog.reason_edit.edit, REASON)
    with qtbot.waitSignal(dialog.recorded):
        dialog.record()

    assert station.store.get_inspection(opened.record.id).dispositions[0].severity == "critical"


def test_no_severity_is_chosen_at_first(open_dialog):
    assert open_dialog().severity_box.severity is None


def test_d15_a_comment_is_recorded_without_a_decision_and_stands_in_the_record(qtbot, open_dialog, opened, station):
    dialog = open_dialog()
    qtbot.keyClicks(dialog.comment_field.edit, "the lamp flickered")
    with qtbot.waitSignal(dialog.added) as told:
        qtbot.keyClick(dialog.comment_field.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "the lamp flickered" in dialog.timeline.toPlainText())
    record = station.store.get_inspection(opened.record.id)

    assert told.args == [opened.record.id]
    assert ([each.text for each in record.comments], record.dispositions) == (["the lamp flickered"], ())
    assert dialog.isVisible()
    assert not dialog.comment_field.has_text
    assert not dialog.comment_field.button.isEnabled()


def test_a_comment_that_cannot_be_recorded_stays_and_the_reason_is_told(qtbot, open_dialog):
    dialog = open_dialog()
    dialog.comment_field.edit.setPlainText("x" * 100_001)
    dialog.comment_field.button.click()
    qtbot.waitUntil(dialog.fault.isVisible)

    assert "at most 100000" in dialog.fault.text()
    assert dialog.comment_field.has_text


def test_d15_the_corrected_mask_is_drawn_from_here_and_stands_in_the_record(
    qtbot, open_dialog, opened, station, give_reason
):
    dialog = open_dialog()
    dialog.mask_button.click()
    editor = dialog.findChild(MaskEditor)
    editor.empty_button.click()
    give_reason("there is no defect at all")
    with qtbot.waitSignals([dialog.added, dialog.message]):
        editor.save_button.click()
    qtbot.waitUntil(lambda: "Mask corrected: 0 px" in dialog.timeline.toPlainText())

    assert station.store.get_inspection(opened.record.id).corrected_masks[0].area_px == 0
    dialog.mask_button.click()
    assert dialog.findChildren(MaskEditor)[-1].canvas.area == 0


def test_d18_the_record_shows_which_signature_was_made_before_later_additions(qtbot, open_dialog, opened, station):
    number = opened.record.id
    boss = station.store.add_account("Boss", "administrator", "$argon2id$none", station.actor, "the first account here")
    station.store.add_signature(number, boss, "approved", "as agreed", station.actor)
    station.store.add_comment(number, "seen afterwards", station.actor)
    dialog = open_dialog()
    told = dialog.timeline.toPlainText()

    assert told.index("Signed: approved (before later additions)") < told.index("seen afterwards")


def test_who_may_not_decide_is_told_and_can_still_read(qtbot, open_dialog, opened, station):
    station.store.add_account("Boss", "administrator", "$argon2id$none", station.actor, "the first account here")
    dialog = open_dialog()

    assert "Your role does not include decisions" in dialog.record_button.toolTip()
    assert not dialog.mask_button.isEnabled()
    assert not dialog.comment_field.edit.isEnabled()
    assert "Machine: Verdict Reject" in dialog.timeline.toPlainText()


@pytest.mark.parametrize("text", ["<b>bold</b> & <img src='x'>", "\u202eالخدش", "a\nb", "x" * 100_000])
def test_strange_text_is_shown_as_text(qtbot, open_dialog, opened, station, text):
    station.store.add_comment(opened.record.id, text, station.actor)
    dialog = open_dialog()

    assert text[:1000] in dialog.timeline.toPlainText()


def test_the_record_follows_a_switch_of_the_colours(qtbot, qapp, open_dialog):
    dialog = open_dialog()
    apply_theme(qapp, "light")
    light = dialog.timeline.toHtml()
    apply_theme(qapp, "dark")

    assert dialog.timeline.toHtml() != light
    apply_theme(qapp, "light")


def test_a_comment_that_was_written_and_not_added_is_recorded_with_the_decision(qtbot, open_dialog, opened, station):
    dialog = open_dialog()
    dialog.choose("scrap")
    qtbot.keyClicks(dialog.reason_edit.edit, REASON)
    qtbot.keyClicks(dialog.comment_field.edit, "the lamp flickered")
    with qtbot.waitSignal(dialog.finished):
        dialog.record()
    record = station.store.get_inspection(opened.record.id)

    assert (len(record.dispositions), [each.text for each in record.comments]) == (1, ["the lamp flickered"])


def test_d14_overruling_in_the_window_leaves_every_machine_column_as_it_was(qtbot, open_dialog, opened, home):
    def read_machine_rows():
        with closing(sqlite3.connect(home / "audit.sqlite")) as connection:
            return [connection.execute(f"SELECT * FROM {table}").fetchall() for table in ("inspections", "regions")]

    before = read_machine_rows()
    dialog = open_dialog()
    dialog.choose("accept")
    dialog.severity_box.setCurrentIndex(1)
    qtbot.keyClicks(dialog.reason_edit.edit, REASON)
    qtbot.keyClicks(dialog.comment_field.edit, "the lamp flickered")
    with qtbot.waitSignal(dialog.finished):
        dialog.record()

    assert before[0]
    assert before[1]
    assert read_machine_rows() == before

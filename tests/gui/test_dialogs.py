"""What all dialogs share: a reason long enough, the safe answer first, and a size that comes back."""

import pytest
from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication, QPushButton

from gui.dialogs import BaseDialog, ReasonEdit, ask_reason, confirm


def in_the_dialog(do):
    """Do something once a modal dialog is open."""

    def look(tries=200):
        dialog = QApplication.activeModalWidget()
        if dialog is not None:
            do(dialog)
        elif tries:
            QTimer.singleShot(10, lambda: look(tries - 1))

    QTimer.singleShot(0, look)


def find_button(dialog, text):
    return next(button for button in dialog.findChildren(QPushButton) if button.text() == text)


def test_a_reason_of_ten_characters_can_be_saved(qtbot):
    seen = []

    def answer(dialog):
        edit, save = dialog.findChild(ReasonEdit), find_button(dialog, "Save")
        edit.edit.setPlainText("too short")
        seen.append(save.isEnabled())
        edit.edit.setPlainText("  long enough  ")
        seen.append(save.isEnabled())
        save.click()

    in_the_dialog(answer)
    assert ask_reason(None, "Retire", "Why?") == "long enough"
    assert seen == [False, True]


def test_control_and_return_save_a_reason(qtbot):
    def answer(dialog):
        dialog.findChild(ReasonEdit).edit.setPlainText("typed without a mouse")
        dialog.activateWindow()
        qtbot.keyClick(dialog.findChild(ReasonEdit).edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        if dialog.isVisible():
            # Offscreen there may be no active window, without which no shortcut is heard.
            find_button(dialog, "Save").click()

    in_the_dialog(answer)
    assert ask_reason(None, "Retire", "Why?") == "typed without a mouse"


def test_escape_gives_no_reason(qtbot):
    in_the_dialog(lambda dialog: qtbot.keyClick(dialog, Qt.Key.Key_Escape))
    assert ask_reason(None, "Retire", "Why?") is None


@pytest.mark.parametrize(("button", "answer"), [("Delete", True), ("Cancel", False)])
def test_a_question_is_answered_by_its_own_words(qtbot, button, answer):
    in_the_dialog(lambda dialog: find_button(dialog, button).click())
    assert confirm(None, "Delete", "Everything is deleted.", "Delete") is answer


def test_return_gives_the_safe_answer(qtbot):
    in_the_dialog(lambda dialog: qtbot.keyClick(dialog, Qt.Key.Key_Return))
    assert not confirm(None, "Delete", "Everything is deleted.", "Delete")


def test_the_size_of_a_dialog_comes_back(qtbot, tmp_path, monkeypatch):
    state = QSettings(str(tmp_path / "state.ini"), QSettings.Format.IniFormat)
    monkeypatch.setattr(BaseDialog, "state", state)
    first = BaseDialog(None, "First", (300, 200))
    qtbot.addWidget(first)
    first.show()
    first.resize(410, 333)
    first.reject()
    second = BaseDialog(None, "Second", (300, 200))
    qtbot.addWidget(second)
    assert (second.width(), second.height()) == (410, 333)


def test_buttons_stand_in_the_order_in_which_they_were_added_and_left_ones_left(qtbot):
    dialog = BaseDialog(None, "Buttons", (500, 200))
    qtbot.addWidget(dialog)
    cancel, save = dialog.add_button("Cancel"), dialog.add_button("Save", "primary", is_default=True)
    back = dialog.add_button("Take back", is_left=True)
    dialog.show()
    assert back.x() < cancel.x() < save.x()
    assert save.isDefault()

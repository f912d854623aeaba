"""Commands as data: one list feeds menus, shortcuts and the page that explains them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QMainWindow

from gui.actions import Actions, Command, strip_mark
from gui.shortcuts_dialog import ShortcutsDialog


@pytest.fixture
def window(qtbot) -> QMainWindow:
    window = QMainWindow()
    qtbot.addWidget(window)
    return window


def test_a_shortcut_runs_its_command(qtbot, window: QMainWindow):
    done: list[str] = []
    Actions([Command("a", "&Do it…", lambda: done.append("a"), "Ctrl+J")], window)
    with qtbot.waitExposed(window):
        window.show()
    qtbot.keyClick(window, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    assert done == ["a"]


def test_a_command_that_cannot_be_done_is_off_until_it_can(window: QMainWindow):
    possible = [False]
    actions = Actions([Command("a", "A", lambda: None, enabled_when=lambda: possible[0])], window)
    assert not actions["a"].isEnabled()
    possible[0] = True
    actions.refresh()
    assert actions["a"].isEnabled()


def test_a_switch_shows_whether_it_is_on(window: QMainWindow):
    actions = Actions([Command("a", "A", lambda: None, checked_when=lambda: True)], window)
    assert actions["a"].isChecked()


def test_operators_keep_only_their_own_commands(window: QMainWindow):
    actions = Actions([Command("a", "A", lambda: None), Command("b", "B", lambda: None, is_for_operators=True)], window)
    actions.set_locked(True)
    assert [actions[name].isEnabled() for name in actions.names] == [False, True]
    actions.set_locked(False)
    assert actions["a"].isEnabled()


def test_a_letter_typed_into_a_field_is_no_shortcut(qtbot, window: QMainWindow):
    done: list[str] = []
    Actions([Command("blink", "Blink", lambda: done.append("b"), "B")], window)
    field = QLineEdit(window)
    window.setCentralWidget(field)
    with qtbot.waitExposed(window):
        window.show()
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_B)
    assert (field.text(), done) == ("b", [])


def test_the_page_of_shortcuts_lists_every_command_that_has_one(qtbot, window: QMainWindow):
    actions = Actions([Command("a", "&Open…", lambda: None, "Ctrl+O"), Command("b", "B", lambda: None)], window)
    assert [title for title, _ in actions.list_shortcuts()] == ["Open"]
    dialog = ShortcutsDialog(actions.list_shortcuts(), window)
    assert dialog.table.item(0, 0).text() == "Open"
    assert "O" in dialog.table.item(0, 1).text()


def test_a_title_is_read_without_its_marks():
    assert strip_mark("&Open photos…") == "Open photos"

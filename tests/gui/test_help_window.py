"""Help opens at the tutorial, lists what there is, finds words, follows links between pages and fetches nothing."""

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtWidgets import QApplication, QWidget

from gui.help_text import list_headings
from gui.help_window import HelpWindow
from gui.theme import apply_theme
from gui.window_dialogs import WindowDialogs
from station import help_pages


@pytest.fixture
def window(qtbot):
    made = HelpWindow()
    qtbot.addWidget(made)
    made.show()
    return made


def _titles(window):
    return [window.contents.topLevelItem(row).text(0) for row in range(window.contents.topLevelItemCount())]


def test_it_opens_at_the_tutorial_and_lists_all_pages(window):
    assert window.page == "tutorial"
    assert "First steps" in window.text.toPlainText()
    assert len(_titles(window)) == len(help_pages.PAGES)


def test_the_page_on_show_is_listed_with_its_headings(window):
    top = window.contents.topLevelItem(0)
    headings = [top.child(row).text(0) for row in range(top.childCount())]

    assert top.isExpanded()
    assert "4. You decide" in headings


def test_a_heading_is_brought_to_the_top(window):
    top = window.contents.topLevelItem(0)
    window.contents.itemActivated.emit(top.child(top.childCount() - 1), 0)

    assert window.text.verticalScrollBar().value() > 100


def test_a_page_is_shown_by_its_name(window):
    window.show_page("troubles")

    assert window.page == "troubles"
    assert "troubles" not in window.windowTitle()
    assert "help" in window.windowTitle()


def test_an_unknown_page_changes_nothing(window):
    window.show_page("nonsense")

    assert window.page == "tutorial"


def test_links_lead_to_other_pages_and_back(qtbot, window):
    window.text.anchorClicked.emit(QUrl("window.md"))
    assert window.page == "window"

    window.back_button.click()
    assert window.page == "tutorial"
    assert not window.back_button.isEnabled()


def test_links_to_the_world_are_not_followed(window):
    window.text.anchorClicked.emit(QUrl("https://example.org/troubles.md"))

    assert window.page == "tutorial"


def test_searching_lists_the_pages_that_hold_all_words(qtbot, window):
    window.search_edit.setText("log bundle")
    assert any("When something is wrong" in title for title in _titles(window))

    qtbot.keyClick(window.search_edit, Qt.Key.Key_Return)
    assert "log" in window.text.textCursor().selectedText().casefold()

    window.search_edit.clear()
    assert len(_titles(window)) == len(help_pages.PAGES)


def test_searching_for_nonsense_says_so(window):
    window.search_edit.setText("xyzzy")

    assert _titles(window) == []
    assert window.contents.headerItem().text(0) == "Nothing found"


def test_escape_closes_it(qtbot, window):
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window.search_edit, Qt.Key.Key_Escape)

    assert not window.isVisible()


def test_another_look_keeps_page_and_place(window, qapp):
    window.show_page("window")
    window.text.verticalScrollBar().setValue(200)
    apply_theme(QApplication.instance(), "dark")
    apply_theme(QApplication.instance(), "light")

    assert window.page == "window"
    assert window.text.verticalScrollBar().value() == 200


def test_help_is_opened_once_and_comes_back_where_it_was_left(qtbot, operations):
    main = QWidget()
    qtbot.addWidget(main)
    dialogs = WindowDialogs(operations, main)
    for page in ("window", ""):
        dialogs.open_help(page)
    [opened] = main.findChildren(HelpWindow)
    assert opened.isVisible()

    opened.close()
    dialogs.open_help()
    assert main.findChildren(HelpWindow) == [opened]
    assert opened.isVisible()
    assert opened.page == "window"


def test_an_installation_without_pages_says_what_to_do(qtbot, monkeypatch, tmp_path):
    monkeypatch.setattr(help_pages, "find_docs", lambda: None)
    window = HelpWindow()
    qtbot.addWidget(window)

    assert "install the program again" in window.text.toPlainText()


def test_headings_in_code_are_none():
    assert list_headings("# A\n## *B*\n```\n## no\n```\n## `C`\n") == ["B", "C"]

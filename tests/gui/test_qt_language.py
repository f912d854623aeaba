"""Qt's own buttons speak the language of the window."""

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtWidgets import QDialogButtonBox

from gui.qt_language import use_qt_language
from station.language import LANGUAGES


@pytest.fixture(autouse=True)
def english_again(qapp):
    before = QLocale()
    yield
    use_qt_language(qapp, "en")
    QLocale.setDefault(before)


def cancel_word(qtbot):
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    return box.button(QDialogButtonBox.StandardButton.Cancel).text().replace("&", "")


@pytest.mark.parametrize(("code", "word"), [("en", "Cancel"), ("de", "Abbrechen"), ("zh_CN", "取消")])
def test_a_standard_button_speaks_the_language(qtbot, qapp, code, word):
    assert use_qt_language(qapp, code)
    assert cancel_word(qtbot) == word


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_language_of_the_program_is_known_to_qt(qapp, code):
    assert use_qt_language(qapp, code)


def test_going_back_to_english_leaves_nothing_behind(qtbot, qapp):
    use_qt_language(qapp, "de")
    use_qt_language(qapp, "en")

    assert cancel_word(qtbot) == "Cancel"
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"

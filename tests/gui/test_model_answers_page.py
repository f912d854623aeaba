"""Who answers is chosen among those who can; the licence of a model of others is shown first."""

from __future__ import annotations

import pytest

from gui import model_answers_page
from gui.model_answers_page import ModelAnswersPage
from station.settings import read_settings
from tests.inference.tiny_models import make_qwen, make_text_only


@pytest.fixture
def page(qtbot, operations):
    made = ModelAnswersPage(operations)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: made.chosen is not None)
    return made


def choose(page, name):
    names = [info.name for info in page._infos]
    page.table.setCurrentCell(names.index(name), 0)


def use_folder(qtbot, page, folder):
    choose(page, "vlm")
    with qtbot.waitSignal(page.changed):
        page.use_folder(str(folder))
    qtbot.waitUntil(lambda: page.chosen.state in ("ready", "unusable"))


def test_everybody_is_listed_and_the_one_that_answers_is_picked(page):
    assert page.table.rowCount() == 4
    assert page.chosen.name == "facts"
    assert page.table.item(0, 3).text() == "Answers now"
    assert not page.use_button.isEnabled()
    assert not page.folder_button.isVisible()


def test_what_cannot_answer_says_why_and_cannot_be_chosen(page):
    choose(page, "anomalygpt-7b")

    assert "not for business" in page.details.text()
    assert "Name its folder" in page.details.text()
    assert page.folder_button.isVisible()
    assert not page.use_button.isEnabled()


def test_a_model_is_chosen_once_its_licence_was_accepted(qtbot, page, home, tmp_path, monkeypatch):
    use_folder(qtbot, page, make_qwen(tmp_path / "model"))
    asked = []
    monkeypatch.setattr(model_answers_page, "confirm", lambda *words: asked.append(words[2]) or len(asked) > 1)
    page.use_chosen()
    assert "apache-2.0" in asked[0]
    assert read_settings(home)[0].answers == "auto"

    with qtbot.waitSignal(page.changed):
        page.use_button.click()
    qtbot.waitUntil(lambda: page.chosen.is_chosen)
    assert read_settings(home)[0].answers == "vlm"


def test_a_folder_with_a_model_without_eyes_is_said_to_be_of_no_use(qtbot, page, tmp_path):
    use_folder(qtbot, page, make_text_only(tmp_path / "model"))

    assert "reads text only" in page.details.text()
    assert not page.use_button.isEnabled()

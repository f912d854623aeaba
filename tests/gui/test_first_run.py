"""The first start asks for a name, tries the devices, inspects a sample part, and never stands in the way."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from gui.first_run import FirstRunDialog
from gui.operations import Operations
from station.first_run import needs_first_run
from station.language import current_language, use_language
from station.settings import Settings, read_settings
from station.station import Station


@pytest.fixture(autouse=True)
def _english_afterwards():
    yield
    use_language("en")


@pytest.fixture
def file_operations(qapp, home, monkeypatch):
    """Operations that read the settings file, as the program's own do."""
    monkeypatch.setenv("ANOMALYGPT_BACKBONE", "dummy")
    operations = Operations(lambda: Station.open(home))
    yield operations
    assert operations.close()


@pytest.fixture
def dialog(qtbot, file_operations):
    made = FirstRunDialog(file_operations)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitUntil(lambda: bool(made.welcome.folder.text()))
    return made


def _choose(box, value):
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def test_the_whole_way_leaves_a_name_and_one_recorded_inspection(qtbot, dialog, home):
    assert needs_first_run(home)
    assert dialog.welcome.folder.text() == str(home)
    dialog.welcome.name_edit.setText("  Grace Hopper ")
    dialog.next_button.click()
    qtbot.waitUntil(dialog.device.again_button.isVisible, timeout=20_000)
    dialog.next_button.click()
    qtbot.waitUntil(lambda: bool(dialog.sample.outcome.text()), timeout=20_000)
    with qtbot.waitSignal(dialog.finished_setup) as told:
        dialog.next_button.click()

    with Station.open(home) as station:
        [summary] = station.store.list_inspections()
        assert (summary.recorded_by, summary.serial) == ("Grace Hopper", "sample")
    assert told.args[0].user == "Grace Hopper"
    assert not needs_first_run(home)


def test_picture_verdict_and_score_of_the_sample_are_shown(qtbot, dialog):
    for _ in range(2):
        dialog.next_button.click()
    qtbot.waitUntil(lambda: bool(dialog.sample.verdict.text()), timeout=20_000)

    assert not dialog.sample.picture.pixmap().isNull()
    assert "limit 50" in dialog.sample.score.text()


def test_the_device_test_shows_milliseconds(qtbot, dialog):
    dialog.next_button.click()
    qtbot.waitUntil(dialog.device.again_button.isVisible, timeout=20_000)

    assert "Processor" in dialog.device.outcome.text()


def test_everything_can_be_done_with_the_keyboard(qtbot, dialog):
    qtbot.keyClicks(dialog.welcome.name_edit, "Kim")
    for step in (1, 2):
        qtbot.keyClick(QApplication.focusWidget() or dialog, Qt.Key.Key_Return)
        assert dialog.step == step
    qtbot.waitUntil(lambda: bool(dialog.sample.outcome.text()), timeout=20_000)
    with qtbot.waitSignal(dialog.finished_setup):
        qtbot.keyClick(dialog, Qt.Key.Key_Return)


def test_escape_skips_it_and_leaves_nothing(qtbot, dialog, home):
    with qtbot.waitSignal(dialog.finished_setup) as told:
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)

    assert told.args == [None]
    assert needs_first_run(home)


def test_skipping_while_the_test_runs_stops_it_first(qtbot, dialog, file_operations):
    dialog.next_button.click()
    with qtbot.waitSignal(dialog.finished_setup, timeout=10_000):
        dialog.skip_button.click()

    qtbot.waitUntil(lambda: not file_operations.active)


def test_it_ends_only_once(qtbot, dialog):
    told = []
    dialog.finished_setup.connect(told.append)
    dialog.reject()
    dialog.reject()
    dialog.close()

    assert told == [None]


def test_another_language_is_spoken_at_once_and_what_was_typed_stays(qtbot, dialog):
    dialog.welcome.name_edit.setText("Kim")
    _choose(dialog.welcome.language_box, "de")

    assert current_language() == "de"
    assert dialog.welcome.name_edit.text() == "Kim"
    assert dialog.welcome.language_box.currentData() == "de"


def test_the_window_is_left_to_follow_the_language_by_itself(qtbot, dialog, home):
    _choose(dialog.welcome.language_box, "de")
    dialog.next_button.click()
    qtbot.waitUntil(lambda: read_settings(home)[0].language == "de")
    with qtbot.waitSignal(dialog.finished_setup) as told:
        dialog.reject()

    assert told.args[0].language == "de"
    assert current_language() == "en"


def test_what_the_computer_fixes_cannot_be_chosen(qtbot, file_operations, monkeypatch, home):
    monkeypatch.setenv("ANOMALYGPT_THEME", "dark")
    dialog = FirstRunDialog(file_operations)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: bool(dialog.welcome.folder.text()))

    assert not dialog.welcome.look_box.isEnabled()
    assert "theme" not in dialog.welcome.choices


def test_a_folder_that_cannot_be_written_is_a_sentence_and_no_barrier(qtbot, tmp_path):
    (tmp_path / "file").touch()
    home = tmp_path / "file" / "home"
    operations = Operations(lambda: Station(home, Settings(backbone="dummy", user="Ada")))
    dialog = FirstRunDialog(operations)
    qtbot.addWidget(dialog)
    dialog.show()
    for _ in range(2):
        dialog.next_button.click()
    qtbot.waitUntil(dialog.sample.again_button.isVisible, timeout=20_000)

    assert dialog.outcome.isVisible()
    with qtbot.waitSignal(dialog.finished_setup):
        dialog.next_button.click()
    assert operations.close()

"""Settings are found by words, explained, kept one by one and in force at once; what is broken or fixed is named."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from gui.operations import Operations
from gui.settings_catalogue import GROUPS, SETTINGS, Group
from gui.settings_dialog import SettingsDialog
from station.settings import Settings, read_settings
from station.station import Station


@pytest.fixture
def open_dialog(qtbot, operations):
    def open_now():
        dialog = SettingsDialog(operations)
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitUntil(dialog.page.isEnabled)
        return dialog

    return open_now


def _write(home, text):
    home.mkdir(parents=True, exist_ok=True)
    (home / "settings.toml").write_text(text, encoding="utf-8")


def _choose(row, value):
    row.editor.box.setCurrentIndex(row.editor.box.findData(value))
    row.editor.box.activated.emit(row.editor.box.currentIndex())


def _type(qtbot, row, text):
    row.editor.edit.setFocus()
    row.editor.edit.setText(text)
    qtbot.keyClick(row.editor.edit, Qt.Key.Key_Return)


def test_every_setting_of_the_station_is_offered_with_an_explanation():
    assert {info.name for info in SETTINGS} == set(Settings.model_fields)
    assert all(info.explanation.endswith(".") for info in SETTINGS)
    assert {info.group for info in SETTINGS} == set(GROUPS)


@pytest.mark.parametrize("info", [info for info in SETTINGS if info.choices], ids=lambda info: info.name)
def test_every_choice_is_a_value_that_the_station_takes(info):
    for value, _ in info.choices:
        Settings.model_validate({info.name: value})


def test_a_choice_is_kept_in_the_file_and_told(qtbot, open_dialog, home):
    dialog = open_dialog()
    with qtbot.waitSignal(dialog.settings_changed) as told:
        _choose(dialog.page.rows["theme"], "dark")

    assert told.args[0].theme == "dark"
    assert read_settings(home)[0].theme == "dark"


def test_a_change_is_told_only_when_nothing_runs_any_more(qtbot, open_dialog, operations):
    dialog = open_dialog()
    busy = []
    dialog.settings_changed.connect(lambda _: busy.append(operations.is_busy()))

    _choose(dialog.page.rows["language"], "de")

    qtbot.waitUntil(lambda: busy == [False])


def test_text_counts_when_return_is_pressed(qtbot, open_dialog, home):
    dialog = open_dialog()
    with qtbot.waitSignal(dialog.settings_changed):
        _type(qtbot, dialog.page.rows["organisation"], "  Acme GmbH ")

    assert read_settings(home)[0].organisation == "Acme GmbH"


def test_the_same_text_again_changes_nothing(qtbot, open_dialog, home):
    _write(home, 'user = "Kim"\n')
    dialog = open_dialog()

    with qtbot.assertNotEmitted(dialog.settings_changed, wait=100):
        _type(qtbot, dialog.page.rows["user"], "Kim")


def test_defect_codes_are_lines_without_blanks_and_repetitions(qtbot, open_dialog, home):
    dialog = open_dialog()
    editor = dialog.page.rows["defect_codes"].editor
    with qtbot.waitSignal(dialog.settings_changed, timeout=5000):
        editor.edit.setPlainText("crack\n\n  D7 \ncrack\n")

    assert read_settings(home)[0].defect_codes == ("crack", "D7")


def test_megapixels_are_kept_as_pixels(qtbot, open_dialog, home):
    dialog = open_dialog()
    with qtbot.waitSignal(dialog.settings_changed):
        dialog.page.rows["pixel_limit"].editor.box.setValue(50)

    assert read_settings(home)[0].pixel_limit == 50_000_000


def test_a_tick_is_kept(qtbot, open_dialog, home):
    dialog = open_dialog()
    with qtbot.waitSignal(dialog.settings_changed):
        dialog.page.rows["operator_mode"].editor.box.click()

    assert read_settings(home)[0].operator_mode is True


def test_a_logo_is_chosen_and_shown(qtbot, open_dialog, home, tmp_path, qapp, monkeypatch):
    logo = tmp_path / "logo.png"
    qapp.primaryScreen().grabWindow(0).save(str(logo))
    dialog = open_dialog()
    editor = dialog.page.rows["report_logo"].editor
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(logo), ""))
    with qtbot.waitSignal(dialog.settings_changed):
        editor.choose_button.click()

    assert read_settings(home)[0].report_logo == str(logo)


def test_a_changed_setting_offers_its_default_back(qtbot, open_dialog, home):
    _write(home, 'profile = "fast"\n')
    dialog = open_dialog()
    row = dialog.page.rows["profile"]
    assert row.reset_button.isVisible()
    assert not dialog.page.rows["device"].reset_button.isVisible()

    with qtbot.waitSignal(dialog.settings_changed):
        row.reset_button.click()

    assert read_settings(home)[0].profile == "default"
    assert not row.reset_button.isVisible()


def test_what_the_environment_fixes_is_named_and_cannot_be_changed(open_dialog, monkeypatch):
    monkeypatch.setenv("ANOMALYGPT_PROFILE", "fast")
    row = open_dialog().page.rows["profile"]

    assert not row.editor.isEnabled()
    assert row.editor.box.currentData() == "fast"
    assert "ANOMALYGPT_PROFILE" in row.fixed_label.text()


def test_an_unusable_value_is_named_and_repaired_with_one_click(qtbot, open_dialog, home):
    _write(home, 'profile = "slow"\nuser = "Kim"\n')
    dialog = open_dialog()
    assert '"profile"' in dialog.warning_label.text()

    with qtbot.waitSignal(dialog.settings_changed):
        dialog.repair_button.click()

    assert not dialog.warning.isVisible()
    assert read_settings(home) == (Settings(user="Kim"), ())
    assert len(list(home.glob("*.broken"))) == 1


def test_a_file_that_is_no_settings_file_does_not_stop_the_dialog(open_dialog, home):
    _write(home, "[[[")
    dialog = open_dialog()

    assert "settings.toml" in dialog.warning_label.text()
    assert dialog.page.rows["theme"].editor.box.currentData() == "system"


def test_searching_leaves_what_is_called_so_and_its_group(open_dialog):
    dialog = open_dialog()
    dialog.search_edit.setText("LOGO head")

    visible = {name for name, row in dialog.page.rows.items() if row.isVisible()}
    shown = [group for place, group in enumerate(GROUPS) if not dialog.groups.item(place).isHidden()]
    assert visible == {"organisation", "report_logo"}
    assert shown == [Group.REPORTS]


def test_searching_for_nonsense_says_so(open_dialog):
    dialog = open_dialog()
    dialog.search_edit.setText("xyzzy")

    assert dialog.page.nothing.isVisible()


def test_choosing_a_group_goes_there(qtbot, open_dialog):
    dialog = open_dialog()
    dialog.resize(800, 500)
    dialog.groups.setCurrentRow(list(GROUPS).index(Group.REPORTS))

    qtbot.waitUntil(lambda: dialog.page.verticalScrollBar().value() > 200)


def test_a_change_that_cannot_be_kept_is_told_at_its_setting(qtbot, tmp_path):
    (tmp_path / "file").touch()
    home = tmp_path / "file" / "home"
    operations = Operations(lambda: Station(home, Settings(backbone="dummy", user="Ada")))
    dialog = SettingsDialog(operations)
    qtbot.addWidget(dialog)
    dialog.show()
    row = dialog.page.rows["theme"]
    qtbot.waitUntil(dialog.page.isEnabled)

    _choose(row, "dark")

    qtbot.waitUntil(row.fault_label.isVisible)
    assert "Nothing was changed" in row.fault_label.text()
    assert operations.close()


def test_scrolling_to_the_end_marks_the_last_group(qtbot, open_dialog):
    dialog = open_dialog()
    dialog.resize(800, 500)
    bar = dialog.page.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())

    assert dialog.groups.currentRow() == len(GROUPS) - 1


def test_a_group_near_the_end_stays_marked_when_it_was_chosen(qtbot, open_dialog):
    dialog = open_dialog()
    dialog.resize(800, 500)
    place = list(GROUPS).index(Group.REVIEW)
    dialog.groups.setCurrentRow(place)
    qtbot.waitUntil(lambda: dialog.page.verticalScrollBar().value() > 200)

    assert dialog.groups.currentRow() == place

"""The whole window on the dummy backbone, used as a person uses it."""

# ruff: noqa: F401, F811 - the fixtures come from `windows`

from __future__ import annotations

from pathlib import Path
from shutil import copyfile

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QLabel, QMenu

from gui.main_window import MainWindow
from gui.mask_editor import MaskEditor
from gui.new_product_dialog import NewProductDialog
from gui.operations import Operations
from gui.page_bar import Page
from gui.product_needed_dialog import ProductNeededDialog
from gui.review_dialog import ReviewDialog
from station.station import Station
from storage.errors import DatabaseLocked
from tests.gui.windows import PATIENCE_MS, bare_window, drop, make_window, product, window


def wait_for_part(qtbot, window: MainWindow, name: str) -> None:
    def is_shown() -> bool:
        opened = window.page.opened
        return opened is not None and opened.record.file_name == name and not window.flow.is_busy

    qtbot.waitUntil(is_shown, timeout=PATIENCE_MS)


def wait_for_dialog(qtbot, kind: type) -> object:
    qtbot.waitUntil(lambda: isinstance(QApplication.activeModalWidget(), kind), timeout=PATIENCE_MS)
    return QApplication.activeModalWidget()


def test_an_empty_station_says_what_to_do_next(bare_window: MainWindow):
    assert bare_window.page.banner.verdict_text == "No inspection yet"
    texts = " ".join(label.text() for label in bare_window.page.references.findChildren(QLabel) if label.isVisible())
    assert "Drop a photo of a good part" in texts
    assert not bare_window.commands["part.review"].isEnabled()


def test_a_dropped_photo_is_inspected_recorded_and_shown(qtbot, window: MainWindow, parts: Path):
    window.page.serial.setText("SN-7")
    drop(window, parts / "spot.png")
    wait_for_part(qtbot, window, "spot.png")
    assert window.page.banner.verdict_text == "REJECT"
    assert window.page.opened.record.serial == "SN-7"
    assert window.page.serial.text() == ""
    qtbot.waitUntil(lambda: "chain ok" in window.status.audit_text, timeout=PATIENCE_MS)
    assert window.commands["part.review"].isEnabled()


def test_selecting_a_region_in_the_list_selects_it_in_the_viewer(qtbot, window: MainWindow, parts: Path):
    drop(window, parts / "spot.png")
    wait_for_part(qtbot, window, "spot.png")
    with qtbot.waitSignal(window.page.viewer.region_selected):
        window.page.viewer.region_selected.emit(0)
    window.page.regions.region_selected.emit(0)
    window.page.chat.region_selected.emit(0)


def test_without_any_product_a_dropped_photo_becomes_one_in_two_clicks(qtbot, bare_window: MainWindow, parts: Path):
    drop(bare_window, parts / "good.png")
    dialog = wait_for_dialog(qtbot, NewProductDialog)
    assert isinstance(dialog, NewProductDialog)
    name = dialog.name
    qtbot.mouseClick(dialog.create_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bare_window.steering.product == name, timeout=PATIENCE_MS)


def test_with_products_but_none_chosen_the_product_is_picked_in_one_click(
    qtbot, bare_window: MainWindow, product: str, parts: Path
):
    bare_window.page.references.refresh()
    qtbot.waitUntil(lambda: bare_window.page.references.head.chooser.names == [product], timeout=PATIENCE_MS)
    drop(bare_window, parts / "spot.png")
    dialog = wait_for_dialog(qtbot, ProductNeededDialog)
    assert isinstance(dialog, ProductNeededDialog)
    qtbot.mouseClick(dialog.inspect_button, Qt.MouseButton.LeftButton)
    wait_for_part(qtbot, bare_window, "spot.png")


def test_a_dropped_folder_goes_to_the_batch(qtbot, window: MainWindow, parts: Path):
    drop(window, parts)
    qtbot.waitUntil(lambda: window.pages.currentIndex() == Page.BATCH, timeout=PATIENCE_MS)


def test_what_is_no_photo_gets_a_sentence_and_the_last_part_stays(qtbot, window: MainWindow, parts: Path):
    drop(window, parts / "spot.png")
    wait_for_part(qtbot, window, "spot.png")
    (parts / "notes.png").write_text("no photo")
    drop(window, parts / "notes.png")
    qtbot.waitUntil(lambda: window.messages.current is not None, timeout=PATIENCE_MS)
    assert "notes.png" in window.messages.current.text
    assert window.page.banner.verdict_text == "No verdict"
    assert window.page.opened.record.file_name == "spot.png"


def test_a_picture_on_the_clipboard_is_inspected(qtbot, window: MainWindow, parts: Path):
    QGuiApplication.clipboard().setImage(QImage(str(parts / "other.png")))
    window.commands["file.paste"].trigger()
    qtbot.waitUntil(lambda: window.page.opened is not None, timeout=PATIENCE_MS)
    assert window.page.opened.record.file_name.startswith("pasted-")


def test_an_empty_clipboard_is_said(bare_window: MainWindow):
    QGuiApplication.clipboard().setText("words")
    bare_window.commands["file.paste"].trigger()
    assert "no photo on the clipboard" in bare_window.messages.current.text


def test_a_barcode_reader_types_into_the_serial_field(qtbot, bare_window: MainWindow):
    qtbot.keyClick(bare_window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert bare_window.page.serial.hasFocus()
    qtbot.keyClicks(bare_window.page.serial, "4711")
    qtbot.keyClick(bare_window.page.serial, Qt.Key.Key_Return)
    qtbot.keyClicks(bare_window.page.serial, "4712")
    assert bare_window.page.serial.serial == "4712"


def test_pages_switch_by_keyboard(qtbot, bare_window: MainWindow):
    for key, page in ((Qt.Key.Key_2, Page.HISTORY), (Qt.Key.Key_3, Page.BATCH), (Qt.Key.Key_1, Page.INSPECT)):
        qtbot.keyClick(bare_window, key, Qt.KeyboardModifier.ControlModifier)
        assert bare_window.pages.currentIndex() == page


def test_closed_panes_come_back_with_the_first_layout(bare_window: MainWindow):
    for pane in bare_window.page.docks.panes.values():
        pane.close()
    bare_window.commands["view.reset"].trigger()
    assert all(pane.isVisible() for pane in bare_window.page.docks.panes.values())


def test_layout_and_product_come_back_at_the_next_start(qtbot, make_window, window: MainWindow):
    window.page.docks.panes["chat"].close()
    window.resize(980, 700)
    window.close()
    again = make_window()
    qtbot.waitUntil(lambda: again.steering.product == "Flange", timeout=PATIENCE_MS)
    assert not again.page.docks.panes["chat"].isVisible()
    assert again.height() == 700


def test_a_window_that_was_left_off_the_screen_is_brought_back(make_window, bare_window: MainWindow):
    bare_window.move(QPoint(9000, 9000))
    bare_window.state.keep_place(bare_window)
    again = make_window()
    assert QGuiApplication.primaryScreen().availableGeometry().intersects(again.geometry())


def test_an_operator_sees_banner_viewer_and_serial_field_only(qtbot, make_window):
    window = make_window(operator_mode=True)
    assert window.page.viewer.isVisible()
    assert window.page.serial.isVisible()
    assert window.page.banner.isVisible()
    for part in (window.menuBar(), window.page_bar, window.page.references, window.page.chat, window.page.recent):
        assert not part.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    assert window.pages.currentIndex() == Page.INSPECT
    assert QApplication.activeModalWidget() is None


def test_operator_mode_is_left_as_it_was_entered(make_window):
    window = make_window()
    window.set_operator_mode(True)
    window.set_operator_mode(False)
    assert all(pane.isVisible() for pane in window.page.docks.panes.values())
    assert window.menuBar().isVisible()


def test_escape_cancels_an_inspection_and_nothing_is_recorded(qtbot, window: MainWindow, parts: Path):
    for number in range(4):
        copyfile(parts / "spot.png", parts / f"part{number}.png")
    window.steering.inspect(sorted(parts.glob("part*.png")))
    qtbot.waitUntil(lambda: window.flow.is_busy, timeout=PATIENCE_MS)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.flow.is_busy, timeout=1_500)
    assert not window.commands["part.cancel"].isEnabled()


def test_closing_during_an_inspection_ends_cleanly(qtbot, window: MainWindow, operations, parts: Path):
    window.steering.inspect([parts / "spot.png"])
    qtbot.waitUntil(lambda: window.flow.is_busy, timeout=PATIENCE_MS)
    with qtbot.waitSignal(window.closed):
        window.close()
    assert operations.close()


def test_closing_while_a_batch_runs_says_that_it_can_go_on_later(qtbot, window: MainWindow, parts: Path, monkeypatch):
    asked: list[str] = []
    monkeypatch.setattr("gui.main_window.confirm", lambda parent, title, text, yes: asked.append(text) or False)
    monkeypatch.setattr(type(window.batch), "is_running", True)
    window.close()
    assert window.isVisible()
    assert "go on" in asked[0]


def test_a_failing_database_is_said_with_a_way_to_the_diagnostics(
    qtbot, bare_window: MainWindow, operations: Operations
):
    def lock(station: Station, control: object) -> None:
        raise DatabaseLocked("The audit database is locked by another program; close it and try again.")

    operations.run("work", lock)
    qtbot.waitUntil(lambda: bare_window.messages.current is not None, timeout=PATIENCE_MS)
    assert "locked" in bare_window.messages.current.text
    assert bare_window.messages.current.action == bare_window.dialogs.open_diagnostics


def test_recent_files_are_offered_again(qtbot, window: MainWindow, parts: Path):
    drop(window, parts / "spot.png")
    wait_for_part(qtbot, window, "spot.png")
    window._recent_menu.aboutToShow.emit()
    assert "spot.png" in window._recent_menu.actions()[0].text()


def test_every_command_has_a_place_in_the_menus(bare_window: MainWindow):
    menus = bare_window.menuBar().findChildren(QMenu)
    placed = {action.objectName() for menu in menus for action in menu.actions()}
    assert set(bare_window.commands.names) <= placed


def test_no_shortcut_is_given_twice(bare_window: MainWindow):
    keys = [key.toString() for name in bare_window.commands.names for key in bare_window.commands[name].shortcuts()]
    assert len(keys) == len(set(keys))


def test_a_corrected_mask_is_drawn_from_the_menu_and_then_chosen_in_the_viewer(
    qtbot, window: MainWindow, parts: Path, give_reason
):
    assert not window.commands["part.correct-mask"].isEnabled()
    drop(window, parts / "spot.png")
    wait_for_part(qtbot, window, "spot.png")
    assert not window.commands["view.mask"].isEnabled()
    window.commands["part.correct-mask"].trigger()
    editor = wait_for_dialog(qtbot, MaskEditor)
    editor.empty_button.click()
    give_reason("there is no defect at all")
    editor.save_button.click()
    qtbot.waitUntil(lambda: window.page.viewer.has_corrected_mask, timeout=PATIENCE_MS)
    window.commands.refresh()
    window.commands["view.mask"].trigger()

    assert window.page.viewer.shows_corrected_mask
    assert window.page.opened.record.verdict == "reject"


def test_a_comment_made_while_reviewing_reaches_the_part_on_show(qtbot, window: MainWindow, parts: Path):
    drop(window, parts / "spot.png")
    wait_for_part(qtbot, window, "spot.png")
    window.commands["part.review"].trigger()
    dialog = wait_for_dialog(qtbot, ReviewDialog)
    dialog.comment_field.edit.setPlainText("the lamp flickered")
    dialog.comment_field.button.click()
    qtbot.waitUntil(lambda: bool(window.page.opened.record.comments), timeout=PATIENCE_MS)
    dialog.reject()

    assert window.page.opened.record.comments[0].text == "the lamp flickered"


def test_an_operator_is_offered_no_review(make_window):
    window = make_window(operator_mode=True)
    for name in ("part.review", "part.correct-mask", "view.mask"):
        assert not window.commands[name].isEnabled()
    assert not window.menuBar().isVisible()

"""The pane of products: two clicks to a new product, references added after a look, approved and retired."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton, QToolButton

from gui.new_product_dialog import NewProductDialog
from gui.reference_check_dialog import ReferenceCheckDialog
from gui.reference_panel import ReferencePanel
from gui.was_good_dialog import WasGoodDialog
from station.inspecting import inspect_photo
from station.opening import open_inspection
from station.products import Addition, add_product, prepare_product

REASON = "the fixture was changed"


@pytest.fixture
def gear(station, parts):
    return add_product(station, Addition("gear", (parts / "good.png",)))


@pytest.fixture
def messages():
    return []


@pytest.fixture
def panel(qtbot, operations, messages):
    panel = ReferencePanel(operations)
    qtbot.addWidget(panel)
    panel.message.connect(lambda message: messages.append(message.text))
    panel.resize(260, 640)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.refresh()
    rest(qtbot, operations)
    return panel


@pytest.fixture
def using_gear(qtbot, operations, gear, panel):
    panel.choose_product("gear")
    rest(qtbot, operations)
    return panel


def rest(qtbot, operations):
    qtbot.waitUntil(lambda: not operations.is_busy(), timeout=15_000)


def wait_for(qtbot, panel, kind):
    qtbot.waitUntil(lambda: bool(panel.findChildren(kind)), timeout=15_000)
    return panel.findChildren(kind)[-1]


def drop(panel, *paths):
    drop_urls(panel, [QUrl.fromLocalFile(str(path)) for path in paths])


def drop_urls(panel, urls):
    data = QMimeData()
    data.setUrls(urls)
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(50, 300), Qt.DropAction.CopyAction, data, left, none)
    QApplication.sendEvent(panel, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(panel, QDropEvent(QPointF(50, 300), Qt.DropAction.CopyAction, data, left, none))


def select_all(panel):
    panel.references.selectAll()


def test_a_new_product_takes_a_photo_and_one_more_click(
    qtbot, operations, panel, parts, station, monkeypatch, messages
):
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *args: ([str(parts / "good.png")], ""))
    chosen = []
    panel.product_chosen.connect(chosen.append)
    qtbot.mouseClick(panel.head.new_button, Qt.MouseButton.LeftButton)
    dialog = wait_for(qtbot, panel, NewProductDialog)
    qtbot.mouseClick(dialog.create_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.current_product == "parts")
    rest(qtbot, operations)
    assert chosen == ["parts"]
    assert [row.file_name for row in station.store.get_product("parts").approved] == ["good.png"]
    assert panel.references.count() == 1
    assert any("Product parts is there" in text for text in messages)


def test_a_photo_dropped_without_a_product_makes_one(qtbot, operations, panel, parts):
    drop(panel, parts)
    dialog = wait_for(qtbot, panel, NewProductDialog)
    assert len(dialog.paths) == 3
    dialog.name_edit.setText("gear")
    dialog.accept()
    qtbot.waitUntil(lambda: panel.current_product == "gear")
    rest(qtbot, operations)
    assert panel.references.count() == 3


def test_a_dropped_defective_photo_is_warned_of_and_left_out(qtbot, operations, using_gear, parts, station):
    drop(using_gear, parts / "other.png", parts / "spot.png", parts / "good.png")
    dialog = wait_for(qtbot, using_gear, ReferenceCheckDialog)
    rows = {row.check.path.name: row for row in dialog.rows}
    assert rows["other.png"].box.isChecked()
    assert not rows["spot.png"].box.isChecked()
    assert "looks defective" in rows["spot.png"].accessibleDescription()
    assert not rows["good.png"].box.isEnabled()
    assert "same photo as good.png" in rows["good.png"].accessibleDescription()
    assert dialog.add.text() == "Add 1 reference"
    assert station.store.get_product("gear").version == 1
    dialog.accept()
    qtbot.waitUntil(lambda: using_gear.references.count() == 2)
    rest(qtbot, operations)
    assert [row.file_name for row in station.store.get_product("gear").approved] == ["good.png", "other.png"]


def test_a_person_may_know_better_than_the_warning(qtbot, operations, using_gear, parts, station):
    using_gear.add_references_from([parts / "spot.png"])
    dialog = wait_for(qtbot, using_gear, ReferenceCheckDialog)
    assert not dialog.add.isEnabled()
    dialog.rows[0].box.setChecked(True)
    dialog.accept()
    qtbot.waitUntil(lambda: using_gear.references.count() == 2)
    rest(qtbot, operations)
    assert station.store.get_product("gear").version == 2


def test_proposed_references_wait_and_are_approved(qtbot, operations, using_gear, parts, station):
    using_gear.add_references_from([parts / "other.png"])
    dialog = wait_for(qtbot, using_gear, ReferenceCheckDialog)
    dialog.propose_choice.setChecked(True)
    dialog.accept()
    qtbot.waitUntil(lambda: using_gear.references.count() == 2)
    assert "1 proposed" in using_gear.head.facts.text()
    using_gear.references.item(1).setSelected(True)
    using_gear.buttons.approve_button.click()
    qtbot.waitUntil(lambda: "2 good parts" in using_gear.head.facts.text())
    rest(qtbot, operations)
    assert len(station.store.get_product("gear").approved) == 2


def test_retiring_the_last_reference_says_what_follows_and_asks_why(
    qtbot, operations, using_gear, station, give_reason, monkeypatch
):
    asked = []

    def ask(parent, title, text):
        asked.append(text)
        return REASON

    monkeypatch.setattr("gui.reference_panel.ask_reason", ask)
    select_all(using_gear)
    using_gear.buttons.retire_button.click()
    qtbot.waitUntil(lambda: using_gear.references.count() == 0)
    assert "nothing can be inspected until one is added" in asked[0]
    assert station.store.get_product("gear").version == 2
    assert station.store.get_product("gear").reason == REASON


def test_without_a_reason_no_reference_is_retired(using_gear, station, give_reason):
    select_all(using_gear)
    give_reason("")
    using_gear.buttons.retire_button.click()
    assert station.store.get_product("gear").version == 1


def test_a_product_is_retired_and_taken_back(qtbot, using_gear, station, give_reason):
    give_reason("no longer produced")
    using_gear.head.retire_action.trigger()
    qtbot.waitUntil(lambda: "retired" in using_gear.head.facts.text())
    assert not using_gear.buttons.add_button.isEnabled()
    assert station.store.get_product("gear").retired
    give_reason("ordered once more")
    using_gear.head.reinstate_action.trigger()
    qtbot.waitUntil(lambda: "retired" not in using_gear.head.facts.text())
    assert using_gear.buttons.add_button.isEnabled()


def test_a_product_is_chosen_by_typing_part_of_its_name(qtbot, operations, station, parts, panel):
    for name in ("Flange DN50", "Flange DN80", "Gear"):
        add_product(station, Addition(name, (parts / "good.png",)))
    panel.refresh()
    rest(qtbot, operations)
    line = panel.head.chooser.lineEdit()
    qtbot.keyClicks(line, "dn8")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert panel.current_product == "Flange DN80"
    line.selectAll()
    qtbot.keyClicks(line, "GEAR")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert panel.current_product == "Gear"


def test_what_fits_several_products_chooses_none(qtbot, operations, station, parts, panel):
    for name in ("Flange DN50", "Flange DN80"):
        add_product(station, Addition(name, (parts / "good.png",)))
    panel.refresh()
    rest(qtbot, operations)
    line = panel.head.chooser.lineEdit()
    qtbot.keyClicks(line, "flange")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert panel.current_product is None


def test_a_product_retired_in_another_window_is_told(qtbot, operations, using_gear, station, messages):
    station.store.retire_product("gear", station.actor, "no longer produced")
    using_gear.refresh()
    rest(qtbot, operations)
    assert messages == ["Product gear was retired meanwhile; choose another or take it back into use."]
    assert "retired" in using_gear.head.facts.text()
    using_gear.add_references_from([])
    assert "take it back into use first" in messages[-1]


def test_references_added_in_another_window_are_shown(qtbot, operations, using_gear, station, parts):
    from station.products import add_references

    add_references(station, Addition("gear", (parts / "other.png",)))
    using_gear.refresh()
    rest(qtbot, operations)
    assert using_gear.references.count() == 2


def test_a_reference_retired_in_another_window_is_a_sentence_and_what_holds_is_shown(
    qtbot, operations, using_gear, station, give_reason, messages
):
    [row] = station.store.get_product("gear").approved
    select_all(using_gear)
    station.store.retire_reference("gear", row.id, station.actor, REASON)
    give_reason(REASON)
    using_gear.buttons.retire_button.click()
    qtbot.waitUntil(lambda: bool(messages))
    rest(qtbot, operations)
    assert "has no reference" in messages[0]
    assert using_gear.references.count() == 0


def test_a_product_that_does_not_exist_is_a_sentence(qtbot, operations, using_gear, messages):
    using_gear.choose_product("no such thing")
    rest(qtbot, operations)
    assert "There is no product no such thing" in messages[0]


def test_what_is_no_photo_is_a_sentence(qtbot, operations, using_gear, tmp_path, messages):
    text = tmp_path / "notes.txt"
    text.write_text("no photo", encoding="utf-8")
    using_gear.add_references_from([text])
    rest(qtbot, operations)
    assert "notes.txt" in messages[0]
    using_gear.add_references_from([tmp_path / "empty"])
    rest(qtbot, operations)
    assert len(messages) == 2


def test_the_name_of_a_retired_product_is_taken(qtbot, operations, panel, gear, station, parts):
    station.store.retire_product("gear", station.actor, "no longer produced")
    panel.refresh()
    rest(qtbot, operations)
    assert panel.head.chooser.names == []
    panel.new_product_from([parts / "good.png"])
    dialog = wait_for(qtbot, panel, NewProductDialog)
    dialog.name_edit.setText("Gear")
    assert not dialog.create_button.isEnabled()
    dialog.reject()


def test_retired_products_are_listed_when_wanted(qtbot, operations, panel, gear, station):
    station.store.retire_product("gear", station.actor, "no longer produced")
    panel.refresh()
    rest(qtbot, operations)
    panel.head.more_button.menu().actions()[-1].trigger()
    assert panel.head.chooser.names == ["gear"]


def test_a_home_that_cannot_be_written_is_a_sentence(qtbot, operations, using_gear, home, messages, monkeypatch):
    import storage.products
    from storage.errors import ReadOnly

    def refuse(*args, **options):
        raise ReadOnly("The home folder cannot be written; ask for the permission.")

    # A folder without write permission does not hinder the administrator that tests may run as.
    monkeypatch.setattr(storage.products, "retire_reference", refuse)
    monkeypatch.setattr("gui.reference_panel.ask_reason", lambda *args: REASON)
    select_all(using_gear)
    using_gear.buttons.retire_button.click()
    qtbot.waitUntil(lambda: bool(messages))
    rest(qtbot, operations)
    assert "cannot be written" in messages[0]
    assert using_gear.references.count() == 1


def test_this_was_good_adds_the_part_on_show(qtbot, operations, using_gear, station, parts):
    record = inspect_photo(station, parts / "spot.png", prepare_product(station, "gear")).record
    using_gear.take_as_good(open_inspection(station, record.id))
    dialog = wait_for(qtbot, using_gear, WasGoodDialog)
    dialog.reason_edit.edit.setPlainText("false alarm, the part is fine")
    dialog.record()
    qtbot.waitUntil(lambda: using_gear.references.count() == 2)
    rest(qtbot, operations)
    dialog.reject()


def test_forty_references_fit_in_two_columns_at_260_pixels(qtbot, using_gear, gear):
    from dataclasses import replace

    rows = [replace(gear.references[0], id=number) for number in range(40)]
    using_gear.references.show_references(rows)
    widths = {using_gear.references.visualItemRect(using_gear.references.item(row)).x() for row in range(40)}
    assert len(widths) == 2
    assert using_gear.references.horizontalScrollBar().maximum() == 0


def test_a_selection_stays_when_the_references_are_shown_anew(using_gear, gear):
    select_all(using_gear)
    using_gear.references.show_references(gear.references)
    assert [row.id for row in using_gear.references.selected] == [gear.references[0].id]


def test_every_control_has_a_name_and_can_be_reached_by_key(using_gear):
    for button in using_gear.findChildren(QToolButton):
        assert button.accessibleName() or button.parent().objectName().startswith("qt_")
    for button in [using_gear.head.new_button, using_gear.head.settings_button, using_gear.head.more_button]:
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert all(button.text() for button in using_gear.findChildren(QPushButton) if button.isVisible())


def test_a_dropped_link_is_refused_with_a_sentence(panel, messages):
    drop_urls(panel, [QUrl("https://example.com/part.png")])
    assert messages == ["Only files of this computer can be dropped here."]


def test_long_names_are_readable_in_the_list_of_a_narrow_pane(qtbot, operations, panel, station, parts):
    name = "Flansch DN50 mit Dichtnut und Gewindebohrungen Zeichnung 4711-0815 Änderung C"
    add_product(station, Addition(name, (parts / "good.png",)))
    panel.refresh()
    rest(qtbot, operations)
    chooser = panel.head.chooser
    panel.choose_product(name)
    chooser.showPopup()
    assert chooser.view().width() >= 400
    chooser.hidePopup()
    assert chooser.lineEdit().toolTip() == name
    assert panel.width() == 260


def test_a_database_that_cannot_be_read_is_said_once_and_the_last_state_stays(
    qtbot, operations, using_gear, messages, monkeypatch
):
    from station.errors import RequestError

    def refuse(*args, **options):
        raise RequestError("The audit database cannot be read; unplug nothing and try again.")

    monkeypatch.setattr("storage.store.Store.list_products", refuse)
    monkeypatch.setattr("storage.store.Store.retire_reference", refuse)
    monkeypatch.setattr("gui.reference_panel.ask_reason", lambda *args: REASON)
    select_all(using_gear)
    using_gear.buttons.retire_button.click()
    qtbot.waitUntil(lambda: bool(messages))
    rest(qtbot, operations)
    qtbot.wait(50)
    assert len(messages) == 2
    assert using_gear.references.count() == 1

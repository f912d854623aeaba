"""Areas are drawn with mouse and keyboard, undone, redone, erased, and saved with a reason as the next version."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication, QPushButton

from gui.area_canvas import Tool
from gui.area_editor import AreaEditor
from station.product_settings import Area, change_product_settings, read_product_settings
from station.products import Addition, add_product

LEFT = Qt.MouseButton.LeftButton
LABEL = Area("ignore", "rectangle", ((10.0, 10.0), (60.0, 40.0)))


@pytest.fixture
def gear(station, parts):
    return add_product(station, Addition("gear", (parts / "good.png",)))


@pytest.fixture
def editor(qtbot, operations, gear):
    return open_editor(qtbot, operations)


def open_editor(qtbot, operations):
    editor = AreaEditor(operations, "gear")
    qtbot.addWidget(editor)
    with qtbot.waitExposed(editor):
        editor.show()
    qtbot.waitUntil(lambda: editor.canvas.photo_width > 0)
    return editor


@pytest.fixture(autouse=True)
def nothing_asks_at_the_end(monkeypatch):
    monkeypatch.setattr("gui.area_editor.confirm", lambda *args: True)


def at(editor, x, y):
    return editor.canvas.to_widget(QPointF(x, y)).toPoint()


def drag(qtbot, editor, *points):
    canvas = editor.canvas
    qtbot.mousePress(canvas, LEFT, pos=at(editor, *points[0]))
    for point in points[1:]:
        qtbot.mouseMove(canvas, at(editor, *point))
        move(canvas, at(editor, *point))
    qtbot.mouseRelease(canvas, LEFT, pos=at(editor, *points[-1]))


def move(canvas, pos):
    """Offscreen, a moved cursor sends no event while a button is held."""
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    where = QPointF(pos)
    event = QMouseEvent(
        QEvent.Type.MouseMove, where, canvas.mapToGlobal(where), LEFT, LEFT, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(canvas, event)


def click(qtbot, editor, x, y):
    qtbot.mouseClick(editor.canvas, LEFT, pos=at(editor, x, y))


def press(qtbot, editor, key, count=1, modifier=Qt.KeyboardModifier.NoModifier):
    for _ in range(count):
        qtbot.keyClick(editor.canvas, key, modifier)


def test_a_rectangle_is_dragged(qtbot, editor):
    drag(qtbot, editor, (20, 20), (80, 60))
    [area] = editor.canvas.areas
    assert (area.kind, area.shape) == ("ignore", "rectangle")
    assert area.points[0] == pytest.approx((20, 20), abs=0.5)
    assert area.points[1] == pytest.approx((80, 60), abs=0.5)
    assert editor.rows.count() == 1
    assert editor.save_button.isEnabled()


def test_a_click_draws_no_rectangle(qtbot, editor):
    click(qtbot, editor, 50, 50)
    assert editor.canvas.areas == ()
    assert not editor.save_button.isEnabled()


def test_a_polygon_is_clicked_and_closed_at_its_first_corner(qtbot, editor):
    editor.choose_tool(Tool.POLYGON)
    for point in ((20, 20), (90, 20), (90, 90), (20, 20)):
        click(qtbot, editor, *point)
    [area] = editor.canvas.areas
    assert area.shape == "polygon"
    assert len(area.points) == 3


def test_a_double_click_closes_a_polygon(qtbot, editor):
    editor.choose_tool(Tool.POLYGON)
    for point in ((20, 20), (90, 20), (90, 90)):
        click(qtbot, editor, *point)
    qtbot.mouseDClick(editor.canvas, LEFT, pos=at(editor, 90, 90))
    assert len(editor.canvas.areas) == 1


def test_a_brush_paints_what_counts(qtbot, editor):
    editor.choose_tool(Tool.BRUSH)
    editor.inspect_choice.setChecked(True)
    editor.brush_slider.setValue(60)
    drag(qtbot, editor, (30, 30), (60, 60), (90, 60))
    [area] = editor.canvas.areas
    assert (area.kind, area.shape) == ("inspect", "brush")
    assert area.width == editor.canvas.brush_width > 0
    assert editor.canvas.measure_inspected() < 0.5


def test_the_eraser_cuts_and_undo_gives_back(qtbot, editor):
    drag(qtbot, editor, (20, 20), (120, 120))
    before = editor.canvas.areas
    editor.choose_tool(Tool.ERASER)
    editor.brush_slider.setValue(80)
    drag(qtbot, editor, (70, 10), (70, 160))
    assert editor.canvas.areas != before
    assert editor.canvas.measure_inspected() > 1 - 100 * 100 / 168**2
    editor.undo.trigger()
    assert editor.canvas.areas == before
    editor.redo.trigger()
    assert editor.canvas.areas != before


def test_a_rectangle_is_drawn_with_the_keyboard_alone(qtbot, editor):
    press(qtbot, editor, Qt.Key.Key_Right)
    press(qtbot, editor, Qt.Key.Key_Return)
    press(qtbot, editor, Qt.Key.Key_Right, 8)
    press(qtbot, editor, Qt.Key.Key_Down, 8)
    press(qtbot, editor, Qt.Key.Key_Return)
    [area] = editor.canvas.areas
    assert area.points[1][0] > area.points[0][0]
    assert area.points[1][1] > area.points[0][1]


def test_a_polygon_is_drawn_with_the_keyboard_alone(qtbot, editor):
    editor.choose_tool(Tool.POLYGON)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        press(qtbot, editor, key, 6)
        press(qtbot, editor, Qt.Key.Key_Return)
    press(qtbot, editor, Qt.Key.Key_C)
    assert [area.shape for area in editor.canvas.areas] == ["polygon"]


def test_shift_moves_the_cross_by_one_pixel(qtbot, editor):
    editor.choose_tool(Tool.POLYGON)
    press(qtbot, editor, Qt.Key.Key_Return)
    press(qtbot, editor, Qt.Key.Key_Right, 5, Qt.KeyboardModifier.ShiftModifier)
    press(qtbot, editor, Qt.Key.Key_Return)
    first, second = editor.canvas._draft
    assert second.x() - first.x() == pytest.approx(5)


def test_undo_takes_back_a_corner_first(qtbot, editor):
    drag(qtbot, editor, (20, 20), (80, 60))
    editor.choose_tool(Tool.POLYGON)
    click(qtbot, editor, 100, 100)
    click(qtbot, editor, 140, 100)
    editor.undo.trigger()
    editor.undo.trigger()
    assert len(editor.canvas.areas) == 1
    assert not editor.canvas.is_drawing
    editor.undo.trigger()
    assert editor.canvas.areas == ()
    assert not editor.undo.isEnabled()


def test_the_first_corner_can_be_undone_before_anything_else_was_drawn(qtbot, editor):
    editor.choose_tool(Tool.POLYGON)
    click(qtbot, editor, 100, 100)
    assert editor.undo.isEnabled()
    editor.undo.trigger()
    assert not editor.canvas.is_drawing
    assert not editor.undo.isEnabled()


def test_escape_drops_what_is_begun_and_the_next_return_begins_anew(qtbot, editor):
    press(qtbot, editor, Qt.Key.Key_Return)
    press(qtbot, editor, Qt.Key.Key_Right, 5)
    press(qtbot, editor, Qt.Key.Key_Escape)
    assert editor.isVisible()
    assert not editor.canvas.is_drawing
    press(qtbot, editor, Qt.Key.Key_Return)
    press(qtbot, editor, Qt.Key.Key_Right, 5)
    press(qtbot, editor, Qt.Key.Key_Down, 5)
    press(qtbot, editor, Qt.Key.Key_Return)
    assert len(editor.canvas.areas) == 1


def test_another_tool_drops_what_is_begun(qtbot, editor):
    press(qtbot, editor, Qt.Key.Key_Return)
    editor.choose_tool(Tool.SELECT)
    assert not editor.canvas.is_drawing
    assert editor.canvas.areas == ()


def test_an_area_is_selected_moved_and_deleted(qtbot, editor):
    drag(qtbot, editor, (20, 20), (60, 60))
    editor.choose_tool(Tool.SELECT)
    drag(qtbot, editor, (40, 40), (70, 60), (90, 80))
    [area] = editor.canvas.areas
    assert area.points[0] == pytest.approx((70, 60), abs=1)
    assert editor.rows.currentRow() == 0
    press(qtbot, editor, Qt.Key.Key_Delete)
    assert editor.canvas.areas == ()


def test_an_area_cannot_be_lost_beside_the_photo(qtbot, editor):
    drag(qtbot, editor, (20, 20), (60, 60))
    editor.choose_tool(Tool.SELECT)
    drag(qtbot, editor, (25, 25), (100, 100), (168, 168))
    [area] = editor.canvas.areas
    middle = ((area.points[0][0] + area.points[1][0]) / 2, (area.points[0][1] + area.points[1][1]) / 2)
    assert max(middle) <= 168.01


def test_an_area_is_selected_in_the_list(qtbot, editor):
    drag(qtbot, editor, (20, 20), (60, 60))
    drag(qtbot, editor, (80, 80), (120, 120))
    editor.rows.setCurrentRow(0)
    assert editor.canvas.selected == 0
    editor.canvas.delete_selected()
    assert len(editor.canvas.areas) == 1


def test_the_wheel_zooms_to_the_cursor_and_the_space_bar_pans(qtbot, editor):
    canvas = editor.canvas
    scale = canvas.scale
    point = canvas.to_photo(QPointF(100, 100))
    canvas.zoom(2.0, QPointF(100, 100))
    assert canvas.scale == pytest.approx(2 * scale)
    assert canvas.to_photo(QPointF(100, 100)).x() == pytest.approx(point.x())
    corner = canvas.to_widget(QPointF(0, 0))
    qtbot.keyPress(canvas, Qt.Key.Key_Space)
    qtbot.mousePress(canvas, LEFT, pos=QPoint(100, 100))
    move(canvas, QPoint(130, 110))
    qtbot.mouseRelease(canvas, LEFT, pos=QPoint(130, 110))
    qtbot.keyRelease(canvas, Qt.Key.Key_Space)
    assert canvas.to_widget(QPointF(0, 0)) == corner + QPointF(30, 10)
    assert canvas.areas == ()
    canvas.fit()
    assert canvas.scale == pytest.approx(scale)


def test_areas_are_saved_with_a_reason(qtbot, editor, station, give_reason):
    drag(qtbot, editor, (20, 20), (80, 60))
    give_reason("the label changes with every lot")
    with qtbot.waitSignal(editor.saved) as saved:
        editor.save_button.click()
    [version] = saved.args
    assert (version.version, version.reason) == (2, "the label changes with every lot")
    assert read_product_settings(station.store.get_product("gear")).areas == editor.canvas.areas


def test_without_a_reason_nothing_is_saved(qtbot, editor, station, give_reason):
    drag(qtbot, editor, (20, 20), (80, 60))
    give_reason("")
    editor.save_button.click()
    assert editor.isVisible()
    assert station.store.get_product("gear").version == 1


def test_areas_changed_elsewhere_meanwhile_are_not_overwritten(qtbot, editor, station, give_reason):
    drag(qtbot, editor, (20, 20), (80, 60))
    change_product_settings(station, "gear", "the label is ignored", areas=(LABEL,))
    give_reason("the stamp is ignored")
    editor.save_button.click()
    qtbot.waitUntil(editor.fault.isVisible)
    assert "changed the same setting of product gear meanwhile (version 2)" in editor.fault.text()
    assert read_product_settings(station.store.get_product("gear")).areas == (LABEL,)
    assert editor.save_button.isEnabled()


def test_a_product_retired_meanwhile_is_a_sentence(qtbot, editor, station, give_reason):
    drag(qtbot, editor, (20, 20), (80, 60))
    station.store.retire_product("gear", station.actor, "no longer produced")
    give_reason("the stamp is ignored")
    editor.save_button.click()
    qtbot.waitUntil(editor.fault.isVisible)
    assert "Product gear is retired" in editor.fault.text()


def test_closing_with_unsaved_areas_asks(qtbot, editor, monkeypatch):
    drag(qtbot, editor, (20, 20), (80, 60))
    monkeypatch.setattr("gui.area_editor.confirm", lambda *args: False)
    editor.reject()
    assert editor.isVisible()
    monkeypatch.setattr("gui.area_editor.confirm", lambda *args: True)
    editor.reject()
    assert not editor.isVisible()


def test_a_product_without_a_reference_says_what_to_do(qtbot, operations, station):
    add_product(station, Addition("gear", ()))
    editor = AreaEditor(operations, "gear")
    qtbot.addWidget(editor)
    editor.show()
    qtbot.waitUntil(editor.fault.isVisible)
    assert "no approved reference" in editor.fault.text()
    assert not editor.save_button.isEnabled()


def test_every_control_has_a_name_and_its_keys_in_the_tool_tip(editor):
    from PySide6.QtWidgets import QToolButton

    assert all(button.accessibleName() for button in editor.findChildren(QToolButton))
    assert all(button.text() for button in editor.findChildren(QPushButton))
    tips = [button.toolTip() for button in editor.findChildren(QToolButton)]
    assert any("(R)" in tip for tip in tips)
    assert any("Ctrl+Z" in tip for tip in tips)

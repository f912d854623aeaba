"""The mask of an inspection is corrected pixel by pixel and recorded beside the machine's (D15)."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QApplication

from gui.draft_canvas import Tool
from gui.mask_canvas import MaskCanvas
from gui.mask_editor import MaskEditor
from station.opening import open_inspection
from storage.errors import DatabaseLocked
from storage.store import Store

LEFT = Qt.MouseButton.LeftButton
REASON = "the machine missed the rim"


@pytest.fixture
def editor(qtbot, operations, opened, monkeypatch):
    monkeypatch.setattr("gui.mask_editor.confirm", lambda *args: True)
    return open_editor(qtbot, operations, opened)


def open_editor(qtbot, operations, opened):
    editor = MaskEditor(operations, opened)
    qtbot.addWidget(editor)
    with qtbot.waitExposed(editor):
        editor.show()
    return editor


def at(canvas, point):
    return canvas.to_widget(QPointF(*point)).toPoint()


def drag(qtbot, editor, *points):
    canvas = editor.canvas
    qtbot.mousePress(canvas, LEFT, pos=at(canvas, points[0]))
    for point in points[1:]:
        where = QPointF(at(canvas, point))
        event = QMouseEvent(
            QEvent.Type.MouseMove, where, canvas.mapToGlobal(where), LEFT, LEFT, Qt.KeyboardModifier.NoModifier
        )
        QApplication.sendEvent(canvas, event)
    qtbot.mouseRelease(canvas, LEFT, pos=at(canvas, points[-1]))


def save(qtbot, editor, give_reason, reason=REASON):
    give_reason(reason)
    with qtbot.waitSignals([editor.saved, editor.message]):
        editor.save_button.click()


def test_drawing_begins_with_the_machines_mask_exactly(editor, opened):
    assert np.array_equal(editor.canvas.drawn_mask, opened.mask)
    assert not editor.save_button.isEnabled()
    assert not editor.bar.undo.isEnabled()


def test_d15_what_was_drawn_is_recorded_with_its_reason_and_the_machines_mask_stays(
    qtbot, editor, opened, station, give_reason
):
    editor.choose_tool(Tool.RECTANGLE)
    drag(qtbot, editor, (80, 80), (120, 100))
    drawn = editor.canvas.drawn_mask
    save(qtbot, editor, give_reason)
    again = open_inspection(station, opened.record.id)

    assert np.array_equal(again.corrected_mask, drawn)
    assert not np.array_equal(drawn, opened.mask)
    assert np.array_equal(again.mask, opened.mask)
    [made] = again.record.corrected_masks
    assert (made.reason, made.drawn_by.name, made.area_px) == (REASON, "Ada", np.count_nonzero(drawn))
    assert not editor.isVisible()


def test_a_second_correction_begins_with_the_first_and_the_machines_mask_can_be_taken_again(
    qtbot, editor, operations, opened, station, give_reason
):
    editor.empty_button.click()
    save(qtbot, editor, give_reason, "there is no defect at all")
    second = open_editor(qtbot, operations, open_inspection(station, opened.record.id))

    assert second.canvas.area == 0
    second.machine_button.click()
    assert np.array_equal(second.canvas.drawn_mask, opened.mask)
    second.bar.undo.trigger()
    assert second.canvas.area == 0


def test_the_brush_marks_the_eraser_clears_and_every_step_comes_back(qtbot, editor, opened):
    editor.empty_button.click()
    editor.canvas.brush_width = 20.0
    drag(qtbot, editor, (60, 60), (100, 60))
    marked = editor.canvas.drawn_mask
    assert 700 < editor.canvas.area < 1300
    editor.choose_tool(Tool.ERASER)
    drag(qtbot, editor, (80, 40), (80, 80))
    assert 0 < editor.canvas.area < np.count_nonzero(marked)
    editor.bar.undo.trigger()
    assert np.array_equal(editor.canvas.drawn_mask, marked)
    for _ in range(2):
        editor.bar.undo.trigger()
    assert np.array_equal(editor.canvas.drawn_mask, opened.mask)
    assert not editor.bar.undo.isEnabled()
    for _ in range(2):
        editor.bar.redo.trigger()
    assert np.array_equal(editor.canvas.drawn_mask, marked)


def test_shapes_take_away_what_is_no_defect(qtbot, editor):
    before = editor.canvas.area
    editor.clear_choice.setChecked(True)
    editor.choose_tool(Tool.RECTANGLE)
    drag(qtbot, editor, (2, 2), (160, 160))

    assert editor.canvas.area < before


def test_a_polygon_is_drawn_with_the_keyboard_alone(qtbot, editor):
    editor.empty_button.click()
    editor.choose_tool(Tool.POLYGON)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        for _ in range(6):
            qtbot.keyClick(editor.canvas, key)
        qtbot.keyClick(editor.canvas, Qt.Key.Key_Return)
    qtbot.keyClick(editor.canvas, Qt.Key.Key_C)

    assert editor.canvas.area > 0


def test_every_tool_is_reached_by_its_key_and_says_what_it_does(qtbot, editor):
    for key, tool in (("R", Tool.RECTANGLE), ("P", Tool.POLYGON), ("E", Tool.ERASER), ("B", Tool.BRUSH)):
        qtbot.keyClick(editor, key.lower())
        assert editor.canvas.tool is tool
        assert editor._hint.text()


def test_escape_first_drops_the_shape_and_then_closes_without_a_record(qtbot, editor, opened, station):
    editor.choose_tool(Tool.POLYGON)
    qtbot.mouseClick(editor.canvas, LEFT, pos=at(editor.canvas, (20, 20)))
    editor.reject()
    assert editor.isVisible()
    editor.reject()

    assert not editor.isVisible()
    assert station.store.get_inspection(opened.record.id).corrected_masks == ()


def test_without_a_reason_nothing_is_recorded_and_what_was_drawn_stays(qtbot, editor, opened, station, give_reason):
    editor.empty_button.click()
    give_reason("")
    editor.save_button.click()

    assert editor.isVisible()
    assert editor.canvas.area == 0
    assert station.store.get_inspection(opened.record.id).corrected_masks == ()


def test_when_recording_fails_what_was_drawn_stays_and_the_reason_is_told(
    qtbot, editor, opened, station, give_reason, monkeypatch
):
    def refuse(self, *arguments):
        raise DatabaseLocked("The audit database is in use; close the other program.")

    editor.empty_button.click()
    give_reason(REASON)
    with monkeypatch.context() as patched:
        patched.setattr(Store, "add_corrected_mask", refuse)
        editor.save_button.click()
        qtbot.waitUntil(editor.fault.isVisible)

    assert "in use; close the other program" in editor.fault.text()
    assert editor.canvas.area == 0
    save(qtbot, editor, give_reason)
    assert len(station.store.get_inspection(opened.record.id).corrected_masks) == 1


def test_the_area_is_told_beside_the_machines(editor):
    editor.empty_button.click()

    assert editor.area.text().startswith("0 px are marked, 0.00 % of the photo. The machine marked ")


def test_every_control_has_a_name(editor):
    buttons = [button for button in editor.findChildren(QAbstractButton) if button.isVisible()]
    assert all(button.accessibleName() or button.text() for button in buttons)
    assert editor.canvas.accessibleName()


POINT = st.tuples(st.floats(0, 50), st.floats(0, 40)).map(lambda point: QPointF(*point))


@given(st.lists(st.tuples(st.sampled_from(["stroke", "rectangle", "erase"]), POINT, POINT), max_size=6))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_mask_is_always_black_and_white_and_undone_to_its_start(qtbot, strokes):
    start = np.zeros((40, 50), np.uint8)
    start[10:20, 10:25] = 255
    canvas = MaskCanvas()
    qtbot.addWidget(canvas)
    canvas.start_with(start)
    canvas.brush_width = 7.3
    for kind, one, other in strokes:
        if kind == "rectangle":
            canvas.finish_rectangle(one, other)
        else:
            (canvas.finish_stroke if kind == "stroke" else canvas.finish_erasing)([one, other])
    assert set(np.unique(canvas.drawn_mask)) <= {0, 255}
    assert canvas.drawn_mask.shape == (40, 50)
    while canvas.can_undo:
        canvas.take_back()
    assert np.array_equal(canvas.drawn_mask, start)


def test_old_steps_are_forgotten_before_they_fill_the_memory(qtbot, monkeypatch):
    monkeypatch.setattr("gui.mask_canvas.MOST_KEPT", 4000)
    canvas = MaskCanvas()
    qtbot.addWidget(canvas)
    canvas.start_with(np.zeros((100, 100), np.uint8))
    for step in range(10):
        canvas.finish_rectangle(QPointF(0, 0), QPointF(10 + 8 * step, 50))

    assert canvas.can_undo
    assert sum(step.size for step in canvas._done[1:]) <= 4000 or len(canvas._done) == 1

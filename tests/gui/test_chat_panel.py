"""The conversation pane as a person uses it: asking, stopping, asking again, highlighting, copying, saving."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog

from gui.chat_list import PAGE
from gui.chat_panel import ChatPanel
from gui.operations import Lane
from inference.dialogue.facts_provider import FactsProvider
from station.batch import inspect_photos
from station.conversing import ask
from station.highlighting import highlight
from station.opening import open_inspection
from station.products import prepare_references
from storage.errors import StorageFailed
from storage.records import Actor, NewTurn


@pytest.fixture
def opened(station, tmp_path):
    """Return two recorded inspections of the same defective part."""
    for seed, name in enumerate(("good", "spot", "other")):
        noise = np.random.default_rng(seed).normal(128.0, 6.0, (168, 168, 1))
        pixels = np.clip(noise + np.zeros(3), 0, 255).astype(np.uint8)
        if name != "good":
            pixels[20:62, 25:67] = (90, 10, 10)
        Image.fromarray(pixels).save(tmp_path / f"{name}.png")
    product = prepare_references(station, [tmp_path / "good.png"])
    paths = [tmp_path / "spot.png", tmp_path / "other.png"]
    numbers = [item.inspected.record.id for item in inspect_photos(station, paths, product)]
    return [open_inspection(station, number) for number in numbers]


@pytest.fixture
def panel(qtbot, operations):
    panel = ChatPanel(operations)
    qtbot.addWidget(panel)
    panel.resize(320, 640)
    panel.show()
    return panel


def _wait_until_idle(qtbot, panel):
    qtbot.waitUntil(lambda: not panel._operations.is_busy(), timeout=10_000)


def _ask(qtbot, panel, text):
    panel.field.fill(text)
    qtbot.keyClick(panel.field, Qt.Key.Key_Return)
    _wait_until_idle(qtbot, panel)


def _said(panel):
    """Return question and answer of every exchange that has a view."""
    return [(view.question.text.text, view.answer.text.text) for view in panel.turns.views]


@pytest.fixture
def slow_answers(monkeypatch):
    """Let every piece of an answer wait for a person who lets it go on."""
    from threading import Event

    go_on = Event()
    answer = FactsProvider.answer

    def answer_slowly(self, facts, turns, question, control, sight=None):
        for piece in answer(self, facts, turns, question, control, sight):
            yield piece
            while not go_on.wait(0.01) and not control.is_cancelled:
                pass

    monkeypatch.setattr(FactsProvider, "answer", answer_slowly)
    yield go_on
    go_on.set()


def test_without_an_inspection_it_says_what_to_do_first(qtbot, panel):
    with qtbot.waitSignal(panel.message) as told:
        panel.ask("Where is it?")

    assert "Inspect a part first" in told.args[0].text
    assert not panel.field.isVisible()
    assert not panel._operations.is_busy(Lane.ENGINE)


def test_a_question_is_answered_and_both_are_recorded_with_author_and_time(qtbot, panel, opened, station):
    panel.show_inspection(opened[0])
    _ask(qtbot, panel, "Is there a defect?")

    [(question, answer)] = _said(panel)
    turns = station.store.get_inspection(opened[0].record.id).turns
    assert [turn.text for turn in turns] == [question, answer]
    assert answer.startswith("Yes.")
    [view] = panel.turns.views
    assert view.question.head.words.text().startswith("Ada")
    assert view.answer.head.words.text().startswith("From the facts")
    assert panel.field.text == ""


def test_a_ready_made_question_is_one_click(qtbot, panel, opened):
    panel.show_inspection(opened[0])
    _wait_until_idle(qtbot, panel)
    for button in panel.ready.buttons:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        _wait_until_idle(qtbot, panel)

    said = _said(panel)
    assert len(said) == len(panel.ready.buttons) == 6
    assert not any("cannot answer" in answer for _, answer in said)


def test_a_place_in_an_answer_leads_to_its_region(qtbot, panel, opened):
    panel.show_inspection(opened[0])
    _ask(qtbot, panel, "Where is it?")
    [view] = panel.turns.views

    assert ("Region 1", 0) in view.answer.text.links
    with qtbot.waitSignal(panel.region_selected) as selected:
        view.answer.text.anchorClicked.emit(QUrl("region:0"))
    assert selected.args == [0]


def test_links_lie_on_their_words_after_signs_that_take_two_units(qtbot):
    from PySide6.QtGui import QTextCursor

    from gui.chat_text import TurnText

    text = TurnText()
    qtbot.addWidget(text)
    text.show_text("🔩🔩 See Region 1.", ["top left"])
    cursor = QTextCursor(text.document())
    linked = ""
    for position in range(text.document().characterCount() - 1):
        cursor.setPosition(position)
        cursor.setPosition(position + 1, QTextCursor.MoveMode.KeepAnchor)
        linked += cursor.selectedText() if cursor.charFormat().isAnchor() else ""

    assert linked == "Region 1"


def test_links_take_the_colour_of_the_theme_when_it_changes(qtbot, qapp):
    from gui.chat_text import TurnText
    from gui.theme import apply_theme, colour

    apply_theme(qapp, "light")
    text = TurnText()
    qtbot.addWidget(text)
    text.show_text("Region 1", ["top left"])
    apply_theme(qapp, "dark")
    cursor = text.textCursor()
    cursor.setPosition(1)

    assert cursor.charFormat().foreground().color() == colour("accent")
    apply_theme(qapp, "light")


def test_stopping_keeps_what_was_said_and_marks_it(qtbot, panel, opened, station, slow_answers):
    panel.show_inspection(opened[0])
    panel.field.fill("Where is it?")
    qtbot.keyClick(panel.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(panel.turns.views) and bool(panel.turns.views[0].answer.text.text))

    qtbot.keyClick(panel.field, Qt.Key.Key_Escape)
    _wait_until_idle(qtbot, panel)

    answer = station.store.get_inspection(opened[0].record.id).turns[-1]
    [view] = panel.turns.views
    assert (answer.stop_cause, answer.text) == ("stopped", view.answer.text.text)
    assert view.answer.end.text().startswith("Stopped")


def test_escape_stops_the_answer_before_it_reaches_a_shortcut_of_the_window(qtbot, operations, opened, slow_answers):
    from PySide6.QtGui import QKeySequence, QShortcut
    from PySide6.QtWidgets import QMainWindow

    window, stopped = QMainWindow(), []
    qtbot.addWidget(window)
    panel = ChatPanel(operations, window)
    window.setCentralWidget(panel)
    QShortcut(QKeySequence("Esc"), window, lambda: stopped.append("the inspection"))
    window.show()
    window.activateWindow()
    panel.show_inspection(opened[0])
    panel.field.setFocus()
    panel.ask("Where is it?")
    qtbot.waitUntil(lambda: bool(panel.turns.views) and bool(panel.turns.views[0].answer.text.text))
    qtbot.keyClick(window.windowHandle(), Qt.Key.Key_Escape)
    _wait_until_idle(qtbot, panel)

    assert panel.turns.views[0].answer.end.isVisible()
    assert stopped == []
    qtbot.keyClick(window.windowHandle(), Qt.Key.Key_Escape)
    assert stopped == ["the inspection"]


def test_where_there_is_little_room_the_ready_questions_are_a_menu(qtbot, panel, opened):
    panel.show_inspection(opened[0])
    assert panel.ready.isVisible()
    panel.resize(300, 380)
    qtbot.waitUntil(panel.ready.menu_button.isVisible)
    assert not panel.ready.isVisible()
    panel.ready.menu_button.menu().actions()[1].trigger()
    _wait_until_idle(qtbot, panel)

    assert [question for question, _ in _said(panel)] == ["Where is it?"]


def test_tab_stops_in_one_entry_which_the_arrows_choose(qtbot, panel, opened):
    panel.show_inspection(opened[0])
    _ask(qtbot, panel, "Where is it?")
    _ask(qtbot, panel, "How large is it?")
    first, second = panel.turns.views
    reachable = Qt.FocusPolicy.TabFocus
    assert second.answer.text.focusPolicy() & reachable
    assert not first.answer.text.focusPolicy() & reachable
    qtbot.keyClick(panel.turns, Qt.Key.Key_Up)
    assert panel.turns.current_view is first
    assert first.answer.copy_button.focusPolicy() & reachable
    assert not second.answer.text.focusPolicy() & reachable


def test_tab_passes_from_the_turns_over_the_newest_entry_to_the_field_and_the_button(qtbot, panel, opened):
    panel.show_inspection(opened[0])
    _ask(qtbot, panel, "Where is it?")
    _ask(qtbot, panel, "How large is it?")
    panel.activateWindow()
    panel.field.fill("And")
    panel.turns.setFocus()
    passed = []
    while panel.focusWidget() is not panel.bar.send_button and len(passed) < 40:
        qtbot.keyClick(panel.focusWidget(), Qt.Key.Key_Tab)
        passed.append(panel.focusWidget().accessibleName())

    newest = panel.turns.views[-1]
    assert passed[:2] == ["Copy this turn", newest.question.text.accessibleName()]
    assert "Answer again" in passed[2:6]
    assert passed[-3:] == ["What should I do next?", panel.field.accessibleName(), "Send (Enter)"]


def test_answering_again_keeps_the_earlier_answer_behind_a_button(qtbot, panel, opened, station):
    panel.show_inspection(opened[0])
    _ask(qtbot, panel, "Where is it?")
    [view] = panel.turns.views
    qtbot.mouseClick(view.answer.again_button, Qt.MouseButton.LeftButton)
    _wait_until_idle(qtbot, panel)

    assert panel.turns.views == (view,)
    assert view.fold.text() == "1 earlier answer"
    qtbot.mouseClick(view.fold, Qt.MouseButton.LeftButton)
    assert [earlier.text.text for earlier in view._earlier] == [view.answer.text.text]
    assert [turn.role for turn in station.store.get_inspection(opened[0].record.id).turns] == [
        "user",
        "assistant",
        "assistant",
    ]


def test_short_words_are_highlighted_and_not_asked(qtbot, panel, opened):
    panel.show_inspection(opened[0])
    _wait_until_idle(qtbot, panel)
    with qtbot.waitSignal(panel.query_asked) as asked:
        panel.field.fill(" crack ")
        qtbot.keyClick(panel.field, Qt.Key.Key_Return)

    assert asked.args == ["crack"]
    assert panel.turns.views == ()


def test_the_outcome_of_highlighting_is_an_entry_with_colour_and_place(qtbot, panel, opened, station):
    panel.show_inspection(opened[0])
    _wait_until_idle(qtbot, panel)
    results = highlight(station, opened[0].record.id, "stain, gremlin")
    panel.say_highlights(results)
    _wait_until_idle(qtbot, panel)

    found, failed = panel.turns.views
    assert found.title.text() == "Highlight “stain”"
    qtbot.waitUntil(found.swatch.isVisible)
    assert found.text.text.startswith("Found in 1 place: top left")
    assert ("top left", 0) in found.text.links
    assert failed.text.text == results[1].sentence
    assert failed.head.words.text().startswith("Ada")


def test_words_typed_there_are_highlighted_and_their_outcome_told(qtbot, panel, opened, operations, station):
    from gui.highlight_flow import HighlightFlow

    flow = HighlightFlow(operations)
    flow.choose_inspection(opened[0].record.id)
    panel.query_asked.connect(flow.ask)
    flow.found.connect(panel.say_highlights)
    panel.show_inspection(opened[0])
    _wait_until_idle(qtbot, panel)
    panel.field.fill("Fleck, Kratzer")
    qtbot.keyClick(panel.field, Qt.Key.Key_Return)
    _wait_until_idle(qtbot, panel)

    assert [view.title.text() for view in panel.turns.views] == ["Highlight “Fleck”", "Highlight “Kratzer”"]
    assert [query.text for query in station.store.get_inspection(opened[0].record.id).queries] == ["Fleck", "Kratzer"]
    assert panel.field.text == ""
    panel.show_inspection(open_inspection(station, opened[0].record.id))
    assert len(panel.turns.views) == 2


def test_an_answer_that_comes_after_another_part_was_opened_stays_with_its_own(
    qtbot, panel, opened, station, slow_answers
):
    panel.show_inspection(opened[0])
    panel.ask("Where is it?")
    qtbot.waitUntil(lambda: bool(panel.turns.views))
    panel.show_inspection(opened[1])
    assert panel.turns.views == ()
    assert "Answering about spot.png" in panel._find_reason()
    slow_answers.set()
    _wait_until_idle(qtbot, panel)

    assert panel.turns.views == ()
    assert station.store.get_inspection(opened[1].record.id).turns == ()
    panel.show_inspection(opened[0])
    _wait_until_idle(qtbot, panel)
    [(_, answer)] = _said(panel)
    assert station.store.get_inspection(opened[0].record.id).turns[-1].text == answer


def test_coming_back_while_an_answer_comes_shows_it_so_far(qtbot, panel, opened, slow_answers):
    panel.show_inspection(opened[0])
    panel.ask("Where is it?")
    qtbot.waitUntil(lambda: bool(panel.turns.views) and bool(panel.turns.views[0].answer.text.text))
    panel.show_inspection(opened[1])
    panel.show_inspection(opened[0])

    assert panel.turns.views[0].answer.text.text
    slow_answers.set()
    _wait_until_idle(qtbot, panel)
    assert "Region 1" in _said(panel)[0][1]


@pytest.mark.parametrize(
    ("text", "sentence"), [("  ", "is empty"), ("x" * 100_000, "at most 10000"), ("why\0not?", "zero byte")]
)
def test_what_cannot_be_asked_is_a_sentence_and_stays_in_the_field(qtbot, panel, opened, station, text, sentence):
    panel.show_inspection(opened[0])
    _wait_until_idle(qtbot, panel)
    panel.field.fill(text)
    panel.ask(text)

    assert sentence in panel.bar.hint.text()
    assert len(panel.field.text) == len(text)
    panel.field.insertPlainText("?")
    assert not panel.bar.hint.isVisible()
    assert station.store.get_inspection(opened[0].record.id).turns == ()


@pytest.mark.parametrize("text", ["Where 🔩🔧 is it?", "أين العيب في هذه القطعة؟", "Where <b>is</b> & it?\nNow?"])
def test_whatever_was_typed_is_shown_and_kept_verbatim(qtbot, panel, opened, station, text):
    panel.show_inspection(opened[0])
    _ask(qtbot, panel, text)

    assert _said(panel)[0][0] == text
    assert panel.turns.views[0].question.text.toPlainText() == text
    assert station.store.get_inspection(opened[0].record.id).turns[0].text == text


def test_while_the_engine_is_busy_nothing_can_be_asked_and_the_reason_is_told(qtbot, panel, opened, operations):
    from threading import Event

    done = Event()
    panel.show_inspection(opened[0])
    _wait_until_idle(qtbot, panel)
    operations.run("Inspecting next.png", lambda station, control: done.wait(10))
    panel.field.fill("Where is it?")

    assert not panel.bar.send_button.isEnabled()
    assert not panel.ready.buttons[0].isEnabled()
    qtbot.keyClick(panel.field, Qt.Key.Key_Return)
    assert "Inspecting next.png" in panel.bar.hint.text()
    done.set()
    qtbot.waitUntil(panel.bar.send_button.isEnabled)
    qtbot.waitUntil(lambda: panel.bar.hint.text() == "")
    assert panel.field.text == "Where is it?"


def test_a_question_that_cannot_be_recorded_stays_in_the_field_and_is_not_shown(qtbot, panel, opened, monkeypatch):
    from storage.store import Store

    def refuse(self, *arguments):
        raise StorageFailed("The disk is gone; plug it in.")

    panel.show_inspection(opened[0])
    _wait_until_idle(qtbot, panel)
    monkeypatch.setattr(Store, "add_turn", refuse)
    with qtbot.waitSignal(panel.message) as told:
        _ask(qtbot, panel, "Where is it?")

    assert "The disk is gone; plug it in." in told.args[0].text
    assert panel.field.text == "Where is it?"
    assert panel.turns.views == ()


def test_up_brings_back_questions_and_down_goes_forward(qtbot, panel, opened):
    panel.show_inspection(opened[0])
    _ask(qtbot, panel, "Where is it?")
    _ask(qtbot, panel, "How large is it?")

    qtbot.keyClick(panel.field, Qt.Key.Key_Up)
    assert panel.field.text == "How large is it?"
    qtbot.keyClick(panel.field, Qt.Key.Key_Up)
    assert panel.field.text == "Where is it?"
    qtbot.keyClick(panel.field, Qt.Key.Key_Down)
    qtbot.keyClick(panel.field, Qt.Key.Key_Down)
    assert panel.field.text == ""


def test_shift_enter_begins_a_line(qtbot, panel, opened):
    panel.show_inspection(opened[0])
    panel.field.fill("Where")
    qtbot.keyClick(panel.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)

    assert panel.field.text == "Where\n"


def test_a_turn_is_copied_whole(qtbot, panel, opened):
    panel.show_inspection(opened[0])
    _ask(qtbot, panel, "How large is it?")
    [view] = panel.turns.views
    qtbot.mouseClick(view.answer.copy_button, Qt.MouseButton.LeftButton)

    assert QApplication.clipboard().text() == view.answer.text.text


def test_dropped_text_fills_the_field_and_files_do_not(panel, opened):
    panel.show_inspection(opened[0])
    text = QMimeData()
    text.setText("Where is it?")
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    panel.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, text, buttons, keys))
    files = QMimeData()
    files.setUrls([QUrl.fromLocalFile("/tmp/part.png")])

    assert panel.field.text == "Where is it?"
    assert not panel.field.canInsertFromMimeData(files)


@pytest.mark.parametrize("suffix", ["md", "txt"])
def test_the_conversation_is_saved_whole_and_leaves_an_event(
    qtbot, panel, opened, station, tmp_path, monkeypatch, suffix
):
    panel.show_inspection(opened[0])
    _ask(qtbot, panel, "How large is it?")
    target = tmp_path / f"said.{suffix}"
    monkeypatch.setattr(QFileDialog, "exec", lambda self: True)
    monkeypatch.setattr(QFileDialog, "selectedFiles", lambda self: [str(target)])
    with qtbot.waitSignal(panel.message) as told:
        qtbot.mouseClick(panel.export_button, Qt.MouseButton.LeftButton)

    text = target.read_text(encoding="utf-8")
    assert told.args[0].kind == "success"
    assert "How large is it?" in text
    assert _said(panel)[0][1] in text
    assert station.store.list_events(1)[0].action == "conversation.exported"


def test_hundreds_of_turns_have_few_views_and_earlier_ones_are_one_click_away(qtbot, panel, opened, station):
    number = opened[0].record.id
    for step in range(150):
        station.store.add_turn(number, NewTurn("user", f"Question {step}?"), Actor("Ada"))
        station.store.add_turn(number, NewTurn("assistant", f"Answer {step}.", provider="facts"), Actor("a", "agent"))
    from time import perf_counter

    record = open_inspection(station, number)
    started = perf_counter()
    panel.show_inspection(record)
    assert perf_counter() - started < 0.5
    assert len(panel.turns.views) == PAGE
    assert _said(panel)[-1] == ("Question 149?", "Answer 149.")
    _wait_until_idle(qtbot, panel)
    qtbot.mouseClick(panel.turns.earlier_button, Qt.MouseButton.LeftButton)
    assert len(panel.turns.views) == 2 * PAGE
    assert _said(panel)[0][0] == f"Question {150 - 2 * PAGE}?"


def test_what_was_said_elsewhere_since_it_was_opened_is_shown(qtbot, panel, opened, station):
    ask(station, opened[0].record.id, "Where is it?")
    panel.show_inspection(opened[0])
    _wait_until_idle(qtbot, panel)

    assert [question for question, _ in _said(panel)] == ["Where is it?"]


def test_every_control_has_a_name(qtbot, panel, opened):
    from PySide6.QtWidgets import QAbstractButton, QTextEdit

    panel.show_inspection(opened[0])
    _ask(qtbot, panel, "Where is it?")
    nameless = [
        widget
        for kind in (QAbstractButton, QTextEdit)
        for widget in panel.findChildren(kind)
        if widget.isVisible() and not (widget.accessibleName() or getattr(widget, "text", str)())
    ]
    assert nameless == []


def test_the_suggested_file_name_tells_the_part(opened):
    from gui.chat_export import suggest_name

    assert Path(suggest_name(opened[0].record)).name == f"conversation-{opened[0].record.id}-spot.md"


def test_the_head_says_who_answers(qtbot, panel, opened):
    panel.show_inspection(opened[0])

    qtbot.waitUntil(lambda: panel.answerer.text() == "From the facts")


def test_turns_that_were_not_read_are_said_below_the_answer_without_alarm(qtbot, panel, opened):
    from gui.chat_turns import TurnView
    from storage.records import RecordedTurn

    view = TurnView("panel", panel)
    turn = RecordedTurn(
        "assistant",
        "Yes.",
        provider="vlm",
        stop_cause="end",
        decoding={"turns_left_out": 4},
        id=1,
        recorded_at="2026-03-01T14:03:07.123456Z",
    )
    view.show_turn(turn)

    assert view.end.text() == "4 earlier turns no longer fitted and were not read for this answer."
    assert view.end.property("role") == "muted"
    assert view.head.words.text().startswith("Vision model")

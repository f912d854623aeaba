"""The message area: one sentence at a time, errors stay, information goes, a button leads on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from gui import messages
from gui.error_words import tell_error
from gui.failures import NextSteps, describe_failure
from gui.messages import Message, MessageArea
from gui.operations import Failure
from inference.errors import DeviceError, ModelPackError, PhotoError, ReferencesError
from station.errors import NotRecordedError
from storage.errors import DamagedDatabase, DatabaseLocked, DiskFull


@pytest.fixture
def area(qtbot) -> Iterator[MessageArea]:
    # Beside the mouse, which would keep a message on show.
    window = QWidget()
    window.move(400, 300)
    qtbot.addWidget(window)
    yield MessageArea(window)
    window.close()


def test_it_is_hidden_until_there_is_something_to_say(area: MessageArea):
    assert area.isHidden()
    area.show_message(Message("The photo is ready."))
    assert not area.isHidden()
    area.close_message()
    assert area.isHidden()


def test_information_goes_by_itself_and_errors_stay(qtbot, area: MessageArea, monkeypatch):
    monkeypatch.setattr(messages, "SECONDS_SHOWN", 0.05)
    area.show_message(Message("Locked.", "error"))
    area.show_message(Message("Saved.", "success"))
    qtbot.waitUntil(lambda: area.current is not None and area.current.text == "Locked.")
    qtbot.wait(120)
    assert [message.text for message in area.messages] == ["Locked."]


def test_the_same_sentence_is_said_once(area: MessageArea):
    for _ in range(3):
        area.show_message(Message("Locked.", "error"))
    assert len(area.messages) == 1


def test_the_button_does_the_next_step_and_closes_the_message(qtbot, area: MessageArea):
    done: list[bool] = []
    area.show_message(Message("Missing.", "error", "Model packs…", lambda: done.append(True)))
    qtbot.mouseClick(area._button, Qt.MouseButton.LeftButton)
    assert done == [True]
    assert area.current is None


def test_a_message_that_is_not_true_any_more_goes_wherever_it_stands(area: MessageArea):
    away, other = Message("The folder is away.", "error"), Message("Locked.", "error")
    for message in (away, other):
        area.show_message(message)
    area.withdraw(away)
    area.withdraw(away)
    assert area.messages == (other,)
    area.withdraw(other)
    assert not area.isVisible()


def test_escape_closes_it(qtbot, area: MessageArea):
    area.show_message(Message("Missing.", "warning"))
    qtbot.keyClick(area, Qt.Key.Key_Escape)
    assert area.current is None


@pytest.mark.parametrize(
    ("error", "step"),
    [
        (ModelPackError("altered"), "models"),
        (DatabaseLocked("locked"), "diagnostics"),
        (DamagedDatabase("damaged"), "diagnostics"),
        (ReferencesError("none"), "product"),
        (PhotoError("no photo"), None),
        (None, None),
    ],
)
def test_a_failure_offers_the_page_that_helps(error, step):
    seen: list[str] = []
    steps = NextSteps(
        *(lambda name=name: seen.append(name) for name in ("models", "diagnostics", "product", "settings"))
    )
    message = describe_failure(Failure("A sentence.", error=error), steps)
    assert (message.text, message.kind) == ("A sentence.", "error")
    if message.action is not None:
        message.action()
    assert seen == ([step] if step else [])


def test_a_device_that_is_gone_is_said_in_words_of_the_window_with_the_way_to_the_settings():
    opened: list[str] = []
    steps = NextSteps(
        *(lambda name=name: opened.append(name) for name in ("models", "diagnostics", "product", "settings"))
    )
    error = DeviceError("Device cuda cannot be used; choose --device auto or cpu.")
    message = describe_failure(Failure(tell_error(error), error=error), steps)
    assert "--device" not in message.text
    assert "Choose another one in the settings" in message.text
    assert message.action is not None
    message.action()
    assert opened == ["settings"]


def test_a_verdict_that_was_not_saved_offers_what_helps_its_reason():
    error = NotRecordedError("judged but not recorded", None)  # type: ignore[arg-type]
    error.__cause__ = DiskFull("full")
    opened: list[str] = []
    steps = NextSteps(*(lambda name=name: opened.append(name) for name in ("models", "diagnostics", "product", "x")))
    message = describe_failure(Failure("judged but not recorded", error=error), steps)
    assert message.action is not None
    message.action()
    assert opened == ["diagnostics"]

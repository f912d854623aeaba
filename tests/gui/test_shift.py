"""One log-on holds for every lane of the window; it ends on demand and when nobody is there."""

# ruff: noqa: F401, F811 - the fixtures come from `people`

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from gui.failures import NextSteps, describe_failure
from gui.idle_watch import IdleWatch
from gui.log_on_dialog import LogOnDialog
from gui.main_window import MainWindow
from gui.operations import Failure, Lane
from station.people import log_on
from station.rights import NotAllowed, Person, Right
from station.settings import Settings
from tests.gui.people import (
    PASSWORD,
    list_actions,
    operations,
    quick_hashes,
    shift,
    staffed,
)

PATIENCE_MS = 20_000


def ask_who(qtbot, operations, lane: Lane) -> str:
    said: list[str] = []
    operations.run("Asking", lambda station, control: station.person.name, lane=lane, on_success=said.append)
    qtbot.waitUntil(lambda: bool(said))
    return said[0]


def test_a_person_holds_for_every_lane_and_for_stations_opened_later(qtbot, operations, shift, staffed):
    assert {ask_who(qtbot, operations, lane) for lane in Lane} == {"nobody"}
    shift.begin(log_on(staffed, "Eva", PASSWORD))
    assert {ask_who(qtbot, operations, lane) for lane in Lane} == {"Eva"}
    operations.reopen_stations()
    assert {ask_who(qtbot, operations, lane) for lane in Lane} == {"Eva"}
    shift.end()
    assert {ask_who(qtbot, operations, lane) for lane in Lane} == {"nobody"}
    assert list_actions(staffed, 9).count("account.logged_on") == 2  # Boss at first, and Eva once


def test_without_accounts_one_person_may_do_everything(qtbot, operations, shift):
    assert ask_who(qtbot, operations, Lane.ENGINE) == "Ada"
    assert all(shift.may(right) for right in Right)
    assert not shift.needs_log_on


def test_a_role_decides_what_is_offered(shift):
    shift.begin(Person("Otto", "operator", 3))
    assert shift.may(Right.INSPECT)
    assert not shift.may(Right.PEOPLE)
    shift.end()
    assert not shift.may(Right.INSPECT)


def test_what_is_refused_leads_to_a_log_on():
    steps = NextSteps(*[lambda: None] * 4, open_log_on=lambda: "asked")
    message = describe_failure(Failure("No.", error=NotAllowed("No.")), steps)
    assert (message.action_text, message.action()) == ("Log on…", "asked")


@pytest.fixture
def window(qtbot, operations, home, shift):
    made: list[MainWindow] = []

    def make(**values) -> MainWindow:
        window = MainWindow(operations, home, Settings(backbone="dummy", user="Ada", **values), "Ada", shift)
        made.append(window)
        with qtbot.waitExposed(window):
            window.show()
        window.start()
        qtbot.waitUntil(lambda: not operations.is_busy(), timeout=PATIENCE_MS)
        return window

    yield make
    for each in made:
        each.leave()
        each.deleteLater()


def find_log_on(window) -> LogOnDialog | None:
    return next((dialog for dialog in window.findChildren(LogOnDialog) if dialog.isVisible()), None)


def log_on_in(qtbot, window, operations, name: str) -> None:
    qtbot.waitUntil(lambda: find_log_on(window) is not None)
    dialog = find_log_on(window)
    dialog.name_edit.setText(name)
    dialog.password_edit.setText(PASSWORD)
    dialog.log_on()
    qtbot.waitUntil(lambda: window.shift.person is not None and not operations.is_busy(), timeout=PATIENCE_MS)


def test_without_accounts_the_window_asks_nobody(window):
    window = window()
    assert find_log_on(window) is None
    assert window.status.user_text == "User: Ada"
    assert not window.commands["station.log-on"].isEnabled()
    assert window.commands["station.accounts"].isEnabled()
    assert not window.commands["part.sign"].isEnabled()


def test_with_accounts_the_window_asks_and_stays_for_reading_when_nobody_answers(window, staffed):
    window = window()
    find_log_on(window).reject()

    assert window.status.user_text == "Nobody logged on"
    assert window.messages.current.action_text == "Log on…"
    window.messages._button.click()
    assert find_log_on(window) is not None
    find_log_on(window).reject()


def test_who_logs_on_stands_in_the_status_line_until_the_log_off(qtbot, window, operations, staffed):
    window = window()
    log_on_in(qtbot, window, operations, "Eva")
    assert window.status.user_text == "User: Eva"
    assert not window.commands["station.accounts"].isEnabled()

    window.commands["station.log-off"].trigger()
    qtbot.waitUntil(lambda: find_log_on(window) is not None)
    assert window.status.user_text == "Nobody logged on"
    assert list_actions(staffed, 2) == ["account.logged_off", "account.logged_on"]
    find_log_on(window).reject()


def test_idle_minutes_end_the_work_and_are_recorded(qtbot, window, operations, staffed):
    window = window(lock_after_minutes=1)
    log_on_in(qtbot, window, operations, "Eva")
    window.shift_change._idle.watch(30)

    qtbot.waitUntil(lambda: find_log_on(window) is not None)
    assert list_actions(staffed, 1) == ["account.logged_off"]
    find_log_on(window).reject()


def test_a_touch_begins_the_wait_anew(qtbot):
    watch, field = IdleWatch(), QWidget()
    qtbot.addWidget(field)
    field.show()
    watch.watch(60_000)
    watch._timer.start(60_000)
    qtbot.wait(30)
    before = watch._timer.remainingTime()
    qtbot.keyClick(field, Qt.Key.Key_A)
    assert watch._timer.remainingTime() > before
    watch.watch(0)
    assert not watch._timer.isActive()

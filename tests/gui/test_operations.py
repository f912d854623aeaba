"""Background work: results arrive in the window's thread, failures are sorted, cancelling works."""

from __future__ import annotations

from threading import Event, get_ident
from time import monotonic, sleep

from PySide6.QtCore import QObject

from gui.operations import Control, Failure, Lane, Operations
from station.errors import RequestError
from station.station import Station


def test_the_result_of_work_on_another_thread_arrives_on_this_one(qtbot, operations: Operations):
    seen: list[tuple[int, int]] = []
    operations.run(
        "work", lambda station, control: get_ident(), on_success=lambda there: seen.append((there, get_ident()))
    )
    qtbot.waitUntil(lambda: bool(seen))
    there, here = seen[0]
    assert here == get_ident()
    assert there != here


def test_work_on_one_lane_runs_in_order_and_lanes_run_beside_each_other(qtbot, operations: Operations):
    order: list[str] = []
    operations.run("slow", lambda station, control: sleep(0.2), on_success=lambda _: order.append("slow"))
    operations.run("after it", lambda station, control: None, on_success=lambda _: order.append("after it"))
    operations.run("beside", lambda s, c: None, lane=Lane.DATABASE, on_success=lambda _: order.append("beside"))
    qtbot.waitUntil(lambda: len(order) == 3)
    assert order == ["beside", "slow", "after it"]


def test_a_known_error_is_a_sentence_and_a_bug_a_report(qtbot, operations: Operations):
    failures: list[Failure] = []

    def refuse(station: Station, control: Control) -> None:
        raise RequestError("No such product; choose another.")

    def break_down(station: Station, control: Control) -> None:
        raise ZeroDivisionError("oh")

    operations.run("refuse", refuse, on_failure=failures.append)
    operations.run("break", break_down, on_failure=failures.append)
    qtbot.waitUntil(lambda: len(failures) == 2)
    assert (failures[0].sentence, failures[0].report) == ("No such product; choose another.", "")
    assert "ZeroDivisionError" in failures[1].report


def test_an_unhandled_failure_reaches_the_window(qtbot, operations: Operations):
    def refuse(station: Station, control: Control) -> None:
        raise RequestError("No.")

    with qtbot.waitSignal(operations.failed) as caught:
        operations.run("refuse", refuse)
    assert caught.args[1].sentence == "No."


def test_running_work_stops_within_a_second_and_waiting_work_never_begins(qtbot, operations: Operations):
    began: list[str] = []
    ended: list[str] = []

    def work(station: Station, control: Control) -> None:
        began.append("running")
        for step in range(1000):
            control.progress(step / 1000)
            sleep(0.01)

    running = operations.run("running", work, on_cancelled=lambda: ended.append("running"))
    waiting = operations.run(
        "waiting", lambda s, c: began.append("waiting"), on_cancelled=lambda: ended.append("waiting")
    )
    qtbot.waitUntil(lambda: running.is_running)
    running.cancel()
    waiting.cancel()
    qtbot.waitUntil(lambda: ended == ["running", "waiting"], timeout=1000)
    assert began == ["running"]


def test_progress_and_pieces_arrive_in_order(qtbot, operations: Operations):
    seen: list[object] = []

    def work(station: Station, control: Control) -> str:
        for word in ("one", "two"):
            control.progress(0.5, word)
            control.stream(word)
        return "done"

    operations.run("talk", work, on_progress=lambda s, w: seen.append(w), on_stream=seen.append, on_success=seen.append)
    qtbot.waitUntil(lambda: "done" in seen)
    assert seen == ["one", "one", "two", "two", "done"]


def test_nothing_is_told_to_a_widget_that_is_gone(qtbot, operations: Operations):
    from shiboken6 import delete

    owner, told = QObject(), []
    operation = operations.run("late", lambda station, control: sleep(0.05), owner=owner, on_success=told.append)
    delete(owner)
    with qtbot.waitSignal(operation.finished):
        pass
    assert told == []


def test_the_station_is_opened_anew_after_settings_changed(qtbot, operations: Operations):
    stations: list[int] = []
    operations.run("before", lambda station, control: station, on_success=lambda s: stations.append(id(s)))
    operations.run("still", lambda station, control: station, on_success=lambda s: stations.append(id(s)))
    qtbot.waitUntil(lambda: len(stations) == 2)
    opened: list[object] = []
    operations.reopen_stations()
    operations.run("after", lambda station, control: station, on_success=opened.append)
    qtbot.waitUntil(lambda: bool(opened))
    assert stations[0] == stations[1]


def test_lanes_that_do_not_end_share_the_time_that_closing_may_take(qtbot, operations: Operations):
    held = Event()
    for lane in Lane:
        operations.run("work", lambda station, control: held.wait(5), lane=lane)
    qtbot.waitUntil(lambda: all(operation.is_running for operation in operations.active))
    begun = monotonic()
    assert not operations.close(300)
    assert monotonic() - begun < 0.3 * len(Lane)
    held.set()

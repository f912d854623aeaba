"""A batch photo by photo on a real store: paused, cancelled, stopped by a closing window, resumed after a restart."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gui.batch_runner import BatchRunner, BatchState
from gui.operations import Operations
from station.batches import load_unfinished
from station.products import Addition, add_product
from station.settings import Settings
from station.station import Station

PATIENCE_MS = 15_000
NAMES = ("0-good.png", "1-other.png", "2-spot.png", "3-broken.png")


@pytest.fixture
def gear(station: Station, parts: Path) -> Station:
    """Return a station that knows the product "gear"."""
    add_product(station, Addition("gear", (parts / "good.png",)))
    return station


@pytest.fixture
def lot(parts: Path, tmp_path: Path) -> Path:
    """Return a folder of four photos, the last of which is none."""
    folder = tmp_path / "lot"
    folder.mkdir()
    for name in NAMES[:3]:
        shutil.copyfile(parts / name.partition("-")[2], folder / name)
    (folder / NAMES[3]).write_text("no photo")
    return folder


@pytest.fixture
def start_program(qapp: object, home: Path) -> Iterator[Callable[[], tuple[BatchRunner, Operations]]]:
    """Return a function that does what a start of the program does: operations of its own on the home folder."""
    made: list[Operations] = []

    def start() -> tuple[BatchRunner, Operations]:
        operations = Operations(lambda: Station(home, Settings(backbone="dummy", user="Ada")))
        made.append(operations)
        return BatchRunner(operations), operations

    yield start
    for operations in made:
        assert operations.close()


@pytest.fixture
def runner(start_program: Callable[[], tuple[BatchRunner, Operations]], gear: Station) -> BatchRunner:
    return start_program()[0]


def list_recorded(station: Station) -> list[str]:
    return sorted(row.file_name for row in station.store.list_inspections())


def list_actions(station: Station) -> list[str]:
    return [event.action for event in station.store.list_events()]


def stop_after_first(runner: BatchRunner, stop: Callable[[], object]) -> None:
    runner.photo_done.connect(lambda place, _result: stop() if place == 0 else None)


def wait_for_state(qtbot, runner: BatchRunner, state: BatchState) -> None:
    qtbot.waitUntil(lambda: runner.state is state, timeout=PATIENCE_MS)


def run_to_end(qtbot, runner: BatchRunner, begin: Callable[[], object]) -> None:
    with qtbot.waitSignal(runner.ended, timeout=PATIENCE_MS):
        begin()


def test_a_folder_is_gathered_inspected_and_closed_with_an_event(qtbot, runner, gear, lot):
    states: list[BatchState] = []
    runner.state_changed.connect(states.append)
    run_to_end(qtbot, runner, lambda: runner.start([lot], "gear"))

    assert states == [BatchState.PLANNING, BatchState.RUNNING, BatchState.FINISHED]
    assert list_recorded(gear) == list(NAMES[:3])
    assert [result.verdict for result in runner.batch.results] == ["accept", "accept", "reject", None]
    assert "not a photo" in runner.batch.results[3].failure
    qtbot.waitUntil(lambda: "batch.finished" in list_actions(gear), timeout=PATIENCE_MS)


def test_a_pause_lets_the_photo_under_way_finish_and_nothing_follows(qtbot, runner, gear, lot):
    stop_after_first(runner, runner.pause)
    runner.start([lot], "gear")
    wait_for_state(qtbot, runner, BatchState.PAUSED)
    qtbot.wait(100)
    assert list_recorded(gear) == [NAMES[0]]
    assert not runner.start([lot], "gear")

    run_to_end(qtbot, runner, runner.go_on)
    assert list_recorded(gear) == list(NAMES[:3])


def test_a_pause_that_is_taken_back_at_once_changes_nothing(qtbot, runner, gear, lot):
    def change_mind() -> None:
        runner.pause()
        runner.go_on()

    stop_after_first(runner, change_mind)
    run_to_end(qtbot, runner, lambda: runner.start([lot], "gear"))
    assert list_recorded(gear) == list(NAMES[:3])


def test_a_cancelled_batch_keeps_what_is_recorded_and_is_not_offered_again(qtbot, runner, gear, lot, home):
    stop_after_first(runner, runner.cancel)
    run_to_end(qtbot, runner, lambda: runner.start([lot], "gear"))

    assert runner.state is BatchState.CANCELLED
    assert list_recorded(gear) == [NAMES[0]]
    qtbot.waitUntil(lambda: "batch.cancelled" in list_actions(gear), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not load_unfinished(home), timeout=PATIENCE_MS)


def test_a_paused_batch_is_cancelled_at_once(qtbot, runner, gear, lot):
    stop_after_first(runner, runner.pause)
    runner.start([lot], "gear")
    wait_for_state(qtbot, runner, BatchState.PAUSED)
    run_to_end(qtbot, runner, runner.cancel)
    assert runner.state is BatchState.CANCELLED


def test_a_batch_that_is_cancelled_while_photos_are_gathered_leaves_nothing(qtbot, runner, gear, lot, home):
    runner.start([lot], "gear")
    runner.cancel()
    wait_for_state(qtbot, runner, BatchState.IDLE)
    qtbot.waitUntil(lambda: not load_unfinished(home), timeout=PATIENCE_MS)
    assert runner.batch is None
    assert list_recorded(gear) == []


def test_a_closed_window_leaves_the_batch_and_the_next_start_goes_on_where_it_stood(
    qtbot, start_program, gear, lot, home
):
    first, operations = start_program()
    has_ended: list[bool] = []
    stop_after_first(first, lambda: has_ended.append(operations.close()))
    first.start([lot], "gear")
    qtbot.waitUntil(lambda: has_ended == [True], timeout=PATIENCE_MS)
    assert list_recorded(gear) == [NAMES[0]]

    second, _ = start_program()
    with qtbot.waitSignal(second.unfinished_found, timeout=PATIENCE_MS) as found:
        second.look_for_unfinished()
    run_to_end(qtbot, second, lambda: second.resume(found.args[0]))
    assert list_recorded(gear) == list(NAMES[:3])
    qtbot.waitUntil(lambda: not load_unfinished(home), timeout=PATIENCE_MS)


def test_a_folder_that_goes_away_stops_the_batch_and_it_goes_on_when_it_is_back(qtbot, runner, gear, lot, tmp_path):
    stop_after_first(runner, lambda: lot.rename(tmp_path / "unplugged"))
    with qtbot.waitSignal(runner.failed, timeout=PATIENCE_MS) as failed:
        runner.start([lot], "gear")
    assert "cannot be reached" in failed.args[0].sentence
    assert runner.state is BatchState.PAUSED

    (tmp_path / "unplugged").rename(lot)
    run_to_end(qtbot, runner, runner.go_on)
    assert list_recorded(gear) == list(NAMES[:3])


def test_a_folder_without_photos_is_said_and_another_can_begin(qtbot, runner, gear, lot, tmp_path):
    (tmp_path / "empty").mkdir()
    with qtbot.waitSignal(runner.failed, timeout=PATIENCE_MS) as failed:
        runner.start([tmp_path / "empty"], "gear")
    assert "No photo in" in failed.args[0].sentence
    assert runner.state is BatchState.IDLE
    run_to_end(qtbot, runner, lambda: runner.start([lot], "gear"))

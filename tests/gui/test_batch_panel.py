"""Many photos in the window: a folder from end to end, paused, cancelled, gone on with; a folder that is watched."""

import shutil

import pytest

from gui.batch_panel import BatchPanel
from gui.batch_runner import BatchState
from station.batches import plan_batch
from station.products import Addition, add_product
from station.watching import WatchTiming

QUICK = WatchTiming(settle=0.1, patience=0.5, look=0.1, listing=0.2, step=0.05)


@pytest.fixture
def gear(station, parts):
    add_product(station, Addition("gear", (parts / "good.png",)))
    return station


@pytest.fixture
def lot(parts, tmp_path):
    """A folder of four photos, one of which is none."""
    folder = tmp_path / "lot"
    folder.mkdir()
    for number, name in enumerate(("good", "other", "spot")):
        shutil.copyfile(parts / f"{name}.png", folder / f"{number}-{name}.png")
    (folder / "3-broken.png").write_text("no photo")
    return folder


@pytest.fixture
def panel(qtbot, operations):
    panel = BatchPanel(operations)
    qtbot.addWidget(panel)
    panel.resize(1000, 600)
    panel.show()
    yield panel
    panel.watch.watched.stop()


def test_without_a_product_a_folder_is_refused_with_what_to_do(qtbot, panel, lot):
    with qtbot.waitSignal(panel.message) as said:
        panel.take_folder(lot)

    assert "Choose a product" in said.args[0].text


def test_a_folder_is_inspected_to_its_end_and_the_bad_file_named(qtbot, panel, gear, lot):
    recorded = []
    panel.inspection_recorded.connect(recorded.append)
    panel.choose_product("gear")
    with qtbot.waitSignal(panel.batch.runner.ended, timeout=15_000):
        panel.take_folder(lot)

    assert recorded == [1, 2, 3]
    assert panel.batch.table.count == 4
    model = panel.batch.table.model()
    assert "not a photo" in model.index(3, 1).data()
    assert panel.batch.standing.text() == "Finished"
    assert panel.batch.figures.failures.isVisible()
    assert panel.batch.figures.shares.toolTip() == "Accept 2, Review 0, Reject 1, 1 photo without a verdict"
    assert not panel.batch.cancel_button.isVisible()


def test_the_lot_is_reported_and_its_parts_open(qtbot, panel, gear, lot):
    panel.choose_product("gear")
    with qtbot.waitSignal(panel.batch.runner.ended, timeout=15_000):
        panel.take_folder(lot)

    with qtbot.waitSignal(panel.report_requested) as reported:
        panel.batch.report_button.click()
    with qtbot.waitSignal(panel.open_requested) as opened:
        panel.batch.table.doubleClicked.emit(panel.batch.table.model().index(1, 0))

    assert (reported.args, opened.args) == ([[1, 2, 3]], [2])


def test_a_paused_batch_goes_on_where_it_stood(qtbot, panel, gear, lot):
    panel.choose_product("gear")
    panel.batch.runner.photo_done.connect(lambda place, _: panel.batch.pause_button.click() if place == 0 else None)
    panel.take_folder(lot)
    qtbot.waitUntil(lambda: panel.batch.runner.state is BatchState.PAUSED, timeout=15_000)
    assert gear.store.count_inspections() == 1

    with qtbot.waitSignal(panel.batch.runner.ended, timeout=15_000):
        panel.batch.go_on_button.click()

    assert gear.store.count_inspections() == 3


def test_a_cancelled_batch_keeps_what_was_inspected(qtbot, panel, gear, lot):
    panel.choose_product("gear")
    panel.batch.runner.photo_done.connect(lambda place, _: panel.batch.cancel_button.click() if place == 0 else None)
    with qtbot.waitSignal(panel.batch.runner.ended, timeout=15_000):
        panel.take_folder(lot)

    assert panel.batch.standing.text() == "Cancelled"
    assert gear.store.count_inspections() < 3


def test_a_batch_that_was_interrupted_is_offered_and_goes_on(qtbot, operations, gear, lot):
    plan_batch(gear, [lot], "gear")
    panel = BatchPanel(operations)
    qtbot.addWidget(panel)
    with qtbot.waitSignal(panel.message) as said:
        panel.show()
    assert "lot" in said.args[0].text

    with qtbot.waitSignal(panel.batch.runner.ended, timeout=15_000):
        said.args[0].action()

    assert gear.store.count_inspections() == 3


@pytest.mark.parametrize("button", ["go_on_button", "cancel_button"])
def test_what_held_a_batch_up_is_no_longer_said_once_it_goes_on_or_ends(qtbot, panel, gear, lot, tmp_path, button):
    said, settled = [], []
    panel.message.connect(said.append)
    panel.settled.connect(settled.append)
    panel.choose_product("gear")
    panel.batch.runner.photo_done.connect(lambda place, _: lot.rename(tmp_path / "away") if place == 0 else None)
    panel.take_folder(lot)
    qtbot.waitUntil(lambda: panel.batch.runner.state is BatchState.PAUSED, timeout=15_000)
    assert "left" not in panel.batch.figures.words.text()
    assert settled == []

    (tmp_path / "away").rename(lot)
    with qtbot.waitSignal(panel.batch.runner.ended, timeout=15_000):
        getattr(panel.batch, button).click()
    assert settled == [said[0]]


def test_a_second_batch_waits_until_the_first_has_ended(qtbot, panel, gear, lot):
    panel.choose_product("gear")
    panel.take_folder(lot)
    with qtbot.waitSignal(panel.message) as said:
        panel.take_folder(lot)
    qtbot.waitUntil(lambda: panel.batch.runner.state is BatchState.FINISHED, timeout=15_000)

    assert "under way" in said.args[0].text


def test_a_watched_folder_inspects_what_comes_and_leaves_what_was_there(qtbot, panel, gear, lot, parts):
    panel.watch.watched._timing = QUICK
    panel.choose_product("gear")
    panel.watch.watch(lot)
    qtbot.waitUntil(lambda: panel.watch.standing.text().startswith("Watching"), timeout=5_000)
    assert "4 photos were there already" in panel.watch.standing.text()

    with qtbot.waitSignal(panel.inspection_recorded, timeout=10_000):
        shutil.copyfile(parts / "spot.png", lot / "new.png")

    assert [row.file_name for row in gear.store.list_inspections()] == ["new.png"]
    panel.watch.stop_button.click()
    assert not panel.watch.watched.is_on


def test_what_a_watched_folder_brought_is_reported_as_a_lot(qtbot, panel, gear, lot, parts):
    panel.watch.watched._timing = QUICK
    panel.choose_product("gear")
    panel.tabs.setCurrentWidget(panel.watch)
    panel.watch.watch(lot)
    qtbot.waitUntil(lambda: panel.watch.standing.text().startswith("Watching"), timeout=5_000)
    assert not panel.watch.report_button.isVisible()

    for number, name in enumerate(("other", "spot"), start=1):
        shutil.copyfile(parts / f"{name}.png", lot / f"new-{name}.png")
        qtbot.waitUntil(lambda number=number: panel.watch.table.count == number, timeout=10_000)
    panel.watch.stop_button.click()

    with qtbot.waitSignal(panel.report_requested) as reported:
        panel.watch.report_button.click()
    assert reported.args == [[1, 2]]
    panel.watch.watch(lot)
    qtbot.waitUntil(lambda: not panel.watch.report_button.isVisible(), timeout=5_000)

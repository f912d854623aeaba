"""The line of progress says what is done and how long it takes, stops it, and survives its widget being gone."""

from time import sleep

from PySide6.QtWidgets import QWidget

from gui.work_progress import WorkProgress


def count(station, control):
    for step in range(1, 101):
        control.progress(step / 100, "Counting")
        sleep(0.005)


def test_it_is_shown_while_the_work_lasts(qtbot, operations):
    progress = WorkProgress()
    qtbot.addWidget(progress)
    progress.follow(operations.run("Working", count))
    assert progress.isVisible()
    assert progress.words.text() == "Working"
    qtbot.waitUntil(lambda: progress.words.text().startswith("Counting"))
    qtbot.waitUntil(lambda: not progress.isVisible())


def test_stopping_ends_the_work_at_once(qtbot, operations):
    progress = WorkProgress()
    qtbot.addWidget(progress)
    operation = operations.run("Working", count)
    progress.follow(operation)
    with qtbot.waitSignal(operation.cancelled, timeout=1000):
        progress.stop_button.click()
        assert progress.words.text() == "Stopping…"
    qtbot.waitUntil(lambda: not progress.isVisible())


def test_only_the_newest_work_is_followed(qtbot, operations):
    progress = WorkProgress()
    qtbot.addWidget(progress)
    progress.follow(operations.run("First", lambda station, control: None))
    progress.follow(operations.run("Second", count))
    qtbot.waitUntil(lambda: progress.words.text().startswith("Counting"))
    assert progress.isVisible()


def test_work_may_outlive_the_widget_that_showed_it(qtbot, operations):
    window = QWidget()
    progress = WorkProgress(window)
    operation = operations.run("Working", count)
    progress.follow(operation)
    with qtbot.waitSignal(operation.finished):
        window.deleteLater()


def test_time_left_is_said_when_it_is_worth_it(qtbot, operations):
    from gui.work_progress import describe_progress

    class Slow:
        title, seconds_left = "Learning gear", 42.0

    assert describe_progress(Slow, "") == "Learning gear, about 42 seconds left"
    Slow.seconds_left = 600.0
    assert describe_progress(Slow, "Reading") == "Reading, about 10 minutes left"
    Slow.seconds_left = 1.0
    assert describe_progress(Slow, "") == "Learning gear"

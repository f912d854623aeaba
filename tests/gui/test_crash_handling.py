"""Faults of ours: caught wherever they happen, kept in a file, shown once, nothing sent."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication

from gui.crash_dialog import CrashDialog
from gui.crash_handling import CrashWatcher, guard
from gui.operations import Operations
from station.crash_reports import CrashReport


@pytest.fixture
def watcher(qapp, home: Path) -> Iterator[CrashWatcher]:
    watcher = CrashWatcher(home)
    watcher.install()
    yield watcher
    watcher.uninstall()


def break_down() -> None:
    raise ZeroDivisionError("the part divided by nothing")


def raise_here() -> None:
    try:
        break_down()
    except ZeroDivisionError:
        sys.excepthook(*sys.exc_info())


def test_an_error_in_the_window_is_kept_and_told(qtbot, watcher: CrashWatcher, home: Path):
    with qtbot.waitSignal(watcher.crashed) as caught:
        raise_here()
    report = caught.args[0]
    assert report.sentence == "the part divided by nothing"
    assert "break_down" in report.details
    assert report.path.is_relative_to(home)
    assert "ZeroDivisionError" in report.path.read_text(encoding="utf-8")


def test_an_error_in_a_thread_is_told_in_the_windows_thread(qtbot, watcher: CrashWatcher):
    seen: list[str] = []
    watcher.crashed.connect(lambda _: seen.append(threading.current_thread().name))
    threading.Thread(target=break_down).start()
    qtbot.waitUntil(lambda: bool(seen))
    assert seen == [threading.main_thread().name]


def test_what_qt_complains_about_is_logged(watcher: CrashWatcher, caplog):
    from PySide6.QtCore import qWarning

    with caplog.at_level(logging.WARNING, logger="qt"):
        qWarning("a widget is too wide")
    assert "a widget is too wide" in caplog.text


def test_a_fault_of_an_operation_reaches_the_dialog_even_when_somebody_speaks_for_it(
    qtbot, operations: Operations, watcher: CrashWatcher
):
    operations.faulted.connect(lambda failure: watcher.report(failure.sentence, failure.report))
    heard: list[object] = []
    with qtbot.waitSignal(watcher.crashed) as caught:
        operations.run("break", lambda station, control: break_down(), on_failure=heard.append)
    assert "ZeroDivisionError" in caught.args[0].details
    assert len(heard) == 1


def test_crashes_while_one_is_shown_are_not_shown_as_well(qtbot, watcher: CrashWatcher):
    shown: list[str] = []

    def show(report: CrashReport) -> None:
        shown.append(report.sentence)
        watcher.report("another", "details")
        qtbot.wait(20)

    guard(watcher, show)
    watcher.report("the first", "details")
    qtbot.waitUntil(lambda: bool(shown))
    assert shown == ["the first"]


def test_the_dialog_copies_the_details_and_saves_a_bundle(qtbot, home: Path, tmp_path: Path):
    home.mkdir()
    dialog = CrashDialog(CrashReport("oh", "Traceback: oh", None), home)
    qtbot.addWidget(dialog)
    dialog.copy_button.click()
    assert "Traceback: oh" in QGuiApplication.clipboard().text()
    dialog.save_bundle(tmp_path / "logs.zip")
    assert (tmp_path / "logs.zip").is_file()
    dialog.save_bundle(tmp_path / "no" / "such" / "folder" / "logs.zip")
    assert dialog.outcome.text()


def test_escape_means_go_on(qtbot, home: Path):
    dialog = CrashDialog(CrashReport("oh", "details", None), home)
    qtbot.addWidget(dialog)
    QTimer.singleShot(0, dialog.reject)
    dialog.exec()
    assert not dialog.close_program

"""Anything wrong that is dropped on the window: one sentence, the last part stays, the next is judged."""

# ruff: noqa: F401, F811 - the fixtures come from `windows`

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl

from gui.main_window import MainWindow
from tests.gui.windows import (
    PATIENCE_MS,
    assert_still_works,
    count_records,
    drop,
    drop_urls,
    held,
    impatient,
    make_window,
    product,
    used_window,
    wait_for_message,
    window,
)


def make_text(folder: Path) -> Path:
    path = folder / "notes.txt"
    path.write_text("Check the left bolt.")
    return path


def make_empty(folder: Path) -> Path:
    path = folder / "empty.png"
    path.touch()
    return path


def make_cut_off(folder: Path) -> Path:
    path = folder / "cut.png"
    path.write_bytes((folder / "good.png").read_bytes()[:300])
    return path


def make_vanished(folder: Path) -> Path:
    return folder / "gone.png"


def make_device(folder: Path) -> Path:
    path = folder / "pipe.png"
    os.mkfifo(path)
    return path


@pytest.mark.parametrize("make", [make_text, make_empty, make_cut_off, make_vanished, make_device])
def test_a_dropped_file_that_is_no_photo_gets_one_sentence(qtbot, used_window: MainWindow, parts: Path, home, make):
    shown = used_window.page.opened
    wrong = make(parts)
    drop(used_window, wrong)
    said = wait_for_message(qtbot, used_window)
    assert wrong.name in said
    assert used_window.page.opened is shown
    assert used_window.page.viewer.isVisible()
    assert_still_works(qtbot, used_window, parts)
    assert count_records(home) == 2


def test_a_dropped_pipe_is_called_what_it_is(qtbot, used_window: MainWindow, parts: Path):
    drop(used_window, make_device(parts))
    assert "is a named pipe, not a photo" in wait_for_message(qtbot, used_window)


def test_a_folder_without_photos_is_said_and_no_batch_begins(
    qtbot, used_window: MainWindow, tmp_path: Path, parts: Path
):
    empty = tmp_path / "nothing in here"
    empty.mkdir()
    drop(used_window, empty)
    assert "nothing in here" in wait_for_message(qtbot, used_window)
    assert not used_window.batch.is_running
    assert_still_works(qtbot, used_window, parts)


def test_an_address_of_the_web_is_said(qtbot, used_window: MainWindow, parts: Path):
    drop_urls(used_window, [QUrl("https://example.com/part.png")])
    assert "Only files of this computer" in wait_for_message(qtbot, used_window)
    assert_still_works(qtbot, used_window, parts)


def test_the_good_photos_among_wrong_ones_are_inspected(qtbot, used_window: MainWindow, parts: Path, home: Path):
    drop(used_window, make_text(parts), parts / "other.png", make_vanished(parts))
    qtbot.waitUntil(lambda: used_window.page.opened.record.file_name == "other.png", timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not used_window.operations.is_busy(), timeout=PATIENCE_MS)
    texts = " ".join(message.text for message in used_window.messages.messages)
    assert "notes.txt" in texts
    assert "gone.png" in texts
    assert count_records(home) == 2


def test_a_photo_that_vanishes_while_it_waits_is_said(qtbot, used_window: MainWindow, parts: Path, held):
    drop(used_window, parts / "good.png", parts / "other.png")
    qtbot.waitUntil(held.begun.is_set, timeout=PATIENCE_MS)
    kept = (parts / "other.png").read_bytes()
    (parts / "other.png").unlink()
    held.go_on.set()
    assert "other.png" in wait_for_message(qtbot, used_window)
    assert used_window.page.opened.record.file_name == "good.png"
    (parts / "other.png").write_bytes(kept)
    assert_still_works(qtbot, used_window, parts)


def test_a_cancelled_photo_leaves_what_was_said_about_the_one_before(qtbot, used_window: MainWindow, parts: Path, held):
    drop(used_window, make_text(parts))
    wait_for_message(qtbot, used_window)
    drop(used_window, parts / "other.png")
    qtbot.waitUntil(held.begun.is_set, timeout=PATIENCE_MS)
    used_window.flow.cancel()
    held.go_on.set()
    qtbot.waitUntil(lambda: not used_window.operations.is_busy(), timeout=PATIENCE_MS)
    assert used_window.page.banner.verdict_text == "No verdict"
    assert used_window.page.opened.record.file_name == "spot.png"
    assert_still_works(qtbot, used_window, parts)

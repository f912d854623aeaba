"""What happens to the home folder while the window is open: said in one sentence, and it goes on afterwards."""

# ruff: noqa: F401, F811 - the fixtures come from `windows`

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gui.main_window import MainWindow
from tests.gui.windows import (
    DATABASE,
    assert_still_works,
    choose,
    count_records,
    drop,
    impatient,
    inspect,
    make_window,
    product,
    say_saved,
    used_window,
    wait_for_message,
    window,
)


def test_a_locked_database_leaves_the_verdict_shown_as_not_saved(
    qtbot, used_window: MainWindow, parts: Path, home: Path
):
    shown = used_window.page.opened
    with closing(sqlite3.connect(home / DATABASE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        drop(used_window, parts / "other.png")
        assert "locked by another program; close that program" in wait_for_message(qtbot, used_window)
        assert not say_saved(used_window)
        assert used_window.page.opened is shown
        other.execute("ROLLBACK")
    assert_still_works(qtbot, used_window, parts)
    assert count_records(home) == 2


def test_a_damaged_database_is_said_at_the_start_and_works_once_it_is_restored(
    qtbot, make_window, product, parts, home
):
    good = (home / DATABASE).read_bytes()
    for left_over in home.glob(f"{DATABASE}-*"):
        left_over.unlink()
    (home / DATABASE).write_bytes(b"no database at all " * 500)
    window = make_window()
    assert "is damaged" in wait_for_message(qtbot, window)
    assert "restore a backup" in window.messages.current.text
    assert window.messages.current.action == window.dialogs.open_diagnostics
    assert not say_saved(window)
    (home / DATABASE).write_bytes(good)
    choose(qtbot, window, product)
    assert_still_works(qtbot, window, parts)


def test_an_unplugged_blob_folder_is_said_and_nothing_is_recorded(qtbot, used_window: MainWindow, parts, home: Path):
    shown = used_window.page.opened
    (home / "blobs").rename(home / "unplugged")
    drop(used_window, parts / "other.png")
    assert "is not there any more; connect its disk" in wait_for_message(qtbot, used_window)
    assert not say_saved(used_window)
    assert used_window.page.opened is shown
    (home / "unplugged").rename(home / "blobs")
    assert count_records(home) == 1
    assert_still_works(qtbot, used_window, parts)


def test_an_unplugged_home_folder_is_said_and_nothing_is_recorded(qtbot, used_window: MainWindow, parts, home: Path):
    home.rename(home.with_name("unplugged"))
    drop(used_window, parts / "other.png")
    assert "is not there any more; connect its disk" in wait_for_message(qtbot, used_window)
    assert not say_saved(used_window)
    assert not (home / DATABASE).exists()
    if home.exists():
        shutil.rmtree(home)
    home.with_name("unplugged").rename(home)
    assert count_records(home) == 1
    assert_still_works(qtbot, used_window, parts)


def test_a_home_folder_that_goes_away_before_the_first_photo_is_not_begun_anew(
    qtbot, window: MainWindow, parts: Path, home: Path
):
    """The engine's thread opens the database with the first photo; an empty one in its place would take the records."""
    home.rename(home.with_name("unplugged"))
    drop(window, parts / "other.png")
    assert "is not there any more; connect its disk" in wait_for_message(qtbot, window)
    assert not say_saved(window)
    assert not (home / DATABASE).exists()
    if home.exists():
        shutil.rmtree(home)
    home.with_name("unplugged").rename(home)
    assert_still_works(qtbot, window, parts)
    assert count_records(home) == 1


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "is full, so nothing was recorded; free some space"),
        (errno.EROFS, "cannot be written or read; check its permissions"),
        (errno.EIO, "check the disk, then try again"),
    ],
)
def test_a_disk_that_takes_no_photo_is_said(
    qtbot, used_window: MainWindow, parts, home: Path, monkeypatch, code, words
):
    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patch:
        patch.setattr("storage.blobs.flush_file", fail)
        drop(used_window, parts / "other.png")
        assert words in wait_for_message(qtbot, used_window)
        assert not say_saved(used_window)
    assert list((home / "blobs" / "incoming").iterdir()) == []
    assert count_records(home) == 1
    assert_still_works(qtbot, used_window, parts)


def test_a_recorded_photo_that_is_missing_costs_only_its_own_view(qtbot, used_window: MainWindow, parts, home: Path):
    shown = used_window.page.opened
    inspect(qtbot, used_window, parts / "other.png")
    photo = shown.record.photo.sha256
    (home / "blobs" / photo[:2] / photo[2:]).unlink()
    used_window.flow.open(shown.record.id)
    assert "bring it back from a backup" in wait_for_message(qtbot, used_window)
    assert used_window.page.opened.record.file_name == "other.png"
    assert_still_works(qtbot, used_window, parts)

"""A watched folder on a real store: what comes is inspected once, what was there never; a share goes and comes back."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gui.messages import Message
from gui.operations import Operations
from gui.watch_folder import WatchedFolder, WatchedPhoto
from inference.images import DEFAULT_PIXEL_LIMIT
from station import folder_events, watching
from station.products import Addition, add_product
from station.station import Station
from station.watching import WatchState, WatchTiming
from storage import database

QUICK = WatchTiming(settle=0.1, patience=0.5, look=0.1, listing=0.2, step=0.05)
PATIENCE_MS = 15_000


@pytest.fixture
def gear(station: Station, parts: Path) -> Station:
    """Return a station that knows the product "gear"."""
    add_product(station, Addition("gear", (parts / "good.png",)))
    return station


@pytest.fixture
def inbox(tmp_path: Path, parts: Path) -> Path:
    """Return the folder to watch, with a photo of yesterday in it."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    shutil.copyfile(parts / "good.png", folder / "yesterday.png")
    return folder


class Heard:
    """What a watch said."""

    def __init__(self, watched: WatchedFolder) -> None:
        self.photos: list[WatchedPhoto] = []
        self.states: list[WatchState] = []
        self.messages: list[Message] = []
        self.settled: list[Message] = []
        watched.photo_done.connect(self.photos.append)
        watched.state_changed.connect(self.states.append)
        watched.message.connect(self.messages.append)
        watched.settled.connect(self.settled.append)

    @property
    def kind(self) -> str:
        return self.states[-1].kind if self.states else ""

    @property
    def names(self) -> list[str]:
        return [photo.path.name for photo in self.photos]


@pytest.fixture
def watched(operations: Operations) -> Iterator[WatchedFolder]:
    watched = WatchedFolder(operations, timing=QUICK)
    yield watched
    watched.stop()


@pytest.fixture
def heard(watched: WatchedFolder) -> Heard:
    return Heard(watched)


@pytest.fixture
def watch(qtbot, watched: WatchedFolder, heard: Heard, gear: Station) -> Callable[[Path], None]:
    """Return a function that begins a watch and waits until it looks."""

    def begin(folder: Path) -> None:
        watched.start(folder, "gear", DEFAULT_PIXEL_LIMIT)
        qtbot.waitUntil(lambda: heard.kind == "watching", timeout=PATIENCE_MS)

    return begin


def list_recorded(station: Station) -> list[str]:
    return sorted(row.file_name for row in station.store.list_inspections())


def test_what_is_there_is_left_alone_and_what_comes_is_inspected_once(qtbot, watch, heard, gear, inbox, parts):
    watch(inbox)
    assert heard.states[-1].ignored == 1

    for name in ("other", "spot"):
        shutil.copyfile(parts / f"{name}.png", inbox / f"{name}.png")
    qtbot.waitUntil(lambda: len(heard.photos) == 2, timeout=PATIENCE_MS)
    qtbot.wait(400)
    assert sorted(heard.names) == ["other.png", "spot.png"]
    assert list_recorded(gear) == ["other.png", "spot.png"]
    verdicts = {photo.path.name: photo.result.verdict for photo in heard.photos}
    assert verdicts == {"other.png": "accept", "spot.png": "reject"}


def test_a_photo_that_is_still_being_written_is_waited_for(qtbot, watch, heard, inbox, parts):
    watch(inbox)
    content = (parts / "spot.png").read_bytes()
    with (inbox / "spot.png").open("wb") as file:
        file.write(content[:1000])
        file.flush()
        qtbot.wait(300)
        assert heard.photos == []
        file.write(content[1000:])
    qtbot.waitUntil(lambda: len(heard.photos) == 1, timeout=PATIENCE_MS)
    assert heard.photos[0].result.verdict == "reject"


def test_a_file_that_never_becomes_a_photo_is_recorded_as_a_failure(qtbot, watch, heard, gear, inbox):
    watch(inbox)
    (inbox / "broken.png").write_text("no photo")
    qtbot.waitUntil(lambda: len(heard.photos) == 1, timeout=PATIENCE_MS)
    assert "not a photo" in heard.photos[0].result.failure
    assert [failure.file_name for failure in gear.store.list_failures()] == ["broken.png"]


@pytest.fixture
def as_on_a_share(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the folder be listed again and again, as a network share must be: it sends no events."""
    monkeypatch.setattr(folder_events, "POLLING_SECONDS", 0.1)
    monkeypatch.setattr(watching, "is_on_network", lambda folder: folder.exists())


@pytest.mark.usefixtures("as_on_a_share")
def test_a_share_that_goes_away_is_said_and_what_came_meanwhile_is_inspected_when_it_is_back(
    qtbot, watch, heard, gear, inbox, parts, tmp_path
):
    watch(inbox)
    assert heard.states[-1].polling
    away = inbox.rename(tmp_path / "unplugged")
    qtbot.waitUntil(lambda: heard.kind == "away", timeout=PATIENCE_MS)
    assert heard.states[-1].reason

    shutil.copyfile(parts / "spot.png", away / "meanwhile.png")
    away.rename(inbox)
    qtbot.waitUntil(lambda: heard.kind == "watching" and len(heard.photos) == 1, timeout=PATIENCE_MS)
    shutil.copyfile(parts / "other.png", inbox / "afterwards.png")
    qtbot.waitUntil(lambda: len(heard.photos) == 2, timeout=PATIENCE_MS)
    assert list_recorded(gear) == ["afterwards.png", "meanwhile.png"]


def test_a_folder_that_is_not_there_yet_is_waited_for(qtbot, watched, heard, gear, parts, tmp_path):
    inbox = tmp_path / "mounted later"
    watched.start(inbox, "gear", DEFAULT_PIXEL_LIMIT)
    qtbot.waitUntil(lambda: heard.kind == "away", timeout=PATIENCE_MS)
    inbox.mkdir()
    qtbot.waitUntil(lambda: heard.kind == "watching", timeout=PATIENCE_MS)
    shutil.copyfile(parts / "spot.png", inbox / "spot.png")
    qtbot.waitUntil(lambda: len(heard.photos) == 1, timeout=PATIENCE_MS)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a locked database up after a moment instead of half a minute."""
    monkeypatch.setattr(database, "LOCK_PATIENCE", 0.1)
    monkeypatch.setitem(database._SETTINGS, "busy_timeout", (50, (50,)))


@pytest.mark.usefixtures("impatient")
def test_a_photo_that_cannot_be_recorded_waits_and_is_recorded_later(qtbot, home, watch, watched, heard, inbox, parts):
    watched._retry.setInterval(100)
    watch(inbox)
    with closing(sqlite3.connect(home / "audit.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        shutil.copyfile(parts / "spot.png", inbox / "spot.png")
        qtbot.waitUntil(lambda: bool(heard.messages), timeout=PATIENCE_MS)
        assert "tries again" in heard.messages[0].text
        assert (watched.waiting, heard.photos) == (1, [])
        other.execute("ROLLBACK")
    qtbot.waitUntil(lambda: len(heard.photos) == 1, timeout=PATIENCE_MS)
    assert heard.settled == heard.messages
    assert len(heard.messages) == 1
    assert watched.waiting == 0
    assert heard.photos[0].result.inspection_id == 1


@pytest.mark.usefixtures("impatient")
def test_a_watch_that_is_stopped_says_which_photos_were_left(qtbot, home, watch, watched, heard, inbox, parts):
    watched._retry.setInterval(60_000)
    watch(inbox)
    with closing(sqlite3.connect(home / "audit.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        shutil.copyfile(parts / "spot.png", inbox / "spot.png")
        qtbot.waitUntil(lambda: watched.waiting == 1, timeout=PATIENCE_MS)
        watched.stop()
        other.execute("ROLLBACK")
    assert "spot.png" in heard.messages[-1].text
    assert heard.kind == "stopped"
    assert not watched.is_on

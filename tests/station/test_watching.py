"""A watched folder hands out each new photo once, complete, whatever writes it and whatever the share does."""

import os
import shutil
import time
from pathlib import Path
from threading import Event

import pytest

from station import folder_events, watching
from station.file_memory import FileMemory, Stamp
from station.folder_events import FolderEvents, is_on_network
from station.watching import FolderWatcher, WatchTiming

QUICK = WatchTiming(settle=0.15, patience=0.8, look=0.1, listing=0.5, step=0.03)


class Listener:
    """Remembers what a watch said."""

    def __init__(self):
        self.photos = []
        self.states = []

    def wait_for(self, condition, seconds=8.0):
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, (self.photos, self.states)
            time.sleep(0.02)

    def names(self):
        return [path.name for path in self.photos]

    def kinds(self):
        return [state.kind for state in self.states]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


@pytest.fixture(params=["events", "listing"])
def watch(request, folder, monkeypatch):
    """A function that begins a watch, once with the events of the system, once as on a network share."""
    monkeypatch.setattr(folder_events, "POLLING_SECONDS", 0.1)
    monkeypatch.setattr(watching, "is_on_network", lambda _folder: request.param == "listing")
    begun = []

    def begin(timing=QUICK, wait=True):
        listener = Listener()
        watcher = FolderWatcher(folder, listener.photos.append, listener.states.append, timing=timing)
        begun.append(watcher)
        watcher.start()
        if wait:
            listener.wait_for(lambda: "watching" in listener.kinds())
        return listener

    yield begin
    for watcher in begun:
        watcher.stop()


def put(parts, target, extra=b""):
    """Write a photo at once; bytes after the end of a PNG make it another file."""
    target.write_bytes((parts / "good.png").read_bytes() + extra)


def test_what_is_already_there_is_ignored_and_what_comes_is_handed_out(watch, folder, parts):
    put(parts, folder / "old.png")
    listener = watch()
    put(parts, folder / "new.png", b"1")
    listener.wait_for(lambda: listener.photos)
    time.sleep(0.7)

    assert listener.photos == [folder / "new.png"]
    assert listener.states[-1].ignored == 1


def test_a_file_is_waited_for_until_it_is_complete(watch, folder, parts):
    listener = watch()
    data = (parts / "good.png").read_bytes()
    step = len(data) // 6
    with (folder / "slow.png").open("wb") as file:
        for start in range(0, len(data), step):
            assert listener.photos == []
            file.write(data[start : start + step])
            file.flush()
            time.sleep(0.1)
    listener.wait_for(lambda: listener.photos)

    assert listener.names() == ["slow.png"]


def test_a_pause_in_the_middle_of_a_file_does_not_fool_the_watch(watch, folder, parts):
    listener = watch()
    data = (parts / "good.png").read_bytes()
    (folder / "halves.png").write_bytes(data[: len(data) // 2])
    time.sleep(0.5)
    assert listener.photos == []
    (folder / "halves.png").write_bytes(data)
    listener.wait_for(lambda: listener.photos)

    assert listener.names() == ["halves.png"]


def test_a_file_that_never_becomes_a_photo_is_handed_out_once_after_a_while(watch, folder):
    listener = watch()
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    (folder / "empty.png").touch()
    listener.wait_for(lambda: len(listener.photos) == 2)
    time.sleep(0.7)

    assert sorted(listener.names()) == ["broken.png", "empty.png"]


def test_a_photo_is_handed_out_once_however_it_is_renamed_or_touched(watch, folder, parts):
    listener = watch()
    put(parts, folder / "a.png", b"1")
    listener.wait_for(lambda: listener.photos)
    (folder / "a.png").rename(folder / "b.png")
    time.sleep(0.6)
    os.utime(folder / "b.png")
    time.sleep(0.6)
    (folder / "b.png").rename(folder / "c.png")
    time.sleep(0.6)

    assert listener.names() == ["a.png"]


def test_a_photo_written_under_another_name_first_is_handed_out_by_its_last(watch, folder, parts):
    listener = watch()
    put(parts, folder / "part.tmp", b"1")
    time.sleep(0.3)
    (folder / "part.tmp").rename(folder / "part.png")
    listener.wait_for(lambda: listener.photos)

    assert listener.names() == ["part.png"]


def test_an_old_photo_that_is_renamed_is_not_new_and_one_written_over_is(watch, folder, parts):
    put(parts, folder / "old.png")
    put(parts, folder / "current.png", b"1")
    listener = watch()
    (folder / "old.png").rename(folder / "older.png")
    put(parts, folder / "current.png", b"22")
    listener.wait_for(lambda: listener.photos)
    time.sleep(0.7)

    assert listener.names() == ["current.png"]


def test_a_copy_is_a_photo_of_its_own(watch, folder, parts):
    listener = watch()
    put(parts, folder / "a.png", b"1")
    listener.wait_for(lambda: listener.photos)
    shutil.copyfile(folder / "a.png", folder / "b.png")
    listener.wait_for(lambda: len(listener.photos) == 2)


def test_many_photos_at_once_are_all_handed_out_once(watch, folder, parts):
    listener = watch()
    for number in range(30):
        put(parts, folder / f"part{number}.png", str(number).encode())
    listener.wait_for(lambda: len(listener.photos) == 30)
    time.sleep(0.5)

    assert sorted(listener.names()) == sorted(f"part{number}.png" for number in range(30))


def test_other_files_hidden_ones_and_our_own_pictures_are_left_alone(watch, folder, parts):
    listener = watch()
    for name in (".hidden.png", "part.mask.png", "notes.txt"):
        put(parts, folder / name)
    put(parts, folder / "part.png")
    (folder / "later.png").mkdir()
    listener.wait_for(lambda: listener.photos)
    time.sleep(0.5)

    assert listener.names() == ["part.png"]


def test_a_folder_that_goes_away_and_comes_back_is_told_and_hands_out_what_came_meanwhile(watch, folder, parts):
    put(parts, folder / "old.png")
    listener = watch()
    folder.rename(folder.parent / "away")
    listener.wait_for(lambda: listener.states[-1].kind == "away")
    put(parts, folder.parent / "away" / "meanwhile.png", b"1")
    (folder.parent / "away").rename(folder)
    listener.wait_for(lambda: listener.photos)
    put(parts, folder / "after.png", b"2")
    listener.wait_for(lambda: len(listener.photos) == 2)

    assert listener.names() == ["meanwhile.png", "after.png"]
    assert listener.kinds() == ["starting", "watching", "away", "watching"]


def test_a_folder_mounted_again_with_other_file_numbers_hands_out_nothing_twice(watch, folder, parts):
    put(parts, folder / "old.png")
    listener = watch()
    put(parts, folder / "new.png", b"1")
    listener.wait_for(lambda: listener.photos)
    shutil.copytree(folder, folder.parent / "copy")
    shutil.rmtree(folder)
    listener.wait_for(lambda: listener.states[-1].kind == "away")
    shutil.move(folder.parent / "copy", folder)
    listener.wait_for(lambda: listener.states[-1].kind == "watching")
    time.sleep(0.7)

    assert listener.names() == ["new.png"]


def test_a_folder_replaced_between_two_looks_is_still_heard(watch, folder, parts):
    listener = watch()
    folder.rename(folder.parent / "gone")
    folder.mkdir()
    time.sleep(0.3)
    put(parts, folder / "new.png")
    listener.wait_for(lambda: listener.photos)


def test_a_folder_that_is_not_there_yet_is_waited_for(watch, folder, parts):
    folder.rmdir()
    listener = watch(wait=False)
    listener.wait_for(lambda: listener.kinds() == ["starting", "away"])
    folder.mkdir()
    listener.wait_for(lambda: listener.states[-1].kind == "watching")
    put(parts, folder / "new.png")
    listener.wait_for(lambda: listener.photos)


def test_a_network_share_that_leaves_an_empty_folder_behind_is_away(folder, parts, monkeypatch):
    connected = Event()
    connected.set()
    monkeypatch.setattr(watching, "is_on_network", lambda _folder: connected.is_set())
    listener = Listener()
    watcher = FolderWatcher(folder, listener.photos.append, listener.states.append, timing=QUICK)
    watcher.start()
    listener.wait_for(lambda: listener.kinds() == ["starting", "watching"])
    assert listener.states[-1].polling
    connected.clear()
    listener.wait_for(lambda: listener.states[-1].kind == "away")
    connected.set()
    listener.wait_for(lambda: listener.states[-1].kind == "watching")
    watcher.stop()

    assert listener.states[-1].kind == "stopped"


def test_stopping_is_quick_and_nothing_is_handed_out_afterwards(folder, parts):
    listener = Listener()
    watcher = FolderWatcher(folder, listener.photos.append, listener.states.append, timing=QUICK)
    watcher.start()
    listener.wait_for(lambda: "watching" in listener.kinds())
    started = time.monotonic()
    watcher.stop()
    assert time.monotonic() - started < 1.0
    put(parts, folder / "late.png")
    time.sleep(0.5)

    assert listener.photos == []


def test_a_listener_that_breaks_ends_the_watch_with_a_word(folder, parts):
    listener = Listener()

    def break_down(_path):
        raise ZeroDivisionError("oh")

    watcher = FolderWatcher(folder, break_down, listener.states.append, timing=QUICK)
    watcher.start()
    listener.wait_for(lambda: "watching" in listener.kinds())
    put(parts, folder / "new.png")
    listener.wait_for(lambda: listener.states[-1].kind == "failed")

    assert "ZeroDivisionError" in listener.states[-1].reason
    watcher.stop()


def test_where_the_kernel_has_no_watches_left_the_folder_is_listed(folder, monkeypatch):
    class Exhausted(folder_events.Observer):
        def start(self):
            raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr(folder_events, "Observer", Exhausted)
    events = FolderEvents(folder, print, polling=False)

    assert events.polling
    assert events.is_alive
    events.close()


def test_network_shares_are_told_by_their_file_system(tmp_path, monkeypatch):
    mounts = tmp_path / "mounts"
    mounts.write_text("/dev/sda1 / ext4 rw 0 0\n//srv/in /mnt/line\\0401 cifs rw 0 0\nsrv:/x /mnt/x nfs4 rw 0 0\n")
    monkeypatch.setattr(folder_events, "_MOUNTS", mounts)

    assert is_on_network(Path("/mnt/line 1/inbox"))
    assert is_on_network(Path("/mnt/x"))
    assert not is_on_network(Path("/mnt/xy"))
    monkeypatch.setattr(folder_events, "_MOUNTS", tmp_path / "none")
    assert not is_on_network(Path("/mnt/x"))


def test_files_that_left_are_forgotten_unless_the_folder_is_empty():
    memory = FileMemory()
    for number in (1, 2):
        memory.remember(Path(f"/in/{number}.png"), Stamp(10, number, number))

    memory.forget_others([])
    assert len(memory) == 2
    memory.forget_others(["2.png"])

    assert len(memory) == 1
    assert not memory.knows(Path("/in/1.png"), Stamp(10, 1, 1))
    assert memory.knows(Path("/in/renamed.png"), Stamp(10, 2, 2))

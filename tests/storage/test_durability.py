"""Bytes and names are on the disk itself before anybody relies on them (D24); a Mac's drive is test_blobs' affair."""

import os

import pytest

from storage.durability import flush_file, flush_folder, flush_path


@pytest.fixture
def asked(monkeypatch):
    """What the system was asked to do to which file; it really does it."""
    calls = []
    sync = os.fsync

    def note(descriptor):
        calls.append(os.fstat(descriptor).st_ino)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    return calls


def test_a_file_is_flushed_with_what_python_still_held_back(tmp_path, asked):
    path = tmp_path / "map.tiff"
    with path.open("wb") as file:
        file.write(b"a map")
        assert path.read_bytes() == b""
        flush_file(file)
        assert path.read_bytes() == b"a map"
    assert asked == [path.stat().st_ino]


def test_a_file_that_another_library_wrote_is_flushed_by_its_path(tmp_path, asked):
    path = tmp_path / "audit.sqlite"
    path.write_bytes(b"a database")
    flush_path(path)
    assert asked == [path.stat().st_ino]


def test_a_folder_is_flushed_after_a_name_in_it_changed(tmp_path, asked):
    flush_folder(tmp_path)
    assert asked == [tmp_path.stat().st_ino]


def test_a_folder_that_cannot_be_flushed_is_closed_again(tmp_path, monkeypatch):
    opened = []

    def fail(descriptor):
        opened.append(descriptor)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="Input/output"):
        flush_folder(tmp_path)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(opened[0])


def test_windows_is_not_asked_to_open_a_folder(tmp_path):
    """Elsewhere a folder that is not there is an error; Windows refuses to open any."""
    flush_folder(tmp_path / "nothing", "nt")
    with pytest.raises(FileNotFoundError):
        flush_folder(tmp_path / "nothing", "posix")

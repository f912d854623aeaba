"""The blob folder: byte for byte, once, durable before it counts, checked when read."""

import errno
import fcntl
import hashlib
import os
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import durability
from storage.blobs import LEFT_OVER_AGE, BlobFolder
from storage.errors import DamagedBlob, DiskFull, InvalidRecord, MissingBlob, ReadOnly, StorageFailed
from storage.records import BlobRef


@pytest.fixture
def blobs(tmp_path):
    folder = BlobFolder(tmp_path / "blobs")
    folder.create()
    return folder


def list_files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


@given(st.binary(max_size=5000))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_bytes_come_back_as_they_went_in(blobs, data):
    blob = blobs.put(data)
    assert blobs.read(blob.sha256) == data
    assert blob == BlobRef(hashlib.sha256(data).hexdigest(), len(data))


def test_a_blob_lies_under_its_own_hash(blobs):
    sha256 = hashlib.sha256(b"part").hexdigest()
    blobs.put(b"part")
    assert (blobs.folder / sha256[:2] / sha256[2:]).read_bytes() == b"part"


def test_the_same_bytes_are_kept_once(blobs):
    assert blobs.put(b"part") == blobs.put(b"part")
    assert len(list_files(blobs.folder)) == 1


def test_a_file_is_copied_byte_for_byte(blobs, tmp_path):
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(os.urandom(3_000_000))
    assert blobs.read(blobs.put_file(photo).sha256) == photo.read_bytes()


def test_a_missing_photo_is_named(blobs, tmp_path):
    with pytest.raises(StorageFailed, match=r"nowhere\.png does not exist"):
        blobs.put_file(tmp_path / "nowhere.png")


def test_bytes_and_names_reach_the_disk_in_order(blobs, monkeypatch):
    steps = []
    rename = Path.replace
    monkeypatch.setattr("storage.blobs.flush_file", lambda file: steps.append("flush file"))
    monkeypatch.setattr("storage.blobs.flush_folder", lambda folder: steps.append(f"flush {folder.name}"))
    monkeypatch.setattr(Path, "replace", lambda self, to: steps.append("rename") or rename(self, to))
    sha256 = blobs.put(b"part").sha256
    assert steps == ["flush file", "flush blobs", "rename", f"flush {sha256[:2]}"]


def test_reading_notices_a_changed_byte(blobs):
    blob = blobs.put(b"part")
    blobs.path(blob.sha256).write_bytes(b"Part")
    with pytest.raises(DamagedBlob, match="was altered"):
        blobs.read(blob.sha256)


def test_reading_names_a_missing_file(blobs):
    with pytest.raises(MissingBlob, match="backup"):
        blobs.read("ab" * 32)


def test_altered_bytes_are_healed_when_the_original_comes_again(blobs):
    blob = blobs.put(b"part")
    blobs.path(blob.sha256).write_bytes(b"")
    blobs.put(b"part")
    assert blobs.read(blob.sha256) == b"part"


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "AB" * 32, "g" * 64, "ab" * 33])
def test_only_a_hash_can_be_asked_for(blobs, name):
    with pytest.raises(InvalidRecord, match="hexadecimal"):
        blobs.read(name)


@pytest.mark.parametrize(
    ("code", "error"),
    [(errno.ENOSPC, DiskFull), (errno.EDQUOT, DiskFull), (errno.EROFS, ReadOnly), (errno.EIO, StorageFailed)],
)
@pytest.mark.parametrize("call", ["storage.blobs.flush_file", "storage.blobs.flush_folder", "pathlib.Path.replace"])
def test_a_failing_disk_leaves_nothing_half_written(blobs, monkeypatch, code, error, call):
    def fail(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(call, fail)
    with pytest.raises(error):
        blobs.put(b"part")
    monkeypatch.undo()
    assert all(path.read_bytes() == b"part" for path in list_files(blobs.folder))
    assert not list_files(blobs.folder / "incoming")
    assert blobs.read(blobs.put(b"part").sha256) == b"part"


def test_old_left_overs_of_a_crash_are_cleared_and_young_ones_left_to_their_writer(blobs):
    old, young = blobs.folder / "incoming" / "1-old", blobs.folder / "incoming" / "2-young"
    old.write_bytes(b"half a pho")
    young.write_bytes(b"half a pho")
    long_ago = time.time() - LEFT_OVER_AGE - 1
    os.utime(old, (long_ago, long_ago))
    blobs.create()
    assert list_files(blobs.folder) == [young]


def test_listing_finds_every_blob_and_no_left_over(blobs):
    hashes = {blobs.put(bytes([number])).sha256 for number in range(40)}
    (blobs.folder / "incoming" / "1-x").write_bytes(b"half")
    assert list(blobs.list_hashes()) == sorted(hashes)


def test_a_mac_is_told_to_flush_its_drive_too(tmp_path, monkeypatch):
    calls = []
    monkeypatch.setattr(durability.sys, "platform", "darwin")
    monkeypatch.setattr(fcntl, "F_FULLFSYNC", 51, raising=False)
    monkeypatch.setattr(fcntl, "fcntl", lambda descriptor, command: calls.append(command))
    durability.flush_folder(tmp_path)
    assert calls == [51]


def test_flushing_a_folder_and_a_file_reaches_the_system(tmp_path, monkeypatch):
    flushed = []
    monkeypatch.setattr(durability.os, "fsync", flushed.append)
    (tmp_path / "file").write_bytes(b"x")
    durability.flush_folder(tmp_path)
    durability.flush_path(tmp_path / "file")
    assert len(flushed) == 2


def test_a_folder_that_was_taken_away_is_said_and_none_is_made_in_its_place(store, home):
    (home / "blobs").rename(home / "unplugged")
    with pytest.raises(StorageFailed, match="blobs is not there any more; connect its disk"):
        store.put_blob(b"photo")
    assert not (home / "blobs").exists()

"""Backup and restore: verified copies, made while others write, never over something that is there."""

import shutil
import threading

import pytest

from storage.errors import BackupFailed, DiskFull, KnownError, MissingBlob
from storage.store import Store


def restore(source, new_home, ada):
    return Store.restore(source, new_home, ada, application_version="0.1.0")


def test_a_restored_backup_holds_everything(filled, tmp_path, ada):
    before = filled.verify()
    made = filled.backup(tmp_path / "backup", ada)
    restore(tmp_path / "backup", tmp_path / "new", ada)
    with Store.open(tmp_path / "new", application_version="0.1.0") as copy:
        assert copy.get_inspection(1) == filled.get_inspection(1)
        assert copy.read_blob(copy.get_inspection(1).photo) == b"photo part.png"
        assert copy.verify().ok
    assert (made.head_hash, made.events, made.blobs) == (before.head_hash, before.head_seq, before.checked["blobs"])


def test_backup_and_restore_are_events(filled, tmp_path, ada):
    made = filled.backup(tmp_path / "backup", ada)
    assert filled.list_events(limit=1)[0].payload["head_hash"] == made.head_hash
    restore(tmp_path / "backup", tmp_path / "new", ada)
    with Store.open(tmp_path / "new", application_version="0.1.0") as copy:
        assert copy.list_events(limit=1)[0].action == "backup.restored"


def test_a_backup_made_while_others_write_is_a_whole_beginning_of_the_chain(store, make_inspection, tmp_path, ada):
    stop = threading.Event()

    def write():
        while not stop.is_set():
            store.record_inspection(make_inspection(store), ada)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = store.backup(tmp_path / "backup", ada)
    finally:
        stop.set()
        writer.join()
    assert made.events <= store.verify().head_seq
    restore(tmp_path / "backup", tmp_path / "new", ada)


def test_a_blob_that_nothing_cites_stays_behind(filled, tmp_path, ada):
    blob = filled.put_blob(b"left over")
    filled.backup(tmp_path / "backup", ada)
    assert not (tmp_path / "backup" / "blobs" / blob.sha256[:2] / blob.sha256[2:]).exists()


def test_nothing_is_copied_over_what_is_there(filled, tmp_path, ada):
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "thesis.txt").write_text("mine")
    with pytest.raises(BackupFailed, match="not empty; name a new folder"):
        filled.backup(tmp_path / "backup", ada)
    assert [path.name for path in (tmp_path / "backup").iterdir()] == ["thesis.txt"]


def test_an_empty_folder_may_be_filled(filled, tmp_path, ada):
    (tmp_path / "backup").mkdir()
    assert filled.backup(tmp_path / "backup", ada).events


def test_a_backup_that_cannot_be_finished_leaves_nothing(filled, tmp_path, ada, monkeypatch):
    monkeypatch.setattr("storage.backup.flush_path", fail_full)
    with pytest.raises(DiskFull):
        filled.backup(tmp_path / "out" / "backup", ada)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_damaged_home_is_not_backed_up_as_if_it_were_good(filled, tmp_path, ada):
    shutil.rmtree(filled.home / "blobs")
    with pytest.raises(MissingBlob):
        filled.backup(tmp_path / "backup", ada)
    assert not (tmp_path / "backup").exists()


def test_an_altered_backup_is_not_restored(filled, tmp_path, ada, run_sql):
    filled.backup(tmp_path / "backup", ada)
    run_sql(tmp_path / "backup", "DROP TRIGGER inspections_no_update", "UPDATE inspections SET score = 1.0")
    with pytest.raises(BackupFailed, match="does not verify: inspection 1, column score"):
        restore(tmp_path / "backup", tmp_path / "new", ada)
    assert not (tmp_path / "new").exists()


def test_a_backup_with_an_altered_photo_is_not_restored(filled, tmp_path, ada):
    filled.backup(tmp_path / "backup", ada)
    sha256 = filled.get_inspection(1).photo.sha256
    (tmp_path / "backup" / "blobs" / sha256[:2] / sha256[2:]).write_bytes(b"photo Part.png")
    with pytest.raises(KnownError, match=f"blob {sha256[:12]} of inspection 1"):
        restore(tmp_path / "backup", tmp_path / "new", ada)


def test_a_folder_without_a_backup_is_refused(tmp_path, ada):
    with pytest.raises(BackupFailed, match=r"holds no audit\.sqlite"):
        restore(tmp_path, tmp_path / "new", ada)


def test_a_home_folder_in_use_is_not_taken_for_a_backup(filled, tmp_path, ada):
    filled.list_events()
    with pytest.raises(BackupFailed, match="in use, not a backup"):
        restore(filled.home, tmp_path / "new", ada)


def test_a_home_is_not_restored_onto_another(filled, store, tmp_path, ada):
    filled.backup(tmp_path / "backup", ada)
    with pytest.raises(BackupFailed, match="not empty"):
        restore(tmp_path / "backup", store.home, ada)


def fail_full(_):
    raise OSError(28, "No space left on device")

"""What the world can do to a home folder: every fault is one sentence, and nothing is half-written."""

import errno
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from storage import database
from storage.errors import (
    ChangedDatabase,
    DamagedBlob,
    DamagedDatabase,
    DiskFull,
    KnownError,
    NewerDatabase,
    ReadOnly,
    StorageFailed,
)
from storage.faults import explain_faults
from storage.records import NewQuery
from storage.store import Store


class FailingConnection(sqlite3.Connection):
    """A connection whose disk fails at commit, as SQLite reports it."""

    code = sqlite3.SQLITE_FULL

    def commit(self):
        error = sqlite3.OperationalError("the disk says no")
        error.sqlite_errorcode = self.code
        raise error


def open_store(home):
    return Store.open(home, application_version="0.1.0")


def raise_os_error(code):
    def fail(*_, **__):
        raise OSError(code, os.strerror(code), "/home/of/station")

    return fail


def record_many(store, inspection, actor):
    for _ in range(1000):
        store.record_inspection(inspection, actor)


@pytest.fixture
def overwrite(home):
    """A function that overwrites bytes of the closed database file."""

    def write(position, data):
        with (home / "audit.sqlite").open("r+b") as file:
            file.seek(position)
            file.write(data)

    return write


def limit_size(store, extra_pages):
    """Leave the database room for this many more pages, as a full disk would."""

    def limit(connection, _):
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + extra_pages}")

    store._engine.dispose()
    event.listen(store._engine, "connect", limit)
    return limit


def test_a_full_database_is_one_sentence_and_keeps_what_was_there(store, make_inspection, ada):
    limit = limit_size(store, 3)
    inspection = make_inspection(store)
    with pytest.raises(DiskFull, match="is full, so nothing was recorded; free some space"):
        record_many(store, inspection, ada)
    kept = len(store.list_inspections(limit=1000))
    event.remove(store._engine, "connect", limit)
    store._engine.dispose()
    assert store.record_inspection(make_inspection(store), ada).id == kept + 1
    assert store.verify().ok


@pytest.mark.parametrize(
    ("code", "error"),
    [(sqlite3.SQLITE_FULL, DiskFull), (sqlite3.SQLITE_IOERR, StorageFailed), (sqlite3.SQLITE_READONLY, ReadOnly)],
)
def test_a_disk_that_fails_at_commit_leaves_no_half_record(store, make_inspection, ada, monkeypatch, code, error):
    inspection = make_inspection(store)
    store._engine.dispose()
    monkeypatch.setattr(FailingConnection, "code", code)
    use_factory = lambda *arguments: arguments[3].update(factory=FailingConnection)  # noqa: E731
    event.listen(store._engine, "do_connect", use_factory)
    with pytest.raises(error):
        store.record_inspection(inspection, ada)
    event.remove(store._engine, "do_connect", use_factory)
    store._engine.dispose()
    assert store.list_inspections() == []
    assert store.record_inspection(inspection, ada).id == 1
    assert store.verify().ok


def test_a_photo_that_does_not_fit_on_the_disk_is_not_recorded(store, make_inspection, monkeypatch):
    monkeypatch.setattr("storage.blobs.flush_file", raise_os_error(errno.ENOSPC))
    with pytest.raises(DiskFull):
        make_inspection(store)
    assert list((store.home / "blobs" / "incoming").iterdir()) == []


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES])
def test_a_home_folder_that_cannot_be_made_is_named(tmp_path, monkeypatch, code):
    monkeypatch.setattr(Path, "mkdir", raise_os_error(code))
    with pytest.raises(ReadOnly, match="/home/of/station cannot be written or read; check its permissions"):
        open_store(tmp_path / "home")


def test_a_file_in_the_place_of_the_home_folder_is_named(tmp_path):
    (tmp_path / "home").write_text("not a folder")
    with pytest.raises(KnownError, match="home"):
        open_store(tmp_path / "home")


def test_a_folder_in_the_place_of_the_database_is_said_in_a_sentence(tmp_path):
    (tmp_path / "home" / "audit.sqlite").mkdir(parents=True)
    with pytest.raises(ReadOnly, match=r"audit\.sqlite cannot be opened"):
        open_store(tmp_path / "home")


def test_a_file_that_is_no_database_is_said_in_a_sentence(home, overwrite):
    overwrite(0, b"This is a text file, and not an SQLite database at all.")
    with pytest.raises(DamagedDatabase, match=r"is damaged .*restore a backup"):
        open_store(home)


def test_another_programs_database_is_not_taken_for_ours(tmp_path):
    with closing(sqlite3.connect(tmp_path / "audit.sqlite")) as connection:
        connection.execute("CREATE TABLE recipes (a)")
    with pytest.raises(DamagedDatabase, match="not an audit database of this application"):
        open_store(tmp_path)


def test_a_newer_database_is_refused_and_left_as_it_is(home, run_sql):
    run_sql(home, "UPDATE alembic_version SET version_num = '0009'")
    with pytest.raises(NewerDatabase, match=r"newer version of the application .*install that version"):
        open_store(home)
    assert run_sql(home, "SELECT version_num FROM alembic_version") == [("0009",)]


@pytest.mark.parametrize("statement", ["DROP TABLE alembic_version", "UPDATE alembic_version SET version_num = 'x'"])
def test_a_database_that_lost_its_version_is_damaged(home, run_sql, statement):
    run_sql(home, statement)
    with pytest.raises(DamagedDatabase, match="version"):
        open_store(home)


def test_a_lost_database_is_not_silently_replaced_by_an_empty_one(store):
    store.put_blob(b"a recorded photo")
    store.close()
    (store.home / "audit.sqlite").unlink()
    with pytest.raises(DamagedDatabase, match=r"is gone or empty, but .* holds recorded files"):
        open_store(store.home)


def test_a_damaged_page_is_found_by_verify_without_a_trace(home, overwrite, run_sql):
    ((page,),) = run_sql(home, "SELECT rootpage FROM sqlite_master WHERE name = 'turns'")
    overwrite((page - 1) * 4096, b"\xff" * 4096)
    with open_store(home) as store:
        assert "is damaged" in store.verify().problems[0].sentence


@pytest.mark.parametrize("column", ["warnings", "configuration", "model_packs"])
def test_reading_an_altered_record_points_to_verify(filled, run_sql, column):
    run_sql(filled.home, "DROP TRIGGER inspections_no_update", f"UPDATE inspections SET {column} = '7'")
    with pytest.raises(DamagedDatabase, match="run 'audit verify'"):
        filled.get_inspection(1)


def test_text_that_is_no_text_is_said_in_a_sentence(filled, run_sql):
    run_sql(filled.home, "DROP TRIGGER inspections_no_update", "UPDATE inspections SET serial = CAST(x'ff' AS TEXT)")
    with pytest.raises(DamagedDatabase, match="damaged"):
        filled.get_inspection(1)


def test_a_missing_table_is_said_in_a_sentence(filled, run_sql):
    run_sql(filled.home, "DROP TABLE turns")
    with pytest.raises(ChangedDatabase, match=r"by another version of this one \(no such table: turns\); install"):
        filled.get_inspection(1)


def test_a_column_of_another_version_is_not_called_damage(filled, run_sql, ada):
    run_sql(filled.home, "ALTER TABLE queries RENAME COLUMN sentence TO phrase")
    with pytest.raises(ChangedDatabase, match=r"no such column: queries\.sentence") as read:
        filled.get_inspection(1)
    with pytest.raises(ChangedDatabase, match="has no column named sentence"):
        filled.add_query(1, NewQuery("crack", (), None), ada)
    assert "damaged" not in str(read.value)


def test_a_missing_blob_is_said_in_a_sentence(filled):
    shutil.rmtree(filled.home / "blobs")
    with pytest.raises(KnownError, match="missing; bring it back from a backup"):
        filled.read_blob(filled.get_inspection(1).photo)


def test_an_unreadable_blob_is_said_in_a_sentence(filled, monkeypatch):
    monkeypatch.setattr(Path, "read_bytes", raise_os_error(errno.EIO))
    with pytest.raises(DamagedBlob, match="cannot be read"):
        filled.read_blob(filled.get_inspection(1).photo)


def test_verify_names_a_blob_the_disk_cannot_read(filled, monkeypatch):
    monkeypatch.setattr("storage.blobs.measure_stream", raise_os_error(errno.EIO))
    assert "cannot be read" in filled.verify().problems[0].sentence


def test_our_own_mistakes_are_not_explained_away(tmp_path):
    mistake = sqlite3.OperationalError("near SELEKT: syntax error")
    mistake.sqlite_errorcode = sqlite3.SQLITE_ERROR
    with pytest.raises(sqlite3.OperationalError, match="syntax"), explain_faults(tmp_path):
        raise mistake


def test_a_mistake_of_another_database_is_not_explained_as_one_of_sqlite(tmp_path):
    mistake = DBAPIError("SELECT 1", None, ValueError("of a server's driver"))
    with pytest.raises(DBAPIError, match="server's driver"), explain_faults(tmp_path):
        raise mistake


@pytest.mark.parametrize("column", ["calibration", "gates"])
def test_text_that_is_no_json_points_to_verify(filled, run_sql, column):
    run_sql(filled.home, "DROP TRIGGER inspections_no_update", f"UPDATE inspections SET {column} = '{{'")
    with pytest.raises(DamagedDatabase, match="run 'audit verify'"):
        filled.get_inspection(1)


def test_text_in_a_message_of_sqlite_that_is_no_text_is_explained(tmp_path):
    with pytest.raises(DamagedDatabase, match="holds text that is none"), explain_faults(tmp_path):
        b"\xff".decode()


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(StorageFailed, match="does not exist; check its name"), explain_faults(tmp_path):
        (tmp_path / "nothing").read_bytes()


@pytest.mark.parametrize("patience", [0.0, 20.0])
def test_changing_to_the_journal_waits_for_others_as_long_as_there_is_patience(tmp_path, monkeypatch, patience):
    class BusyAtFirst:
        tries = 0

        def execute(self, statement):
            self.tries += 1
            if self.tries < 3:
                error = sqlite3.OperationalError("database is locked")
                error.sqlite_errorcode = sqlite3.SQLITE_BUSY
                raise error

    monkeypatch.setattr(database, "LOCK_PATIENCE", patience)
    connection = BusyAtFirst()
    if patience:
        database._set_pragma(connection, "journal_mode", "WAL")
    else:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            database._set_pragma(connection, "journal_mode", "WAL")
    assert connection.tries == (3 if patience else 1)


def test_waiting_for_the_lock_goes_on_while_there_is_patience(store, ada, monkeypatch):
    """The other writer lets go between two tries."""
    monkeypatch.setitem(database._SETTINGS, "busy_timeout", (20, (20,)))
    store._engine.dispose()
    with closing(sqlite3.connect(store.home / "audit.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        tries = []
        is_busy = database._is_busy

        def count(error):
            tries.append(error)
            if len(tries) == 3:
                other.execute("ROLLBACK")
            return is_busy(error)

        monkeypatch.setattr(database, "_is_busy", count)
        assert store.record_event("test", "test", "1", {}, ada).seq == 2
    assert len(tries) == 3


def test_a_byte_changed_in_a_check_of_the_structure_is_said_in_a_sentence(filled, run_sql):
    """SQLite then meets a function that nobody knows while it looks at its own rows."""
    with closing(sqlite3.connect(filled.home / "audit.sqlite")) as client:
        client.execute("PRAGMA writable_schema = ON")
        client.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'length(', 'Oength(') WHERE name = 'product_states'"
        )
        client.commit()
    filled.close()
    with Store.open(filled.home, application_version="1") as store:
        places = [f"{problem.place} {problem.sentence}" for problem in store.verify().problems]
    assert any("product_states" in place for place in places)
    assert any("unknown function" in place for place in places)

"""A server, an archive or a home folder that is not as it should be, in ways that tests must bring about."""

from types import SimpleNamespace

import psycopg
import pytest

from storage import schema
from storage.archive import archived_files, stations
from storage.archive.archive_store import ArchiveStore
from storage.archive.batches import Batch, Head, prove_batch, read_batch
from storage.archive.errors import ArchiveFailed, UnknownStation, UnverifiedBatch, explain_error
from storage.archive.stations import load_stations
from storage.archive.syncing import sync_station
from storage.database import read
from storage.errors import DamagedBlob, DamagedDatabase, InvalidRecord, MissingBlob, UnknownAccount
from storage.records import BlobRef
from tests.storage.archive.conftest import verify_archive
from tests.storage.archive.test_refusals import run_as_owner
from tests.storage.conftest import ADA, execute_outside


@pytest.fixture
def looked(filled, address):
    """A filled station's archive, looked into."""
    sync_station(filled._ledger, address, "line 1", ADA)
    opened = ArchiveStore.look_into(address, None, filled)
    yield opened
    opened._engine.dispose()


def test_a_file_that_is_lost_or_altered_in_the_archive_is_not_handed_out(looked, address):
    photo = looked.get_inspection(1).photo
    assert looked._blobs.measure(photo.sha256) == photo
    run_as_owner(
        address,
        "ALTER TABLE blob_chunks DISABLE TRIGGER USER",
        f"UPDATE blob_chunks SET data = data || 'x'::bytea WHERE sha256 = '{photo.sha256}'",
    )
    with pytest.raises(DamagedBlob, match="altered in the archive"):
        looked.read_blob(photo)
    run_as_owner(address, f"DELETE FROM blob_chunks WHERE sha256 = '{photo.sha256}'")
    with pytest.raises(MissingBlob, match="sync the station again"):
        looked.read_blob(photo)
    assert any("missing from the archive" in problem.sentence for problem in verify_archive(address).problems)


def test_a_blob_named_by_no_hash_is_found(looked, address):
    run_as_owner(address, "INSERT INTO blobs (sha256, event_seq, size) VALUES ('no hash', 1, 3)")
    sentences = [problem.sentence for problem in verify_archive(address).problems]
    assert any("is not named by the hash of a file" in sentence for sentence in sentences)


def test_people_and_anchors_are_those_of_ones_own_home_folder(looked):
    assert looked.has_accounts()
    assert looked.get_account("eva").name == "Eva"
    with pytest.raises(UnknownAccount):
        looked.get_account("nobody")
    assert looked.find_newest_anchor() is None


def test_a_list_of_files_that_cannot_be_read_is_a_sentence(filled, address):
    trigger = execute_outside(filled.home, "SELECT sql FROM sqlite_master WHERE name = 'events_no_update'")[0][0]
    execute_outside(
        filled.home, "DROP TRIGGER events_no_update", "UPDATE events SET blobs = 'x' WHERE seq = 2", trigger
    )
    with pytest.raises(DamagedDatabase, match="Event 2 was altered"):
        sync_station(filled._ledger, address, "line 1", ADA)


def test_a_chain_without_a_safe_name_is_refused(filled):
    trigger = execute_outside(filled.home, "SELECT sql FROM sqlite_master WHERE name = 'events_no_update'")[0][0]
    execute_outside(
        filled.home,
        "DROP TRIGGER events_no_update",
        """UPDATE events SET payload = '{"chain":"x, DROP SCHEMA archive"}' WHERE seq = 1""",
        trigger,
    )
    with read(filled._engine) as session, pytest.raises(DamagedDatabase, match="names no chain"):
        stations.identify_chain(session.connection())


def test_a_first_event_that_names_no_chain_names_it_by_its_hash(filled):
    trigger = execute_outside(filled.home, "SELECT sql FROM sqlite_master WHERE name = 'events_no_update'")[0][0]
    execute_outside(
        filled.home, "DROP TRIGGER events_no_update", "UPDATE events SET payload = '{}' WHERE seq = 1", trigger
    )
    first = execute_outside(filled.home, "SELECT hash FROM events WHERE seq = 1")[0][0]
    with read(filled._engine) as session:
        assert stations.identify_chain(session.connection()) == first


def test_a_station_that_is_not_there_is_a_sentence_with_those_that_are(looked, filled, address, server):
    with pytest.raises(UnknownStation, match="no station named line 9; it holds: line 1"):
        ArchiveStore.look_into(address, "line 9", filled)
    empty = server.make_database()
    stations.create_archive(empty)
    with pytest.raises(UnknownStation, match="none yet"):
        ArchiveStore.look_into(empty, None, filled)


@pytest.mark.parametrize("name", [" ", "x" * 201, "a\0b"])
def test_a_name_that_is_none_is_refused(store, address, name):
    with pytest.raises(InvalidRecord):
        sync_station(store._ledger, address, name, ADA)
    assert load_stations(address) == []


def test_what_the_server_lost_between_writing_and_reading_is_not_kept(looked, filled):
    with read(filled._engine) as session:
        batch = read_batch(session, Head(0, "0" * 64))
    more = Batch(batch.after, [*batch.events, {**batch.events[-1], "seq": 10_000}], batch.rows, batch.blobs)
    with looked._engine.connect() as connection, pytest.raises(UnverifiedBatch, match="did not keep event 10000"):
        prove_batch(connection, more)


def test_a_piece_that_arrived_otherwise_is_not_kept(filled, address, monkeypatch):
    monkeypatch.setattr(archived_files.FileSender, "_flush", lambda self: None)
    with pytest.raises(UnverifiedBatch, match="did not keep a file"):
        sync_station(filled._ledger, address, "line 1", ADA)
    assert load_stations(address)[0].seq == 0


def test_large_pieces_are_sent_before_the_batch_ends(filled, address, monkeypatch):
    monkeypatch.setattr(archived_files, "_AT_ONCE", 4)
    sync_station(filled._ledger, address, "line 1", ADA)
    assert verify_archive(address).ok


def test_an_old_server_is_refused():
    answers = {"SHOW server_version_num": "130012", "SHOW server_encoding": "UTF8"}
    connection = SimpleNamespace(exec_driver_sql=lambda asked: SimpleNamespace(scalar=lambda: answers[asked]))
    with pytest.raises(ArchiveFailed, match="older than PostgreSQL 14"):
        stations._refuse_unfit_server(connection)


@pytest.mark.parametrize("error", [ValueError("ours"), psycopg.errors.SyntaxError("ours")])
def test_what_is_our_bug_stays_one(error):
    assert explain_error(SimpleNamespace(original_exception=error, is_disconnect=False), "server") is None


def test_blobs_are_named_as_the_schema_names_them():
    assert {column.name for column in schema.StoredBlob.__table__.columns} >= set(BlobRef("", 0).__dataclass_fields__)

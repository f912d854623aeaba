"""Copies that were cut off, databases of other ages, large files: the next copy goes on and all of it is proved."""

import hashlib
import random

import psycopg
import pytest
from sqlalchemy.exc import ProgrammingError

from storage.archive import batches, stations, tables
from storage.archive.errors import ArchiveFailed
from storage.archive.stations import create_archive, load_stations
from storage.archive.syncing import sync_station
from storage.store import Store
from tests.storage.archive.conftest import verify_archive
from tests.storage.conftest import ADA, OLD, VERSION, build_inspection


def test_a_connection_that_is_cut_in_the_middle_is_a_sentence_and_the_next_copy_goes_on(store, address, monkeypatch):
    monkeypatch.setattr(batches, "MOST_EVENTS", 3)
    for number in range(10):
        store.record_inspection(build_inspection(store, f"{number}.png"), ADA)

    def cut(share, words):
        with psycopg.connect(address, autocommit=True) as client:
            client.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'anomalygpt' AND datname = current_database()"
            )

    with pytest.raises(ArchiveFailed, match="goes on where it stopped"):
        sync_station(store._ledger, address, "line 1", ADA, cut)
    kept = load_stations(address)[0].seq
    assert kept == 3
    done = sync_station(store._ledger, address, "line 1", ADA)
    assert done.events == done.head_seq - kept
    assert verify_archive(address).ok


def test_progress_comes_to_its_end(store, address):
    told = []
    sync_station(store._ledger, address, "line 1", ADA, lambda share, words: told.append(share))
    assert told[-1] == 1.0
    assert told == sorted(told)


@pytest.mark.parametrize("revision", OLD)
def test_a_home_of_every_earlier_schema_is_copied(unpack, address, revision):
    home, _ = unpack(revision)
    with Store.open(home, application_version=VERSION) as store:
        sync_station(store._ledger, address, "old", ADA)
        here = store.verify()
    there = verify_archive(address)
    assert (here.ok, there.ok) == (True, True), there.problems
    assert there.head_hash == here.head_hash


def test_an_archive_made_by_an_older_program_gets_what_it_lacks(filled, address):
    shared = stations.open_archive(address)
    with filled._engine.connect() as connection:
        chain = stations.identify_chain(connection)
    station = stations.add_station(shared, chain, "line 1")
    shared.dispose()
    with psycopg.connect(address, autocommit=True) as client:
        client.execute(f"SET search_path TO {station.namespace}")
        client.execute("ALTER TABLE queries DROP COLUMN soft_map_sha256")
        client.execute("DROP TABLE comments CASCADE")
    sync_station(filled._ledger, address, None, ADA)
    assert verify_archive(address).ok
    engine = stations.open_archive(address)
    with engine.connect() as connection:
        assert tables.find_guards(connection, station.namespace) == set(tables.list_guards())
    engine.dispose()


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, 20_000_003])
def test_a_file_of_any_size_is_kept_byte_for_byte(store, address, size):
    data = random.Random(size).randbytes(size)
    photo = store.put_blob(data)
    store.record_inspection(build_inspection(store, photo=photo), ADA)
    sync_station(store._ledger, address, "line 1", ADA)
    with psycopg.connect(address) as client:
        namespace = load_stations(address)[0].namespace
        pieces = client.execute(
            f"SELECT data FROM {namespace}.blob_chunks WHERE sha256 = %s ORDER BY position",
            [hashlib.sha256(data).hexdigest()],
        ).fetchall()
    assert b"".join(piece for (piece,) in pieces) == data
    assert verify_archive(address).ok


def test_a_database_that_cannot_hold_all_text_is_refused(server):
    with psycopg.connect(server.address(), autocommit=True) as client:
        client.execute("CREATE DATABASE narrow ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(ArchiveFailed, match="LATIN1"):
        create_archive(server.address("narrow"))


def test_making_an_archive_twice_leaves_it_as_it_is(store, address):
    sync_station(store._ledger, address, "line 1", ADA)
    create_archive(address)
    assert verify_archive(address).ok


def test_a_user_without_the_right_gets_a_sentence(server, store):
    address = server.make_database()
    with psycopg.connect(address, autocommit=True) as client:
        client.execute("DROP ROLE IF EXISTS guest")
        client.execute("CREATE ROLE guest LOGIN PASSWORD 'guest'")
    guest = address.replace(address.partition("//")[2].partition("@")[0], "guest:guest")
    with pytest.raises(ArchiveFailed, match="may not do this"):
        create_archive(guest)


def test_files_are_sent_in_batches_of_limited_size_and_each_only_once(store, address, monkeypatch):
    monkeypatch.setattr(batches, "MOST_BYTES", 1)
    photo = store.put_blob(b"the same photo")
    for number in range(3):
        store.record_inspection(build_inspection(store, f"{number}.png", photo=photo, map=None, mask=None), ADA)
    done = sync_station(store._ledger, address, "line 1", ADA)
    assert done.files == 1
    assert verify_archive(address).ok


def test_an_error_of_ours_at_the_server_is_not_made_a_sentence(address):
    engine = stations.open_archive(address)
    with engine.connect() as connection, pytest.raises(ProgrammingError):
        connection.exec_driver_sql("NOT SQL")
    engine.dispose()

"""Copying a home folder's chain to an archive: whole, proved, once, and never changed there."""

import psycopg
import pytest
from sqlalchemy import select

from storage import schema
from storage.archive.server import open_archive
from storage.archive.stations import find_station
from storage.archive.syncing import sync_station
from tests.storage.archive.conftest import verify_archive
from tests.storage.conftest import ADA


def sync(store, address, name="line 1"):
    return sync_station(store._ledger, address, name, ADA)


def test_everything_of_a_station_is_copied_and_proved(filled, address):
    summary = sync(filled, address)
    here, there = filled.verify(), verify_archive(address)
    assert there.problems == ()
    assert (there.head_seq, there.head_hash) == (here.head_seq, here.head_hash) == (summary.head_seq, summary.head_hash)
    assert {name: there.checked[name] for name in ("events", "rows", "blobs")} == {
        name: here.checked[name] for name in ("events", "rows", "blobs")
    }


def test_what_is_copied_is_the_same_in_every_column_of_every_row(filled, address):
    sync(filled, address)
    shared = open_archive(address)
    engine = open_archive(address, find_station(shared, None).namespace, is_reading=True)
    with filled._engine.connect() as here, engine.connect() as there:
        for table in schema.AUDITED_TABLES:
            rows = select(table).order_by(*table.primary_key)
            assert here.execute(rows).all() == there.execute(rows).all(), table.name
    shared.dispose()
    engine.dispose()


def test_a_second_copy_adds_nothing_and_leaves_no_note(filled, address):
    first = sync(filled, address)
    second = sync(filled, address)
    assert (second.events, second.rows, second.files) == (0, 0, 0)
    assert (second.head_seq, second.head_hash) == (first.head_seq, first.head_hash)
    assert [event.action for event in filled.list_events()].count("archive.synced") == 1


def test_the_chain_notes_up_to_where_it_was_copied_and_never_a_password(filled, address):
    before = filled.verify()
    sync(filled, address)
    (note,) = [event for event in filled.list_events() if event.action == "archive.synced"]
    assert (note.payload["seq"], note.payload["hash"]) == (before.head_seq, before.head_hash)
    assert note.payload["server"] == address.partition("@")[2]
    assert "sesame" not in str(note)


@pytest.mark.parametrize("table", [*(table.name for table in schema.AUDITED_TABLES), "blob_chunks"])
def test_d4_no_client_changes_or_deletes_what_the_archive_holds(copied, table):
    namespace, address = copied
    with psycopg.connect(address, autocommit=True) as client:
        column = {"blob_chunks": "data", "events": "reason"}.get(table, "event_seq")
        for statement in (
            f'UPDATE "{namespace}"."{table}" SET {column} = {column}',
            f'DELETE FROM "{namespace}"."{table}"',
            f'TRUNCATE "{namespace}"."{table}" CASCADE',
        ):
            with pytest.raises(psycopg.errors.RaiseException):
                client.execute(statement)


@pytest.fixture(scope="module")
def copied(server, full_home, tmp_path_factory):
    """A filled station in an archive that nobody changes: its PostgreSQL schema and the archive's address."""
    import shutil

    from storage.archive.stations import create_archive
    from storage.store import Store
    from tests.storage.conftest import VERSION

    address = server.make_database()
    create_archive(address)
    home = shutil.copytree(full_home, tmp_path_factory.mktemp("copied") / "home")
    with Store.open(home, application_version=VERSION) as store:
        sync(store, address)
    shared = open_archive(address)
    namespace = find_station(shared, None).namespace
    shared.dispose()
    return namespace, address

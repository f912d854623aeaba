"""What must not get into an archive, what must not be said, and what is noticed there."""

import shutil

import psycopg
import pytest

from storage.archive.errors import ArchiveFailed, ForkedChain, NotAnArchive, UnknownStation, UnverifiedBatch
from storage.archive.server import read_address
from storage.archive.stations import load_stations
from storage.archive.syncing import sync_station
from storage.archive.text_columns import escape_text, restore_text
from storage.errors import DamagedBlob, InvalidRecord, MissingBlob
from storage.records import NewTurn
from storage.store import Store
from tests.storage.archive.conftest import verify_archive
from tests.storage.archive.postgres_server import PASSWORD
from tests.storage.conftest import ADA, REASON, VERSION, build_inspection, execute_outside


def sync(store, address, name="line 1"):
    return sync_station(store._ledger, address, name, ADA)


def open_store(home):
    return Store.open(home, application_version=VERSION)


def run_as_owner(address, *statements):
    """What only the owner of the tables could do: switch the triggers off, change something, switch them on again."""
    namespace = load_stations(address)[0].namespace
    with psycopg.connect(address, autocommit=True) as client:
        client.execute(f"SET search_path TO {namespace}, archive")
        for statement in statements:
            client.execute(statement)


def test_an_older_backup_that_was_restored_is_refused_and_the_first_missing_event_named(home, tmp_path, address):
    older = shutil.copytree(home, tmp_path / "older")
    with open_store(home) as store:
        first_missing = store.check_end().seq + 1
        store.record_inspection(build_inspection(store), ADA)
        sync(store, address)
    with open_store(older) as store, pytest.raises(ForkedChain, match=f"holds event {first_missing} of station line 1"):
        sync(store, address)


def test_a_chain_that_forked_is_refused_and_the_first_event_that_differs_named(home, tmp_path, address):
    with open_store(home) as store:
        store.record_inspection(build_inspection(store, "common.png"), ADA)
    other = shutil.copytree(home, tmp_path / "other")
    with open_store(home) as store:
        forked_at = store.check_end().seq + 1
        for number in range(3):
            store.record_inspection(build_inspection(store, f"{number}.png"), ADA)
        copied = sync(store, address)
    with open_store(other) as store:
        for number in range(9):
            store.record_inspection(build_inspection(store, f"other {number}.png"), ADA)
        with pytest.raises(ForkedChain, match=f"^Event {forked_at} of this home folder is not the event {forked_at} "):
            sync(store, address)
    assert load_stations(address)[0].seq == copied.head_seq


def test_a_row_that_was_altered_here_is_not_copied(filled, address):
    trigger = execute_outside(filled.home, "SELECT sql FROM sqlite_master WHERE name = 'inspections_no_update'")[0][0]
    execute_outside(
        filled.home, "DROP TRIGGER inspections_no_update", "UPDATE inspections SET score = 1.0 WHERE id = 1", trigger
    )
    with pytest.raises(UnverifiedBatch, match=r"inspection 1, column score was altered.*audit verify"):
        sync(filled, address)
    assert load_stations(address)[0].seq == 0


def test_a_file_that_was_altered_or_lost_here_is_not_copied(filled, address):
    path = filled.blob_path(filled.get_inspection(1).photo.sha256)
    kept = path.read_bytes()
    path.write_bytes(bytes([kept[0] ^ 1]) + kept[1:])
    with pytest.raises(DamagedBlob, match="altered"):
        sync(filled, address)
    path.unlink()
    with pytest.raises(MissingBlob, match="is missing"):
        sync(filled, address)
    path.write_bytes(kept)
    assert sync(filled, address).events > 0
    assert verify_archive(address).ok


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ("UPDATE inspections SET verdict = 'accept' WHERE id = 1", "inspection 1, column verdict"),
        ("UPDATE events SET actor = 'Eve' WHERE seq = 3", "event 3"),
        ("DELETE FROM regions WHERE inspection_id = 1 AND position = 1", "inspection 1, region at 1"),
        ("DELETE FROM comments", "comment 1"),
        ("UPDATE verified_heads SET hash = repeat('0', 64)", "event"),
    ],
)
def test_what_the_owner_of_the_tables_changes_is_found_and_named(filled, address, change, place):
    sync(filled, address)
    run_as_owner(address, "SET session_replication_role = replica")  # wakes no trigger that is always in force
    table = change.split()[1] if change.startswith("UPDATE") else change.split()[2]
    guard = f"ALTER TABLE {table} {{}} TRIGGER append_only"
    run_as_owner(address, guard.format("DISABLE"), change, guard.format("ENABLE ALWAYS"))
    found = verify_archive(address)
    assert [problem.place for problem in found.problems if problem.place.startswith(place)]


def test_an_altered_or_lost_file_of_the_archive_and_a_cut_off_end_are_found(filled, address):
    sync(filled, address)
    photo = filled.get_inspection(1).photo.sha256
    last = filled.check_end().seq
    run_as_owner(
        address,
        "ALTER TABLE blob_chunks DISABLE TRIGGER USER",
        f"UPDATE blob_chunks SET data = data || 'x'::bytea WHERE sha256 = '{photo}'",
        "ALTER TABLE events DISABLE TRIGGER USER",
        f"DELETE FROM events WHERE seq = {last}",
    )
    places = [problem.place for problem in verify_archive(address).problems]
    assert f"blob {photo:.12}" in places
    assert f"event {last}" in places
    assert "trigger append_only of events" in places


def test_triggers_also_hold_in_sessions_that_replicate(filled, address):
    sync(filled, address)
    with pytest.raises(psycopg.errors.RaiseException):
        run_as_owner(address, "SET session_replication_role = replica", "DELETE FROM comments")


def test_purged_files_are_deleted_from_the_archive_and_their_hashes_stay(filled, address):
    comment_mask = filled.get_inspection(1).corrected_masks[0].mask.sha256
    sync(filled, address)
    namespace = load_stations(address)[0].namespace
    count = f"SELECT count(*) FROM {namespace}.{{}} WHERE sha256 = %s"
    with psycopg.connect(address) as client:
        assert client.execute(count.format("blob_chunks"), [comment_mask]).fetchone() == (1,)
    agree_to_purge(filled)
    sync(filled, address)
    with psycopg.connect(address) as client:
        assert client.execute(count.format("blob_chunks"), [comment_mask]).fetchone() == (0,)
        assert client.execute(count.format("blobs"), [comment_mask]).fetchone() == (1,)
    assert verify_archive(address).ok


def agree_to_purge(store):
    """The purge of the corrected mask, which `add_review_and_retention` has withdrawn, is agreed to after all."""
    from storage import schema
    from storage.audit_chain import Change

    with store._ledger.entry() as entry:
        for number, state in ((2, "approved"), (3, "done")):
            entry.add(schema.PurgeState(id=number, event_seq=entry.seq, purge_id=1, state=state, reason=REASON))
        entry.seal(Change(ADA, "test.approved", "purge", 1))


def test_text_that_postgresql_cannot_hold_comes_back_as_it_was(store, address):
    text = "a\0b\x1ac\x1a0d🙂\u202eעברית" + "x" * 1_000_000
    store.record_inspection(build_inspection(store, serial="s" * 10_000, file_name="n\0" * 2_000), ADA)
    store.add_turn(1, NewTurn("user", text), ADA)
    sync(store, address)
    assert verify_archive(address).ok


@pytest.mark.parametrize("text", ["", "\0", "\x1a", "\x1a0", "\x1a1", "\0\x1a\x1a1\0", "plain"])
def test_escaping_is_exact(text):
    assert restore_text(escape_text(text)) == text
    assert "\0" not in escape_text(text)


def test_two_stations_of_one_name_are_refused_and_a_station_keeps_its_name(store, tmp_path, address):
    sync(store, address)
    with open_store(tmp_path / "second") as second:
        with pytest.raises(InvalidRecord, match="another station named line 1"):
            sync(second, address)
        sync(second, address, "line 2")
    with pytest.raises(InvalidRecord, match="calls this station line 1"):
        sync(store, address, "line 3")
    assert [station.name for station in load_stations(address)] == ["line 1", "line 2"]
    with pytest.raises(UnknownStation, match="line 1, line 2"):
        verify_archive(address)
    assert verify_archive(address, "line 2").ok


def test_a_server_that_is_not_there_is_a_sentence_without_a_password(store):
    with pytest.raises(ArchiveFailed, match=r"cannot be reached.*goes on where it stopped") as failed:
        sync(store, f"postgresql://plant:{PASSWORD}@127.0.0.1:1/plant")
    assert PASSWORD not in str(failed.value)


def test_a_wrong_password_and_a_missing_database_and_archive_are_sentences(store, server):
    with pytest.raises(ArchiveFailed, match="refuses the user name or the password") as failed:
        sync(store, server.address("postgres", "wrong-sesame"))
    assert "sesame" not in str(failed.value)
    with pytest.raises(ArchiveFailed, match="There is no database"):
        sync(store, server.address("nowhere"))
    with pytest.raises(NotAnArchive, match="archive create"):
        sync(store, server.make_database())


@pytest.mark.parametrize("address", ["", "nonsense", "sqlite:///x", "postgresql://server", "mysql://a:b@c/d"])
def test_what_is_no_address_is_a_sentence(address):
    with pytest.raises(ArchiveFailed, match="no address of an archive"):
        read_address(address)

"""Statements D4 to D25 about the audit database that no other file here shows, each under its number."""

import hashlib
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from storage import schema
from storage.database import open_engine, read_pragma
from storage.errors import InvalidRecord
from storage.records import NewReference, NewTurn
from storage.store import Store
from tests.storage.conftest import VERSION

TESTS = Path(__file__).resolve().parents[1]
BERLIN = ZoneInfo("Europe/Berlin")
_CLIENT = "import sqlite3, sys; sqlite3.connect(sys.argv[1], isolation_level=None).execute(sys.argv[2])"
ALL_TABLES = [table.name for table in schema.AUDITED_TABLES]


class Clock:
    """A clock whose hands a test moves."""

    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now


@pytest.fixture
def timed(home):
    """A store and the clock it reads."""
    clock = Clock(datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN))
    with Store.open(home, application_version=VERSION, clock=clock) as store:
        yield store, clock


def make_note(store, ada, number=0):
    return store.record_event("test.noted", "test", number, {}, ada)


@pytest.mark.parametrize("statement", ["UPDATE {0} SET event_seq = event_seq", "DELETE FROM {0}"])
@pytest.mark.parametrize("table", [name for name in ALL_TABLES if name != "events"])
def test_d1_the_stock_client_can_change_and_delete_no_audited_row(filled, table, statement):
    database = filled.home / "audit.sqlite"
    before = database.read_bytes(), (filled.home / "audit.sqlite-wal").read_bytes()
    with closing(sqlite3.connect(database)) as client, pytest.raises(sqlite3.Error, match="append-only"):
        client.execute(statement.format(table))
    assert (database.read_bytes(), (filled.home / "audit.sqlite-wal").read_bytes()) == before


def test_d4_a_moment_has_microseconds_utc_the_local_offset_and_the_zone(timed, ada, run_sql):
    store, clock = timed
    clock.now = datetime(2026, 10, 24, 12, 0, 0, 123456, tzinfo=BERLIN)
    event = make_note(store, ada)
    ((offset, zone),) = run_sql(store.home, f"SELECT local_offset, zone FROM events WHERE seq = {event.seq}")
    assert (event.recorded_at, offset, zone) == ("2026-10-24T10:00:00.123456Z", "+02:00", "CEST")


def test_d4_the_night_the_clocks_go_back_keeps_its_order_and_is_no_step(timed, ada, run_sql):
    """Half past two comes twice; UTC and the counter know which was first."""
    store, clock = timed
    first = make_note(store, ada, 1)
    clock.now = datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=BERLIN)
    second = make_note(store, ada, 2)
    assert second.seq == first.seq + 1
    assert second.recorded_at > first.recorded_at
    offsets = run_sql(store.home, f"SELECT local_offset FROM events WHERE seq >= {first.seq} ORDER BY seq")
    assert offsets == [("+02:00",), ("+01:00",)]


@pytest.mark.parametrize(("seconds", "is_noted"), [(0.9, False), (1.1, True), (86_400, True)])
def test_d4_a_clock_set_back_by_more_than_a_second_leaves_an_event_and_the_counter_goes_on(
    timed, ada, seconds, is_noted
):
    store, clock = timed
    before = make_note(store, ada)
    clock.now -= timedelta(seconds=seconds)
    after = make_note(store, ada)
    actions = [event.action for event in store.list_events(limit=after.seq - before.seq)]
    assert ("clock.stepped_back" in actions) == is_noted
    assert after.seq == before.seq + 1 + is_noted
    assert store.verify().ok


REASONED = {
    "dispositions": "INSERT INTO dispositions VALUES (99, 1, 1, 'accept', '', 'short', NULL)",
    "reference_states": "INSERT INTO reference_states VALUES (99, 1, 1, 'retired', 'short')",
    "product_states": "INSERT INTO product_states VALUES (99, 1, 1, 1, 'short')",
    "account_states": "INSERT INTO account_states VALUES (99, 1, 1, 'operator', 'x', 1, 'short')",
    "corrected_masks": "INSERT INTO corrected_masks VALUES (99, 1, 1, 'x', 1, 'short')",
    "retention_rules": "INSERT INTO retention_rules VALUES (99, 1, NULL, 'for-ever', 0, 'short')",
    "legal_holds": "INSERT INTO legal_holds VALUES (99, 1, NULL, NULL, 1, 'short')",
    "purges": "INSERT INTO purges VALUES (99, 1, '[]', 'short')",
    "purge_states": "INSERT INTO purge_states VALUES (99, 1, 1, 'done', 'short')",
}


@pytest.mark.parametrize("table", REASONED)
def test_d5_the_database_itself_refuses_a_reason_under_ten_characters(filled, run_sql, table):
    with pytest.raises(sqlite3.IntegrityError, match=rf"ck_{table}_reason"):
        run_sql(filled.home, REASONED[table])


@pytest.mark.parametrize("reason", ["", "          ", "too short", "zero\0 byte in it"])
def test_d5_an_override_without_a_reason_is_refused_in_a_sentence(filled, ada, reason):
    before = filled.list_events(limit=1)
    with pytest.raises(InvalidRecord, match=r"say in at least 10 characters why"):
        filled.add_disposition(1, "accept", "", reason, ada)
    assert filled.list_events(limit=1) == before


def test_d6_the_first_row_is_the_genesis_of_this_database_and_signed(filled):
    first = filled.list_events(limit=10_000)[-1]
    assert (first.seq, first.action) == (1, "database.created")
    assert len(first.payload["chain"]) == 36
    anchor = filled.anchor("demand")
    assert (anchor.chain, anchor.signature != "") == (first.payload["chain"], True)
    assert filled.verify().ok


def test_d8_the_same_file_twice_is_two_inspections_and_one_blob(store, make_inspection, ada):
    first = store.record_inspection(make_inspection(store), ada)
    second = store.record_inspection(make_inspection(store), ada)
    assert (first.id, second.id) == (1, 2)
    assert first.photo == second.photo
    folder = store.home / "blobs"
    stored = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "incoming"]
    assert [path.parent.name + path.name for path in stored].count(first.photo.sha256) == 1


def test_d8_one_flipped_bit_of_a_photo_is_found_and_its_inspection_named(store, make_inspection, ada):
    recorded = store.record_inspection(make_inspection(store), ada)
    path = store.blob_path(recorded.photo.sha256)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(data)
    [problem] = store.verify().problems
    assert "inspection 1" in f"{problem.place} {problem.sentence}"


def test_d13_a_retired_reference_stays_with_the_records_it_made(store, make_inspection, ada):
    references = [NewReference(store.put_blob(data), f"{data.decode()}.png") for data in (b"one", b"two")]
    first = store.add_product("Bolt", references, {}, ada)
    recorded = store.record_inspection(make_inspection(store, product_version_id=first.id), ada)
    second = store.retire_reference("Bolt", first.references[0].id, ada, "it shows a scratch")
    assert [row.state for row in second.references if row.state == "approved"] == ["approved"]
    again = store.get_inspection(recorded.id)
    assert again == recorded
    old = store.get_product("Bolt", 1)
    assert [(row.file_name, row.state) for row in old.references] == [("one.png", "approved"), ("two.png", "approved")]
    assert {store.read_blob(row.photo) for row in old.references} == {b"one", b"two"}


@pytest.mark.parametrize(
    "text",
    [
        "🔩 Riß? \u202eright to left\u202c مرحبا",
        "e\u0301 is not é",
        "x" * 100_000,
        "tab\tand\nline\r\n",
        "' OR 1=1; --",
    ],
    ids=["emoji", "not normalised", "100 kB", "blanks", "sql"],
)
def test_d16_a_turn_comes_back_as_it_was_written(filled, ada, text):
    turn = NewTurn(
        "assistant",
        text,
        "facts",
        system_prompt=text[:50],
        decoding={"greedy": True, "seed": 7},
        stop_cause="stopped",
    )
    filled.add_turn(1, turn, ada)
    kept = filled.get_inspection(1).turns[-1]
    assert kept.text.encode() == text.encode()
    assert (kept.system_prompt, kept.decoding, kept.stop_cause) == (text[:50], {"greedy": True, "seed": 7}, "stopped")


def test_d16_an_answer_given_again_keeps_the_first_and_points_to_it(filled, ada):
    first = filled.get_inspection(1).turns[-1]
    filled.add_turn(1, NewTurn("assistant", "No.", "facts", replaces_turn_id=first.id), ada)
    turns = filled.get_inspection(1).turns
    assert (turns[-1].replaces_turn_id, turns[-2]) == (first.id, first)


def test_d24_a_writer_that_dies_between_file_and_row_leaves_no_half_record(home, project):
    """Killed after the files and before the commit: the record is not there, the files are only left over."""
    code = (
        "import os, sys; from pathlib import Path; from storage.store import Store;"
        "from tests.storage.conftest import build_inspection, ADA; import storage.audit_chain as chain;"
        "chain.Entry._insert = lambda self, rows: os._exit(9);"
        "store = Store.open(Path(sys.argv[1]), application_version='1');"
        "store.record_inspection(build_inspection(store), ADA)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(home)], cwd=project, check=False).returncode == 9
    with Store.open(home, application_version=VERSION) as store:
        assert store.list_inspections() == []
        report = store.verify()
        assert report.ok
        assert report.warnings


def test_d25_every_connection_reads_its_durability_settings_back(store):
    engine = open_engine(store.home / "audit.sqlite")
    with engine.connect() as connection:
        found = {
            name: read_pragma(connection, name)
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "fullfsync")
        }
    engine.dispose()
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "fullfsync": 1,
    }


def test_d25_a_file_is_flushed_named_and_its_folder_flushed_before_the_row_that_cites_it(
    store, make_inspection, ada, monkeypatch
):
    from storage import blobs
    from storage.audit_chain import Entry

    steps = []

    def note(module, name):
        done = getattr(module, name)

        def noted(*arguments, **options):
            result = done(*arguments, **options)
            steps.append(name)
            return result

        monkeypatch.setattr(module, name, noted)

    for name in ("flush_file", "flush_folder"):
        note(blobs, name)
    note(Entry, "_insert")
    store.record_inspection(make_inspection(store), ada)
    assert steps.index("flush_file") < steps.index("flush_folder") < steps.index("_insert")
    assert steps[-1] == "_insert"


def test_every_statement_has_a_test_with_its_number():
    rooms = ("storage", "station", "gui", "inference", "e2e")
    found = set()
    for room in rooms:
        for path in (TESTS / room).rglob("test_*.py"):
            found |= {int(number) for number in re.findall(r"def test_d(\d+)_", path.read_text(encoding="utf-8"))}
    assert found >= set(range(1, 26))


def test_the_hash_of_a_kept_file_is_the_hash_of_its_bytes(store):
    data = b"\0\xff" * 5000
    assert store.put_blob(data).sha256 == hashlib.sha256(data).hexdigest()


def test_d1_the_sqlite3_program_can_change_and_delete_nothing(filled):
    """Where the program is installed it is run; it knows nothing of us and has the usual settings."""
    program = shutil.which("sqlite3")
    database = str(filled.home / "audit.sqlite")
    for table in ALL_TABLES:
        column = schema.Base.metadata.tables[table].columns.keys()[-1]
        for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
            command = (
                [program, database, statement] if program else [sys.executable, "-c", _CLIENT, database, statement]
            )
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode != 0
            assert "append-only" in done.stderr
    assert filled.verify().ok


def test_d7_deleting_the_write_ahead_log_is_noticed_at_the_last_anchor(home, make_inspection, ada, tmp_path):
    """What was committed but not yet moved into the database file is gone with the log."""
    copy = tmp_path / "copy"
    with Store.open(home, application_version=VERSION) as store:
        store.record_inspection(make_inspection(store), ada)
        store.anchor("demand")
        shutil.copytree(home, copy)
    (copy / "audit.sqlite-wal").unlink()
    (copy / "audit.sqlite-shm").unlink()
    with Store.open(copy, application_version=VERSION) as cut:
        places = [f"{problem.place} {problem.sentence}" for problem in cut.verify().problems]
    assert any("anchor" in place for place in places), places

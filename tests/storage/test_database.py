"""Durability settings, the append-only rule for every SQL client, and waiting for one's turn."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text

from storage import database, schema
from storage.database import open_engine, read_pragma
from storage.errors import DatabaseLocked, StorageFailed

TABLES = [table.name for table in schema.AUDITED_TABLES]
EXPECTED = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "recursive_triggers": 1}


@pytest.fixture
def engine(tmp_path):
    engine = open_engine(tmp_path / "some.sqlite")
    yield engine
    engine.dispose()


@pytest.fixture
def outside(filled):
    """A connection as any other SQLite client has it, on a database with a row in every table."""
    with closing(sqlite3.connect(filled.home / "audit.sqlite", isolation_level=None)) as connection:
        yield connection


def dump(connection):
    return {table: sorted(connection.execute(f"SELECT * FROM {table}")) for table in TABLES}


@pytest.mark.parametrize("name", EXPECTED)
def test_every_connection_carries_the_durability_settings(engine, name):
    with engine.connect() as first, engine.connect() as second:
        assert [read_pragma(first, name), read_pragma(second, name)] == [EXPECTED[name]] * 2


def test_every_connection_waits_five_seconds_for_others(engine):
    with engine.connect() as connection:
        assert read_pragma(connection, "busy_timeout") >= 5000


def test_a_setting_that_does_not_hold_is_refused(tmp_path, monkeypatch):
    monkeypatch.setitem(database._SETTINGS, "synchronous", ("OFF", (2,)))
    engine = open_engine(tmp_path / "some.sqlite")
    with pytest.raises(StorageFailed, match="synchronous stays at 0"), engine.connect():
        pass


def test_a_failing_change_takes_everything_back(engine):
    with database.write(engine) as session:
        session.execute(text("CREATE TABLE t (a)"))
    with pytest.raises(ZeroDivisionError):
        insert_and_fail(engine)
    with database.read(engine) as session:
        assert session.scalar(text("SELECT count(*) FROM t")) == 0


def test_a_reader_sees_one_snapshot_while_another_writes(engine):
    with database.write(engine) as session:
        session.execute(text("CREATE TABLE t (a)"))
    with database.read(engine) as reading:
        before = reading.scalar(text("SELECT count(*) FROM t"))
        with database.write(engine) as writing:
            writing.execute(text("INSERT INTO t VALUES (1)"))
        assert reading.scalar(text("SELECT count(*) FROM t")) == before


def test_a_lock_that_stays_is_said_in_a_sentence(store, ada, monkeypatch):
    monkeypatch.setattr(database, "LOCK_PATIENCE", 0.0)
    monkeypatch.setitem(database._SETTINGS, "busy_timeout", (50, (50,)))
    store._engine.dispose()
    with closing(sqlite3.connect(store.home / "audit.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseLocked, match="locked by another program; close that program"):
            store.record_event("test", "test", "1", {}, ada)
        other.execute("ROLLBACK")
    assert store.record_event("test", "test", "1", {}, ada).seq == 2


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {0} SET rowid = rowid", "DELETE FROM {0}"])
def test_no_client_can_change_or_delete_a_row(outside, table, statement):
    column = next(iter(schema.Base.metadata.tables[table].columns)).name
    before = dump(outside)
    assert before[table], f"{table} is empty, so this test would prove nothing"
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        outside.execute(statement.format(table).replace("rowid", column))
    assert dump(outside) == before


@pytest.mark.parametrize("table", TABLES)
def test_no_client_can_replace_a_row(outside, table):
    before = dump(outside)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        outside.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    assert dump(outside) == before


@pytest.mark.parametrize("table", TABLES)
def test_no_client_can_replace_a_row_by_any_single_unique_key(outside, table):
    """Every unique key but one is made fresh, so that only that one finds the row in the way."""
    keys = find_unique_keys(table)
    before = dump(outside)
    for kept in keys:
        fresh = {column: make_fresh(outside, table, column) for key in keys if key != kept for column in key - kept}
        values = ", ".join(fresh.get(column.name, column.name) for column in schema.Base.metadata.tables[table].columns)
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            outside.execute(f"INSERT OR REPLACE INTO {table} SELECT {values} FROM {table} LIMIT 1")
    assert dump(outside) == before


@pytest.mark.parametrize("table", TABLES)
def test_no_client_can_replace_a_row_by_its_hidden_rowid(outside, table):
    options = outside.execute("SELECT wr FROM pragma_table_list WHERE name = ?", (table,)).fetchone()
    key = outside.execute("SELECT name FROM pragma_table_info(?) WHERE pk AND type = 'INTEGER'", (table,)).fetchall()
    assert options == (1,) or len(key) == 1, "a row could be replaced by a rowid that no trigger looks at"


def test_an_upsert_cannot_change_a_row_either(outside):
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        outside.execute(
            "INSERT INTO blobs SELECT * FROM blobs WHERE true ON CONFLICT (sha256) DO UPDATE SET size = size + 1"
        )


def test_columns_keep_to_their_type(outside):
    with pytest.raises(sqlite3.IntegrityError, match="cannot store TEXT value in INTEGER column"):
        outside.execute("INSERT INTO blobs VALUES ('ab', 1, 'many')")


def insert_and_fail(engine):
    with database.write(engine) as session:
        session.execute(text("INSERT INTO t VALUES (1)"))
        return 1 / 0


def find_unique_keys(table):
    described = schema.Base.metadata.tables[table]
    constraints = [described.primary_key, *described.constraints]
    unique = [each for each in constraints if type(each).__name__ in ("PrimaryKeyConstraint", "UniqueConstraint")]
    return {frozenset(column.name for column in constraint.columns) for constraint in unique}


def make_fresh(connection, table, column):
    (kind,) = connection.execute("SELECT type FROM pragma_table_info(?) WHERE name = ?", (table, column)).fetchone()
    return {"INTEGER": f"{column} + 100000", "TEXT": f"{column} || '-fresh'"}[kind]

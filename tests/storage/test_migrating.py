"""Migrations: the database they make is the one the mappings describe, and an older one is backed up first."""

import re
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from storage import migrating, schema
from storage.database import open_engine
from storage.migrations.append_only import append_only_triggers
from storage.records import NewQuery
from storage.store import Store
from tests.storage.conftest import OLD

NEXT = schema.REVISION + 1


def open_store(home):
    return Store.open(home, application_version="0.2.0")


def test_the_migrations_make_what_the_mappings_describe(store):
    with store._engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_not_of_the_search_index})
        assert compare_metadata(context, schema.Base.metadata) == []


def is_not_of_the_search_index(name, kind, parents):
    """SQLite keeps the index in tables of its own, which no mapping describes."""
    return kind != "table" or not name.startswith("search")


@pytest.mark.parametrize("table", schema.AUDITED_TABLES, ids=lambda table: table.name)
def test_the_migrations_write_each_table_as_the_mappings_would(store, run_sql, table):
    """Column for column, and checks, which the comparison above does not look at."""
    ((made,),) = run_sql(store.home, "SELECT sql FROM sqlite_master WHERE name = ?", parameters=(table.name,))
    engine = open_engine(store.home / "other.sqlite")
    with engine.begin() as connection:
        table.create(connection)
        wanted = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = ?", (table.name,)).scalar()
    engine.dispose()
    assert list_lines(made) == list_lines(wanted)


@pytest.mark.parametrize("table", schema.AUDITED_TABLES, ids=lambda table: table.name)
def test_every_table_has_its_three_triggers_over_all_its_unique_keys(store, run_sql, table):
    query = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ? ORDER BY name"
    made = [sql for (sql,) in run_sql(store.home, query, parameters=(table.name,)) if "_search" not in sql]
    replace = next(sql for sql in made if "BEFORE INSERT" in sql)
    keys = [key for key in table.constraints if type(key).__name__ in ("PrimaryKeyConstraint", "UniqueConstraint")]
    assert len(made) == len(append_only_triggers(table.name, [["x"]])) == 3
    assert replace.count("EXISTS") == len(keys)
    for key in keys:
        assert " AND ".join(f"{column.name} = NEW.{column.name}" for column in key.columns) in replace


def test_a_new_database_begins_its_chain_with_its_own_structure(store):
    (event,) = store.list_events()
    assert (event.seq, event.action, event.actor.kind) == (1, "database.created", "agent")
    assert event.payload["schema"]["trigger events_no_update"]
    assert len(event.payload["chain"]) == 36


def test_two_homes_have_different_chains(store, tmp_path):
    with open_store(tmp_path / "other") as other:
        assert other.verify().head_hash != store.verify().head_hash


def test_an_older_database_is_backed_up_and_then_migrated(home, monkeypatch, run_sql):
    monkeypatch.setattr(schema, "REVISION", NEXT)
    monkeypatch.setattr("storage.migrations.runner.upgrade", pretend_to_upgrade)
    with open_store(home) as store:
        event = store.list_events(limit=1)[0]
        report = store.verify()
    assert (event.action, event.payload["from"], event.payload["to"]) == ("database.migrated", NEXT - 1, NEXT)
    assert report.ok
    (copy,) = (home / "backups").iterdir()
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (f"{NEXT - 1:04}",)


def test_a_migration_that_fails_leaves_the_database_as_it_was(home, monkeypatch, run_sql):
    def fail(connection):
        pretend_to_upgrade(connection)
        raise ZeroDivisionError

    monkeypatch.setattr(schema, "REVISION", NEXT)
    monkeypatch.setattr("storage.migrations.runner.upgrade", fail)
    with pytest.raises(ZeroDivisionError):
        open_store(home)
    monkeypatch.undo()
    with open_store(home) as store:
        assert store.verify().ok
    assert run_sql(home, "SELECT version_num FROM alembic_version") == [(f"{schema.REVISION:04}",)]


def test_a_database_another_process_migrated_meanwhile_is_left_alone(store, monkeypatch):
    monkeypatch.setattr("storage.migrations.runner.upgrade", pytest.fail)
    migrating._upgrade(store._ledger)
    assert len(store.list_events()) == 1


def test_a_column_added_later_leaves_old_digests_valid(filled, run_sql):
    """Rows are hashed without their empty columns; only the structure is noticed."""
    run_sql(filled.home, "ALTER TABLE inspections ADD COLUMN lot TEXT")
    assert [problem.place for problem in filled.verify().problems] == ["table inspections"]


def test_opening_an_existing_home_does_not_import_alembic(home, project):
    code = (
        "import sys; from pathlib import Path; from storage.store import Store;"
        "Store.open(Path(sys.argv[1]), application_version='1').close(); sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(home)], cwd=project, check=False).returncode == 0


@pytest.mark.parametrize("revision", OLD)
def test_a_database_of_an_earlier_schema_keeps_all_it_holds(unpack, ada, revision):
    home, head = unpack(revision)
    with open_store(home) as store:
        events = store.list_events()
        assert [(event.action, event.payload.get("from")) for event in events[:1]] == [("database.migrated", revision)]
        assert events[1].hash == head
        assert store.verify().ok
        old = store.get_inspection(1)
        assert [(query.text, query.outcome, query.soft_map) for query in old.queries] == [("crack", None, None)]
        assert (old.verdict, len(old.turns), len(old.dispositions)) == ("reject", 2, 1)
        assert store.read_blob(old.photo) == b"photo part.png"
        assert len(store.list_signatures(1)) == (revision >= 4)


@pytest.mark.parametrize("revision", OLD)
def test_a_database_of_an_earlier_schema_takes_new_rows_after_its_migration(unpack, ada, revision):
    home, _ = unpack(revision)
    with open_store(home) as store:
        store.add_query(1, NewQuery("stain", outcome="not found"), ada)
        store.add_disposition(1, "scrap", "crack", "cannot be mended", ada)
        assert store.verify().ok


@pytest.mark.parametrize("revision", OLD)
def test_an_old_row_altered_before_the_migration_is_still_named_after_it(unpack, run_sql, revision):
    home, _ = unpack(revision)
    run_sql(home, "DROP TRIGGER queries_no_update")
    run_sql(home, "UPDATE queries SET text = 'scratch'")

    with open_store(home) as store:
        assert any("query 1" in problem.place for problem in store.verify().problems)


def pretend_to_upgrade(connection):
    connection.exec_driver_sql("ALTER TABLE inspections ADD COLUMN lot TEXT")
    connection.exec_driver_sql("UPDATE alembic_version SET version_num = ?", (f"{NEXT:04}",))


def list_lines(sql):
    """Columns and constraints; those added later stand on the last line, each foreign key beside its column."""
    inline = r"(\w+) (TEXT) (CONSTRAINT \w+) (REFERENCES \w+ \(\w+\))"
    apart = re.sub(inline, r"\1 \2,\n\3 FOREIGN KEY(\1) \4", re.sub(r", (?=\w+ TEXT)", ",\n", sql))
    lines = (line.strip(" \t,") for line in re.sub(r"\)$", "\n)", apart).splitlines())
    return sorted(line for line in lines if line)


@pytest.mark.parametrize("revision", OLD)
def test_d21_a_kill_in_the_middle_of_a_migration_leaves_the_old_database_whole(unpack, revision):
    """SQLite takes back what was not committed; the next start migrates as if nothing had been."""
    home, head = unpack(revision)
    program = (
        "import os, pathlib, sys\n"
        "from storage import migrating\n"
        "from storage.store import Store\n"
        "migrating._note_migration = lambda *_: os.kill(os.getpid(), 9)\n"
        "Store.open(pathlib.Path(sys.argv[1]), application_version='0.2.0')\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(home)], check=False, capture_output=True)
    assert done.returncode == -9
    with closing(sqlite3.connect(home / "audit.sqlite")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (f"{revision:04}",)
        assert connection.execute("SELECT hash FROM events ORDER BY seq DESC LIMIT 1").fetchone() == (head,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    with open_store(home) as store:
        assert store.verify().ok
        assert store.list_events(limit=5)[0].action == "database.migrated"


def test_d21_a_migration_that_breaks_after_it_wrote_returns_to_the_copy(unpack, monkeypatch):
    """What a transaction cannot take back, because the step itself committed, the copy made before does."""
    home, head = unpack(OLD[0])

    def break_off(connection):
        connection.exec_driver_sql("CREATE TABLE half_done (id INTEGER)")
        connection.exec_driver_sql("COMMIT")
        raise RuntimeError("the step broke")

    monkeypatch.setattr("storage.migrations.runner.upgrade", break_off)
    with pytest.raises(RuntimeError):
        open_store(home)
    with closing(sqlite3.connect(home / "audit.sqlite")) as connection:
        assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'half_done'").fetchall()
        assert connection.execute("SELECT hash FROM events ORDER BY seq DESC LIMIT 1").fetchone() == (head,)
    monkeypatch.undo()
    with open_store(home) as store:
        assert store.verify().ok

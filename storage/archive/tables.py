"""The archive's tables, derived from those of a home folder, and the triggers that let nobody change what they hold.

Each station has a PostgreSQL schema with all audited tables and the chunks of its files; the schema `archive` lists the
stations and how far each was verified. Later revisions only add tables and nullable columns, which are added here too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    func,
    inspect,
    text,
)
from sqlalchemy.dialects.postgresql import DOUBLE_PRECISION
from sqlalchemy.schema import CreateColumn, CreateTable
from sqlalchemy.types import REAL, TypeEngine

from storage import schema
from storage.searching import INDEXED, SEARCH

SHARED = "archive"
"""The PostgreSQL schema that lists the stations."""
_LONG_INDEXES = frozenset({"ix_inspections_history", "ix_inspections_serial", "ix_events_actor"})
"""Indexes over text of any length, of which PostgreSQL takes at most 2,700 bytes; the archive goes without."""

_shared = MetaData(schema=SHARED)
STATIONS = Table(
    "stations",
    _shared,
    Column("chain", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("namespace", Text, nullable=False, unique=True),
    Column("added_at", Text, nullable=False),
)
"""Each chain, its station's name and the PostgreSQL schema that holds its records."""
HEADS = Table(
    "verified_heads",
    _shared,
    Column("chain", Text, ForeignKey(STATIONS.c.chain), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", Text, nullable=False),
    Column("verified_at", Text, nullable=False),
)
"""The end of each batch that was read back and verified; the highest number counts."""
CHUNKS = Table(
    "blob_chunks",
    MetaData(),
    Column("sha256", Text, primary_key=True),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)
"""The bytes of a station's files, in pieces counted from 0."""

# The driver takes a single % for the place of a value.
_REFUSE_CHANGE = f"""
CREATE OR REPLACE FUNCTION {SHARED}.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what the archive holds is never changed or deleted (%% on %%)', TG_OP, TG_TABLE_NAME;
END $$
"""
_KEEP_UNLESS_PURGED = f"""
CREATE OR REPLACE FUNCTION {SHARED}.keep_unless_purged() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE purged boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %%I.tombstones t JOIN %%I.purge_states s ON s.purge_id = t.purge_id'
        ' WHERE t.sha256 = $1 AND s.state = ''approved'')', TG_TABLE_SCHEMA, TG_TABLE_SCHEMA)
        INTO purged USING OLD.sha256;
    IF NOT purged THEN
        RAISE EXCEPTION 'a file of the archive is only deleted when its purge was recorded';
    END IF;
    RETURN OLD;
END $$
"""
"""Only the bytes of files that two people agreed to purge may go; their hashes stay."""


def create_shared(connection: Connection) -> None:
    """Make the list of stations where it is missing."""
    lock(connection, SHARED)
    connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SHARED}")
    _shared.create_all(connection)
    connection.exec_driver_sql(_REFUSE_CHANGE)
    connection.exec_driver_sql(_KEEP_UNLESS_PURGED)
    for table in (STATIONS, HEADS):
        _guard(connection, SHARED, table.name)


def create_station(connection: Connection, namespace: str) -> None:
    """Make a station's tables, or add what this program knows more than the one that made them."""
    connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{namespace}"')
    found = inspect(connection)
    there = set(found.get_table_names(schema=namespace))
    for table in derive_tables(namespace):
        if table.name not in there:
            _create_table(connection, table)
            continue
        columns = {column["name"] for column in found.get_columns(table.name, schema=namespace)}
        _add_columns(connection, table, [column for column in table.columns if column.name not in columns])
    _make_search_view(connection, namespace)


def _make_search_view(connection: Connection, namespace: str) -> None:
    """What SQLite keeps an index of is read from the rows themselves; letters outside ASCII have cases there too."""
    sources = " UNION ALL ".join(
        f'SELECT inspection_id, text COLLATE "default" AS text FROM "{namespace}"."{source}"' for source in INDEXED
    )
    connection.exec_driver_sql(f'CREATE OR REPLACE VIEW "{namespace}".{SEARCH} AS {sources}')


def list_guards() -> Iterator[tuple[str, str]]:
    """Yield the table and the name of every trigger that a station must have."""
    for table in (*schema.AUDITED_TABLES, CHUNKS):
        yield table.name, "append_only"
    yield CHUNKS.name, "keep_unless_purged"


def find_guards(connection: Connection, namespace: str) -> set[tuple[str, str]]:
    """Return the table and name of every trigger of a station that is always in force."""
    found = connection.execute(
        text(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = :namespace AND t.tgenabled = 'A'"
        ),
        {"namespace": namespace},
    )
    return {(table, name) for table, name in found}


def lock(connection: Connection, what: str) -> None:
    """Wait until nobody else works on this until the transaction ends."""
    connection.execute(select_lock(what))


def select_lock(what: str) -> Any:
    """Return the statement that takes the lock of a name."""
    return func.pg_advisory_xact_lock(func.hashtextextended(what, 0)).select()


def derive_tables(namespace: str) -> list[Table]:
    """Return a station's tables for PostgreSQL, each after those it points to."""
    metadata = MetaData(naming_convention=schema.Base.metadata.naming_convention)
    tables = [table.to_metadata(metadata, schema=namespace) for table in (*schema.AUDITED_TABLES, CHUNKS)]
    for table in tables:
        for column in table.columns:
            column.type = _translate(column.type)
        for index in [index for index in table.indexes if index.name in _LONG_INDEXES]:
            table.indexes.remove(index)
    return tables


def _translate(type_: TypeEngine[Any]) -> TypeEngine[Any]:
    """Numbers keep all their digits; text sorts as SQLite sorts it, by its bytes."""
    kinds: Mapping[type[TypeEngine[Any]], TypeEngine[Any]] = {
        REAL: DOUBLE_PRECISION(),
        Integer: BigInteger(),
        Text: Text(collation="C"),
    }
    return kinds.get(type(type_), type_)


def _create_table(connection: Connection, table: Table) -> None:
    connection.execute(CreateTable(table))
    for index in table.indexes:
        index.create(connection)
    if table.name != CHUNKS.name:
        _guard(connection, str(table.schema), table.name)
        return
    _guard(connection, str(table.schema), table.name, "UPDATE OR TRUNCATE")
    _add_trigger(
        connection, str(table.schema), table.name, "keep_unless_purged", "DELETE", f"ROW EXECUTE FUNCTION {SHARED}."
    )


def _guard(
    connection: Connection, namespace: str, table: str, operations: str = "UPDATE OR DELETE OR TRUNCATE"
) -> None:
    """Refuse changes, also by sessions that replicate, for which ordinary triggers are asleep."""
    _add_trigger(connection, namespace, table, "append_only", operations, f"STATEMENT EXECUTE FUNCTION {SHARED}.")


def _add_trigger(connection: Connection, namespace: str, table: str, name: str, operations: str, each: str) -> None:
    function = "refuse_change" if name == "append_only" else name
    place = f'"{namespace}"."{table}"'
    connection.exec_driver_sql(
        f"CREATE OR REPLACE TRIGGER {name} BEFORE {operations} ON {place} FOR EACH {each}{function}()"
    )
    connection.exec_driver_sql(f"ALTER TABLE {place} ENABLE ALWAYS TRIGGER {name}")


def _add_columns(connection: Connection, table: Table, columns: list[Column[Any]]) -> None:
    for column in columns:
        written = str(CreateColumn(column).compile(connection))
        connection.exec_driver_sql(f'ALTER TABLE "{table.schema}"."{table.name}" ADD COLUMN {written}')

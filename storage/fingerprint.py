"""Digests of a database's own structure: tables, indexes and triggers, so that a dropped trigger is noticed."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress

from sqlalchemy import Connection

from storage.canonical import NotCanonical, digest

_AUTOMATIC = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'index' AND sql IS NULL"


def fingerprint_schema(connection: Connection) -> dict[str, str]:
    """SHA-256 of the SQL of every table, index, view and trigger, by "type name"; SQLite's own are left out."""
    objects = connection.exec_driver_sql(
        "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name"
    )
    return {f"{kind} {name}": _digest_sql(sql) for kind, name, sql in objects}


def _digest_sql(sql: object) -> str:
    try:
        return digest(sql)
    except NotCanonical:
        return "not text"


def find_changed_indexes(connection: Connection) -> list[str]:
    """Names of the indexes by which SQLite keeps keys unique that are not those its tables ask for.

    They have no SQL that could be digested; what they should be is seen by making the same tables elsewhere.
    """
    tables = connection.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE type = 'table' AND sql LIKE 'CREATE TABLE%' AND name NOT LIKE 'sqlite\\_%'"
        " ESCAPE '\\'"
    )
    with closing(sqlite3.connect(":memory:")) as other:
        for (sql,) in tables:
            with suppress(sqlite3.Error, UnicodeError):  # damaged SQL is named by its own digest
                other.execute(sql)
        wanted = set(other.execute(_AUTOMATIC).fetchall())
    found = {tuple(row) for row in connection.exec_driver_sql(_AUTOMATIC)}
    return sorted({str(name) for name, _ in wanted ^ found})

"""Digests of a database's own structure: tables, indexes and triggers, so that a dropped trigger is noticed."""

from __future__ import annotations

from sqlalchemy import Connection

from storage.canonical import NotCanonical, digest


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

"""Triggers that make a table append-only for every SQL client, whatever settings that client has.

A trigger on UPDATE and one on DELETE are not enough: INSERT OR REPLACE deletes the row in its way without telling the
DELETE trigger unless `recursive_triggers` is on, which is up to the client. So a third looks before each INSERT.
"""

from __future__ import annotations

from collections.abc import Sequence


def append_only_triggers(table: str, unique_keys: Sequence[Sequence[str]]) -> list[str]:
    """The SQL of a table's three triggers; `unique_keys` lists those of its primary key and constraints."""
    taken = " OR ".join(_key_is_taken(table, key) for key in unique_keys)
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} BEGIN {_abort(table, 'changed')} END",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} BEGIN {_abort(table, 'deleted')} END",
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} WHEN {taken}"
        f" BEGIN {_abort(table, 'replaced')} END",
    ]


def _key_is_taken(table: str, key: Sequence[str]) -> str:
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    return f"EXISTS (SELECT 1 FROM {table} WHERE {same})"


def _abort(table: str, what: str) -> str:
    return f"SELECT RAISE(ABORT, 'a row of {table} cannot be {what}: the audit database is append-only');"

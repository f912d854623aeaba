"""Bringing a database to this program's schema: made when missing, migrated when older, refused when newer.

Each step runs in one transaction with the event that notes it, and an existing database is backed up before. Alembic
is only imported when there is something to do.
"""

from __future__ import annotations

import sqlite3
import uuid
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.orm import Session

from storage import schema
from storage.audit_chain import Change, Entry, Ledger, format_utc
from storage.backup import copy_database
from storage.database import APPLICATION_ID, database_path, read_pragma, write_connection
from storage.errors import DamagedDatabase, NewerDatabase
from storage.faults import damaged, explain_faults
from storage.fingerprint import fingerprint_schema
from storage.records import Actor

_STRUCTURE = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
_LAST_MIGRATION = (
    "SELECT json_extract(payload, '$.to') FROM events WHERE action = 'database.migrated' ORDER BY seq DESC LIMIT 1"
)
SYSTEM = Actor("AnomalyGPT Inspector", "agent")


def prepare_database(ledger: Ledger, backups: Path) -> None:
    """Make, migrate or refuse the ledger's database; `backups` receives the copy made before a migration."""
    path = database_path(ledger.engine)
    with explain_faults(path):
        with ledger.engine.connect() as connection:
            revision = find_revision(connection, path)
        if revision == schema.REVISION:
            return
        if revision is None:
            _refuse_lost_database(ledger, path)
            _upgrade(ledger)
        else:
            _migrate(ledger, _back_up(ledger, backups, revision))


def find_revision(connection: Connection, path: Path) -> int | None:
    """The number of the schema a database has; None when it is empty. Refuses what is newer, foreign or damaged."""
    if not connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar():
        return None
    if read_pragma(connection, "application_id") != APPLICATION_ID:
        raise DamagedDatabase(f"{path} is not an audit database of this application; choose another home folder.")
    if not inspect(connection).has_table("alembic_version"):
        raise damaged(path, "it does not say which version it is")
    revision = _parse_revision(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar(), path)
    if revision > schema.REVISION:
        raise NewerDatabase(
            f"{path} was written by a newer version of the application (schema {revision}, this one knows"
            f" {schema.REVISION}); install that version or choose another home folder."
        )
    return revision


def _parse_revision(text: object, path: Path) -> int:
    if not isinstance(text, str) or not text.isdecimal() or int(text) < 1:
        raise damaged(path, f"its version is {text!r}")
    return int(text)


def _refuse_lost_database(ledger: Ledger, path: Path) -> None:
    """A new database beside photos that an older one recorded would hide that the older one is gone."""
    if any(ledger.blobs.list_hashes()):
        raise DamagedDatabase(
            f"{path} is gone or empty, but {ledger.blobs.folder} holds recorded files; restore a backup with 'audit"
            " restore', or choose another home folder to begin anew."
        )


def _migrate(ledger: Ledger, copy: Path) -> None:
    """Migrate, or be again as before: a step that fails is taken back by SQLite, and what it cannot, by the copy."""
    try:
        _upgrade(ledger)
    except BaseException:
        ledger.engine.dispose()
        _return_to(copy, ledger.engine)
        raise


def _return_to(copy: Path, engine: Engine) -> None:
    """Put the copy back where the structure is neither the old one nor, by another process, the new one."""
    with closing(sqlite3.connect(copy)) as before, closing(sqlite3.connect(database_path(engine))) as now:
        structure = now.execute(_STRUCTURE).fetchall()
        is_migrated = now.execute(_LAST_MIGRATION).fetchone() == (schema.REVISION,)
        if structure != before.execute(_STRUCTURE).fetchall() and not is_migrated:
            before.backup(now)


def _back_up(ledger: Ledger, backups: Path, revision: int) -> Path:
    """Copy the database and return where the copy lies."""
    moment = format_utc(ledger.stamp.clock()).replace(":", "").replace(".", "-")
    backups.mkdir(parents=True, exist_ok=True)
    copy = backups / f"audit-schema{revision}-{moment}.sqlite"
    copy_database(ledger.engine, copy)
    return copy


def _upgrade(ledger: Ledger) -> None:
    from storage.migrations.runner import upgrade  # noqa: PLC0415  Alembic takes as long to import as all the rest

    with write_connection(ledger.engine) as connection:
        before = find_revision(connection, database_path(ledger.engine))
        if before == schema.REVISION:
            return  # another process was quicker
        upgrade(connection)
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
        _note_migration(connection, ledger, before)
        connection.commit()


def _note_migration(connection: Connection, ledger: Ledger, before: int | None) -> None:
    action = "database.created" if before is None else "database.migrated"
    payload: dict[str, object] = {"from": before, "to": schema.REVISION, "schema": fingerprint_schema(connection)}
    if before is None:
        payload["chain"] = str(uuid.uuid4())
    with Session(connection, autoflush=False) as session:
        Entry(session, ledger.blobs, ledger.stamp).seal(
            Change(SYSTEM, action, "database", "audit.sqlite", payload=payload)
        )

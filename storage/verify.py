"""Recomputing everything the audit database claims, and naming what does not fit.

Looks, from one snapshot, at the chain and every row (`chain_check`), at the anchors that name its earlier ends, the
database's structure against the one the chain recorded, every blob's bytes, and what SQLite itself can check. Nothing
is repaired here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

from sqlalchemy import Column, Connection, Engine, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from storage import schema, searching
from storage.accounts import check_signatures
from storage.anchors import check_anchors
from storage.blobs import BlobFolder, is_hash
from storage.canonical import read_json
from storage.chain_check import ChainCheck, ChainHead
from storage.database import APPLICATION_ID, database_path, read_pragma
from storage.errors import KnownError
from storage.faults import explain_faults
from storage.findings import Findings, name_row
from storage.fingerprint import find_changed_indexes, fingerprint_schema
from storage.kept_files import load_tombstoned
from storage.records import BlobRef, VerificationReport

Progress = Callable[[float, str], None]

_STRUCTURE_ACTIONS = ("database.created", "database.migrated")
"""The events whose payload says what the structure was from then on."""
_CHAIN_SHARE = 0.4
"""Share of the progress bar for events and rows; the rest is reading blobs."""


def verify_database(engine: Engine, blobs: BlobFolder, progress: Progress | None = None) -> VerificationReport:
    """Check all of it; `DamagedDatabase` only when the file cannot be opened as a database at all."""
    report_progress = progress or (lambda share, words: None)
    findings, path = Findings(), database_path(engine)
    head, checked_blobs, checked_anchors = ChainHead(0, "", 0, 0), 0, 0
    with _open_snapshot(engine) as connection:
        with findings.survive(path):
            walk = ChainCheck(connection, findings)
            head = walk.run(lambda share: report_progress(share * _CHAIN_SHARE, "events and rows"))
        with findings.survive(path):
            checked_anchors = check_anchors(connection, findings)
        with findings.survive(path):
            check_signatures(connection, findings)
        with findings.survive(path):
            _check_structure(connection, findings)
        with findings.survive(path):
            checked_blobs = _check_blobs(connection, blobs, findings, report_progress)
        with findings.survive(path):
            _check_with_sqlite(connection, findings)
        _check_search_index(connection, findings)
    checked = {"events": head.events, "rows": head.rows, "blobs": checked_blobs, "anchors": checked_anchors}
    return VerificationReport(checked, findings.problems, findings.warnings, head.seq, head.hash)


@contextmanager
def _open_snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one snapshot and hands out damaged text too, so that it can be named."""
    with explain_faults(database_path(engine)), engine.connect() as connection:
        raw = cast(sqlite3.Connection, connection.connection.dbapi_connection)
        raw.text_factory = _decode_any
        try:
            yield connection
        finally:
            raw.text_factory = str


def _check_search_index(connection: Connection, findings: Findings) -> None:
    """The index proves nothing, but a wrong one would hide records from whoever searches."""
    with findings.survive(database_path(connection.engine)):
        try:
            count = searching.count_differences(connection)
        except OperationalError as error:
            if not _is_complaint(error):
                raise
            findings.warn("search index", f"cannot be read ({error.orig}); the records do not depend on it")
            return
        if count:
            words = f"differs from the records in {count} places; make it anew with 'audit rebuild-index'"
            findings.warn("search index", words)


def _is_complaint(error: OperationalError) -> bool:
    """Whether SQLite complains of the index itself, in whatever words, not of a lock, the disk or the whole file."""
    return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_ERROR


def _decode_any(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _check_structure(connection: Connection, findings: Findings) -> None:
    recorded = _read_recorded_structure(connection)
    if recorded is None:
        return  # the event that should say so was altered, and has been named
    found = fingerprint_schema(connection)
    for name in sorted(recorded.keys() - found.keys()):
        findings.add(name, "is missing from the database")
    for name in sorted(found.keys() - recorded.keys()):
        findings.add(name, "was put into the database from outside")
    for name in sorted(name for name in recorded.keys() & found.keys() if recorded[name] != found[name]):
        findings.add(name, "was changed from outside")
    for name in find_changed_indexes(connection):
        findings.add(f"index {name}", "was changed from outside")
    revision = connection.exec_driver_sql("SELECT group_concat(version_num) FROM alembic_version").scalar()
    if revision != f"{schema.REVISION:04}" or read_pragma(connection, "application_id") != APPLICATION_ID:
        findings.add("version mark", "of the database was changed from outside")


def _read_recorded_structure(connection: Connection) -> dict[str, str] | None:
    """Digests by name, from the newest event that changed the structure."""
    payload = connection.scalar(
        select(schema.Event.payload)
        .where(schema.Event.action.in_(_STRUCTURE_ACTIONS))
        .order_by(schema.Event.seq.desc())
        .limit(1)
    )
    try:
        structure = cast(dict[str, object], read_json(payload or ""))["schema"]
    except (ValueError, KeyError, TypeError):
        return None
    return structure if isinstance(structure, dict) else None


def _check_blobs(connection: Connection, blobs: BlobFolder, findings: Findings, progress: Progress) -> int:
    cited = [BlobRef(*row) for row in connection.execute(select(schema.StoredBlob.sha256, schema.StoredBlob.size))]
    purged: set[str] = set()
    with findings.survive(database_path(connection.engine)), Session(connection) as session:
        purged = load_tombstoned(session)
    for count, blob in enumerate(cited, start=1):
        if blob.sha256 in purged and not _warn_of_purged(blobs, blob, findings):
            continue
        fault = _find_blob_fault(blobs, blob) if is_hash(blob.sha256) else "is not named by the hash of a file"
        if fault is not None:
            findings.add(_name_blob(connection, blob.sha256), fault)
        progress(_CHAIN_SHARE + (1 - _CHAIN_SHARE) * count / len(cited), "photos and maps")
    known = {blob.sha256 for blob in cited}
    for sha256 in blobs.list_hashes():
        if sha256 not in known:
            findings.warn(f"blob {sha256:.12}", "is cited by no record: a crash or an unfinished inspection left it")
    return len(cited)


def _warn_of_purged(blobs: BlobFolder, blob: BlobRef, findings: Findings) -> bool:
    """Whether a file that was purged is still there, which is then said; its bytes are looked at like any other's."""
    is_there = is_hash(blob.sha256) and blobs.path(blob.sha256).exists()
    if is_there:
        findings.warn(f"blob {blob.sha256:.12}", "was purged but its file is still there; the next start removes it")
    return is_there


def _find_blob_fault(blobs: BlobFolder, blob: BlobRef) -> str | None:
    """What is wrong with a blob, completing a sentence that begins with its place; None when nothing is."""
    try:
        with explain_faults(blobs.folder):
            found = blobs.measure(blob.sha256)
    except KnownError as error:
        return f"cannot be read: {error}".removesuffix(".")
    if found is None:
        return f"is missing: there is no file {blobs.path(blob.sha256)}"
    if found != blob:
        return f"was altered: the {found.size} bytes of {blobs.path(blob.sha256)} are not the {blob.size} recorded"
    return None


def _name_blob(connection: Connection, sha256: str) -> str:
    """The blob's place in words, with the first row that cites it."""
    if not is_hash(sha256):
        return name_row("blobs", [sha256])
    for column in _BLOB_COLUMNS:
        keys = list(column.table.primary_key)
        key = connection.execute(select(*keys).where(column == sha256).order_by(*keys).limit(1)).first()
        if key is not None:
            what = column.name.removesuffix("_sha256")
            return f"blob {sha256:.12} of {name_row(column.table.name, key)} ({what})"
    return f"blob {sha256:.12}"


def _find_blob_columns() -> tuple[Column[str], ...]:
    """Every column that cites a blob; those of inspections first, for that is what people know by its number."""
    citing = [key.parent for table in schema.ROW_TABLES for key in table.foreign_keys if key.column.name == "sha256"]
    return tuple(
        sorted(citing, key=lambda column: (column.table.name != "inspections", column.table.name, column.name))
    )


_BLOB_COLUMNS = _find_blob_columns()


def _check_with_sqlite(connection: Connection, findings: Findings) -> None:
    name = database_path(connection.engine).name
    with _name_what_stops_sqlite(name, findings):
        for table, _, target, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
            findings.add(f"table {table}", f"points to a row of {target} that is not there")
    with _name_what_stops_sqlite(name, findings):
        for (message,) in connection.exec_driver_sql("PRAGMA integrity_check"):
            if message != "ok":
                findings.add(name, f"is damaged: {message}")


@contextmanager
def _name_what_stops_sqlite(name: str, findings: Findings) -> Iterator[None]:
    """Whatever stops SQLite at a statement of two words stands in the file."""
    try:
        yield
    except OperationalError as error:
        findings.add(name, f"cannot be checked: {error.orig}")

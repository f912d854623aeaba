"""Copies that are proven good: of the database alone, of a whole home folder while it is in use, and back again.

A copy is made beside its place, verified by reopening it, and only then given its name.
"""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import cast

from sqlalchemy import Engine, select

from storage import schema
from storage.anchors import find_anchor_file
from storage.blobs import BlobFolder
from storage.database import database_path, open_engine, read
from storage.durability import flush_folder, flush_path
from storage.errors import BackupFailed
from storage.faults import explain_faults
from storage.kept_files import load_tombstoned
from storage.records import BackupSummary, BlobRef, VerificationReport
from storage.verify import verify_database

DATABASE_NAME = "audit.sqlite"
BLOBS_NAME = "blobs"


def copy_database(engine: Engine, target: Path) -> None:
    """Copy the database as of now, by SQLite's own means, while others go on writing; durable when this returns."""
    partial = target.with_name(f"{target.name}.{uuid.uuid4().hex}.partial")
    with explain_faults(target), engine.connect() as connection:
        source = cast(sqlite3.Connection, connection.connection.dbapi_connection)
        try:
            with closing(sqlite3.connect(partial)) as copy:
                source.backup(copy)
            flush_path(partial)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        flush_folder(target.parent)


def make_backup(engine: Engine, blobs: BlobFolder, destination: Path) -> BackupSummary:
    """Copy database and blobs into a new folder; `BackupFailed` when the copy does not verify."""
    with _new_folder(destination) as partial:
        # Before the database: an anchor made meanwhile would name an event that the copy does not have.
        _copy_anchors(database_path(engine).parent, partial)
        copy_database(engine, partial / DATABASE_NAME)
        _copy_blobs(partial, blobs)
        report = _verify_copy(partial, destination)
    return _summarise(destination, report)


def restore_backup(source: Path, new_home: Path) -> BackupSummary:
    """Copy a backup into a new home folder; `BackupFailed` when the backup does not verify."""
    if not (source / DATABASE_NAME).is_file():
        raise BackupFailed(f"{source} holds no {DATABASE_NAME}; name the folder that 'audit backup' made.")
    if (source / f"{DATABASE_NAME}-wal").exists():
        raise BackupFailed(f"{source} is a home folder in use, not a backup; make one with 'audit backup' first.")
    with _new_folder(new_home) as partial, explain_faults(source):
        shutil.copyfile(source / DATABASE_NAME, partial / DATABASE_NAME)
        flush_path(partial / DATABASE_NAME)
        _copy_anchors(source, partial)
        _copy_blobs(partial, BlobFolder(source / BLOBS_NAME))
        report = _verify_copy(partial, source)
    return _summarise(new_home, report)


@contextmanager
def _new_folder(folder: Path) -> Iterator[Path]:
    """A folder to fill, which takes its name when the block ends and vanishes when the block raises."""
    partial = folder.with_name(f"{folder.name}.{uuid.uuid4().hex}.partial")
    with explain_faults(folder):
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise BackupFailed(f"{folder} is there already and not empty; name a new folder.")
        partial.mkdir(parents=True)
        try:
            yield partial
            if folder.exists():
                folder.rmdir()
            partial.replace(folder)
            flush_folder(folder.parent)
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def _copy_anchors(source: Path, target: Path) -> None:
    """Copy the anchors, but never the key that signs them: a copy made elsewhere must not sign for this station."""
    anchors, copy = find_anchor_file(source), find_anchor_file(target)
    if anchors.is_file():
        copy.parent.mkdir()
        shutil.copyfile(anchors, copy)
        flush_path(copy)


def _copy_blobs(target: Path, source: BlobFolder) -> None:
    """Copy every blob that the database in `target` cites, unless it was purged."""
    copies = BlobFolder(target / BLOBS_NAME)
    copies.create()
    for blob in _list_cited(target / DATABASE_NAME):
        source.require(blob)
        copies.put_file(source.path(blob.sha256))


def _list_cited(database: Path) -> list[BlobRef]:
    engine = open_engine(database)
    try:
        with read(engine) as session:
            purged = load_tombstoned(session)
            rows = session.scalars(select(schema.StoredBlob))
            return [BlobRef(row.sha256, row.size) for row in rows if row.sha256 not in purged]
    finally:
        engine.dispose()


def _verify_copy(folder: Path, named: Path) -> VerificationReport:
    engine = open_engine(folder / DATABASE_NAME)
    try:
        report = verify_database(engine, BlobFolder(folder / BLOBS_NAME))
    finally:
        engine.dispose()
    if not report.ok:
        raise BackupFailed(f"The copy of {named} does not verify: {report.problems[0].sentence}")
    return report


def _summarise(folder: Path, report: VerificationReport) -> BackupSummary:
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return BackupSummary(str(folder), report.checked["events"], report.checked["blobs"], size, report.head_hash)

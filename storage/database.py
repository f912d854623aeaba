"""The connection to `audit.sqlite`: durability settings, read back and checked, and transactions that wait their turn.

Writers begin with BEGIN IMMEDIATE, so that of several threads and processes one at a time reads the chain's head and
appends to it; readers see one snapshot and are never in the way. What is in the database is `schema`'s affair.

Nothing here or elsewhere may open the database file other than through SQLite: closing any other handle on it would
drop SQLite's own locks (https://www.sqlite.org/howtocorrupt.html, 2.2).
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from storage.errors import StorageFailed
from storage.faults import explain_faults
from storage.patience import is_over

BUSY_TIMEOUT_MS = 5000
"""Milliseconds SQLite itself waits for another writer, each time."""
LOCK_PATIENCE = 20.0
"""Seconds we go on trying before we say that the database is locked."""
_SLICE_MS = 250
"""Milliseconds of one try for the write lock: SQLite's own wait cannot be cut short when the program ends."""
APPLICATION_ID = 0x41475049
"""Marks the file as ours in its header ("AGPI"), so that another program's database is not taken for it."""

_IMMEDIATE = {"sqlite_begin": "BEGIN IMMEDIATE"}
_SETTINGS: dict[str, tuple[str | int, tuple[str | int, ...]]] = {
    "busy_timeout": (BUSY_TIMEOUT_MS, (BUSY_TIMEOUT_MS,)),
    "journal_mode": ("WAL", ("wal",)),
    "synchronous": ("FULL", (2,)),
    "foreign_keys": ("ON", (1,)),
    "recursive_triggers": ("ON", (1,)),
    "fullfsync": ("ON", (1,)),
    "checkpoint_fullfsync": ("ON", (1,)),
}
"""Pragma, the value set on every connection, the values it may read back as."""


def open_engine(path: Path) -> Engine:
    """An engine whose connections all carry the durability settings; creates the file when it is missing."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"isolation_level": None, "check_same_thread": False})
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def read(engine: Engine) -> Iterator[Session]:
    """A session that sees one unchanging snapshot and writes nothing."""
    with explain_faults(database_path(engine)), Session(engine) as session:
        yield session


@contextmanager
def write(engine: Engine) -> Iterator[Session]:
    """A session that holds the write lock; commits when the block ends, and takes everything back when it raises."""
    with explain_faults(database_path(engine)), write_connection(engine) as connection:
        with Session(connection, expire_on_commit=False) as session:
            yield session
        connection.commit()


@contextmanager
def write_connection(engine: Engine) -> Iterator[Connection]:
    """A connection that holds the write lock; the caller commits, else everything is taken back."""
    with engine.connect().execution_options(**_IMMEDIATE) as connection:
        _begin_patiently(connection)
        yield connection


def database_path(engine: Engine) -> Path:
    """The file behind an engine."""
    return Path(engine.url.database or "")


def read_pragma(connection: Connection, name: str) -> Any:
    """The value of a pragma on this connection."""
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def _begin_patiently(connection: Connection) -> None:
    """Take the write lock, trying again while another writer has it."""
    deadline = time.monotonic() + LOCK_PATIENCE
    with _short_waits(connection):
        while True:
            try:
                connection.begin()
                return
            except OperationalError as error:
                if not _is_busy(error) or is_over(deadline):
                    raise


@contextmanager
def _short_waits(connection: Connection) -> Iterator[None]:
    """Let SQLite itself wait for a moment only, while somebody tries again and again."""
    usual = int(_SETTINGS["busy_timeout"][0])
    driver = cast(sqlite3.Connection, connection.connection.driver_connection)
    driver.execute(f"PRAGMA busy_timeout = {min(_SLICE_MS, usual)}")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA busy_timeout = {usual}")


def _is_busy(error: OperationalError) -> bool:
    return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))


def _prepare_connection(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    for name, (value, accepted) in _SETTINGS.items():
        _set_pragma(connection, name, value)
        found = connection.execute(f"PRAGMA {name}").fetchone()[0]
        if found not in accepted:
            raise StorageFailed(f"The database setting {name} stays at {found} instead of {value}; use a local disk.")


def _set_pragma(connection: sqlite3.Connection, name: str, value: str | int) -> None:
    """Set a pragma; the change to WAL is refused at once, without waiting, while another connection is busy."""
    deadline = time.monotonic() + LOCK_PATIENCE
    while True:
        try:
            connection.execute(f"PRAGMA {name} = {value}")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or is_over(deadline):
                raise
            time.sleep(0.02)

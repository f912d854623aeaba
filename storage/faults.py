"""What the system and SQLite report, turned into sentences for a person; what is our own bug passes through.

Every place that touches the disk runs inside `explain_faults`, so that callers only ever see `KnownError`.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from storage.errors import (
    ChangedDatabase,
    DamagedDatabase,
    DatabaseLocked,
    DiskFull,
    KnownError,
    ReadOnly,
    StorageFailed,
)

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_DAMAGE = ("unsupported file format", "malformed")
"""Parts of messages that SQLite gives with its general error code when the file, not the statement, is wrong."""
_CHANGE = ("no such", "has no column named", "unknown function")
"""Parts of messages about a sound file with other tables than ours."""
_UNREADABLE_TEXT = "Could not decode to UTF-8"
"""Start of the message pysqlite gives, without a code, for a text column whose bytes are no text."""


@contextmanager
def explain_faults(path: Path) -> Iterator[None]:
    """Raise `KnownError` instead of what the disk or SQLite reports while working on `path`."""
    try:
        yield
    except OSError as error:
        raise explain_os_error(error, path) from error
    except UnicodeDecodeError as error:  # from the text of a message in which SQLite quotes the damaged file
        raise damaged(path, "it holds text that is none") from error
    except (sqlite3.Error, DBAPIError) as error:
        known = _explain_database_error(error, path)
        if known is None:
            raise
        raise known from error


def explain_os_error(error: OSError, path: Path) -> KnownError:
    """The sentence for an error of the file system; names the file the system named, else `path`."""
    place = error.filename or path
    if isinstance(error, FileNotFoundError):
        return StorageFailed(f"{place} does not exist; check its name, then try again.")
    if error.errno in _FULL:
        return full_disk(path)
    if error.errno in _FORBIDDEN:
        return ReadOnly(f"{place} cannot be written or read; check its permissions or choose another home folder.")
    reason = error.strerror or type(error).__name__
    return StorageFailed(f"The disk failed at {place} ({reason}); check the disk, then try again.")


def full_disk(path: Path) -> DiskFull:
    """The sentence for a full disk."""
    return DiskFull(f"The disk that holds {path} is full, so nothing was recorded; free some space and try again.")


def _explain_database_error(error: Exception, path: Path) -> KnownError | None:
    """The sentence for an error of SQLite, bare or wrapped by SQLAlchemy; None when it is our bug."""
    cause = getattr(error, "orig", error)
    if not isinstance(cause, sqlite3.Error):
        return None
    code = getattr(cause, "sqlite_errorcode", None)
    if code is None:
        return damaged(path, str(cause)) if str(cause).startswith(_UNREADABLE_TEXT) else None
    return _explain_code(code & 0xFF, str(cause), path)


def _explain_code(code: int, message: str, path: Path) -> KnownError | None:
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DatabaseLocked(f"{path} is locked by another program; close that program and try again.")
    if code == sqlite3.SQLITE_FULL:
        return full_disk(path)
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return ReadOnly(f"{path} cannot be opened for writing; check its permissions or choose another home folder.")
    if code == sqlite3.SQLITE_IOERR:
        return StorageFailed(
            f"The disk failed at {path} ({message}); check the disk and its free space, then try again."
        )
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or any(sign in message for sign in _DAMAGE):
        return damaged(path, message)
    return changed(path, message) if any(sign in message for sign in _CHANGE) else None


def changed(path: Path, what: str) -> ChangedDatabase:
    """The sentence for a database that is sound but not the one this version makes."""
    return ChangedDatabase(
        f"{path} was changed by another program or by another version of this one ({what}); install the version that"
        " made it, or keep it aside and restore a backup with 'audit restore'."
    )


def damaged(path: Path, what: str) -> DamagedDatabase:
    """The sentence for a database that cannot be read."""
    return DamagedDatabase(f"{path} is damaged ({what}); keep it aside and restore a backup with 'audit restore'.")

"""What a backup holds beside what is there now: which is newer, and whether they are the same station's at all.

Both are only read, the backup as it lies there even where its disk cannot be written.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote

from storage.backup import DATABASE_NAME
from storage.canonical import read_json
from storage.errors import BackupFailed, DamagedDatabase, KnownError
from storage.faults import damaged, explain_faults

Relation = Literal["none", "unreadable", "other", "same", "older", "newer", "parted"]
"""What a backup is to the present data: there is none; it cannot be read; it is another station's; both are the same;
the backup is older and holds nothing that the present lacks; it is newer; or each holds what the other lacks.
"""


@dataclass(frozen=True)
class ChainState:
    """How far a database's chain reaches."""

    chain: str
    events: int
    inspections: int
    last_event_at: str
    head_hash: str
    schema: int


@dataclass(frozen=True)
class RestoreComparison:
    """A backup beside the present data of a home folder."""

    backup: ChainState
    current: ChainState | None
    relation: Relation

    @property
    def events_missing(self) -> int:
        """Events of the present data that the backup does not have."""
        if self.current is None or self.relation not in ("older", "parted"):
            return 0
        return max(self.current.events - self.backup.events, 0)

    @property
    def inspections_missing(self) -> int:
        """Inspections of the present data that the backup does not have."""
        if self.current is None or self.relation not in ("older", "parted"):
            return 0
        return max(self.current.inspections - self.backup.inspections, 0)


def compare_backup(source: Path, home: Path) -> RestoreComparison:
    """Read both chains; `BackupFailed` when the backup is none, while present data that is damaged is only said."""
    path = source / DATABASE_NAME
    if not path.is_file():
        raise BackupFailed(f"{source} holds no {DATABASE_NAME}; name the folder that 'audit backup' made.")
    backup = _read_state(path, is_live=False)
    if not (home / DATABASE_NAME).is_file():
        return RestoreComparison(backup, None, "none")
    try:
        current = _read_state(home / DATABASE_NAME, is_live=True)
        return RestoreComparison(backup, current, _relate(path, backup, home / DATABASE_NAME, current))
    except KnownError:
        return RestoreComparison(backup, None, "unreadable")


def _relate(backup_path: Path, backup: ChainState, current_path: Path, current: ChainState) -> Relation:
    if backup.chain != current.chain:
        return "other"
    if backup.events <= current.events:
        fits = _read_hash(current_path, backup.events, is_live=True) == backup.head_hash
        same: Relation = "same" if backup.events == current.events else "older"
        return same if fits else "parted"
    return "newer" if _read_hash(backup_path, current.events, is_live=False) == current.head_hash else "parted"


def _read_state(path: Path, *, is_live: bool) -> ChainState:
    with explain_faults(path), closing(_connect(path, is_live=is_live)) as connection:
        newest = connection.execute("SELECT seq, recorded_at, hash FROM events ORDER BY seq DESC LIMIT 1").fetchone()
        first = connection.execute("SELECT payload FROM events WHERE seq = 1").fetchone()
        (inspections,) = connection.execute("SELECT count(*) FROM inspections").fetchone()
        (revision,) = connection.execute("SELECT version_num FROM alembic_version").fetchone() or (0,)
    if newest is None or first is None:
        raise damaged(path, "its chain is empty")
    return ChainState(_read_chain(first[0], path), newest[0], inspections, newest[1], newest[2], int(revision))


def _read_chain(payload: str, path: Path) -> str:
    try:
        values = read_json(payload)
    except ValueError:
        values = None
    if not isinstance(values, dict) or "chain" not in values:
        raise DamagedDatabase(f"{path} does not say which chain it holds; keep it aside and take another backup.")
    return str(values["chain"])


def _read_hash(path: Path, seq: int, *, is_live: bool) -> str:
    with explain_faults(path), closing(_connect(path, is_live=is_live)) as connection:
        found = connection.execute("SELECT hash FROM events WHERE seq = ?", (seq,)).fetchone()
    return "" if found is None else str(found[0])


def _connect(path: Path, *, is_live: bool) -> sqlite3.Connection:
    """A backup is read as immutable, so that nothing is written beside it; the present data may be in use."""
    mode = "mode=ro" if is_live else "mode=ro&immutable=1"
    return sqlite3.connect(f"file:{quote(path.absolute().as_posix())}?{mode}", uri=True)

"""Backups that the program makes by itself: named by their moment, made when due, the old ones removed after a new one.

An old backup is only removed once a newer one was verified, and either is an event. A folder that was not made here is
never touched.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from storage import schema
from storage.audit_chain import Change, Ledger
from storage.backup import DATABASE_NAME
from storage.database import read
from storage.errors import KnownError
from storage.faults import explain_faults
from storage.recording import record_event
from storage.records import Actor, BackupSummary
from storage.stored_values import read_mapping

AGENT = Actor("backup", "agent")
MADE, FAILED = "backup.made", "backup.failed"
_NAME = re.compile(r"anomalygpt-([0-9a-f]{8})-(\d{8}T\d{6})Z")


@dataclass(frozen=True)
class BackupPlan:
    """Where backups go, how many hours lie between them and how many stay; 0 hours means none by itself."""

    folder: Path
    hours: int
    keep: int


@dataclass(frozen=True)
class FoundBackup:
    """A backup in the folder of a plan."""

    path: Path
    made_at: datetime


def list_backups(plan: BackupPlan, chain: str) -> list[FoundBackup]:
    """Return this station's backups, newest first."""
    with explain_faults(plan.folder):
        if not plan.folder.is_dir():
            return []
        named = [(path, _NAME.fullmatch(path.name)) for path in plan.folder.iterdir()]
    found = [
        FoundBackup(path, datetime.strptime(match[2], "%Y%m%dT%H%M%S").replace(tzinfo=UTC))
        for path, match in named
        if match is not None and match[1] == chain[:8] and (path / DATABASE_NAME).is_file()
    ]
    return sorted(found, key=lambda each: each.made_at, reverse=True)


def is_backup_due(plan: BackupPlan, chain: str, now: datetime) -> bool:
    """Whether the newest backup is older than the plan wants; one from the future counts for nothing."""
    if plan.hours <= 0:
        return False
    past = [each for each in list_backups(plan, chain) if each.made_at <= now]
    return not past or now - past[0].made_at >= timedelta(hours=plan.hours)


def make_planned_backup(
    ledger: Ledger, plan: BackupPlan, chain: str, make: Callable[[Path, Actor], BackupSummary]
) -> BackupSummary:
    """Make a backup by `make`, then remove the oldest that are too many; a failure is an event and raised."""
    name = f"anomalygpt-{chain[:8]}-{ledger.stamp.clock().astimezone(UTC):%Y%m%dT%H%M%SZ}"
    try:
        summary = make(plan.folder / name, AGENT)
    except KnownError as error:
        payload = {"folder": str(plan.folder), "sentence": str(error)}
        record_event(ledger, Change(AGENT, FAILED, "database", "audit.sqlite", payload=payload))
        raise
    _remove_surplus(ledger, plan, chain)
    return summary


def find_last_failure(ledger: Ledger) -> tuple[str, str]:
    """Return when the last backup failed and the sentence; "" and "" where none did since the last that was made."""
    outcomes = select(schema.Event).where(schema.Event.action.in_((FAILED, MADE)))
    with read(ledger.engine) as session:
        event = session.scalars(outcomes.order_by(schema.Event.seq.desc()).limit(1)).first()
        if event is None or event.action != FAILED:
            return "", ""
        return event.recorded_at, str(read_mapping(event.payload).get("sentence", ""))


def _remove_surplus(ledger: Ledger, plan: BackupPlan, chain: str) -> None:
    """The newest was verified just now, so that older ones may go."""
    surplus = list_backups(plan, chain)[max(plan.keep, 1) :]
    for backup in surplus:
        with explain_faults(backup.path):
            # First without its name: what is half removed must not look like a backup.
            dying = backup.path.with_name(f"{backup.path.name}.removed")
            backup.path.rename(dying)
            shutil.rmtree(dying)
    if surplus:
        payload = {"folder": str(plan.folder), "removed": [backup.path.name for backup in surplus]}
        record_event(ledger, Change(AGENT, "backup.pruned", "database", "audit.sqlite", payload=payload))

"""What a station does by itself for its records: checks, the anchor of each day, planned backups; and it on demand.

Everything that is due is done by `do_due_work`, which the window asks for now and then and `audit due` from a schedule.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import storage.errors
from station.console import OnProgress, ignore_progress
from station.errors import RequestError
from station.language import tr
from station.people import NOBODY
from station.rights import Right
from storage.automatic_backups import BackupPlan, FoundBackup
from storage.integrity import CheckResult
from storage.records import Actor, BackupSummary, VerificationReport

if TYPE_CHECKING:
    from station.station import Station
    from storage.anchors import Anchor

CHECKER = Actor("check", "agent")


@dataclass(frozen=True)
class DueWork:
    """What was due and done; None and "" where nothing was."""

    anchor: Anchor | None = None
    quick: CheckResult | None = None
    full: CheckResult | None = None
    backup: BackupSummary | None = None
    failure: str = ""
    """Why the backup failed."""


@dataclass(frozen=True)
class BackupState:
    """The plan and what came of it."""

    plan: BackupPlan | None
    """None where no folder is set."""
    backups: tuple[FoundBackup, ...] = ()
    is_due: bool = False
    failed_at: str = ""
    """UTC, ISO 8601; "" where no backup failed since the last that was made."""
    failure: str = ""
    may_back_up: bool = True


@dataclass(frozen=True)
class UpkeepState:
    """The last checks, the newest anchor, the backups."""

    checks: tuple[CheckResult, ...]
    """Newest first, quick and full ones."""
    last_full: CheckResult | None
    is_full_due: bool
    anchor: Anchor | None
    backups: BackupState


def read_upkeep(station: Station) -> UpkeepState:
    """Read what was checked, signed and backed up. Raises the known errors of storage."""
    keeping = station.store.keeping
    full = next(iter(keeping.list_checks(1, "full")), None)
    return UpkeepState(
        checks=tuple(keeping.list_checks()),
        last_full=full,
        is_full_due=_is_full_check_due(station, full),
        anchor=station.store.find_newest_anchor(),
        backups=read_backups(station),
    )


def read_backups(station: Station) -> BackupState:
    """Read the plan and the backups made by it; a folder that cannot be read is the failure."""
    keeping, plan = station.store.keeping, find_plan(station)
    may = station.person.may(Right.BACKUP) and station.person is not NOBODY
    if plan is None:
        return BackupState(None, may_back_up=may)
    failed_at, failure = keeping.find_backup_failure()
    try:
        found = tuple(keeping.list_backups(plan))
        return BackupState(plan, found, keeping.is_backup_due(plan), failed_at, failure, may)
    except storage.errors.KnownError as error:
        return BackupState(plan, (), True, failed_at, str(error), may)


def find_plan(station: Station) -> BackupPlan | None:
    """Return where and how often the settings want backups; None where they name no folder."""
    settings = station.settings
    if not settings.backup_folder.strip():
        return None
    folder = Path(settings.backup_folder).expanduser()
    return BackupPlan(
        folder if folder.is_absolute() else station.home / folder, settings.backup_hours, settings.backup_keep
    )


def check_quickly(station: Station) -> CheckResult:
    """Look at the newest part of the records; quick, however many there are. The result is recorded."""
    return station.store.keeping.check_quickly(_checking(station))


def check_fully(station: Station, on_progress: OnProgress = ignore_progress) -> tuple[CheckResult, VerificationReport]:
    """Recompute everything; takes minutes where there are many photos. The result is recorded."""
    return station.store.keeping.check_fully(_checking(station), on_progress)


def sign_now(station: Station) -> Anchor:
    """Sign where the audit chain ends now. Raises `NotAllowed` and the known errors of storage."""
    station.acting(Right.EXPORT)
    return station.store.anchor("demand")


def back_up_now(station: Station) -> BackupSummary:
    """Make a backup where the settings say, whether it is due or not.

    Raises `NotAllowed`, `RequestError` where no folder is set, and the known errors of storage.
    """
    station.acting(Right.BACKUP)
    plan = find_plan(station)
    if plan is None:
        raise RequestError(tr("No folder for backups is set; choose one in the settings, best on another disk."))
    return station.store.keeping.make_planned_backup(plan, station.store.backup)


def do_due_work(station: Station, on_progress: OnProgress = ignore_progress) -> DueWork:
    """Do what is due: sign the day, check, back up. Nobody need have logged on: the program does it, in its own name.

    A backup that fails is told, not raised. Raises the known errors of storage.
    """
    keeping = station.store.keeping
    anchor = keeping.anchor_day()
    quick = keeping.check_quickly(CHECKER) if _is_quick_check_due(station) else None
    backup, failure = _back_up_if_due(station)
    full = None
    if _is_full_check_due(station, next(iter(keeping.list_checks(1, "full")), None)):
        full, _ = keeping.check_fully(CHECKER, on_progress)
    return DueWork(anchor, quick, full, backup, failure)


def _back_up_if_due(station: Station) -> tuple[BackupSummary | None, str]:
    plan, keeping = find_plan(station), station.store.keeping
    if plan is None:
        return None, ""
    try:
        if not keeping.is_backup_due(plan):
            return None, ""
        return keeping.make_planned_backup(plan, station.store.backup), ""
    except storage.errors.KnownError as error:
        return None, str(error)


def _is_quick_check_due(station: Station) -> bool:
    newest = next(iter(station.store.keeping.list_checks(1)), None)
    return newest is None or _age(newest) >= timedelta(days=1)


def _is_full_check_due(station: Station, last: CheckResult | None) -> bool:
    days = station.settings.check_days
    return days > 0 and (last is None or _age(last) >= timedelta(days=days))


def _age(check: CheckResult) -> timedelta:
    return datetime.now(UTC) - datetime.fromisoformat(check.checked_at)


def _checking(station: Station) -> Actor:
    """Checking is free for everybody; who has not logged on is not named."""
    person = station.person
    return CHECKER if person is NOBODY else Actor(person.name)

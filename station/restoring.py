"""Restoring a backup as a person does: what it holds beside what is there now, into a new folder, with a record of it.

The present data is never touched: it stays where it is, aside, and the restored home is another folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from station.errors import RequestError
from station.language import mark, tr, trn
from station.version import application_version
from storage.records import Actor, BackupSummary
from storage.restore_comparison import Relation, RestoreComparison, compare_backup

if TYPE_CHECKING:
    from station.station import Station

_RELATIONS: Mapping[Relation, str] = MappingProxyType(
    {
        "none": mark("There is no data here now; the backup is all there is."),
        "unreadable": mark("The data here now cannot be read, so that it cannot be compared with the backup."),
        "other": mark("The backup is of another station or of another data folder; the two have nothing in common."),
        "same": mark("The backup holds exactly what is here now."),
        "newer": mark("The backup is newer: what is here now ends before it, and nothing of it is missing there."),
        "parted": mark("Both went their own ways: each holds records that the other lacks. Keep both."),
    }
)


@dataclass(frozen=True)
class RestorePlan:
    """What restoring would mean."""

    source: Path
    comparison: RestoreComparison

    @property
    def sentence(self) -> str:
        """What a person must know before."""
        return tell_relation(self.comparison)


def plan_restore(station: Station, source: Path) -> RestorePlan:
    """Compare a backup with the present home. Raises the known errors of storage."""
    return RestorePlan(source, compare_backup(source, station.home))


def restore(station: Station, source: Path, new_home: Path) -> BackupSummary:
    """Restore a backup, verified, into a new folder; noted in the chain there.

    Raises `RequestError` for the home in use, and the known errors of storage.
    """
    from storage.store import Store  # noqa: PLC0415 - SQLAlchemy costs start-up time that `--help` need not pay

    if _is_inside(new_home, station.home) or _is_inside(new_home, source):
        raise RequestError(tr("Choose a new folder outside the data in use and outside the backup."))
    # Who restores is named as the system does: in the restored home nobody has logged on yet.
    return Store.restore(source, new_home, Actor(station.user_name), application_version=application_version())


def tell_relation(found: RestoreComparison) -> str:
    """Return what a backup is to the present data, in a sentence."""
    return _tell_older(found) if found.relation == "older" else tr(_RELATIONS[found.relation])


def _tell_older(found: RestoreComparison) -> str:
    lacking = trn(
        "The backup is older: {count} inspection that is here now is not in it.",
        "The backup is older: {count} inspections that are here now are not in it.",
        found.inspections_missing,
    )
    return (
        lacking if found.inspections_missing else tr("The backup is older; it has all inspections that are here now.")
    )


def _is_inside(folder: Path, other: Path) -> bool:
    return folder.resolve() == other.resolve() or other.resolve() in folder.resolve().parents

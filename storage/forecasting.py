"""How much room records take, how much they will take, and when their time is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage import schema
from storage.audit_chain import Ledger, format_utc
from storage.database import database_path, read
from storage.kept_files import KeptFiles, load_kept_files
from storage.retention import FOR_EVER

YEARS_AHEAD = (1, 5, 15, 20)
"""What customers ask for: IATF's year, and contracts of 15 and 20 years."""
_LOOKED_BACK = timedelta(days=30)
_DAYS_PER_YEAR = 365.25


@dataclass(frozen=True)
class Expiring:
    """What a year's end sees go; `year` is None for what no rule lets go, now or ever."""

    year: int | None
    inspections: int
    files: int
    size: int


@dataclass(frozen=True)
class Forecast:
    """Sizes in bytes. Growth goes on as in the last 30 days, and nothing is purged."""

    database_bytes: int
    file_bytes: int
    bytes_per_day: float
    days_looked_at: int
    ahead: tuple[tuple[int, int], ...]
    """Years from now, and bytes of database and files then."""
    expiring: tuple[Expiring, ...]
    """By year, what is kept for ever last."""


def forecast(ledger: Ledger) -> Forecast:
    """Measure what there is and what came lately, and carry it on."""
    database = _size_of_database(ledger)
    with read(ledger.engine) as session:
        kept = load_kept_files(session)
        days, growth = _measure_growth(session, ledger.stamp.clock().astimezone(UTC))
        first_database = session.scalar(select(func.count()).select_from(schema.Event)) or 1
        lately = _count_events(session, ledger.stamp.clock().astimezone(UTC))
    files = sum(kept.sizes.values())
    per_day = growth / days + database * lately / first_database / days
    now = database + files
    ahead = tuple((years, now + ceil(per_day * _DAYS_PER_YEAR * years)) for years in YEARS_AHEAD)
    return Forecast(database, files, per_day, days, ahead, _group_by_year(kept))


def _measure_growth(session: Session, now: datetime) -> tuple[int, int]:
    """Return the days looked at, at least 1 and at most 30, and the bytes of the files that came in them."""
    begun = session.scalar(select(schema.Event.recorded_at).where(schema.Event.seq == 1)) or format_utc(now)
    age = max((now - datetime.fromisoformat(begun)).days + 1, 1)
    came = (
        select(func.coalesce(func.sum(schema.StoredBlob.size), 0))
        .join(schema.Event, schema.Event.seq == schema.StoredBlob.event_seq)
        .where(schema.Event.recorded_at >= format_utc(now - _LOOKED_BACK))
    )
    return min(age, _LOOKED_BACK.days), int(session.scalar(came) or 0)


def _count_events(session: Session, now: datetime) -> int:
    since = format_utc(now - _LOOKED_BACK)
    return session.scalar(select(func.count()).where(schema.Event.recorded_at >= since)) or 0


def _group_by_year(kept: KeptFiles) -> tuple[Expiring, ...]:
    groups: dict[int, list[int]] = {}
    for last_day in kept.inspections.values():
        groups.setdefault(last_day.year, [0, 0, 0])[0] += 1
    for sha256, last_day in kept.last_days.items():
        group = groups.setdefault(last_day.year, [0, 0, 0])
        group[1] += 1
        group[2] += kept.sizes[sha256]
    return tuple(Expiring(None if year == FOR_EVER.year else year, *counts) for year, counts in sorted(groups.items()))


def _size_of_database(ledger: Ledger) -> int:
    path = database_path(ledger.engine)
    return sum(each.stat().st_size for each in (path, path.with_name(path.name + "-wal")) if each.exists())

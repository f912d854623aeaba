"""Until which day each file of the blob folder is kept: as long as the longest of all that cite it.

A file may be cited by many: the same photo inspected twice, a reference of a product, a part that could not be judged.
Only reads; what is done about it is `purging`'s affair.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Column, func, select, true
from sqlalchemy.orm import Session

from storage import schema
from storage.retention import FOR_EVER, Rules, find_local_day, load_all_rules

_BATCH = 2000


@dataclass(frozen=True)
class KeptFiles:
    """The last day on which each file and each inspection is kept; `FOR_EVER` where none is in sight."""

    sizes: dict[str, int]
    """Files that are there, by hash: neither those purged nor those never recorded."""
    last_days: dict[str, date]
    """By hash."""
    inspections: dict[int, date]
    files_of: dict[int, frozenset[str]]
    """The hashes that each inspection cites."""


@dataclass(frozen=True)
class _Citer:
    """An inspection, a failure or a reference: the product that it belongs to, and when it was recorded."""

    product_id: int | None
    day: date


def load_kept_files(session: Session) -> KeptFiles:
    """Work out for everything how long it is kept, under the rules and holds in force."""
    rules, gone = load_all_rules(session), load_tombstoned(session)
    blobs = session.execute(select(schema.StoredBlob.sha256, schema.StoredBlob.size))
    sizes = {sha256: size for sha256, size in blobs if sha256 not in gone}
    kept = _Gathering(sizes)
    _gather_inspections(session, rules, kept)
    _gather_failures(session, rules, kept)
    _gather_references(session, rules, kept)
    # What nothing cites any more that this program knows of is left alone.
    last_days = {sha256: kept.last_days.get(sha256, FOR_EVER) for sha256 in sizes}
    files_of = {number: frozenset(hashes) for number, hashes in kept.files_of.items()}
    return KeptFiles(sizes, last_days, kept.inspections, files_of)


def load_tombstoned(session: Session) -> set[str]:
    """Return the hashes of files that were purged and that nothing recorded afterwards cites again.

    A tombstone explains a missing file only when a second person agreed to its purge.
    """
    state = schema.PurgeState
    agreed = select(state.purge_id).where(state.state == "approved")
    purged = set(session.scalars(select(schema.Tombstone.sha256).where(schema.Tombstone.purge_id.in_(agreed))))
    return purged - load_cited_again(session) if purged else purged


def load_cited_again(session: Session, purge_id: int | None = None) -> set[str]:
    """Return the purged files whose bytes came in once more and are kept anew; of one purge, or of all."""
    tombstone = schema.Tombstone
    chosen = true() if purge_id is None else tombstone.purge_id == purge_id
    first = session.scalar(select(func.min(tombstone.event_seq)).where(chosen))
    again: set[str] = set()
    for column in CITING_COLUMNS if first is not None else ():
        # The first condition is said twice, so that the index of the events leaves out all that is older.
        later = (column.table.c.event_seq > first) & (column.table.c.event_seq > tombstone.event_seq)
        again.update(
            session.scalars(
                select(tombstone.sha256).join(column.table, column == tombstone.sha256).where(later, chosen)
            )
        )
    return again


def is_cited_after(session: Session, sha256: str, event_seq: int) -> bool:
    """Whether something recorded after an event cites a file."""
    for column in CITING_COLUMNS:
        later = select(column).where(column == sha256, column.table.c.event_seq > event_seq).limit(1)
        if session.execute(later).first() is not None:
            return True
    return False


def _find_citing_columns() -> tuple[Column[str], ...]:
    """Every column that cites a file, but that of the tombstones."""
    keys = (key for table in schema.ROW_TABLES for key in table.foreign_keys if key.column.name == "sha256")
    return tuple(key.parent for key in keys if key.parent.table.name != schema.Tombstone.__tablename__)


CITING_COLUMNS = _find_citing_columns()


class _Gathering:
    """What was found so far."""

    def __init__(self, sizes: dict[str, int]) -> None:
        self._sizes = sizes
        self.last_days: dict[str, date] = {}
        self.inspections: dict[int, date] = {}
        self.files_of: dict[int, set[str]] = {}

    def keep(self, sha256: str | None, last_day: date) -> None:
        """Keep a file until a day at least."""
        if sha256 in self._sizes:
            self.last_days[sha256] = max(last_day, self.last_days.get(sha256, date.min))

    def keep_for_inspection(self, inspection_id: int, sha256: str | None) -> None:
        """Keep a file as long as an inspection."""
        if sha256 in self._sizes:
            self.files_of.setdefault(inspection_id, set()).add(sha256)
            self.keep(sha256, self.inspections.get(inspection_id, FOR_EVER))


def _gather_inspections(session: Session, rules: Rules, kept: _Gathering) -> None:
    table = schema.Inspection
    citers = dict(_load_citers(session, table))
    kept.inspections.update(
        (number, rules.keep_until(citer.product_id, citer.day, number)) for number, citer in citers.items()
    )
    for column in CITING_COLUMNS:
        owner = column.table.c.get("id" if column.table.name == "inspections" else "inspection_id")
        if owner is None:
            continue
        for number, sha256 in session.execute(select(owner, column).where(column.is_not(None))):
            kept.keep_for_inspection(number, sha256)


def _gather_failures(session: Session, rules: Rules, kept: _Gathering) -> None:
    photos = dict(iter(session.execute(select(schema.Failure.id, schema.Failure.photo_sha256))))
    for number, citer in _load_citers(session, schema.Failure):
        kept.keep(photos[number], rules.keep_until(citer.product_id, citer.day))


def _gather_references(session: Session, rules: Rules, kept: _Gathering) -> None:
    """References are kept at least as long as the longest kept inspection of their product, and while it is in use.

    Records must stay re-runnable, and a product in use must go on judging.
    """
    longest = _find_longest(session, kept)
    table = schema.Reference
    for product_id, sha256 in session.execute(select(table.product_id, table.photo_sha256)):
        retired_on = rules.retired_on.get(product_id)
        if retired_on is None:
            kept.keep(sha256, FOR_EVER)
            continue
        kept.keep(sha256, max(rules.keep_until(product_id, retired_on), longest.get(product_id, date.min)))


def _find_longest(session: Session, kept: _Gathering) -> dict[int, date]:
    """Return for each product the last day of its longest kept inspection."""
    longest: dict[int, date] = {}
    table, version = schema.Inspection, schema.ProductVersion
    used = select(table.id, version.product_id).join(version, version.id == table.product_version_id)
    for number, product_id in session.execute(used):
        longest[product_id] = max(kept.inspections[number], longest.get(product_id, date.min))
    return longest


def _load_citers(
    session: Session, table: type[schema.Inspection] | type[schema.Failure]
) -> Iterator[tuple[int, _Citer]]:
    chosen = (
        select(table.id, schema.ProductVersion.product_id, schema.Event.recorded_at, schema.Event.local_offset)
        .join(schema.Event, schema.Event.seq == table.event_seq)
        .outerjoin(schema.ProductVersion, schema.ProductVersion.id == table.product_version_id)
        .order_by(table.id)
    )
    for number, product_id, recorded_at, offset in session.execute(chosen, execution_options={"yield_per": _BATCH}):
        yield number, _Citer(product_id, find_local_day(recorded_at, offset))

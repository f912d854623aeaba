"""The hash chain: every change is one event, and every event's hash covers all it added and the event before it.

Recipe "v1", enough to check a database without this program:

- A row's digest is the SHA-256 of the canonical JSON (`canonical`) of {"table": name, "row": {column: value}} without
  the columns that are NULL.
- A row's marks are, for each column in the table's order, the first eight hex digits of the SHA-256 of the canonical
  JSON of its value, written one after the other. They only serve to name the column that was changed.
- An event's `rows` is the canonical JSON of [[table, [primary key ...], digest, marks], ...], its `blobs` of
  [[sha256, size], ...].
- An event's hash is the SHA-256 of the canonical JSON of {column: value} of all its columns but `hash`. The first
  event's previous hash is 64 zeros; `seq` counts 1, 2, 3 ...

The chain shows any change inside it. It does not show a cut-off end, nor a chain rewritten as a whole: for that, keep a
head hash elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sqlalchemy import Engine, Table, func, insert, select
from sqlalchemy.orm import Session

from storage import schema
from storage.blobs import BlobFolder
from storage.canonical import NotCanonical, canonical_text, digest
from storage.database import write
from storage.errors import InvalidRecord
from storage.records import Actor, BlobRef, Json

RECIPE = "v1"
NO_PREVIOUS = "0" * 64
"""What the first event has for a previous hash."""
CLOCK_STEP = timedelta(seconds=1)
"""A clock that runs backwards by more than this between two events leaves an event of its own."""
MARK_DIGITS = 8
CLOCK = Actor("clock", "agent")

Clock = Callable[[], datetime]
AnyRow = TypeVar("AnyRow", bound=schema.Base)


def local_time() -> datetime:
    """Now, with the offset and name of the local zone."""
    return datetime.now().astimezone()


def format_utc(moment: datetime) -> str:
    """UTC, ISO 8601 with microseconds and "Z": sorts as text."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def hash_row(table: Table, values: Sequence[object]) -> str:
    """The digest of a row; `values` in the table's column order."""
    named = zip(table.columns.keys(), values, strict=True)
    return digest({"table": table.name, "row": {name: value for name, value in named if value is not None}})


def mark_column(value: object) -> str:
    """The mark of one column."""
    return digest(value)[:MARK_DIGITS]


def hash_event(values: Mapping[str, object]) -> str:
    """The hash of an event from all its columns; a `hash` among them is left out."""
    return digest({name: value for name, value in values.items() if name != "hash"})


@dataclass(frozen=True)
class Change:
    """What an event says: who did what to which object, and why. `payload` is plain JSON, such as old and new value."""

    actor: Actor
    action: str
    object_type: str
    object_id: str | int
    reason: str = ""
    payload: Json = field(default_factory=dict)


@dataclass(frozen=True)
class Stamp:
    """What every event of one process carries: the application's version, and the time when it is written."""

    application: str
    clock: Clock = local_time


class Entry:
    """One change being written: the rows it adds, the blobs it cites, and, at the end, its event.

    Lives inside one write transaction, so that `seq` and the keys it hands out are nobody else's.
    """

    def __init__(self, session: Session, blobs: BlobFolder, stamp: Stamp) -> None:
        self._session = session
        self._files = blobs
        self._stamp = stamp
        self._now = stamp.clock()
        self._rows: list[schema.Base] = []
        self._blobs: dict[str, int] = {}
        self._keys: dict[str, int] = {}
        self._previous = session.scalars(select(schema.Event).order_by(schema.Event.seq.desc()).limit(1)).first()
        self._note_clock_step()

    @property
    def session(self) -> Session:
        """For reading what is there; rows are only added through this entry."""
        return self._session

    @property
    def seq(self) -> int:
        """The number the event will have; every row of it carries it."""
        return self._previous.seq + 1 if self._previous else 1

    def next_key(self, table: type[schema.Base]) -> int:
        """A free primary key for a row of a table with a counted `id`."""
        name = table.__tablename__
        if name not in self._keys:
            counted = schema.Base.metadata.tables[name].c.id
            self._keys[name] = self._session.scalar(select(func.coalesce(func.max(counted), 0))) or 0
        self._keys[name] += 1
        return self._keys[name]

    def add(self, row: AnyRow) -> AnyRow:
        """Let a row be part of this change; the row must carry `seq`."""
        self._rows.append(row)
        return row

    def cite(self, blob: BlobRef) -> str:
        """Let this change cite a blob, and return its hash for the row that does; `MissingBlob` when it is not kept."""
        if blob.sha256 not in self._blobs:
            self._files.require(blob)
            self._blobs[blob.sha256] = blob.size
        return blob.sha256

    def seal(self, change: Change) -> schema.Event:
        """Write the event and its rows; recorded once the transaction commits."""
        self._add_new_blobs()
        event = schema.Event(seq=self.seq, **self._describe(change))
        event.hash = hash_event(_read_values(event))
        self._insert([event, *self._rows])
        self._previous, self._rows, self._blobs = event, [], {}
        return event

    def _add_new_blobs(self) -> None:
        """Let the blobs that no row cited so far be rows of this change."""
        column = schema.StoredBlob.sha256
        known = set(self._session.scalars(select(column).where(column.in_(self._blobs)))) if self._blobs else set()
        for sha256, size in self._blobs.items():
            if sha256 not in known:
                self.add(schema.StoredBlob(sha256=sha256, event_seq=self.seq, size=size))

    def _insert(self, rows: Sequence[schema.Base]) -> None:
        """Insert rows table by table, each table after those it points to."""
        for table in schema.AUDITED_TABLES:
            values = [_read_values(row) for row in rows if row.__tablename__ == table.name]
            if values:
                self._session.execute(insert(table), values)

    def _describe(self, change: Change) -> dict[str, object]:
        return {
            "recipe": RECIPE,
            "recorded_at": format_utc(self._now),
            "local_offset": self._now.isoformat()[-6:],
            "zone": self._now.tzname() or "",
            "application": self._stamp.application,
            "actor": change.actor.name,
            "actor_kind": change.actor.kind,
            "action": change.action,
            "object_type": change.object_type,
            "object_id": str(change.object_id),
            "reason": change.reason,
            "payload": canonical_text(change.payload),
            "rows": canonical_text([_cite_row(row) for row in self._rows]),
            "blobs": canonical_text(sorted(self._blobs.items())),
            "previous_hash": self._previous.hash if self._previous else NO_PREVIOUS,
        }

    def _note_clock_step(self) -> None:
        if self._previous is None:
            return
        before, now = self._previous.recorded_at, format_utc(self._now)
        step = datetime.fromisoformat(before) - self._now
        if step > CLOCK_STEP:
            seconds = round(step.total_seconds(), 6)
            payload = {"previous": before, "now": now, "seconds": seconds}
            self.seal(Change(CLOCK, "clock.stepped_back", "clock", "system", payload=payload))


def _read_values(row: schema.Base) -> dict[str, object]:
    """All columns of a row by name, in the table's order."""
    table = schema.Base.metadata.tables[row.__tablename__]
    return {column.name: getattr(row, column.name) for column in table.columns}


def _cite_row(row: schema.Base) -> list[object]:
    table = schema.Base.metadata.tables[row.__tablename__]
    values = _read_values(row)
    key = [values[column.name] for column in table.primary_key]
    return [table.name, key, hash_row(table, list(values.values())), "".join(map(mark_column, values.values()))]


@dataclass(frozen=True)
class Ledger:
    """Where changes are written: the database, the blobs they may cite, and the stamp they carry."""

    engine: Engine
    blobs: BlobFolder
    stamp: Stamp

    @contextmanager
    def entry(self) -> Iterator[Entry]:
        """One change, committed when the block is left, also by `return`; nothing of it is there when it raises."""
        with write(self.engine) as session:
            try:
                yield Entry(session, self.blobs, self.stamp)
            except NotCanonical as error:
                raise InvalidRecord(
                    f"Nothing was recorded, because {error}; correct the value and try again."
                ) from error

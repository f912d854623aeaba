"""One batch of a chain: some events with their rows, read from a home folder and proved after they were written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.orm import Session

from storage import schema
from storage.archive.errors import ForkedChain, UnverifiedBatch
from storage.canonical import read_json
from storage.chain_check import ChainCheck
from storage.errors import DamagedDatabase
from storage.findings import Findings
from storage.kept_files import load_tombstoned
from storage.records import BlobRef

MOST_EVENTS = 250
MOST_BYTES = 64 << 20
"""Bytes of files of one batch; a single event may cite more."""
SYNCED = "archive.synced"
"""The event by which a chain notes that it was copied up to an earlier one."""

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Head:
    """The end of a chain, or of a part of it; number 0 before the first event."""

    seq: int
    hash: str


@dataclass(frozen=True)
class Batch:
    """Events that follow each other, the rows they added, and the files that they cite and that are still kept."""

    after: Head
    events: Sequence[Values]
    rows: Mapping[str, Sequence[Values]]
    blobs: Sequence[BlobRef]

    @property
    def head(self) -> Head:
        """The last event."""
        return Head(self.events[-1]["seq"], self.events[-1]["hash"])

    @property
    def says_something(self) -> bool:
        """Whether it holds anything but notes of earlier copies."""
        return any(event["action"] != SYNCED for event in self.events)

    @property
    def purges(self) -> bool:
        """Whether files were purged in it, or agreed to be."""
        return bool(self.rows[schema.Tombstone.__tablename__] or self.rows[schema.PurgeState.__tablename__])


def read_batch(session: Session, after: Head) -> Batch | None:
    """Return what follows an event; None where nothing does."""
    events = list(_choose_events(session, after.seq))
    if not events:
        return None
    gone = load_tombstoned(session)
    blobs = {blob.sha256: blob for event in events for blob in _read_blobs(event)}
    kept = [blob for sha256, blob in blobs.items() if sha256 not in gone]
    return Batch(after, events, _read_rows(session, after.seq, events[-1]["seq"]), kept)


def write_batch(connection: Connection, batch: Batch) -> None:
    """Add a batch's events and rows to the archive; proved and committed by others."""
    connection.execute(insert(schema.EVENTS), [dict(event) for event in batch.events])
    for table in schema.ROW_TABLES:
        if rows := batch.rows[table.name]:
            connection.execute(insert(table), [dict(row) for row in rows])


def prove_batch(connection: Connection, batch: Batch) -> None:
    """Read back what follows the batch's beginning and recompute every hash of it; `UnverifiedBatch` otherwise."""
    findings = Findings()
    head = ChainCheck(connection, findings).run_after(batch.after.seq, batch.after.hash)
    if findings.problems:
        raise UnverifiedBatch(
            f"{findings.problems[0].sentence} Nothing after event {batch.after.seq} was copied; run 'audit verify' at"
            " this station and restore a backup where it finds the same."
        )
    if Head(head.seq, head.hash) != batch.head:
        raise UnverifiedBatch(f"The archive did not keep event {batch.head.seq}; sync again.")


def find_head(connection: Connection) -> Head:
    """Return the end of a chain."""
    newest = select(schema.EVENTS.c.seq, schema.EVENTS.c.hash).order_by(schema.EVENTS.c.seq.desc()).limit(1)
    row = connection.execute(newest).first()
    return Head(*cast(tuple[int, str], tuple(row))) if row else Head(0, "0" * 64)


def refuse_fork(local: Connection, archived: Connection, name: str) -> None:
    """Raise `ForkedChain`, naming the first event that differs, unless the archive holds a beginning of this chain."""
    head = find_head(archived)
    if not head.seq or _find_hash(local, head.seq) == head.hash:
        return
    first = _find_first_difference(local, archived, head.seq)
    if _find_hash(local, first) is None:
        raise ForkedChain(
            f"The archive holds event {first} of station {name}, but this home folder ends before it: it was restored"
            " from an older backup. Nothing was copied; go on with the newer home folder, or begin a new one."
        )
    raise ForkedChain(
        f"Event {first} of this home folder is not the event {first} that the archive holds of station {name}: one of"
        " them was written anew, or an older backup was restored and worked on. Nothing was copied; run 'audit verify'"
        " here and 'audit verify --archive' there, and go on with the home folder that matches."
    )


def _choose_events(session: Session, after: int) -> Iterator[Values]:
    """Yield the next events, as many as fit into one batch."""
    size = 0
    following = select(schema.EVENTS).where(schema.EVENTS.c.seq > after).order_by(schema.EVENTS.c.seq)
    for row in session.execute(following.limit(MOST_EVENTS)):
        yield dict(row._mapping)
        size += sum(blob.size for blob in _read_blobs(row._mapping))
        if size >= MOST_BYTES:
            return


def _read_rows(session: Session, after: int, until: int) -> dict[str, Sequence[Values]]:
    rows: dict[str, Sequence[Values]] = {}
    for table in schema.ROW_TABLES:
        chosen = select(table).where(table.c.event_seq > after, table.c.event_seq <= until)
        ordered = chosen.order_by(*table.primary_key)
        rows[table.name] = [dict(row._mapping) for row in session.execute(ordered)]
    return rows


def _read_blobs(event: Mapping[Any, Any]) -> list[BlobRef]:
    try:
        return [BlobRef(str(sha256), int(size)) for sha256, size in cast(list[list[Any]], read_json(event["blobs"]))]
    except (ValueError, TypeError) as error:
        raise DamagedDatabase(
            f"Event {event['seq']} was altered: its list of files cannot be read; run 'audit verify'."
        ) from error


def _find_hash(connection: Connection, seq: int) -> str | None:
    return connection.scalar(select(schema.EVENTS.c.hash).where(schema.EVENTS.c.seq == seq))


def _find_first_difference(local: Connection, archived: Connection, last: int) -> int:
    """Return the first event that is not the same in both: as each hash covers all before it, halving finds it."""
    same, different = 0, last
    while different - same > 1:
        middle = (same + different) // 2
        if _find_hash(local, middle) == _find_hash(archived, middle):
            same = middle
        else:
            different = middle
    return different


def count_events(connection: Connection, after: int) -> int:
    """Return how many events follow one."""
    following = select(func.count()).select_from(schema.EVENTS).where(schema.EVENTS.c.seq > after)
    return connection.scalar(following) or 0

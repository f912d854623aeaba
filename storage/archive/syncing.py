"""Copying what a home folder's chain added since the last time to the archive, batch by batch, each proved first.

A batch is one transaction of the server: events, rows and files are written, read back, recomputed, and only then kept
together with the new verified head. Whatever interrupts a copy, the next one goes on after the last kept batch.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import Engine, insert

from storage.archive import tables
from storage.archive.archived_files import FileSender, delete_purged
from storage.archive.batches import (
    SYNCED,
    Batch,
    Head,
    count_events,
    find_head,
    prove_batch,
    read_batch,
    refuse_fork,
    write_batch,
)
from storage.archive.server import name_server, open_archive, read_address
from storage.archive.stations import ArchivedStation, add_station, identify_chain
from storage.audit_chain import Change, Ledger, format_utc, local_time
from storage.database import read
from storage.errors import InvalidRecord
from storage.recording import record_event
from storage.records import Actor

if TYPE_CHECKING:
    from collections.abc import Iterator

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class SyncSummary:
    """What was copied, and up to where the archive holds this station's chain now."""

    server: str
    station: str
    chain: str
    events: int
    rows: int
    files: int
    head_seq: int
    head_hash: str


def sync_station(
    ledger: Ledger, address: str, name: str | None, actor: Actor, progress: Progress | None = None
) -> SyncSummary:
    """Copy everything new and note it in the station's own chain, which is copied too; nothing new leaves no note.

    `name` is how the archive calls a station that is new to it, else the computer's. Raises the known errors of
    storage.
    """
    with read(ledger.engine) as session:
        chain = identify_chain(session.connection())
    with _connected(address) as shared:
        station = add_station(shared, chain, name or platform.node() or chain)
    if name not in (None, station.name):
        raise InvalidRecord(
            f"The archive calls this station {station.name}; a station keeps its name, leave out --name."
        )
    with _connected(address, station.namespace) as engine:
        summary = SyncSummary(name_server(read_address(address)), station.name, chain, 0, 0, 0, 0, "")
        work = _Copying(ledger, engine, station, progress or (lambda share, words: None))
        summary = work.run(summary)
        if work.is_noteworthy:
            _note(ledger, summary, actor)
            summary = work.run(summary)
    return summary


class _Copying:
    """One station being copied."""

    def __init__(self, ledger: Ledger, engine: Engine, station: ArchivedStation, progress: Progress) -> None:
        self._ledger = ledger
        self._engine = engine
        self._station = station
        self._progress = progress
        self.is_noteworthy = False
        """Whether anything but notes of earlier copies was copied."""

    def run(self, summary: SyncSummary) -> SyncSummary:
        """Copy until nothing is left, and return the summary with what this added."""
        while (copied := self._copy_batch()) is not None:
            batch, files = copied
            self.is_noteworthy = self.is_noteworthy or batch.says_something
            summary = replace(
                summary,
                events=summary.events + len(batch.events),
                rows=summary.rows + sum(map(len, batch.rows.values())),
                files=summary.files + files,
            )
            self._tell(batch.head)
        with self._engine.connect() as connection:
            head = find_head(connection)
        return replace(summary, head_seq=head.seq, head_hash=head.hash)

    def _copy_batch(self) -> tuple[Batch, int] | None:
        """Copy the next batch and return it with the number of files sent; None when nothing is left."""
        with self._engine.begin() as archived:
            # Whoever else copies this chain waits here; where the chain ends is only asked afterwards.
            tables.lock(archived, self._station.chain)
            with read(self._ledger.engine) as session:
                refuse_fork(session.connection(), archived, self._station.name)
                batch = read_batch(session, find_head(archived))
            if batch is None:
                return None
            write_batch(archived, batch)
            files = FileSender(archived, self._ledger.blobs).send(batch.blobs)
            prove_batch(archived, batch)
            if batch.purges:
                delete_purged(archived)
            archived.execute(insert(tables.HEADS).values(**self._describe(batch.head)))
        return batch, files

    def _describe(self, head: Head) -> dict[str, object]:
        moment = format_utc(local_time())
        return {"chain": self._station.chain, "seq": head.seq, "hash": head.hash, "verified_at": moment}

    def _tell(self, head: Head) -> None:
        with read(self._ledger.engine) as session:
            left = count_events(session.connection(), head.seq)
        self._progress(head.seq / (head.seq + left), f"event {head.seq}")


def _note(ledger: Ledger, summary: SyncSummary, actor: Actor) -> None:
    payload = {
        "server": summary.server,
        "station": summary.station,
        "chain": summary.chain,
        "seq": summary.head_seq,
        "hash": summary.head_hash,
    }
    record_event(ledger, Change(actor, SYNCED, "archive", summary.server, payload=payload))


@contextmanager
def _connected(address: str, namespace: str | None = None) -> Iterator[Engine]:
    engine = open_archive(address, namespace)
    try:
        yield engine
    finally:
        engine.dispose()

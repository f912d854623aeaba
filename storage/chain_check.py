"""Checking the chain from its first event to its last, and every row against the event that created it.

Events and rows are read side by side in stretches of the chain, so that memory does not grow with the database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Row, Select, Table, func, select

from storage import schema
from storage.audit_chain import MARK_DIGITS, NO_PREVIOUS, RECIPE, hash_event, hash_row, mark_column
from storage.canonical import NotCanonical, read_json
from storage.findings import Findings, Key, name_row

STRETCH = 500
"""Events read at a time."""
_EVENT_COLUMNS = tuple(schema.EVENTS.columns.keys())


@dataclass(frozen=True)
class _Citation:
    """What an event says about a row it created."""

    event: int
    digest: str
    marks: str


@dataclass(frozen=True)
class _Link:
    """The end of the chain so far: both what the event says its hash is and what it should be."""

    seq: int
    stored: object
    computed: str


@dataclass(frozen=True)
class ChainHead:
    """The newest event, and how much was looked at on the way."""

    seq: int
    hash: str
    events: int
    rows: int


class ChainCheck:
    """One walk along the chain. Rows whose event seems wrong wait until the end, for where they moved to."""

    def __init__(self, connection: Connection, findings: Findings) -> None:
        self._connection = connection
        self._findings = findings
        self._link = _Link(0, NO_PREVIOUS, NO_PREVIOUS)
        self._missing: dict[tuple[str, Key], _Citation] = {}
        self._uncited: dict[tuple[str, Key], tuple[Table, Sequence[object]]] = {}
        self._rows = 0
        self._events = 0

    def run(self, on_progress: Callable[[float], None]) -> ChainHead:
        """Walk the whole chain; `on_progress` gets shares from 0 to 1."""
        total = self._connection.scalar(select(func.count()).select_from(schema.EVENTS)) or 0
        after: int | None = None
        for stretch in self._read_stretches():
            until = None if self._events + len(stretch) >= total else cast(int, stretch[-1].seq)
            self._check_stretch(stretch, after, until)
            after = until
            on_progress(self._events / total)
        if not total:
            self._findings.add("event 1", "is missing: the chain is empty")
            self._check_rows({}, None, None)
        self._report_strays()
        return ChainHead(self._link.seq, str(self._link.stored) if total else "", self._events, self._rows)

    def run_after(self, seq: int, event_hash: str) -> ChainHead:
        """Walk what follows an event that is known to be sound, with all rows that came after it."""
        self._link = _Link(seq, event_hash, event_hash)
        after = seq
        for stretch in self._read_stretches(seq):
            until = cast(int, stretch[-1].seq)
            self._check_stretch(stretch, after, until)
            after = until
        self._check_rows({}, after, None)
        self._report_strays()
        return ChainHead(self._link.seq, str(self._link.stored), self._events, self._rows)

    def _read_stretches(self, after: int | None = None) -> Iterator[Sequence[Row[Any]]]:
        events = select(schema.EVENTS).order_by(schema.EVENTS.c.seq)
        if after is not None:
            events = events.where(schema.EVENTS.c.seq > after)
        result = self._connection.execute(events, execution_options={"yield_per": STRETCH})
        yield from result.partitions(STRETCH)

    def _check_stretch(self, events: Sequence[Row[Any]], after: int | None, until: int | None) -> None:
        citations: dict[tuple[str, Key], _Citation] = {}
        for event in events:
            self._check_event(event)
            citations.update(self._read_citations(event))
        self._check_rows(citations, after, until)

    def _check_event(self, event: Row[Any]) -> None:
        place = f"event {event.seq}"
        computed = _compute_hash(event)
        if event.seq != self._link.seq + 1:
            self._findings.add(f"event {self._link.seq + 1}", f"is missing: the next one there is event {event.seq}")
        elif event.previous_hash not in (self._link.stored, self._link.computed):
            self._findings.add(place, f"does not follow from event {self._link.seq}: one of the two was replaced")
        if event.recipe != RECIPE:
            self._findings.add(place, f"was hashed by the recipe {event.recipe!r}, which is not known here")
        elif computed != event.hash:
            self._findings.add(place, "was altered: its hash does not match what it says")
        self._link = _Link(event.seq, event.hash, computed)
        self._events += 1

    def _read_citations(self, event: Row[Any]) -> dict[tuple[str, Key], _Citation]:
        try:
            cited = cast(list[list[Any]], read_json(event.rows))
            return {
                (table, tuple(key)): _Citation(event.seq, str(digest), str(marks))
                for table, key, digest, marks in cited
            }
        except (ValueError, TypeError):
            self._findings.add(f"event {event.seq}", "was altered: its list of rows cannot be read")
            return {}

    def _check_rows(self, citations: dict[tuple[str, Key], _Citation], after: int | None, until: int | None) -> None:
        for table in schema.ROW_TABLES:
            for row in self._connection.execute(_select_stretch(table, after, until)):
                self._check_row(table, tuple(row), citations)
        self._missing.update(citations)

    def _check_row(self, table: Table, values: Sequence[object], citations: dict[tuple[str, Key], _Citation]) -> None:
        self._rows += 1
        named = dict(zip(table.columns.keys(), values, strict=True))
        key = tuple(named[column.name] for column in table.primary_key)
        citation = citations.pop((table.name, key), None)
        if citation is None:
            self._uncited[table.name, key] = (table, values)
        elif _compute_digest(table, values) != citation.digest:
            self._report_altered(table, key, values, citation)

    def _report_altered(self, table: Table, key: Key, values: Sequence[object], citation: _Citation) -> None:
        columns = find_altered_columns(table, values, citation.marks)
        place = name_row(table.name, key) + (f", column {' and '.join(columns)}" if columns else "")
        self._findings.add(place, f"was altered since event {citation.event} recorded it")

    def _report_strays(self) -> None:
        """Rows that no event of their stretch cites, and cited rows that were not found there."""
        for (name, key), citation in self._missing.items():
            if (name, key) in self._uncited:
                table, values = self._uncited.pop((name, key))
                self._report_altered(table, key, values, citation)
            else:
                self._findings.add(name_row(name, key), f"is missing, though event {citation.event} recorded it")
        for name, key in self._uncited:
            self._findings.add(name_row(name, key), "was put in from outside: no event recorded it")


def find_altered_columns(table: Table, values: Sequence[object], marks: str) -> list[str]:
    """Names of the columns whose value no longer gives the mark its event kept of it."""
    starts = range(0, len(marks), MARK_DIGITS)
    kept = [marks[start : start + MARK_DIGITS] for start in starts]
    found = zip(table.columns.keys(), map(_compute_mark, values), kept, strict=False)
    return [name for name, now, then in found if now != then]


def _select_stretch(table: Table, after: int | None, until: int | None) -> Select[Any]:
    """All rows that name an event of a stretch of the chain; the first and the last stretch have no outer end."""
    seq = table.c.event_seq
    statement = select(table)
    if after is not None:
        statement = statement.where(seq > after)
    if until is not None:
        statement = statement.where(seq <= until)
    return statement


def _compute_hash(event: Row[Any]) -> str:
    try:
        return hash_event(dict(zip(_EVENT_COLUMNS, event, strict=True)))
    except NotCanonical:
        return ""


def _compute_digest(table: Table, values: Sequence[object]) -> str:
    try:
        return hash_row(table, values)
    except NotCanonical:
        return ""


def _compute_mark(value: object) -> str:
    try:
        return mark_column(value)
    except NotCanonical:
        return ""

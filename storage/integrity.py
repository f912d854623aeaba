"""Checks of the audit database whose results are records: quick ones at each start, full ones on demand and weekly.

The quick one looks at the newest part of everything and lets SQLite look for as long as a person waits gladly; the full
one is `verify`. Either leaves an event with what was looked at, what was found and how long it took.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal, cast

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.orm import Session

from storage import schema
from storage.anchors import check_anchors
from storage.audit_chain import Change, Ledger
from storage.blobs import BlobFolder
from storage.chain_end import check_chain_end
from storage.database import database_path, read
from storage.errors import DamagedBlob, KnownError, MissingBlob
from storage.faults import explain_faults
from storage.findings import Findings, name_row
from storage.purging import find_purged
from storage.recording import record_event
from storage.records import Actor, BlobRef, Problem, RecordedEvent, VerificationReport
from storage.stored_values import read_event
from storage.verify import Progress, verify_database

CheckKind = Literal["quick", "full"]
_ACTIONS: Mapping[CheckKind, str] = {"quick": "check.quick", "full": "check.full"}
NEWEST = 200
"""Rows of each kind, files and anchors that the quick check looks at."""
SQLITE_PATIENCE = 1.5
"""Seconds that SQLite's own quick check may take; a large database is then looked at in part, and that is said."""
_MOST_SENTENCES = 50
_RECENT = 5_000
"""Events among which the status line looks for a check."""
_STEPS_BETWEEN_LOOKS = 20_000
"""Instructions of SQLite's machine between two looks at the clock: a few milliseconds."""


@dataclass(frozen=True)
class CheckResult:
    """What a check looked at and found; as it was recorded."""

    kind: CheckKind
    ok: bool
    seconds: float
    checked: Mapping[str, int]
    problems: tuple[str, ...]
    """Sentences; the first fifty."""
    warnings: int
    checked_at: str = ""
    """UTC, ISO 8601; "" where the result could not be recorded."""
    checked_by: str = ""
    head_seq: int = 0
    head_hash: str = ""


def check_quickly(ledger: Ledger, actor: Actor) -> CheckResult:
    """Look at the newest part of everything, and record what was found."""
    begun = time.monotonic()
    findings = Findings()
    checked = _look_quickly(ledger.engine, ledger.blobs, findings)
    end = findings.problems
    return _note(ledger, actor, _summarise("quick", begun, checked, end, len(findings.warnings)))


def check_fully(
    ledger: Ledger, actor: Actor, progress: Progress | None = None
) -> tuple[CheckResult, VerificationReport]:
    """Recompute everything, and record what was found."""
    begun = time.monotonic()
    report = verify_database(ledger.engine, ledger.blobs, progress)
    result = _summarise("full", begun, report.checked, report.problems, len(report.warnings))
    return _note(ledger, actor, result, report.head_seq, report.head_hash), report


def load_checks(session: Session, limit: int, kind: CheckKind | None = None) -> list[CheckResult]:
    """Return the newest checks, newest first."""
    actions = list(_ACTIONS.values()) if kind is None else [_ACTIONS[kind]]
    chosen = select(schema.Event).where(schema.Event.action.in_(actions)).order_by(schema.Event.seq.desc())
    return [_read_check(read_event(event)) for event in session.scalars(chosen.limit(limit))]


def find_recent_check(session: Session) -> CheckResult | None:
    """Return the newest check among the last events; None where there is none, however many older ones there are."""
    head = session.scalar(select(func.max(schema.Event.seq))) or 0
    actions = list(_ACTIONS.values())
    chosen = select(schema.Event).where(schema.Event.seq > head - _RECENT, schema.Event.action.in_(actions))
    event = session.scalars(chosen.order_by(schema.Event.seq.desc()).limit(1)).first()
    return None if event is None else _read_check(read_event(event))


def _look_quickly(engine: Engine, blobs: BlobFolder, findings: Findings) -> dict[str, int]:
    path = database_path(engine)
    checked = {"events": 0, "rows": 0, "blobs": 0, "anchors": 0, "pages": 0}
    with findings.survive(path):
        end = check_chain_end(engine, NEWEST)
        checked["events"] = min(end.seq, NEWEST)
        if not end.is_intact:
            findings.add("the end of the chain", "was altered; run the full check to see where")
    with findings.survive(path), explain_faults(path), engine.connect() as connection:
        checked["anchors"] = check_anchors(connection, findings, NEWEST)
        checked["rows"] = _check_newest_rows(connection, findings)
        checked["pages"] = int(_let_sqlite_look(connection, findings))
    with findings.survive(path), read(engine) as session:
        checked["blobs"] = _check_newest_files(session, blobs, findings)
    return checked


def _check_newest_rows(connection: Connection, findings: Findings) -> int:
    """Whether the newest rows of each table point to rows that are there; return how many were looked at."""
    count = 0
    for table in schema.ROW_TABLES:
        newest = select(table).order_by(table.c.event_seq.desc()).limit(NEWEST).subquery()
        count += len(connection.execute(select(newest.c.event_seq)).all())
        for key in table.foreign_keys:
            column, target = newest.c[key.parent.name], key.column
            there = select(target).where(target == column).exists()
            lost = select(*(newest.c[each.name] for each in table.primary_key)).where(column.is_not(None), ~there)
            for row in connection.execute(lost):
                findings.add(name_row(table.name, row), f"points to a row of {target.table.name} that is not there")
    return count


def _check_newest_files(session: Session, blobs: BlobFolder, findings: Findings) -> int:
    """Whether the newest files are there with the size recorded; their bytes are the full check's affair."""
    table = schema.StoredBlob
    newest = session.scalars(select(table).order_by(table.event_seq.desc()).limit(NEWEST)).all()
    for row in newest:
        try:
            blobs.require(BlobRef(row.sha256, row.size))
        except MissingBlob:
            if find_purged(session, row.sha256) is None:
                findings.add(f"blob {row.sha256:.12}", f"is missing: there is no file {blobs.path(row.sha256)}")
        except DamagedBlob:
            findings.add(f"blob {row.sha256:.12}", f"was altered: {blobs.path(row.sha256)} has another size")
        except KnownError as error:
            findings.add(f"blob {row.sha256:.12}", f"cannot be read: {error}".removesuffix("."))
    return len(newest)


def _let_sqlite_look(connection: Connection, findings: Findings) -> bool:
    """Let SQLite check the pages of the file for a while; whether it came to the end."""
    raw = cast(sqlite3.Connection, connection.connection.dbapi_connection)
    try:
        with _deadline(raw):
            found = [str(row[0]) for row in raw.execute("PRAGMA quick_check(10)")]
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        return False
    for message in found:
        if message != "ok":
            findings.add(database_path(connection.engine).name, f"is damaged: {message}")
    return True


@contextmanager
def _deadline(connection: sqlite3.Connection) -> Iterator[None]:
    until = time.monotonic() + SQLITE_PATIENCE
    connection.set_progress_handler(lambda: int(time.monotonic() > until), _STEPS_BETWEEN_LOOKS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)


def _summarise(
    kind: CheckKind, begun: float, checked: Mapping[str, int], problems: tuple[Problem, ...], warnings: int
) -> CheckResult:
    sentences = tuple(problem.sentence for problem in problems[:_MOST_SENTENCES])
    return CheckResult(kind, not problems, round(time.monotonic() - begun, 3), dict(checked), sentences, warnings)


def _note(ledger: Ledger, actor: Actor, result: CheckResult, head_seq: int = 0, head_hash: str = "") -> CheckResult:
    """Record a result; where a damaged database cannot be written any more, what was found is still told."""
    payload = {
        "ok": result.ok,
        "seconds": result.seconds,
        "checked": dict(result.checked),
        "problems": list(result.problems),
        "warnings": result.warnings,
        "head_seq": head_seq,
        "head_hash": head_hash,
    }
    try:
        return _read_check(
            record_event(ledger, Change(actor, _ACTIONS[result.kind], "database", "audit.sqlite", payload=payload))
        )
    except KnownError:
        return result


def _read_check(event: RecordedEvent) -> CheckResult:
    payload = event.payload
    kind: CheckKind = "quick" if event.action == _ACTIONS["quick"] else "full"
    return CheckResult(
        kind=kind,
        ok=payload.get("ok") is True,
        seconds=float(cast(float, payload.get("seconds", 0.0))),
        checked=cast(Mapping[str, int], payload.get("checked", {})),
        problems=tuple(map(str, cast(list[object], payload.get("problems", [])))),
        warnings=int(cast(int, payload.get("warnings", 0))),
        checked_at=event.recorded_at,
        checked_by=event.actor.name,
        head_seq=int(cast(int, payload.get("head_seq", 0))),
        head_hash=str(payload.get("head_hash", "")),
    )

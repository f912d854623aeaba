"""Recomputing everything the archive holds of one station: chain, rows, files, verified heads, and its triggers."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, Engine, select
from sqlalchemy.orm import Session

from storage import schema
from storage.accounts import check_signatures
from storage.archive import tables
from storage.archive.archived_files import measure_file
from storage.archive.stations import ArchivedStation
from storage.blobs import is_hash
from storage.chain_check import ChainCheck
from storage.findings import Findings
from storage.kept_files import load_tombstoned
from storage.records import BlobRef, VerificationReport

Progress = Callable[[float, str], None]
_CHAIN_SHARE = 0.4


def verify_station(engine: Engine, station: ArchivedStation, progress: Progress | None = None) -> VerificationReport:
    """Check all of it from one snapshot; raises the known errors only when the server cannot be asked."""
    tell = progress or (lambda share, words: None)
    findings = Findings()
    with engine.connect() as connection:
        head = ChainCheck(connection, findings).run(lambda share: tell(share * _CHAIN_SHARE, "events and rows"))
        check_signatures(connection, findings)
        heads = _check_heads(connection, station, findings)
        _check_guards(connection, station, findings)
        files = _check_files(connection, findings, tell)
    checked = {"events": head.events, "rows": head.rows, "blobs": files, "verified heads": heads}
    return VerificationReport(checked, findings.problems, findings.warnings, head.seq, head.hash)


def _check_heads(connection: Connection, station: ArchivedStation, findings: Findings) -> int:
    """Compare what was acknowledged with what is there: a cut-off end and a chain written anew show here."""
    heads, count = tables.HEADS.c, 0
    acknowledged = select(heads.seq, heads.hash, schema.EVENTS.c.hash.label("found")).outerjoin(
        schema.EVENTS, schema.EVENTS.c.seq == heads.seq
    )
    for seq, event_hash, found in connection.execute(
        acknowledged.where(heads.chain == station.chain).order_by(heads.seq)
    ):
        count += 1
        if found is None:
            findings.add(f"event {seq}", "is missing, though its copy was verified: the chain's end was cut off")
        elif found != event_hash:
            findings.add(f"event {seq}", "is not the one whose copy was verified: the chain was written anew")
    return count


def _check_guards(connection: Connection, station: ArchivedStation, findings: Findings) -> None:
    found = tables.find_guards(connection, station.namespace)
    for table, name in tables.list_guards():
        if (table, name) not in found:
            findings.add(f"trigger {name} of {table}", "is missing or switched off: rows could be changed")


def _check_files(connection: Connection, findings: Findings, tell: Progress) -> int:
    cited = [BlobRef(*row) for row in connection.execute(select(schema.StoredBlob.sha256, schema.StoredBlob.size))]
    with Session(connection) as session:
        purged = load_tombstoned(session)
    for count, blob in enumerate(cited, start=1):
        if blob.sha256 not in purged and (fault := _find_fault(connection, blob)) is not None:
            findings.add(f"blob {blob.sha256:.12}", fault)
        tell(_CHAIN_SHARE + (1 - _CHAIN_SHARE) * count / len(cited), "photos and maps")
    return len(cited)


def _find_fault(connection: Connection, blob: BlobRef) -> str | None:
    if not is_hash(blob.sha256):
        return "is not named by the hash of a file"
    found = measure_file(connection, blob.sha256)
    if found is None:
        return "is missing from the archive: sync the station again"
    return None if found == blob else "was altered in the archive"

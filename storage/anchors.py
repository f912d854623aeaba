"""Anchors: signed statements of where the chain ended at a moment, kept outside the database.

The chain alone does not show that its end was cut off, or that all of it was written anew. An anchor names an event and
its hash, signed by the station's key, whose public half an event of the chain names. Lines of `anchors/anchors.jsonl`,
one canonical JSON object each, are only ever added. An anchor that has left the house, printed in a report or mailed,
binds even those who can write the home folder.

An anchor's signature is over the canonical JSON of all its fields but `signature`.
"""

from __future__ import annotations

import hashlib
import os
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from storage import schema
from storage.audit_chain import Change, Ledger, format_utc
from storage.canonical import NotCanonical, canonical_json, read_json
from storage.database import database_path, read
from storage.durability import flush_folder
from storage.faults import explain_faults
from storage.findings import Findings
from storage.records import Actor
from storage.signing import ALGORITHM, SigningKey, is_signed

FOLDER, FILE = "anchors", "anchors.jsonl"
KEY_ADDED = "anchor.key_added"
STATION = Actor("station", "agent")


@dataclass(frozen=True)
class Anchor:
    """Where a chain ended when it was signed."""

    chain: str
    """Identifies the database; from its first event."""
    seq: int
    head_hash: str
    made_at: str
    """UTC, ISO 8601."""
    cause: str
    """Why it was made: "close", "day", "export", "report", "demand"."""
    application: str
    public_key: str
    signature: str = ""

    @property
    def signed_bytes(self) -> bytes:
        """What the signature is over."""
        return canonical_json({name: value for name, value in asdict(self).items() if name != "signature"})


class UnreadableAnchor(ValueError):
    """A line of the file is no anchor; the message says which."""


def find_anchor_file(home: Path) -> Path:
    """Return where the anchors of a home folder lie."""
    return home / FOLDER / FILE


def sign_day(ledger: Ledger, home: Path) -> Anchor | None:
    """Sign where the chain ends unless the newest anchor is of this UTC day; None where there was nothing to do."""
    newest = find_newest_anchor(home)
    if newest is not None and newest.made_at[:10] == format_utc(ledger.stamp.clock())[:10]:
        return None
    return sign_head(ledger, home, "day")


def fingerprint_key(public_key: str) -> str:
    """Return the short form of a public key that people compare: the start of its SHA-256, in groups of four."""
    digits = hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:32]
    return " ".join(digits[start : start + 4] for start in range(0, len(digits), 4))


def sign_head(ledger: Ledger, home: Path, cause: str) -> Anchor:
    """Sign where the chain ends now; when nothing came since the newest anchor, return that one.

    The first anchor of a key is preceded by an event that names its public half. Raises the known errors of storage.
    """
    newest = find_newest_anchor(home)
    with read(ledger.engine) as session:
        if newest is not None and newest.seq == _find_head(session).seq:
            return newest
    key = SigningKey.load_or_make(home)
    _introduce(key, ledger)
    with read(ledger.engine) as session:
        anchor = _make_anchor(session, ledger, key, cause)
    _append(home, anchor)
    return anchor


def find_newest_anchor(home: Path) -> Anchor | None:
    """Return the anchor added last; None where there is none, and where the last line is none."""
    newest: Anchor | None = None
    try:
        for anchor in read_anchors(home):
            newest = anchor
    except UnreadableAnchor:
        return None
    return newest


def read_anchors(home: Path) -> Iterator[Anchor]:
    """Yield the anchors of a home folder, oldest first; `UnreadableAnchor` at the first line that is none."""
    path = find_anchor_file(home)
    if not path.is_file():
        return
    with explain_faults(path):
        lines = path.read_bytes().decode("utf-8", "backslashreplace").splitlines()
    for number, line in enumerate(lines, start=1):
        try:
            yield _read_anchor(line)
        except (ValueError, TypeError, KeyError) as error:
            raise UnreadableAnchor(f"line {number}") from error


def check_anchors(connection: Connection, findings: Findings, newest: int | None = None) -> int:
    """Compare the anchors beside a database, all or the newest, with its chain; return how many were looked at."""
    home = database_path(connection.engine).parent
    keys, chain = _read_keys(connection), read_chain_name(connection)
    count = 0
    try:
        for anchor in deque(read_anchors(home), newest):
            count += 1
            _check_anchor(connection, anchor, keys, chain, findings)
    except UnreadableAnchor as error:
        findings.add(f"{FILE}, {error}", "was altered: it is no anchor")
    if keys and not count:
        findings.warn(FILE, "is missing or empty, though the station has signed anchors: compare one kept elsewhere")
    return count


def _check_anchor(
    connection: Connection, anchor: Anchor, keys: Mapping[str, int], chain: str, findings: Findings
) -> None:
    place = f"anchor of {anchor.made_at}"
    if not is_signed(anchor.public_key, anchor.signature, anchor.signed_bytes):
        findings.add(place, "was altered: its signature does not match what it says")
        return
    if anchor.public_key not in keys or keys[anchor.public_key] > anchor.seq:
        findings.add(place, "was signed with a key that the chain does not know")
    if anchor.chain != chain:
        findings.add(place, "belongs to another database")
        return
    found = connection.scalar(select(schema.Event.hash).where(schema.Event.seq == anchor.seq))
    if found is None:
        findings.add(f"event {anchor.seq}", f"is missing, though the {place} names it: the chain's end was cut off")
    elif found != anchor.head_hash:
        findings.add(f"event {anchor.seq}", f"is not the one that the {place} names: the chain was written anew")


def _read_anchor(line: str) -> Anchor:
    values = cast(dict[str, object], read_json(line))
    names = [field.name for field in fields(Anchor)]
    if sorted(values) != sorted(names) or not isinstance(values["seq"], int):
        raise ValueError("an anchor has other fields")
    if not all(isinstance(values[name], str) for name in names if name != "seq"):
        raise TypeError("an anchor's fields are text")
    return Anchor(**cast(dict[str, Any], values))


def _make_anchor(session: Session, ledger: Ledger, key: SigningKey, cause: str) -> Anchor:
    head = _find_head(session)
    unsigned = Anchor(
        chain=read_chain_name(session.connection()),
        seq=head.seq,
        head_hash=head.hash,
        made_at=format_utc(ledger.stamp.clock()),
        cause=cause,
        application=ledger.stamp.application,
        public_key=key.public_key,
    )
    return Anchor(**{**asdict(unsigned), "signature": key.sign(unsigned.signed_bytes)})


def _introduce(key: SigningKey, ledger: Ledger) -> None:
    """Let an event of the chain name the key, once."""
    with read(ledger.engine) as session:
        if key.public_key in _read_keys(session.connection()):
            return
    with ledger.entry() as entry:
        if key.public_key in _read_keys(entry.session.connection()):
            return
        payload = {"algorithm": ALGORITHM, "public_key": key.public_key}
        entry.seal(Change(STATION, KEY_ADDED, "key", key.public_key[:16], payload=payload))


def _append(home: Path, anchor: Anchor) -> None:
    """Add one line in one write, so that two processes do not mix theirs; durable when this returns."""
    path = find_anchor_file(home)
    with explain_faults(path):
        path.parent.mkdir(exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        with os.fdopen(descriptor, "ab", buffering=0) as file:
            file.write(canonical_json(asdict(anchor)) + b"\n")
            os.fsync(file.fileno())
        flush_folder(path.parent)


def _find_head(session: Session) -> schema.Event:
    head = session.scalars(select(schema.Event).order_by(schema.Event.seq.desc()).limit(1)).first()
    assert head is not None, "a database that is open has its first event"
    return head


def read_chain_name(connection: Connection) -> str:
    """Return the identity that the first event gave the database; "" where that event is damaged."""
    payload = connection.scalar(select(schema.Event.payload).where(schema.Event.seq == 1))
    values = _read_payload(payload)
    return str(values.get("chain", ""))


def _read_keys(connection: Connection) -> dict[str, int]:
    """Public keys that the chain names, and by which event."""
    named = select(schema.Event.seq, schema.Event.payload).where(schema.Event.action == KEY_ADDED)
    return {str(_read_payload(payload).get("public_key", "")): seq for seq, payload in connection.execute(named)}


def _read_payload(payload: object) -> dict[str, object]:
    try:
        values = read_json(str(payload or "{}"))
    except (ValueError, NotCanonical):
        return {}
    return values if isinstance(values, dict) else {}

"""Links of the chain, and what verification, measuring and backup say about the whole database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from storage.records.words import Actor, Json


@dataclass(frozen=True)
class RecordedEvent:
    """One link of the chain. `payload` is the plain JSON that was handed in."""

    seq: int
    recorded_at: str
    local_offset: str
    zone: str
    actor: Actor
    action: str
    object_type: str
    object_id: str
    reason: str
    payload: Json
    hash: str


@dataclass(frozen=True)
class Problem:
    """One thing verification found: where ("inspection 12, column score") and the whole sentence."""

    place: str
    sentence: str


@dataclass(frozen=True)
class VerificationReport:
    """What verification looked at and what it found.

    `warnings` is harmless left-overs (a blob nothing cites, after a crash between blob and row); only `problems` make
    the database untrustworthy.
    """

    checked: Mapping[str, int]
    """How many of each: "events", "rows", "blobs"."""
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    head_seq: int
    head_hash: str
    """Hash of the newest event; "" when there is none. Keep it elsewhere to notice a cut-off tail later."""

    @property
    def ok(self) -> bool:
        """Whether everything fits together."""
        return not self.problems


@dataclass(frozen=True)
class DatabaseMeasure:
    """How large the audit database is, in bytes, and how many rows of each kind it holds."""

    database_bytes: int
    blob_bytes: int
    counts: Mapping[str, int]
    """By "products", "inspections", "dispositions", "turns", "events", "blobs"."""


@dataclass(frozen=True)
class BackupSummary:
    """What a verified backup or restore holds."""

    folder: str
    events: int
    blobs: int
    bytes: int
    head_hash: str

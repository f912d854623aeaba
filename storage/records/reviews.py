"""What people added to an inspection: decisions, remarks, masks, signatures; and the inspection with all of it."""

from __future__ import annotations

from dataclasses import dataclass

from storage.records.inspections import NewInspection, RecordedQuery, RecordedTurn
from storage.records.words import Actor, BlobRef, Decision, Meaning, Role, Severity


@dataclass(frozen=True)
class Disposition:
    """A person's decision on an inspection, kept beside the machine's verdict."""

    id: int
    inspection_id: int
    decision: Decision
    code: str
    reason: str
    decided_by: Actor
    decided_at: str
    severity: Severity | None = None
    event_seq: int = 0


@dataclass(frozen=True)
class Comment:
    """What a person remarked on an inspection, verbatim."""

    id: int
    inspection_id: int
    text: str
    written_by: Actor
    written_at: str
    event_seq: int = 0


@dataclass(frozen=True)
class CorrectedMask:
    """The defect as a person drew it, kept beside the machine's mask: PNG of the photo's size, 0 or 255."""

    id: int
    inspection_id: int
    mask: BlobRef
    area_px: int
    reason: str
    drawn_by: Actor
    drawn_at: str
    event_seq: int = 0


@dataclass(frozen=True)
class Signature:
    """A person's signature under an inspection."""

    id: int
    inspection_id: int
    account_id: int
    printed_name: str
    meaning: Meaning
    record_hash: str
    """Hash of the inspection's record that was signed."""
    comment: str
    recorded_at: str
    event_seq: int = 0


@dataclass(frozen=True)
class Account:
    """A person who can log on, as the newest change left the account."""

    id: int
    name: str
    role: Role
    password_hash: str
    """Argon2id in its own text form; never shown."""
    active: bool


@dataclass(frozen=True, kw_only=True)
class RecordedInspection(NewInspection):
    """An inspection read back from the audit database, with everything that was added to it since."""

    id: int
    record_hash: str
    """Hash of the event that recorded it; covers the inspection, its regions, turns and blob hashes, and all before."""
    event_seq: int
    recorded_at: str
    """UTC, ISO 8601 with microseconds and "Z"."""
    local_offset: str
    recorded_by: Actor
    application: str
    """Version of the application that recorded it."""
    product: str | None = None
    product_version: int | None = None
    queries: tuple[RecordedQuery, ...] = ()
    """Everything that was highlighted, oldest first; `query` is the newest of them."""
    turns: tuple[RecordedTurn, ...] = ()
    dispositions: tuple[Disposition, ...] = ()
    corrected_masks: tuple[CorrectedMask, ...] = ()
    comments: tuple[Comment, ...] = ()
    """These three oldest first; the newest disposition and the newest corrected mask count."""

"""The tables of the audit database as SQLAlchemy 2 mappings: what is stored where, and nothing about how it is used.

Rows are only ever added. Each names the event that created it, and the event's hash covers the row. A column may be
added later only as nullable and last in its table, because rows are hashed without their empty columns. JSON columns
hold canonical text; times are UTC, ISO 8601, microseconds, "Z". The migrations make these tables; this file must agree.
"""

from __future__ import annotations

from typing import Annotated, Any

from sqlalchemy import REAL, CheckConstraint, ForeignKey, Index, Integer, MetaData, Table, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

REVISION = 6
"""The migration that makes exactly this schema; migrations are counted up and named "0001", "0002" ..."""

STRICT: dict[str, bool] = {"sqlite_strict": True}
WITHOUT_ROWID: dict[str, bool] = {**STRICT, "sqlite_with_rowid": False}
"""For tables without a counted key: a hidden rowid would be a second key by which a row could be replaced."""

Key = Annotated[int, mapped_column(Integer, primary_key=True, autoincrement=False)]
Whole = Annotated[int, mapped_column(Integer)]
Real = Annotated[float, mapped_column(REAL)]
Line = Annotated[str, mapped_column(Text)]
JsonText = Annotated[str, mapped_column(Text)]
EventSeq = Annotated[int, mapped_column(ForeignKey("events.seq"), index=True)]
Blob = Annotated[str, mapped_column(ForeignKey("blobs.sha256"))]


class Base(DeclarativeBase):
    """What all tables share: predictable constraint names, and, in SQLite, columns that keep to their type."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )
    __table_args__: Any = STRICT


class Event(Base):
    """One link of the chain: who did what to which object when, and digests of every row and blob this added."""

    __tablename__ = "events"
    __table_args__ = (
        CheckConstraint("seq > 0", "seq"),
        CheckConstraint("length(trim(actor)) > 0", "actor"),
        CheckConstraint("actor_kind IN ('person', 'agent')", "actor_kind"),
        STRICT,
    )
    seq: Mapped[Key]
    recipe: Mapped[Line]
    recorded_at: Mapped[Line] = mapped_column(index=True)
    local_offset: Mapped[Line]
    zone: Mapped[Line]
    application: Mapped[Line]
    actor: Mapped[Line] = mapped_column(index=True)
    actor_kind: Mapped[Line]
    action: Mapped[Line]
    object_type: Mapped[Line]
    object_id: Mapped[Line]
    reason: Mapped[Line]
    payload: Mapped[JsonText]
    rows: Mapped[JsonText]
    blobs: Mapped[JsonText]
    previous_hash: Mapped[Line] = mapped_column(unique=True)
    hash: Mapped[Line] = mapped_column(unique=True)


class StoredBlob(Base):
    """A file in the blob folder that something here cites."""

    __tablename__ = "blobs"
    __table_args__ = WITHOUT_ROWID
    sha256: Mapped[str] = mapped_column(Text, primary_key=True)
    event_seq: Mapped[EventSeq]
    size: Mapped[Whole]


class Product(Base):
    """A kind of part. `folded_name` makes names unique whatever their case."""

    __tablename__ = "products"
    id: Mapped[Key]
    event_seq: Mapped[EventSeq]
    name: Mapped[Line]
    folded_name: Mapped[Line] = mapped_column(unique=True)


class ProductState(Base):
    """A product retired or taken back into use; the newest row counts."""

    __tablename__ = "product_states"
    __table_args__ = (CheckConstraint("length(trim(reason)) >= 10", "reason"), STRICT)
    id: Mapped[Key]
    event_seq: Mapped[EventSeq]
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    retired: Mapped[Whole]
    reason: Mapped[Line]


class Reference(Base):
    """A photo offered as a good part of a product."""

    __tablename__ = "product_references"
    id: Mapped[Key]
    event_seq: Mapped[EventSeq]
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"), index=True)
    photo_sha256: Mapped[Blob]
    file_name: Mapped[Line]


class ReferenceState(Base):
    """A reference proposed, approved or retired, and why; who and when is in the event. The newest row counts."""

    __tablename__ = "reference_states"
    __table_args__ = (
        CheckConstraint("state IN ('proposed', 'approved', 'retired')", "state"),
        CheckConstraint("state <> 'retired' OR length(trim(reason)) >= 10", "reason"),
        STRICT,
    )
    id: Mapped[Key]
    event_seq: Mapped[EventSeq]
    reference_id: Mapped[int] = mapped_column(ForeignKey("product_references.id"), index=True)
    state: Mapped[Line]
    reason: Mapped[Line]


class ProductVersion(Base):
    """One immutable version of a product."""

    __tablename__ = "product_versions"
    __table_args__ = (UniqueConstraint("product_id", "version"), STRICT)
    id: Mapped[Key]
    event_seq: Mapped[EventSeq]
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    version: Mapped[Whole]
    settings: Mapped[JsonText]


class VersionReference(Base):
    """A reference as it stood in one product version."""

    __tablename__ = "version_references"
    __table_args__ = WITHOUT_ROWID
    product_version_id: Mapped[int] = mapped_column(
        ForeignKey("product_versions.id"), primary_key=True, autoincrement=False
    )
    position: Mapped[Key]
    event_seq: Mapped[EventSeq]
    reference_id: Mapped[int] = mapped_column(ForeignKey("product_references.id"))
    state: Mapped[Line]


class Inspection(Base):
    """One photo judged once by the machine."""

    __tablename__ = "inspections"
    __table_args__ = (
        CheckConstraint("verdict IN ('accept', 'review', 'reject')", "verdict"),
        CheckConstraint("(verdict IS NULL) = (score IS NULL)", "judged"),
        # All that the history is narrowed and sorted by: pages are found here, without reading the long rows.
        Index("ix_inspections_history", "file_name", "serial", "verdict", "score", "product_version_id", "event_seq"),
        STRICT,
    )
    id: Mapped[Key]
    event_seq: Mapped[EventSeq]
    product_version_id: Mapped[int | None] = mapped_column(ForeignKey("product_versions.id"), index=True)
    serial: Mapped[Line] = mapped_column(index=True)
    photo_sha256: Mapped[Blob] = mapped_column(index=True)
    file_name: Mapped[Line]
    width: Mapped[Whole]
    height: Mapped[Whole]
    verdict: Mapped[str | None] = mapped_column(Text, index=True)
    score: Mapped[float | None] = mapped_column(REAL)
    score_limit: Mapped[float | None] = mapped_column(REAL)
    p_value: Mapped[float | None] = mapped_column(REAL)
    raw_score: Mapped[float | None] = mapped_column(REAL)
    calibration: Mapped[JsonText]
    map_sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"))
    mask_sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"))
    overlay_sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"))
    nearest_reference: Mapped[int | None] = mapped_column(Integer)
    gates: Mapped[JsonText]
    model_packs: Mapped[JsonText]
    device: Mapped[Line]
    seconds: Mapped[JsonText]
    configuration: Mapped[JsonText]
    warnings: Mapped[JsonText]


class InspectionReference(Base):
    """A reference of an inspection that was made without a product."""

    __tablename__ = "inspection_references"
    __table_args__ = WITHOUT_ROWID
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"), primary_key=True, autoincrement=False)
    position: Mapped[Key]
    event_seq: Mapped[EventSeq]
    photo_sha256: Mapped[Blob]
    file_name: Mapped[Line]


class Region(Base):
    """One connected defect area of an inspection."""

    __tablename__ = "regions"
    __table_args__ = WITHOUT_ROWID
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"), primary_key=True, autoincrement=False)
    position: Mapped[Key]
    event_seq: Mapped[EventSeq]
    x: Mapped[Whole]
    y: Mapped[Whole]
    width: Mapped[Whole]
    height: Mapped[Whole]
    area_px: Mapped[Whole]
    peak: Mapped[Real]
    mean: Mapped[Real]
    place: Mapped[Line]
    label: Mapped[Line]


class Query(Base):
    """Words that were highlighted on an inspection's photo, and what they found."""

    __tablename__ = "queries"
    id: Mapped[Key]
    event_seq: Mapped[EventSeq]
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"), index=True)
    text: Mapped[Line]
    regions: Mapped[JsonText]
    mask_sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"))
    details: Mapped[JsonText]
    outcome: Mapped[str | None] = mapped_column(Text)
    sentence: Mapped[str | None] = mapped_column(Text)
    soft_map_sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"))


class Turn(Base):
    """One message of a conversation, verbatim; advisory, never a verdict."""

    __tablename__ = "turns"
    __table_args__ = (CheckConstraint("role IN ('system', 'user', 'assistant')", "role"), STRICT)
    id: Mapped[Key]
    event_seq: Mapped[EventSeq]
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"), index=True)
    role: Mapped[Line]
    text: Mapped[Line]
    provider: Mapped[Line]
    system_prompt: Mapped[Line]
    decoding: Mapped[JsonText]
    stop_cause: Mapped[Line]
    photo_sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"))
    replaces_turn_id: Mapped[int | None] = mapped_column(ForeignKey("turns.id"))


class Disposition(Base):
    """A person's decision on an inspection, beside the machine's verdict; the newest row counts."""

    __tablename__ = "dispositions"
    __table_args__ = (
        CheckConstraint("decision IN ('accept', 'use-as-is', 'rework', 'scrap', 'return')", "decision"),
        CheckConstraint("length(trim(reason)) >= 10", "reason"),
        STRICT,
    )
    id: Mapped[Key]
    event_seq: Mapped[EventSeq]
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"), index=True)
    decision: Mapped[Line]
    code: Mapped[Line]
    reason: Mapped[Line]
    severity: Mapped[str | None] = mapped_column(
        Text, CheckConstraint("severity IN ('minor', 'major', 'critical')", "severity")
    )


class Comment(Base):
    """What a person remarked on an inspection, verbatim."""

    __tablename__ = "comments"
    __table_args__ = (CheckConstraint("length(trim(text)) > 0", "text"), STRICT)
    id: Mapped[Key]
    event_seq: Mapped[EventSeq]
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"), index=True)
    text: Mapped[Line]


class CorrectedMask(Base):
    """The defect as a person drew it, beside the machine's mask; the newest row counts."""

    __tablename__ = "corrected_masks"
    __table_args__ = (CheckConstraint("length(trim(reason)) >= 10", "reason"), STRICT)
    id: Mapped[Key]
    event_seq: Mapped[EventSeq]
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"), index=True)
    mask_sha256: Mapped[Blob]
    area_px: Mapped[Whole]
    reason: Mapped[Line]


class Account(Base):
    """A person who can log on. `folded_name` makes names unique whatever their case."""

    __tablename__ = "accounts"
    id: Mapped[Key]
    event_seq: Mapped[EventSeq]
    name: Mapped[Line]
    folded_name: Mapped[Line] = mapped_column(unique=True)


class AccountState(Base):
    """What an account may do and how its password is checked, and why that was changed; the newest row counts."""

    __tablename__ = "account_states"
    __table_args__ = (
        CheckConstraint("role IN ('operator', 'engineer', 'auditor', 'administrator')", "role"),
        CheckConstraint("active IN (0, 1)", "active"),
        CheckConstraint("length(trim(reason)) >= 10", "reason"),
        STRICT,
    )
    id: Mapped[Key]
    event_seq: Mapped[EventSeq]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    role: Mapped[Line]
    password_hash: Mapped[Line]
    active: Mapped[Whole]
    reason: Mapped[Line]


class Signature(Base):
    """A person's signature under an inspection, bound to the record's hash; each person signs an inspection once."""

    __tablename__ = "signatures"
    __table_args__ = (
        UniqueConstraint("inspection_id", "account_id"),
        CheckConstraint("meaning IN ('reviewed', 'approved', 'rejected')", "meaning"),
        STRICT,
    )
    id: Mapped[Key]
    event_seq: Mapped[EventSeq]
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    printed_name: Mapped[Line]
    meaning: Mapped[Line]
    record_hash: Mapped[Line]
    comment: Mapped[Line]


class RetentionRule(Base):
    """How long a product's records are kept, or, without a product, all records with no rule of their own.

    "life-and-years" counts from the end of the year in which the product was retired. The newest row counts.
    """

    __tablename__ = "retention_rules"
    __table_args__ = (
        CheckConstraint("keep IN ('for-ever', 'years', 'life-and-years')", "keep"),
        CheckConstraint("years BETWEEN 0 AND 200", "years"),
        CheckConstraint("length(trim(reason)) >= 10", "reason"),
        STRICT,
    )
    id: Mapped[Key]
    event_seq: Mapped[EventSeq]
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"), index=True)
    keep: Mapped[Line]
    years: Mapped[Whole]
    reason: Mapped[Line]


class LegalHold(Base):
    """Nothing of a product, an inspection or, without either, of everything may be purged; the newest row counts."""

    __tablename__ = "legal_holds"
    __table_args__ = (
        CheckConstraint("held IN (0, 1)", "held"),
        CheckConstraint("product_id IS NULL OR inspection_id IS NULL", "scope"),
        CheckConstraint("length(trim(reason)) >= 10", "reason"),
        STRICT,
    )
    id: Mapped[Key]
    event_seq: Mapped[EventSeq]
    product_id: Mapped[int | None] = mapped_column(ForeignKey("products.id"), index=True)
    inspection_id: Mapped[int | None] = mapped_column(ForeignKey("inspections.id"), index=True)
    held: Mapped[Whole]
    reason: Mapped[Line]


class Purge(Base):
    """A proposal to delete the files of inspections whose time is over; `contents` lists them."""

    __tablename__ = "purges"
    __table_args__ = (CheckConstraint("length(trim(reason)) >= 10", "reason"), STRICT)
    id: Mapped[Key]
    event_seq: Mapped[EventSeq]
    contents: Mapped[JsonText]
    reason: Mapped[Line]


class PurgeState(Base):
    """What became of a proposed purge; who approved it and when is in the event."""

    __tablename__ = "purge_states"
    __table_args__ = (
        UniqueConstraint("purge_id", "state"),
        CheckConstraint("state IN ('approved', 'withdrawn', 'done')", "state"),
        CheckConstraint("length(trim(reason)) >= 10", "reason"),
        STRICT,
    )
    id: Mapped[Key]
    event_seq: Mapped[EventSeq]
    purge_id: Mapped[int] = mapped_column(ForeignKey("purges.id"))
    state: Mapped[Line]
    reason: Mapped[Line]


class Tombstone(Base):
    """A blob whose file was purged: its hash and size stay for ever, here and in `blobs`."""

    __tablename__ = "tombstones"
    __table_args__ = WITHOUT_ROWID
    sha256: Mapped[str] = mapped_column(Text, ForeignKey("blobs.sha256"), primary_key=True)
    event_seq: Mapped[EventSeq]
    purge_id: Mapped[int] = mapped_column(ForeignKey("purges.id"), index=True)
    size: Mapped[Whole]


class Failure(Base):
    """A photo that could not be judged, and the sentence that was shown."""

    __tablename__ = "failures"
    id: Mapped[Key]
    event_seq: Mapped[EventSeq]
    file_name: Mapped[Line]
    sentence: Mapped[Line]
    photo_sha256: Mapped[str | None] = mapped_column(ForeignKey("blobs.sha256"))
    product_version_id: Mapped[int | None] = mapped_column(ForeignKey("product_versions.id"))
    details: Mapped[JsonText]


EVENTS: Table = Base.metadata.tables["events"]
AUDITED_TABLES: tuple[Table, ...] = tuple(Base.metadata.sorted_tables)
"""Every table under the append-only rule, each after those it points to; the events come first."""
ROW_TABLES: tuple[Table, ...] = tuple(table for table in AUDITED_TABLES if table is not EVENTS)
"""The tables whose rows an event creates."""

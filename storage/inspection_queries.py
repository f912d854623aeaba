"""Reading inspections back, with everything that belongs to them. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from storage import schema
from storage.errors import UnknownInspection
from storage.records import (
    BlobRef,
    Comment,
    CorrectedMask,
    Decision,
    Disposition,
    NewQuery,
    NewReference,
    NewRegion,
    QueryOutcome,
    RecordedInspection,
    RecordedQuery,
    RecordedTurn,
    Severity,
    Verdict,
)
from storage.stored_values import read_actor, read_list, read_mapping

_ROWS_AT_ONCE = 100
"""Turns of a long conversation read at a time."""


def load_inspection(session: Session, inspection_id: int) -> RecordedInspection:
    """One inspection with its regions, turns and dispositions; `UnknownInspection` when there is none."""
    found = session.execute(
        select(schema.Inspection, schema.Event)
        .join(schema.Event, schema.Event.seq == schema.Inspection.event_seq)
        .where(schema.Inspection.id == inspection_id)
    ).one_or_none()
    if found is None:
        raise UnknownInspection(f"There is no inspection {inspection_id}; 'history' shows those there are.")
    row, event = found
    return RecordedInspection(
        **_read_machine_result(row),
        **_read_provenance(session, row, event),
        **_read_attachments(session, row),
    )


def _read_machine_result(row: schema.Inspection) -> dict[str, Any]:
    return {
        "id": row.id,
        "file_name": row.file_name,
        "width": row.width,
        "height": row.height,
        "verdict": cast(Verdict | None, row.verdict),
        "score": row.score,
        "limit": row.score_limit,
        "p_value": row.p_value,
        "raw_score": row.raw_score,
        "calibration": read_mapping(row.calibration),
        "gates": tuple(read_list(row.gates)),
        "model_packs": tuple(read_list(row.model_packs)),
        "device": row.device,
        "seconds": read_mapping(row.seconds),
        "configuration": read_mapping(row.configuration),
        "warnings": tuple(read_list(row.warnings)),
        "nearest_reference": row.nearest_reference,
        "serial": row.serial,
    }


def _read_provenance(session: Session, row: schema.Inspection, event: schema.Event) -> dict[str, Any]:
    product, number = _name_product(session, row.product_version_id)
    return {
        "record_hash": event.hash,
        "event_seq": event.seq,
        "recorded_at": event.recorded_at,
        "local_offset": event.local_offset,
        "recorded_by": read_actor(event),
        "application": event.application,
        "product_version_id": row.product_version_id,
        "product": product,
        "product_version": number,
    }


def _read_attachments(session: Session, row: schema.Inspection) -> dict[str, Any]:
    columns = {"photo": row.photo_sha256, "map": row.map_sha256, "mask": row.mask_sha256, "overlay": row.overlay_sha256}
    blobs = _load_blobs(session, columns.values())
    return {
        **{name: blobs.get(sha256) for name, sha256 in columns.items()},
        "references": _load_own_references(session, row.id),
        "regions": _load_regions(session, row.id),
        **_read_queries(session, row.id),
        "turns": load_turns(session, row.id),
        "dispositions": load_dispositions(session, row.id),
        "corrected_masks": load_corrected_masks(session, row.id),
        "comments": load_comments(session, row.id),
    }


def _name_product(session: Session, version_id: int | None) -> tuple[str | None, int | None]:
    found = session.execute(
        select(schema.Product.name, schema.ProductVersion.version)
        .join(schema.ProductVersion, schema.ProductVersion.product_id == schema.Product.id)
        .where(schema.ProductVersion.id == version_id)
    ).one_or_none()
    return (found[0], found[1]) if found else (None, None)


def _load_blobs(session: Session, hashes: Iterable[str | None]) -> dict[str | None, BlobRef]:
    statement = select(schema.StoredBlob).where(schema.StoredBlob.sha256.in_([sha256 for sha256 in hashes if sha256]))
    return {row.sha256: BlobRef(row.sha256, row.size) for row in session.scalars(statement)}


def _load_blob(session: Session, sha256: str | None) -> BlobRef | None:
    return _load_blobs(session, [sha256]).get(sha256) if sha256 else None


def _load_own_references(session: Session, inspection_id: int) -> tuple[NewReference, ...]:
    found = session.execute(
        select(schema.InspectionReference, schema.StoredBlob.size)
        .join(schema.StoredBlob, schema.StoredBlob.sha256 == schema.InspectionReference.photo_sha256)
        .where(schema.InspectionReference.inspection_id == inspection_id)
        .order_by(schema.InspectionReference.position)
    )
    return tuple(NewReference(BlobRef(row.photo_sha256, size), row.file_name) for row, size in found)


def _load_regions(session: Session, inspection_id: int) -> tuple[NewRegion, ...]:
    rows = session.scalars(
        select(schema.Region).where(schema.Region.inspection_id == inspection_id).order_by(schema.Region.position)
    )
    names = NewRegion.__dataclass_fields__
    return tuple(NewRegion(**{name: getattr(row, name) for name in names}) for row in rows)


def _read_queries(session: Session, inspection_id: int) -> dict[str, Any]:
    queries = load_queries(session, inspection_id)
    newest = {name: getattr(queries[-1], name) for name in NewQuery.__dataclass_fields__} if queries else None
    return {"queries": queries, "query": NewQuery(**newest) if newest else None}


def load_queries(session: Session, inspection_id: int) -> tuple[RecordedQuery, ...]:
    """Everything that was highlighted on an inspection's photo, oldest first."""
    found = session.execute(
        select(schema.Query, schema.Event)
        .join(schema.Event, schema.Event.seq == schema.Query.event_seq)
        .where(schema.Query.inspection_id == inspection_id)
        .order_by(schema.Query.id)
    ).all()
    blobs = _load_blobs(session, [sha256 for row, _ in found for sha256 in (row.mask_sha256, row.soft_map_sha256)])
    return tuple(_read_query(row, event, blobs) for row, event in found)


def _read_query(row: schema.Query, event: schema.Event, blobs: Mapping[str | None, BlobRef]) -> RecordedQuery:
    return RecordedQuery(
        text=row.text,
        regions=tuple(NewRegion(**region) for region in read_list(row.regions)),
        mask=blobs.get(row.mask_sha256),
        details=read_mapping(row.details),
        outcome=cast(QueryOutcome | None, row.outcome),
        sentence=row.sentence or "",
        soft_map=blobs.get(row.soft_map_sha256),
        id=row.id,
        recorded_at=event.recorded_at,
        recorded_by=read_actor(event),
        event_seq=event.seq,
    )


def load_turns(session: Session, inspection_id: int) -> tuple[RecordedTurn, ...]:
    """The conversation about an inspection, oldest turn first."""
    # Plain rows, some at a time: with hundreds of turns, mapped objects would cost more memory than the turns.
    found = session.execute(_select_turns(inspection_id), execution_options={"yield_per": _ROWS_AT_ONCE})
    return tuple(_read_turn(session, row) for row in found)


def load_newest_turn(session: Session, inspection_id: int) -> RecordedTurn:
    """The last turn of a conversation, known to be there."""
    newest = _select_turns(inspection_id).order_by(None).order_by(schema.Turn.id.desc()).limit(1)
    return _read_turn(session, session.execute(newest).one())


def _select_turns(inspection_id: int) -> Select[Any]:
    turn, event = schema.Turn.__table__, schema.Event
    return (
        select(turn, event.seq, event.recorded_at, event.actor, event.actor_kind)
        .join(event, event.seq == turn.c.event_seq)
        .where(turn.c.inspection_id == inspection_id)
        .order_by(turn.c.id)
    )


def _read_turn(session: Session, row: Any) -> RecordedTurn:
    return RecordedTurn(
        role=row.role,
        text=row.text,
        provider=row.provider,
        system_prompt=row.system_prompt,
        decoding=read_mapping(row.decoding),
        stop_cause=row.stop_cause,
        shown_photo=_load_blob(session, row.photo_sha256),
        replaces_turn_id=row.replaces_turn_id,
        id=row.id,
        recorded_at=row.recorded_at,
        recorded_by=read_actor(row),
        event_seq=row.seq,
    )


def load_dispositions(session: Session, inspection_id: int) -> tuple[Disposition, ...]:
    """What people decided about an inspection, oldest first."""
    found = session.execute(
        select(schema.Disposition, schema.Event)
        .join(schema.Event, schema.Event.seq == schema.Disposition.event_seq)
        .where(schema.Disposition.inspection_id == inspection_id)
        .order_by(schema.Disposition.id)
    )
    return tuple(
        Disposition(
            row.id,
            row.inspection_id,
            cast(Decision, row.decision),
            row.code,
            row.reason,
            read_actor(event),
            event.recorded_at,
            cast(Severity | None, row.severity),
            event.seq,
        )
        for row, event in found
    )


def load_comments(session: Session, inspection_id: int) -> tuple[Comment, ...]:
    """What people remarked on an inspection, oldest first."""
    found = session.execute(
        select(schema.Comment, schema.Event)
        .join(schema.Event, schema.Event.seq == schema.Comment.event_seq)
        .where(schema.Comment.inspection_id == inspection_id)
        .order_by(schema.Comment.id)
    )
    return tuple(
        Comment(row.id, row.inspection_id, row.text, read_actor(event), event.recorded_at, event.seq)
        for row, event in found
    )


def load_corrected_masks(session: Session, inspection_id: int) -> tuple[CorrectedMask, ...]:
    """The defect as people drew it on an inspection's photo, oldest first."""
    found = session.execute(
        select(schema.CorrectedMask, schema.Event, schema.StoredBlob.size)
        .join(schema.Event, schema.Event.seq == schema.CorrectedMask.event_seq)
        .join(schema.StoredBlob, schema.StoredBlob.sha256 == schema.CorrectedMask.mask_sha256)
        .where(schema.CorrectedMask.inspection_id == inspection_id)
        .order_by(schema.CorrectedMask.id)
    )
    return tuple(
        CorrectedMask(
            row.id,
            row.inspection_id,
            BlobRef(row.mask_sha256, size),
            row.area_px,
            row.reason,
            read_actor(event),
            event.recorded_at,
            event.seq,
        )
        for row, event, size in found
    )

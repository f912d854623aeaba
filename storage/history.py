"""Pages of inspections and of events, newest first.

Keyed by the last number seen, so that the thousandth page is as quick as the first. Nothing here writes.
"""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session

from storage import schema
from storage.product_queries import fold_name
from storage.records import BlobRef, Decision, InspectionFilter, InspectionSummary, RecordedEvent, Verdict
from storage.stored_values import read_event

PAGE = 50
"""Rows of one page unless asked otherwise."""


def load_history(
    session: Session, matching: InspectionFilter, limit: int, before_id: int | None
) -> list[InspectionSummary]:
    """A page of inspections, newest first, of those before a number."""
    statement = _narrow(_select_summaries(), matching).order_by(schema.Inspection.id.desc()).limit(limit)
    if before_id is not None:
        statement = statement.where(schema.Inspection.id < before_id)
    return [_summarise(row) for row in session.execute(statement)]


def load_events(session: Session, limit: int, before_seq: int | None) -> list[RecordedEvent]:
    """A page of events, newest first, of those before a number."""
    statement = select(schema.Event).order_by(schema.Event.seq.desc()).limit(limit)
    if before_seq is not None:
        statement = statement.where(schema.Event.seq < before_seq)
    return [read_event(event) for event in session.scalars(statement)]


def _select_summaries() -> Select[Any]:
    same = schema.Inspection.id
    regions = select(func.count()).where(schema.Region.inspection_id == same).scalar_subquery()
    newest = select(schema.Disposition.decision).where(schema.Disposition.inspection_id == same)
    decision = newest.order_by(schema.Disposition.id.desc()).limit(1).scalar_subquery()
    return (
        select(
            schema.Inspection,
            schema.Event.recorded_at,
            schema.Event.actor,
            schema.Event.hash,
            schema.Product.name,
            schema.ProductVersion.version,
            schema.StoredBlob.size,
            regions.label("regions"),
            decision.label("decision"),
        )
        .join(schema.Event, schema.Event.seq == schema.Inspection.event_seq)
        .join(schema.StoredBlob, schema.StoredBlob.sha256 == schema.Inspection.photo_sha256)
        .outerjoin(schema.ProductVersion, schema.ProductVersion.id == schema.Inspection.product_version_id)
        .outerjoin(schema.Product, schema.Product.id == schema.ProductVersion.product_id)
    )


def _narrow(statement: Select[Any], matching: InspectionFilter) -> Select[Any]:
    if matching.product is not None:
        statement = statement.where(schema.Product.folded_name == fold_name(matching.product.strip()))
    if matching.verdict is not None:
        statement = statement.where(schema.Inspection.verdict == matching.verdict)
    if matching.since is not None:
        statement = statement.where(schema.Event.recorded_at >= matching.since)
    if matching.until is not None:
        statement = statement.where(schema.Event.recorded_at < matching.until)
    if matching.text:
        statement = statement.where(_contains(matching.text))
    return statement


def _contains(text: str) -> Any:
    searched = (schema.Inspection.file_name, schema.Inspection.serial, schema.Product.name, schema.Event.actor)
    return or_(*(column.icontains(text, autoescape=True) for column in searched))


def _summarise(found: Row[Any]) -> InspectionSummary:
    row: schema.Inspection = found.Inspection
    return InspectionSummary(
        id=row.id,
        recorded_at=found.recorded_at,
        recorded_by=found.actor,
        product=found.name,
        product_version=found.version,
        file_name=row.file_name,
        serial=row.serial,
        verdict=cast(Verdict | None, row.verdict),
        score=row.score,
        regions=found.regions,
        photo=BlobRef(row.photo_sha256, found.size),
        overlay_sha256=row.overlay_sha256,
        disposition=cast(Decision | None, found.decision),
        record_hash=found.hash,
    )

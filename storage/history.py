"""Pages of inspections, failures and events in a wanted order, and what is counted and looked for among them.

A page begins after the last line of the one before, so that the thousandth is as quick as the first. Numbers are found
from indexes alone, and only then the lines of one page are read. What narrows a page is in `narrowing`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import ColumnElement, Row, Select, case, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from storage import schema
from storage.narrowing import list_conditions, list_failure_conditions
from storage.product_queries import fold_name
from storage.records import (
    BlobRef,
    Decision,
    HistoryOrder,
    HistorySort,
    InspectionFilter,
    InspectionSummary,
    RecordedEvent,
    RecordedFailure,
    Severity,
    Verdict,
)
from storage.stored_values import read_event, read_mapping

PAGE = 50
"""Rows of one page unless asked otherwise."""
UNREVIEWED = InspectionFilter(verdicts=("review", "reject"), disposition="none")
"""What waits for a person."""
_LINES_AT_ONCE = 500
"""Lines read by one query: SQLite limits how many numbers a query can name."""
_SEVERITIES = {"accept": 1, "review": 2, "reject": 3}
_WEIGHTS: dict[Decision, int] = {"accept": 1, "use-as-is": 2, "rework": 3, "return": 4, "scrap": 5}
"""Decisions from the mildest to the gravest; a part that nobody decided on comes before them."""


@dataclass(frozen=True)
class Page:
    """Which part of a history is wanted: so many lines of an order, after a line, older than a number."""

    limit: int = PAGE
    order: HistoryOrder = field(default_factory=HistoryOrder)
    before_id: int | None = None
    after: InspectionSummary | None = None


def load_history(session: Session, matching: InspectionFilter, page: Page) -> list[InspectionSummary]:
    """A page of inspections."""
    # Searching text, SQLite would rather read all rows newest first than the index that holds the text; a sum stops it.
    number = schema.Inspection.id + 0 if matching.text else schema.Inspection.id
    keys = [*_SORT_KEYS[page.order.by], number]
    statement = _select_numbers(matching, page.order.by)
    if page.before_id is not None:
        statement = statement.where(schema.Inspection.id < page.before_id)
    if page.after is not None:
        statement = statement.where(_comes_after(keys, page.after, page.order))
    ordered = statement.order_by(*(key.desc() if page.order.descending else key.asc() for key in keys))
    return _load_lines(session, session.scalars(ordered.limit(page.limit)).all())


def count_history(session: Session, matching: InspectionFilter) -> int:
    """How many inspections match."""
    return session.scalar(select(func.count()).select_from(_select_numbers(matching).subquery())) or 0


def find_next(session: Session, matching: InspectionFilter, after_id: int | None) -> int | None:
    """The newest matching inspection older than a number, else the newest there is; never the one of that number."""
    newest_first = _select_numbers(matching).order_by(schema.Inspection.id.desc()).limit(1)
    asked = [newest_first]
    if after_id is not None:
        asked = [
            newest_first.where(schema.Inspection.id < after_id),
            newest_first.where(schema.Inspection.id > after_id),
        ]
    numbers: Iterator[int | None] = (session.scalar(statement) for statement in asked)
    return next((number for number in numbers if number is not None), None)


def load_failures(
    session: Session, matching: InspectionFilter, limit: int, before_id: int | None
) -> list[RecordedFailure]:
    """A page of photos that could not be judged, newest first, of those before a number."""
    statement = _select_failures().where(*list_failure_conditions(matching))
    if before_id is not None:
        statement = statement.where(schema.Failure.id < before_id)
    found = session.execute(statement.order_by(schema.Failure.id.desc()).limit(limit))
    return [_read_failure(row) for row in found]


def load_failure(session: Session, failure_id: int) -> RecordedFailure:
    """One photo that could not be judged, known to be there."""
    return _read_failure(session.execute(_select_failures().where(schema.Failure.id == failure_id)).one())


def count_failures(session: Session, matching: InspectionFilter) -> int:
    """How many failures match."""
    statement = select(func.count()).select_from(schema.Failure).where(*list_failure_conditions(matching))
    return session.scalar(statement) or 0


def load_recent_reasons(session: Session, limit: int) -> list[str]:
    """The reasons last given, newest first, each once."""
    newest = func.max(schema.Disposition.id)
    recent = select(schema.Disposition.reason).group_by(schema.Disposition.reason).order_by(newest.desc())
    return list(session.scalars(recent.limit(limit)))


def load_events(session: Session, limit: int, before_seq: int | None) -> list[RecordedEvent]:
    """A page of events, newest first, of those before a number."""
    statement = select(schema.Event).order_by(schema.Event.seq.desc()).limit(limit)
    if before_seq is not None:
        statement = statement.where(schema.Event.seq < before_seq)
    return [read_event(event) for event in session.scalars(statement)]


def _select_decision(what: Any) -> Any:
    """Something of the newest decision on each inspection, as a value of its line."""
    newest = select(what).where(schema.Disposition.inspection_id == schema.Inspection.id)
    return newest.order_by(schema.Disposition.id.desc()).limit(1).scalar_subquery()


_SORT_KEYS: dict[HistorySort, list[ColumnElement[Any]]] = {
    "time": [],
    "verdict": [case(_SEVERITIES, value=schema.Inspection.verdict, else_=0)],
    "score": [func.coalesce(schema.Inspection.score, -1.0)],
    "product": [func.coalesce(schema.Product.folded_name, ""), func.coalesce(schema.ProductVersion.version, 0)],
    "file_name": [cast(ColumnElement[Any], schema.Inspection.file_name)],
    "serial": [cast(ColumnElement[Any], schema.Inspection.serial)],
    "decision": [func.coalesce(_select_decision(case(_WEIGHTS, value=schema.Disposition.decision)), 0)],
    "person": [cast(ColumnElement[Any], schema.Event.actor)],
}
"""What each order compares before the number; the same values of a line are those of `_read_sort_values`."""


def _read_sort_values(line: InspectionSummary, by: HistorySort) -> list[object]:
    values: dict[HistorySort, list[object]] = {
        "time": [],
        "verdict": [_SEVERITIES.get(line.verdict or "", 0)],
        "score": [-1.0 if line.score is None else line.score],
        "product": [fold_name(line.product or ""), line.product_version or 0],
        "file_name": [line.file_name],
        "serial": [line.serial],
        "decision": [_WEIGHTS[line.disposition] if line.disposition else 0],
        "person": [line.recorded_by],
    }
    return values[by]


def _comes_after(keys: Sequence[Any], line: InspectionSummary, order: HistoryOrder) -> ColumnElement[bool]:
    here, there = tuple_(*keys), tuple_(*_read_sort_values(line, order.by), line.id)
    return here < there if order.descending else here > there


def _select_numbers(matching: InspectionFilter, by: HistorySort = "time") -> Select[Any]:
    statement: Select[Any] = select(schema.Inspection.id).where(*list_conditions(matching))
    if by == "person":
        return statement.join(schema.Event, schema.Event.seq == schema.Inspection.event_seq)
    return _join_product(statement) if by == "product" else statement


def _join_product(statement: Any, version_id: Any = schema.Inspection.product_version_id) -> Any:
    with_version = statement.outerjoin(schema.ProductVersion, schema.ProductVersion.id == version_id)
    return with_version.outerjoin(schema.Product, schema.Product.id == schema.ProductVersion.product_id)


def _load_lines(session: Session, numbers: Sequence[int]) -> list[InspectionSummary]:
    found: dict[int, InspectionSummary] = {}
    for start in range(0, len(numbers), _LINES_AT_ONCE):
        chosen = schema.Inspection.id.in_(numbers[start : start + _LINES_AT_ONCE])
        found |= {row.Inspection.id: _summarise(row) for row in session.execute(_select_lines().where(chosen))}
    return [found[number] for number in numbers]


def _select_lines() -> Select[Any]:
    same, newest = schema.Inspection.id, aliased(schema.Disposition)
    regions = select(func.count()).where(schema.Region.inspection_id == same).scalar_subquery()
    comments = select(func.count()).where(schema.Comment.inspection_id == same).scalar_subquery()
    newest_mask = select(schema.CorrectedMask.area_px).where(schema.CorrectedMask.inspection_id == same)
    area = newest_mask.order_by(schema.CorrectedMask.id.desc()).limit(1).scalar_subquery()
    lines = (
        select(
            schema.Inspection,
            schema.Event.recorded_at,
            schema.Event.actor,
            schema.Event.hash,
            schema.Product.name,
            schema.ProductVersion.version,
            schema.StoredBlob.size,
            regions.label("regions"),
            newest.decision,
            newest.code,
            newest.severity,
            area.label("corrected_area_px"),
            comments.label("comments"),
        )
        .join(schema.Event, schema.Event.seq == schema.Inspection.event_seq)
        .join(schema.StoredBlob, schema.StoredBlob.sha256 == schema.Inspection.photo_sha256)
        .outerjoin(newest, newest.id == _select_decision(schema.Disposition.id))
    )
    joined: Select[Any] = _join_product(lines)
    return joined


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
        code=found.code or "",
        severity=cast(Severity | None, found.severity),
        corrected_area_px=found.corrected_area_px,
        comments=found.comments,
    )


def _select_failures() -> Select[Any]:
    failures = (
        select(
            schema.Failure,
            schema.Event.recorded_at,
            schema.Event.actor,
            schema.Event.hash,
            schema.Product.name,
            schema.ProductVersion.version,
            schema.StoredBlob.size,
        )
        .join(schema.Event, schema.Event.seq == schema.Failure.event_seq)
        .outerjoin(schema.StoredBlob, schema.StoredBlob.sha256 == schema.Failure.photo_sha256)
    )
    joined: Select[Any] = _join_product(failures, schema.Failure.product_version_id)
    return joined


def _read_failure(found: Row[Any]) -> RecordedFailure:
    row: schema.Failure = found.Failure
    return RecordedFailure(
        file_name=row.file_name,
        sentence=row.sentence,
        photo=BlobRef(row.photo_sha256, found.size) if row.photo_sha256 else None,
        product_version_id=row.product_version_id,
        details=read_mapping(row.details),
        id=row.id,
        record_hash=found.hash,
        recorded_at=found.recorded_at,
        recorded_by=found.actor,
        product=found.name,
        product_version=found.version,
    )

"""Conditions that narrow a history: each only looks at indexes, so that long rows are not read to be left out.

Text is searched where it is short (names, serial numbers, persons, reasons), and in conversations, comments and queries
through their index. Nothing here runs a query.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from storage import schema
from storage.product_queries import fold_name
from storage.records import InspectionFilter
from storage.searching import select_holding

Condition = ColumnElement[bool]

_LAST_CHARACTER = "\U0010ffff"


def list_conditions(matching: InspectionFilter) -> list[Condition]:
    """The conditions on inspections, to be joined by "and"."""
    conditions = [make(matching) for name, make in _CONDITIONS.items() if getattr(matching, name) not in (None, "", ())]
    return [*conditions, *_within(schema.Inspection.event_seq, matching)]


def list_failure_conditions(matching: InspectionFilter) -> list[Condition]:
    """The conditions on failures: those of product, time and text."""
    conditions = _within(schema.Failure.event_seq, matching)
    if matching.product is not None:
        conditions.append(schema.Failure.product_version_id.in_(select_versions_named(matching.product)))
    if matching.text:
        conditions.append(_failure_contains(matching.text))
    return conditions


def select_versions_named(name: str) -> Select[Any]:
    """Select the versions of the product of a name, whatever its case."""
    return _select_versions().where(schema.Product.folded_name == fold_name(name.strip()))


def _of_product(matching: InspectionFilter) -> Condition:
    return schema.Inspection.product_version_id.in_(select_versions_named(matching.product or ""))


def _with_verdict(matching: InspectionFilter) -> Condition:
    return schema.Inspection.verdict.in_(matching.verdicts)


def _with_serial(matching: InspectionFilter) -> Condition:
    return schema.Inspection.serial.between(matching.serial, matching.serial + _LAST_CHARACTER)


def _with_number(matching: InspectionFilter) -> Condition:
    return schema.Inspection.id.in_(matching.ids)


def _disposed(matching: InspectionFilter) -> Condition:
    own = schema.Disposition.inspection_id == schema.Inspection.id
    if matching.disposition in ("none", "any"):
        reviewed = select(schema.Disposition.id).where(own).exists()
        return ~reviewed if matching.disposition == "none" else reviewed
    newest = select(func.max(schema.Disposition.id)).group_by(schema.Disposition.inspection_id)
    decided = select(schema.Disposition.inspection_id).where(
        schema.Disposition.decision == matching.disposition, schema.Disposition.id.in_(newest)
    )
    return schema.Inspection.id.in_(decided)


def _with_severity(matching: InspectionFilter) -> Condition:
    newest = select(func.max(schema.Disposition.id)).group_by(schema.Disposition.inspection_id)
    decided = select(schema.Disposition.inspection_id).where(
        schema.Disposition.severity == matching.severity, schema.Disposition.id.in_(newest)
    )
    return schema.Inspection.id.in_(decided)


def _contains(matching: InspectionFilter) -> Condition:
    text = matching.text
    reasons = select(schema.Disposition.inspection_id).where(
        or_(_holds(schema.Disposition.reason, text), _holds(schema.Disposition.code, text))
    )
    return or_(
        _holds(schema.Inspection.file_name, text),
        _holds(schema.Inspection.serial, text),
        schema.Inspection.product_version_id.in_(_versions_holding(text)),
        schema.Inspection.event_seq.in_(_events_by(text)),
        schema.Inspection.id.in_(reasons),
        schema.Inspection.id.in_(select_holding(text)),
    )


def _failure_contains(text: str) -> Condition:
    return or_(
        _holds(schema.Failure.file_name, text),
        _holds(schema.Failure.sentence, text),
        schema.Failure.product_version_id.in_(_versions_holding(text)),
        schema.Failure.event_seq.in_(_events_by(text)),
    )


def _holds(column: Any, text: str) -> Condition:
    condition: Condition = column.icontains(text, autoescape=True)
    return condition


def _within(event_seq: Any, matching: InspectionFilter) -> list[Condition]:
    """Between two moments. Numbers of events are looked up by time: a clock that stepped back mixes their order."""
    limits = []
    if matching.since is not None:
        limits.append(schema.Event.recorded_at >= matching.since)
    if matching.until is not None:
        limits.append(schema.Event.recorded_at < matching.until)
    return [event_seq.in_(select(schema.Event.seq).where(and_(*limits)))] if limits else []


def _events_by(text: str) -> Select[Any]:
    return select(schema.Event.seq).where(_holds(schema.Event.actor, text))


def _versions_holding(text: str) -> Select[Any]:
    return _select_versions().where(_holds(schema.Product.name, text))


def _select_versions() -> Select[Any]:
    same = schema.Product.id == schema.ProductVersion.product_id
    return select(schema.ProductVersion.id).join(schema.Product, same)


_CONDITIONS: dict[str, Callable[[InspectionFilter], Condition]] = {
    "product": _of_product,
    "verdicts": _with_verdict,
    "serial": _with_serial,
    "ids": _with_number,
    "disposition": _disposed,
    "severity": _with_severity,
    "text": _contains,
}
"""By the field of a filter that asks for them."""

"""How many inspections had which verdict, score and decision in each of many periods: sums, made where the rows lie.

Periods are given by their ends, because days and weeks are those of a place and not of the database. Everything is read
from indexes: which events lie in which period from that of their moments, verdicts from that of the history. What the
sums mean (shares, limits, charts) is `station.statistics`' affair.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, Integer, Select, Text, column, func, select, values
from sqlalchemy.orm import Session

from storage import schema
from storage.narrowing import select_versions_named
from storage.records import Decision, Verdict

_AT_ONCE = 2000
"""Periods of one query: SQLite limits how many values a query can carry."""


@dataclass(frozen=True)
class Moments:
    """From a moment, included, to another, not included: UTC, ISO 8601, as records write them, or prefixes of it."""

    since: str
    until: str


@dataclass(frozen=True)
class VerdictCount:
    """Inspections of one product version in one period with the same verdict, and what they scored together."""

    period: int
    """Place of the period among those that were asked for."""
    product: str | None
    product_version: int | None
    verdict: Verdict | None
    count: int
    score_sum: float
    """0 without a verdict."""
    lowest_score: float | None
    highest_score: float | None


@dataclass(frozen=True)
class DecisionCount:
    """Inspections of one product version in one period with the same verdict, newest decision and defect code."""

    period: int
    product: str | None
    product_version: int | None
    verdict: Verdict | None
    decision: Decision
    code: str
    count: int


@dataclass(frozen=True)
class PeriodCounts:
    """Everything that was counted, of one moment of the database."""

    verdicts: tuple[VerdictCount, ...]
    decisions: tuple[DecisionCount, ...]


def find_span(session: Session) -> tuple[str, str]:
    """The earliest and the latest moment at which anything was recorded."""
    # Two queries: each takes one end of the index, where one query would read all of it.
    first, last = (session.scalar(select(end(schema.Event.recorded_at))) for end in (func.min, func.max))
    return str(first), str(last)


def count_periods(session: Session, periods: Sequence[Moments], product: str | None) -> PeriodCounts:
    """Count the inspections of a product, or of all, by period, product version, verdict and newest decision.

    Periods must not overlap. A decision counts in the period of its inspection, however much later it came.
    """
    names = _load_names(session)
    verdicts: list[VerdictCount] = []
    decisions: list[DecisionCount] = []
    for start in range(0, len(periods), _AT_ONCE):
        moments = _place_events(periods[start : start + _AT_ONCE])
        for number, version, *rest in session.execute(_select_verdicts(moments, product)):
            verdicts.append(VerdictCount(start + number, *names[version], *rest))
        for number, version, *rest in session.execute(_select_decisions(moments, product)):
            decisions.append(DecisionCount(start + number, *names[version], *rest))
    return PeriodCounts(tuple(verdicts), tuple(decisions))


def _select_verdicts(moments: CTE, product: str | None) -> Select[Any]:
    score = schema.Inspection.score
    keys = (moments.c.period, schema.Inspection.product_version_id, schema.Inspection.verdict)
    sums = (func.count(), func.coalesce(func.sum(score), 0.0), func.min(score), func.max(score))
    return _within(select(*keys, *sums).select_from(schema.Inspection), moments, product).group_by(*keys)


def _select_decisions(moments: CTE, product: str | None) -> Select[Any]:
    decided, inspected = schema.Disposition, schema.Inspection
    newest = select(func.max(decided.id)).group_by(decided.inspection_id)
    keys = (moments.c.period, inspected.product_version_id, inspected.verdict, decided.decision, decided.code)
    joined = select(*keys, func.count()).select_from(decided).join(inspected, inspected.id == decided.inspection_id)
    return _within(joined.where(decided.id.in_(newest)), moments, product).group_by(*keys)


def _within(statement: Select[Any], moments: CTE, product: str | None) -> Select[Any]:
    narrowed = statement.join(moments, moments.c.seq == schema.Inspection.event_seq)
    if product is None:
        return narrowed
    return narrowed.where(schema.Inspection.product_version_id.in_(select_versions_named(product)))


def _place_events(periods: Sequence[Moments]) -> CTE:
    """Which event lies in which period. Made once: the planner might look every period up for every inspection."""
    asked = (
        values(column("period", Integer), column("since", Text), column("until", Text), name="periods")
        .data([(number, period.since, period.until) for number, period in enumerate(periods)])
        .cte("periods")
    )
    moment = schema.Event.recorded_at
    lies_within = (moment >= asked.c.since) & (moment < asked.c.until)
    placed = select(schema.Event.seq, asked.c.period).select_from(asked).join(schema.Event, lies_within)
    return placed.cte("moments").prefix_with("MATERIALIZED")


def _load_names(session: Session) -> Mapping[int | None, tuple[str | None, int | None]]:
    """Product and number of every product version; no product has neither."""
    version = schema.ProductVersion
    named = select(version.id, schema.Product.name, version.version)
    found = session.execute(named.join(schema.Product, schema.Product.id == version.product_id))
    return {None: (None, None)} | {key: (name, number) for key, name, number in found}

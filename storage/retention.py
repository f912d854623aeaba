"""How long records are kept: rules, legal holds, and until which day one rule keeps one inspection.

Only says what may go; nothing is deleted here. A rule never shortens anything by a rounding: a day counts until it is
over everywhere on earth, and a year that began on 29 February ends on 1 March.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Literal, TypeVar, cast, get_args

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from storage import schema
from storage.audit_chain import Change, Ledger
from storage.errors import InvalidRecord, UnknownInspection
from storage.product_queries import load_product
from storage.records import Actor, check_reason
from storage.stored_values import read_actor

Keep = Literal["for-ever", "years", "life-and-years"]
MOST_YEARS = 200
FOR_EVER = date.max
"""Stands for the last day of what is never purged."""
_WESTERNMOST = timedelta(hours=12)
"""How far behind UTC the last place on earth is where a day ends."""

AnyRuleRow = TypeVar("AnyRuleRow", schema.RetentionRule, schema.LegalHold, schema.ProductState)


@dataclass(frozen=True)
class RetentionRule:
    """How long inspections are kept; "life-and-years" counts from the year in which the product was retired."""

    keep: Keep = "for-ever"
    years: int = 0


@dataclass(frozen=True)
class RecordedRule(RetentionRule):
    """A rule with who set it, why and when; `product` is None for the rule of all that have no rule of their own."""

    product: str | None = None
    reason: str = ""
    set_by: Actor | None = None
    set_at: str = ""


@dataclass(frozen=True)
class LegalHold:
    """Keeps a product, an inspection or, without either, everything, whatever the rules say, until released."""

    product: str | None
    inspection_id: int | None
    is_held: bool
    reason: str
    set_by: Actor
    set_at: str


@dataclass(frozen=True)
class Rules:
    """All that decides how long something is kept, by the numbers of products."""

    default: RetentionRule = RetentionRule()
    of_products: Mapping[int, RetentionRule] = field(default_factory=dict)
    retired_on: Mapping[int, date] = field(default_factory=dict)
    """Products out of use now, and since when; a product taken back into use is not among them."""
    holds_everything: bool = False
    held_products: frozenset[int] = frozenset()
    held_inspections: frozenset[int] = frozenset()

    def keep_until(self, product_id: int | None, recorded_on: date, inspection_id: int | None = None) -> date:
        """Return the last day on which something is kept; `FOR_EVER` also while a legal hold is on it."""
        if self.holds_everything or product_id in self.held_products or inspection_id in self.held_inspections:
            return FOR_EVER
        if product_id is None:  # made without a product: its life was the one inspection
            return find_last_day(self.default, recorded_on, recorded_on)
        rule = self.of_products.get(product_id, self.default)
        return find_last_day(rule, recorded_on, self.retired_on.get(product_id))


def find_last_day(rule: RetentionRule, recorded_on: date, retired_on: date | None) -> date:
    """Return the last day on which a rule keeps what was recorded on a day; `FOR_EVER` where no day is in sight.

    `retired_on` is None for a product in use. Days are those of the station when it recorded.
    """
    if rule.keep == "years":
        return _add_years(recorded_on, rule.years)
    if rule.keep == "life-and-years" and retired_on is not None:
        last_year = max(recorded_on.year, retired_on.year) + rule.years
        return date(last_year, 12, 31) if last_year <= date.max.year else FOR_EVER
    return FOR_EVER


def is_over(last_day: date, now: datetime) -> bool:
    """Whether a day has ended everywhere on earth, so that no zone and no clock's offset makes it end too early."""
    return (now.astimezone(UTC) - _WESTERNMOST).date() > last_day


def find_local_day(recorded_at: str, local_offset: str) -> date:
    """Return the day on which the station recorded something, as its own calendar said."""
    moment = datetime.fromisoformat(recorded_at)
    offset = datetime.fromisoformat(f"2000-01-01T00:00:00{local_offset}").tzinfo
    return moment.astimezone(offset).date()


def set_rule(ledger: Ledger, product: str | None, rule: RetentionRule, actor: Actor, reason: str) -> RecordedRule:
    """Record how long a product's inspections are kept, or, without a product, all that have no rule of their own."""
    reason = check_reason(reason)
    _check_rule(rule)
    with ledger.entry() as entry:
        product_id = None if product is None else load_product(entry.session, product).product_id
        old = _find_newest_rule(entry.session, product_id)
        entry.add(
            schema.RetentionRule(
                id=entry.next_key(schema.RetentionRule),
                event_seq=entry.seq,
                product_id=product_id,
                keep=rule.keep,
                years=rule.years,
                reason=reason,
            )
        )
        payload = {
            "old": None if old is None else {"keep": old.keep, "years": old.years},
            "new": {"keep": rule.keep, "years": rule.years},
        }
        entry.seal(Change(actor, "retention.set", "product", product_id or "all", reason, payload))
        return next(each for each in load_rules(entry.session) if each.product == _name(entry.session, product_id))


def set_hold(
    ledger: Ledger, product: str | None, inspection_id: int | None, actor: Actor, reason: str, *, is_held: bool
) -> LegalHold:
    """Put a legal hold on a product, an inspection or everything, or release it."""
    reason = check_reason(reason)
    if product is not None and inspection_id is not None:
        raise InvalidRecord("A legal hold is on a product, on an inspection or on everything; name one of them.")
    with ledger.entry() as entry:
        product_id = None if product is None else load_product(entry.session, product).product_id
        _require_inspection(entry.session, inspection_id)
        newest = _find_newest_hold(entry.session, product_id, inspection_id)
        if is_held == (newest is not None and bool(newest.held)):
            raise InvalidRecord("There is a legal hold on it already." if is_held else "There is no legal hold on it.")
        row = schema.LegalHold(
            id=entry.next_key(schema.LegalHold),
            event_seq=entry.seq,
            product_id=product_id,
            inspection_id=inspection_id,
            held=int(is_held),
            reason=reason,
        )
        entry.add(row)
        kind = "inspection" if inspection_id is not None else "product"
        action = "hold.set" if is_held else "hold.released"
        entry.seal(Change(actor, action, kind, inspection_id or product_id or "all", reason))
        return load_holds(entry.session)[-1]


def load_rules(session: Session) -> list[RecordedRule]:
    """Return the rules in force: the one for all without their own first, then by product."""
    newest: dict[int | None, RecordedRule] = {}
    for row, event in session.execute(_with_event(schema.RetentionRule)):
        newest[row.product_id] = RecordedRule(
            cast(Keep, row.keep),
            row.years,
            _name(session, row.product_id),
            row.reason,
            read_actor(event),
            event.recorded_at,
        )
    newest.setdefault(None, RecordedRule())
    return sorted(newest.values(), key=lambda rule: (rule.product is not None, rule.product or ""))


def load_holds(session: Session) -> list[LegalHold]:
    """Return every legal hold and release, oldest first."""
    return [
        LegalHold(
            _name(session, row.product_id),
            row.inspection_id,
            bool(row.held),
            row.reason,
            read_actor(event),
            event.recorded_at,
        )
        for row, event in session.execute(_with_event(schema.LegalHold))
    ]


def list_active_holds(holds: list[LegalHold]) -> list[LegalHold]:
    """Return the holds that hold now: of each product or inspection the newest word counts."""
    newest = {(hold.product, hold.inspection_id): hold for hold in holds}
    return [hold for hold in newest.values() if hold.is_held]


def load_all_rules(session: Session) -> Rules:
    """Return what decides how long each thing is kept."""
    rules = {row.product_id: row for row in session.scalars(_in_order(schema.RetentionRule))}
    holds = {(row.product_id, row.inspection_id): row.held for row in session.scalars(_in_order(schema.LegalHold))}
    held = [key for key, is_held in holds.items() if is_held]
    default = rules.pop(None, None)
    return Rules(
        RetentionRule() if default is None else RetentionRule(cast(Keep, default.keep), default.years),
        {number: RetentionRule(cast(Keep, row.keep), row.years) for number, row in rules.items() if number is not None},
        _load_retirements(session),
        (None, None) in held,
        frozenset(product for product, _ in held if product is not None),
        frozenset(inspection for _, inspection in held if inspection is not None),
    )


def _load_retirements(session: Session) -> dict[int, date]:
    retired: dict[int, date] = {}
    for state, event in session.execute(_with_event(schema.ProductState)):
        if state.retired:
            retired[state.product_id] = find_local_day(event.recorded_at, event.local_offset)
        else:
            retired.pop(state.product_id, None)
    return retired


def _add_years(day: date, years: int) -> date:
    if day.year + years > date.max.year:
        return FOR_EVER
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February, in a year without one
        return date(day.year + years, 3, 1)


def _check_rule(rule: RetentionRule) -> None:
    if rule.keep not in get_args(Keep):
        raise InvalidRecord(f"The rule is {rule.keep!r}; use one of {', '.join(get_args(Keep))}.")
    if not 0 <= rule.years <= MOST_YEARS:
        raise InvalidRecord(f"A rule has 0 to {MOST_YEARS} years, not {rule.years}.")
    if rule.keep == "years" and rule.years == 0:
        raise InvalidRecord("A rule of 0 years would keep nothing; give 1 year or more.")


def _require_inspection(session: Session, inspection_id: int | None) -> None:
    if inspection_id is not None and session.get(schema.Inspection, inspection_id) is None:
        raise UnknownInspection(f"There is no inspection {inspection_id}; 'history' shows those there are.")


def _find_newest_rule(session: Session, product_id: int | None) -> schema.RetentionRule | None:
    table = schema.RetentionRule
    chosen = select(table).where(table.product_id.is_not_distinct_from(product_id))
    return session.scalars(chosen.order_by(table.id.desc()).limit(1)).first()


def _find_newest_hold(session: Session, product_id: int | None, inspection_id: int | None) -> schema.LegalHold | None:
    table = schema.LegalHold
    chosen = select(table).where(
        table.product_id.is_not_distinct_from(product_id), table.inspection_id.is_not_distinct_from(inspection_id)
    )
    return session.scalars(chosen.order_by(table.id.desc()).limit(1)).first()


def _name(session: Session, product_id: int | None) -> str | None:
    if product_id is None:
        return None
    return session.scalar(select(schema.Product.name).where(schema.Product.id == product_id))


def _in_order(table: type[AnyRuleRow]) -> Select[AnyRuleRow]:
    return select(table).order_by(table.id)


def _with_event(table: type[AnyRuleRow]) -> Select[AnyRuleRow, schema.Event]:
    return select(table, schema.Event).join(schema.Event, schema.Event.seq == table.event_seq).order_by(table.id)

"""Statistics: verdicts by day or week with a p-chart, the Pareto of defect codes, how often people overruled.

Sums come from the database; what they mean is computed here. Days and weeks are those of the station's own clock.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from station.exporting import defuse
from station.language import tr
from station.outputs import write_whole
from station.rights import Right
from storage.statistics import DecisionCount, Moments, PeriodCounts, VerdictCount

if TYPE_CHECKING:
    from station.station import Station

By = Literal["day", "week"]
MOST_PERIODS = 1000
"""Days or weeks that one chart shows; more cannot be told apart."""
WIDTH = 3.0
"""Standard errors between the centre and a limit (Shewhart)."""
RUN = 8
"""Periods in a row on one side of the centre that are a signal (Western Electric, rule 4)."""
TAKEN = ("accept", "use-as-is")
"""Decisions by which a part goes on."""


@dataclass(frozen=True)
class Period:
    """A day or a week."""

    first: date
    last: date
    accepted: int = 0
    reviewed: int = 0
    rejected: int = 0
    unjudged: int = 0
    """Photos that were compared with nothing."""
    score: float | None = None
    """Mean of the judged ones."""
    lower: float = 0.0
    upper: float = 0.0
    """Limits of the share of rejects, 0 to 1."""
    is_beyond: bool = False
    """Whether the share lies outside them."""
    is_run: bool = False
    """Whether it ends a run of periods on one side of the centre."""

    @property
    def judged(self) -> int:
        """Inspections with a verdict."""
        return self.accepted + self.reviewed + self.rejected

    @property
    def share(self) -> float | None:
        """Of rejects among them, 0 to 1; None where nothing was judged."""
        return self.rejected / self.judged if self.judged else None


@dataclass(frozen=True)
class CodeCount:
    """How often people gave a defect code."""

    code: str
    count: int
    share: float
    cumulative: float
    """Share of this and all codes before it, 0 to 1."""


@dataclass(frozen=True)
class ProductCount:
    """One version of a product, or what was compared with nothing."""

    product: str | None
    version: int | None
    judged: int
    rejected: int
    reviewed: int


@dataclass(frozen=True)
class Statistics:
    """Everything that a chart, a table or another program shows."""

    by: By
    product: str | None
    periods: tuple[Period, ...]
    centre: float | None
    """Share of rejects over all periods, 0 to 1; None where nothing was judged."""
    codes: tuple[CodeCount, ...]
    products: tuple[ProductCount, ...]
    decided: int
    """Inspections that people decided on."""
    false_rejects: int
    """Of these, rejected by the machine and taken by a person."""
    misses: int
    """Accepted by the machine and not taken by a person."""

    @property
    def judged(self) -> int:
        """Inspections with a verdict."""
        return sum(period.judged for period in self.periods)

    def as_json(self) -> dict[str, object]:
        """Return everything as plain JSON values."""
        return {
            "by": self.by,
            "product": self.product,
            "centre": self.centre,
            "decided": self.decided,
            "false_rejects": self.false_rejects,
            "misses": self.misses,
            "periods": [_describe(period) for period in self.periods],
            "codes": [vars(code) for code in self.codes],
            "products": [vars(product) for product in self.products],
        }


def measure(
    station: Station, *, product: str | None = None, first: date | None = None, last: date | None = None, by: By = "day"
) -> Statistics:
    """Count the inspections from one day to another, both included; without them from the first record to today.

    Of a longer time only the newest `MOST_PERIODS` days or weeks are counted. Raises storage's known errors.
    """
    earliest, latest = (_to_day(moment) for moment in station.store.find_span())
    spans = split_days(first or earliest, last or max(latest, datetime.now().astimezone().date()), by)
    counts = station.store.count_periods([_to_moments(*span) for span in spans], product)
    periods = draw_limits(_fill(spans, counts.verdicts))
    judged, rejected = sum(period.judged for period in periods), sum(period.rejected for period in periods)
    return Statistics(
        by=by,
        product=product,
        periods=periods,
        centre=rejected / judged if judged else None,
        codes=rank_codes(counts.decisions),
        products=_count_products(counts.verdicts),
        **_count_overruled(counts),
    )


def split_days(first: date, last: date, by: By) -> list[tuple[date, date]]:
    """Return first and last day of each day or week, weeks from Monday to Sunday, oldest first."""
    length = 1 if by == "day" else 7
    start = first if by == "day" else first - timedelta(days=first.weekday())
    count = (last - start).days // length + 1
    skipped = max(0, count - MOST_PERIODS)
    starts = (start + timedelta(days=length * number) for number in range(skipped, max(count, 0)))
    return [(day, day + timedelta(days=length - 1)) for day in starts]


def draw_limits(periods: Sequence[Period]) -> tuple[Period, ...]:
    """Add the limits of the p-chart with varying sample size, and mark its signals.

    p̄ ± 3 √(p̄ (1 - p̄) / n) (Montgomery, Introduction to Statistical Quality Control, chapter on control charts for
    attributes), cut off at 0 and 1.
    """
    judged = sum(period.judged for period in periods)
    if not judged:
        return tuple(periods)
    centre = sum(period.rejected for period in periods) / judged
    drawn: list[Period] = []
    run = 0
    for period in periods:
        share = period.share
        if share is None:
            drawn.append(period)
            continue
        reach = WIDTH * sqrt(centre * (1 - centre) / period.judged)
        lower, upper = max(0.0, centre - reach), min(1.0, centre + reach)
        run = _follow_run(run, share - centre)
        beyond = not lower <= share <= upper
        drawn.append(_with_limits(period, lower, upper, beyond=beyond, run=abs(run) >= RUN))
    return tuple(drawn)


def rank_codes(decisions: Sequence[DecisionCount]) -> tuple[CodeCount, ...]:
    """Return the defect codes that people gave, the most frequent first."""
    counted = Counter[str]()
    for decision in decisions:
        if decision.code:
            counted[decision.code] += decision.count
    total, before = sum(counted.values()), 0
    ranked = []
    for code, count in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])):
        before += count
        ranked.append(CodeCount(code, count, count / total, before / total))
    return tuple(ranked)


def write_csv(station: Station, statistics: Statistics, path: Path) -> int:
    """Write a row for each period; returns their number. Raises `OutputError` and storage's known errors."""
    actor = station.acting(Right.EXPORT)
    text = io.StringIO(newline="")
    rows = [_describe(period) for period in statistics.periods]
    writer = csv.DictWriter(text, list(rows[0]) if rows else ["first"])
    writer.writeheader()
    writer.writerows({name: defuse(value) for name, value in row.items()} for row in rows)
    write_whole(text.getvalue().encode("utf-8-sig"), path)
    payload = {"file": path.name, "format": "csv", "rows": len(rows), "product": statistics.product}
    station.store.record_event("statistics.exported", "export", path.name, payload, actor)
    return len(rows)


def describe_signals(statistics: Statistics, tell: Callable[[float], str] = "{:.1%}".format) -> list[str]:
    """Return a sentence for each period that is a signal; `tell` writes a share."""
    told = []
    for period in statistics.periods:
        if period.is_beyond and period.share is not None:
            told.append(
                tr(
                    "{day}: {share} rejected, outside {lower} to {upper}.",
                    day=period.first.isoformat(),
                    share=tell(period.share),
                    lower=tell(period.lower),
                    upper=tell(period.upper),
                )
            )
        elif period.is_run:
            told.append(
                tr("{day}: {count} in a row on one side of the centre.", day=period.first.isoformat(), count=RUN)
            )
    return told


def _follow_run(run: int, difference: float) -> int:
    """How many periods in a row lay above the centre, or, negative, below it; 0 on it."""
    if difference == 0:
        return 0
    return max(run, 0) + 1 if difference > 0 else min(run, 0) - 1


def _with_limits(period: Period, lower: float, upper: float, *, beyond: bool, run: bool) -> Period:
    values = {**vars(period), "lower": lower, "upper": upper, "is_beyond": beyond, "is_run": run}
    return Period(**values)


def _fill(spans: Sequence[tuple[date, date]], verdicts: Sequence[VerdictCount]) -> list[Period]:
    counted = [Counter[str | None]() for _ in spans]
    scores = [0.0 for _ in spans]
    for count in verdicts:
        counted[count.period][count.verdict] += count.count
        scores[count.period] += count.score_sum
    return [
        Period(
            *span,
            accepted=found["accept"],
            reviewed=found["review"],
            rejected=found["reject"],
            unjudged=found[None],
            score=_divide(score, found.total() - found[None]),
        )
        for span, found, score in zip(spans, counted, scores, strict=True)
    ]


def _divide(total: float, count: int) -> float | None:
    return total / count if count else None


def _count_products(verdicts: Sequence[VerdictCount]) -> tuple[ProductCount, ...]:
    found: dict[tuple[str | None, int | None], Counter[str | None]] = {}
    for count in verdicts:
        found.setdefault((count.product, count.product_version), Counter())[count.verdict] += count.count
    rows = [
        ProductCount(*key, counted.total() - counted[None], counted["reject"], counted["review"])
        for key, counted in found.items()
    ]
    return tuple(sorted(rows, key=lambda row: (row.product is None, row.product or "", row.version or 0)))


def _count_overruled(counts: PeriodCounts) -> dict[str, int]:
    decided = sum(count.count for count in counts.decisions)
    taken_back = sum(count.count for count in counts.decisions if count.verdict == "reject" and count.decision in TAKEN)
    missed = sum(count.count for count in counts.decisions if count.verdict == "accept" and count.decision not in TAKEN)
    return {"decided": decided, "false_rejects": taken_back, "misses": missed}


def _describe(period: Period) -> dict[str, object]:
    share = period.share
    return {
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "accepted": period.accepted,
        "reviewed": period.reviewed,
        "rejected": period.rejected,
        "unjudged": period.unjudged,
        "share_rejected": None if share is None else round(share, 6),
        "lower": round(period.lower, 6),
        "upper": round(period.upper, 6),
        "beyond": period.is_beyond,
        "run": period.is_run,
        "mean_score": None if period.score is None else round(period.score, 2),
    }


def _to_day(moment: str) -> date:
    """The day of a recorded moment by the station's own clock."""
    return datetime.fromisoformat(moment.replace("Z", "+00:00")).astimezone().date()


def _to_moments(first: date, last: date) -> Moments:
    """From midnight to midnight of the station's own clock, as records write moments."""
    ends = (datetime.combine(day, datetime.min.time()).astimezone() for day in (first, last + timedelta(days=1)))
    since, until = (end.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z") for end in ends)
    return Moments(since, until)

"""The command `stats`: how many parts were rejected day by day, where that is unusual, and why people say they were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from station.command_options import CommonOptions, flatten_options
from station.sessions import Session

if TYPE_CHECKING:
    from station.statistics import Statistics

SHOWN = 31
"""Newest periods of the printed table; the CSV file has all."""


@dataclass(frozen=True)
class StatisticsOptions:
    """What is counted, and where it is written."""

    product: Annotated[str | None, typer.Option("--product", help="Of this product only.")] = None
    first: Annotated[str | None, typer.Option("--from", help="From this day on: 2026-03-01.")] = None
    last: Annotated[str | None, typer.Option("--to", help="Up to and with this day.")] = None
    by: Annotated[Literal["day", "week"], typer.Option("--by", help="Day by day, or week by week.")] = "day"
    csv: Annotated[Path | None, typer.Option("--csv", help="Write every period to this file as well.")] = None


@flatten_options
def stats(what: StatisticsOptions, common: CommonOptions) -> None:
    """Count verdicts by day or week, with the limits of a p-chart, defect codes, and how often people overruled."""
    with Session(common) as session:
        from station.statistics import measure, write_csv  # noqa: PLC0415 - see `sessions`

        station = session.station
        first, last = (_read_day(text) for text in (what.first, what.last))
        statistics = measure(station, product=what.product, first=first, last=last, by=what.by)
        session.console.document(statistics.as_json())
        _say(session, statistics)
        if what.csv is not None:
            rows = write_csv(station, statistics, what.csv)
            session.console.note(f"{rows} rows are in {what.csv}")


def _read_day(text: str | None) -> date | None:
    from station.errors import RequestError  # noqa: PLC0415 - see `sessions`

    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise RequestError(f"{text!r} is no day; write it as 2026-03-01.") from error


def _say(session: Session, statistics: Statistics) -> None:
    from station.statistics import describe_signals  # noqa: PLC0415 - see `sessions`

    console = session.console
    columns = ("from", "accepted", "review", "rejected", "share", "lower", "upper", "")
    filled = [period for period in statistics.periods if period.judged]
    rows = [
        [
            period.first.isoformat(),
            str(period.accepted),
            str(period.reviewed),
            str(period.rejected),
            f"{period.share or 0:.1%}",
            f"{period.lower:.1%}",
            f"{period.upper:.1%}",
            "beyond" if period.is_beyond else "run" if period.is_run else "",
        ]
        for period in filled[-SHOWN:]
    ]
    console.table(columns, rows)
    if statistics.centre is None:
        console.result("Nothing was judged in this time.")
        return
    console.result(f"{statistics.judged} judged, {statistics.centre:.2%} rejected")
    console.result(
        f"{statistics.decided} decided by people: {statistics.false_rejects} rejects taken, {statistics.misses} missed"
    )
    for code in statistics.codes:
        console.result(f"{code.code}: {code.count} ({code.share:.0%}, with those before {code.cumulative:.0%})")
    for sentence in describe_signals(statistics):
        console.note(sentence)

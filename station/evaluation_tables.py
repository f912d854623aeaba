"""Measurements as tables for a terminal: a line per category and draw, then the means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from station.measuring import MEASURES, SHARES, Measurement, average, average_categories, group_by_category

Line = tuple[str, Mapping[str, object]]
Table = tuple[list[str], list[list[str]]]


def tabulate(measurements: Sequence[Measurement]) -> list[Table]:
    """Return header and rows of two tables: how well defects are found, and what the automatic verdict costs."""
    lines = list(_list_lines(measurements))
    themes = (MEASURES, {**SHARES, "seconds_per_photo": "s per photo"})
    return [(["category", *titles.values()], _list_rows(lines, titles)) for titles in themes]


def _list_lines(measurements: Sequence[Measurement]) -> Iterator[Line]:
    for each in measurements:
        yield f"{each.category}, seed {each.seed}", _gather_values(each)
    grouped = group_by_category(measurements)
    if len(measurements) > len(grouped):
        yield from ((f"{name}, mean of draws", average(measured)) for name, measured in grouped.items())
    if len(grouped) > 1:
        yield "mean of categories", average_categories(measurements)


def _gather_values(measurement: Measurement) -> dict[str, object]:
    shares = {name: share.describe() if share else None for name, share in measurement.shares.items()}
    return {**measurement.measures, **shares, "seconds_per_photo": measurement.seconds_per_photo}


def _list_rows(lines: Sequence[Line], titles: Mapping[str, str]) -> list[list[str]]:
    return [[name, *(_format(key, values[key]) for key in titles)] for name, values in lines]


def _format(key: str, value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.1%}" if key in SHARES else f"{value:.4f}"
    return str(value)

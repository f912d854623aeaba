"""Ours beside a plain AnomalyDINO-style baseline: same photos, same weights, same runtime, one reference.

    python -m tests.benchmarks.bench_baseline MODELS_FOLDER [FOLDER ...] [--draws 5] [--most 40]

Measures on leather and road_crack of ../shared/data where they are, on the rendered samples, and on the categories in
the folders given. Pixel measures take every n-th pixel. Seconds are the median of the first draw, from file to verdict.
"""

from __future__ import annotations

import argparse
from typing import Any

from inference.profiles import PROFILES
from station.evaluation_data import Category
from tests.benchmarks import baseline
from tests.benchmarks.baseline import Baseline
from tests.benchmarks.bench_common import (
    MEASURED,
    Found,
    Workshop,
    add_measuring_options,
    average,
    count_draws,
    describe_photos,
    find_measured,
    format_percent,
    measure_category,
    print_load,
    print_table,
    read_load,
)

HEADER = ["category", "method", "draws", "image AUROC", "pixel AUROC", "pixel AP", "s per photo"]


def main() -> None:
    """Print one table: three lines a category, then their means."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_measuring_options(parser, draws=5, most=40)
    arguments = parser.parse_args()
    load = read_load()
    workshops = {name: Workshop(arguments.models_folder) for name in ("default", "fast", "baseline")}
    found: dict[str, list[Found]] = {name: [] for name in workshops}
    rows = []
    for category in find_measured(arguments):
        draws = count_draws(category, arguments.draws)
        for name, workshop in workshops.items():
            found[name].append(measure_category(build(name, workshop), category, draws))
            workshop.forget()
        rows += [make_row(category, name, draws, each[-1]) for name, each in found.items()]
        print(describe_photos(category), *(f"{name} {each[-1].describe()}" for name, each in found.items()), flush=True)
    print()
    print_table(HEADER, [*rows, *(make_mean_row(name, each) for name, each in found.items())])
    print_load(load)


def build(name: str, workshop: Workshop) -> Any:
    """A method by its name; each has a workshop of its own, so that its times hold all its work."""
    if name == "baseline":
        return Baseline(workshop.open(baseline.PACK, baseline.LAYERS))
    return workshop.build(PROFILES[name])


def make_row(category: Category, name: str, draws: int, found: Found) -> list[str]:
    numbers = [format_percent(found.measures[measure]) for measure in MEASURED]
    return [describe_photos(category), name, str(draws), *numbers, f"{found.seconds:.3f}"]


def make_mean_row(name: str, found: list[Found]) -> list[str]:
    """Mean over the categories; every category counts the same."""
    numbers = [format_percent(average([each.measures[measure] for each in found])) for measure in MEASURED]
    return ["**mean**", f"**{name}**", "", *numbers, f"{average([each.seconds for each in found]):.3f}"]


if __name__ == "__main__":
    main()

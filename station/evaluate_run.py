"""What the command `evaluate` does: measure every category and draw, print a table, write scores and maps."""

from __future__ import annotations

import csv
import io
import os
import platform
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from inference.metrics import PixelRanking
from inference.rendering import encode_map_tiff
from inference.results import FloatMap
from station.errors import DataError
from station.evaluating import JudgedPhoto, Protocol, draw_references, judge_category
from station.evaluation_commands import EvaluateOptions
from station.evaluation_data import Category, LabelledPhoto, find_categories, read_mask
from station.evaluation_tables import tabulate
from station.measuring import (
    Measurement,
    average,
    average_categories,
    count_verdicts,
    find_median_seconds,
    group_by_category,
    measure_photos,
)
from station.outputs import make_folder, write_whole
from station.sessions import Session

SCORE_COLUMNS = ("category", "file", "label", "score", "verdict", "p_value", "seconds")


def run_evaluate(session: Session, what: EvaluateOptions) -> None:
    """Do what the options say. Raises the known errors of all rooms."""
    categories = _choose_categories(session, find_categories(what.folder, what.category))
    evaluation = Evaluation(session, what)
    for draw in range(what.draws):
        evaluation.measure_draw(categories, Protocol(what.shots, what.seed + draw, what.paired))
    session.console.document(evaluation.describe())
    evaluation.print_tables()


class Evaluation:
    """One `evaluate` command on its way, over all draws and categories."""

    def __init__(self, session: Session, what: EvaluateOptions) -> None:
        self._session = session
        self._what = what
        self._load_before = _read_load()
        self._measurements: list[Measurement] = []

    def measure_draw(self, categories: Sequence[Category], protocol: Protocol) -> None:
        """Measure all categories with one draw of references and write their scores and maps."""
        self._session.console.note(protocol.describe())
        output = self._choose_folder(protocol.seed)
        rows: list[tuple[Category, JudgedPhoto]] = []
        for category in categories:
            judged = self._measure(category, protocol, output)
            rows += [(category, photo) for photo in judged]
        if output is not None:
            write_whole(format_scores(rows, self._what.folder), output / "scores.csv")

    def describe(self) -> dict[str, object]:
        """Return the whole evaluation as JSON."""
        protocol = Protocol(self._what.shots, self._what.seed, self._what.paired)
        return {
            "protocol": {"shots": protocol.shots, "draws": self._what.draws, "words": protocol.describe()},
            "categories": [
                {
                    "category": name,
                    "good": measured[0].good,
                    "defective": measured[0].defective,
                    "draws": [each.describe() for each in measured],
                    "mean": average(measured),
                }
                for name, measured in group_by_category(self._measurements).items()
            ],
            "mean": average_categories(self._measurements),
            "machine": describe_machine(self._load_before),
        }

    def print_tables(self) -> None:
        """Print measures and shares of every draw, then the means."""
        for header, rows in tabulate(self._measurements):
            self._session.console.table(header, rows)
            self._session.console.result("")
        machine = describe_machine(self._load_before)
        load = f"load {machine['load_before']} before and {machine['load_after']} after"
        self._session.console.result(f"{machine['cores']} cores, {load}")

    def _measure(self, category: Category, protocol: Protocol, output: Path | None) -> list[JudgedPhoto]:
        detector = self._session.station.find_detector(self._what.profile)
        pixels = _Pixels(category, output)
        with self._session.console.progress(category.name) as on_progress:
            judged = judge_category(detector, category, protocol, pixels.keep, on_progress)
        for photo in pixels.without_mask[:1]:
            count = len(pixels.without_mask)
            self._session.console.warn(
                f"{count} defective photos have no mask and count for images only; first: {photo}"
            )
        good = sum(test.is_good for test in category.tests)
        self._measurements.append(
            Measurement(
                category.name,
                protocol.seed,
                () if protocol.paired else _name_references(category, protocol),
                good,
                len(category.tests) - good,
                measure_photos(judged, pixels.ranking if pixels.any_added else None),
                count_verdicts(judged),
                find_median_seconds(judged),
            )
        )
        return judged

    def _choose_folder(self, seed: int) -> Path | None:
        """Return where this draw's files go: the output folder, or with several draws a folder of each seed in it."""
        if self._what.output is None:
            return None
        folder = self._what.output / f"seed-{seed}" if self._what.draws > 1 else self._what.output
        make_folder(folder)
        return folder


class _Pixels:
    """Takes each map of a category: to a file where maps are wanted, and to the ranking of its pixels."""

    def __init__(self, category: Category, output: Path | None) -> None:
        self._folder = output / "maps" / category.name if output else None
        self.ranking = PixelRanking()
        self.any_added = False
        self.without_mask: list[Path] = []

    def keep(self, test: LabelledPhoto, anomaly_map: FloatMap) -> None:
        if self._folder is not None:
            make_folder(self._folder / test.label)
            write_whole(encode_map_tiff(anomaly_map), self._folder / test.label / f"{test.path.stem}.tiff")
        if test.mask is None and not test.is_good:
            self.without_mask.append(test.path)
            return
        mask = read_mask(test.mask, *anomaly_map.shape) if test.mask else np.zeros(anomaly_map.shape, np.bool_)
        self.ranking.add(anomaly_map, mask.view(np.uint8))
        self.any_added = True


def format_scores(rows: Sequence[tuple[Category, JudgedPhoto]], root: Path) -> bytes:
    """Return the bytes of `scores.csv`; numbers keep all their digits, files are relative to `root`."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(SCORE_COLUMNS)
    for category, judged in rows:
        test = judged.photo
        file = test.path.relative_to(root).as_posix()
        writer.writerow(
            [
                category.name,
                file,
                test.label,
                repr(judged.score),
                judged.verdict,
                repr(judged.p_value),
                f"{judged.seconds:.4f}",
            ]
        )
    return text.getvalue().encode()


def describe_machine(load_before: float | None) -> dict[str, object]:
    """Return what the times were measured on: processor, cores, and how busy it was before and after."""
    return {
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "load_before": load_before,
        "load_after": _read_load(),
    }


def _choose_categories(session: Session, categories: Sequence[Category]) -> list[Category]:
    """Return the categories that can be judged; say which cannot. Raises `DataError` when none can."""
    for category in categories:
        if not category.references:
            session.console.warn(f"{category.name} is left out: it has no photo in train/good to learn from.")
    chosen = [category for category in categories if category.references and category.tests]
    if not chosen:
        raise DataError("No category has photos both in train/good and under test; nothing can be measured.")
    return chosen


def _name_references(category: Category, protocol: Protocol) -> tuple[str, ...]:
    drawn = draw_references(category, protocol.shots, protocol.seed)
    return tuple(path.relative_to(category.folder).as_posix() for path in drawn)


def _read_load() -> float | None:
    """Return the average number of busy processes of the last minute, where the system counts them."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None

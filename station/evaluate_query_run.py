"""What `evaluate --query` does: measure a query on every category, print a table, write scores and soft maps."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from inference.rendering import encode_map_tiff
from inference.results import FloatMap
from station.errors import DataError, RequestError
from station.evaluating import Protocol
from station.evaluation_commands import EvaluateOptions
from station.evaluation_data import Category, LabelledPhoto, find_categories
from station.highlighting import check_query
from station.outputs import make_folder, write_whole
from station.query_evaluating import Compare, QueryMeasurement, ask_category
from station.sessions import Session

SCORE_COLUMNS = ("category", "file", "label", "query", "score", "found", "seconds")
MEASURES = {
    "pixel_ap_per_photo": "pixel AP per photo",
    "pixel_auroc": "pixel AUROC",
    "hit_rate": "hit rate",
    "false_area": "false area",
    "not_found_without_mask": "not found without mask",
    "seconds_per_megapixel": "s per megapixel",
}
"""Keys in JSON and words in the table."""


def run_evaluate_query(session: Session, what: EvaluateOptions, query: str) -> None:
    """Do what the options say. Raises the known errors of all rooms."""
    _check_one(query)
    categories = [category for category in find_categories(what.folder, what.category) if category.tests]
    if not categories:
        raise DataError("No category has photos under test; nothing can be measured.")
    if what.output is not None:
        make_folder(what.output)
    measured = [_measure(session, what, category, query) for category in categories]
    if what.output is not None:
        write_whole(format_scores(categories, measured, what.folder), what.output / "scores.csv")
    session.console.document({"query": query, "categories": [each.describe() for each in measured]})
    session.console.table(["category", *MEASURES.values()], [_make_row(each) for each in measured])


def _check_one(query: str) -> None:
    check_query(query)
    if "," in query:
        raise RequestError("Measure one query at a time, such as --query crack.")


def _measure(session: Session, what: EvaluateOptions, category: Category, query: str) -> QueryMeasurement:
    compare = None
    if what.compared:
        detector = session.station.find_detector(what.profile)
        compare = Compare(detector, category, Protocol(what.shots, what.seed))
    folder = what.output / "maps" / category.name if what.output else None

    def keep_map(test: LabelledPhoto, soft_map: FloatMap) -> None:
        if folder is not None:
            make_folder(folder / test.label)
            write_whole(encode_map_tiff(soft_map), folder / test.label / f"{test.path.stem}.tiff")

    with session.console.progress(category.name) as on_progress:
        return ask_category(category, query, keep_map, compare, session.station.find_highlighter(), on_progress)


def format_scores(categories: Sequence[Category], measured: Sequence[QueryMeasurement], root: Path) -> bytes:
    """Return the bytes of `scores.csv`; numbers keep all their digits, files are relative to `root`."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(SCORE_COLUMNS)
    for category, each in zip(categories, measured, strict=True):
        for asked in each.asked:
            file = asked.photo.path.relative_to(root).as_posix()
            score, seconds = repr(asked.score), f"{asked.seconds:.4f}"
            writer.writerow([category.name, file, asked.photo.label, each.query, score, asked.outcome, seconds])
    return text.getvalue().encode()


def _make_row(measurement: QueryMeasurement) -> list[str]:
    described = measurement.describe()
    return [measurement.category, *(_format(described[name]) for name in MEASURES)]


def _format(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) else "-"

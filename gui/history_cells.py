"""The columns of the history: what each is called, sorted by, and says of an inspection or of a failure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gui.translated import decision_words, format_moment, format_number, mark, tell, tr, verdict_word
from storage.records import HistorySort, InspectionSummary, RecordedFailure

HistoryRow = InspectionSummary | RecordedFailure


@dataclass(frozen=True)
class Column:
    """One column; `width` in device-independent pixels, 0 takes what is left."""

    name: str
    title: str
    sort: HistorySort
    width: int
    tell: Callable[[InspectionSummary], str]
    tell_failure: Callable[[RecordedFailure], str] = lambda failure: ""
    is_number: bool = False


def tell_cell(row: HistoryRow, column: Column) -> str:
    """Return the words of a cell."""
    return column.tell(row) if isinstance(row, InspectionSummary) else column.tell_failure(row)


def sort_of(column: int) -> HistorySort:
    """Return what a column is sorted by in the database."""
    return COLUMNS[column].sort


def name_product(row: HistoryRow) -> str:
    """Return product and version in a few words."""
    if row.product is None:
        return tr("no product")
    return tr("{product} v{version}", product=row.product, version=row.product_version or 0)


def _tell_score(row: InspectionSummary) -> str:
    return format_number(row.score) if row.score is not None else "–"


def _tell_decision(row: InspectionSummary) -> str:
    return decision_words(row.disposition, row.severity) if row.disposition else "–"


COLUMNS: tuple[Column, ...] = (
    Column("photo", mark("Photo"), "file_name", 0, lambda row: row.file_name, lambda failure: failure.file_name),
    Column(
        "verdict",
        mark("Verdict"),
        "verdict",
        112,
        lambda row: verdict_word(row.verdict),
        lambda failure: tell(failure.sentence),
    ),
    Column("score", mark("Score"), "score", 66, _tell_score, is_number=True),
    Column("decision", mark("Decision"), "decision", 140, _tell_decision),
    Column("product", mark("Product"), "product", 140, name_product, name_product),
    Column("serial", mark("Serial number"), "serial", 122, lambda row: row.serial),
    Column(
        "time",
        mark("Recorded"),
        "time",
        138,
        lambda row: format_moment(row.recorded_at, "short"),
        lambda failure: format_moment(failure.recorded_at, "short"),
    ),
    Column("person", mark("By"), "person", 100, lambda row: row.recorded_by, lambda failure: failure.recorded_by),
)
"""In the order in which they are shown."""
VERDICT_COLUMN = [column.name for column in COLUMNS].index("verdict")
TIME_COLUMN = [column.name for column in COLUMNS].index("time")

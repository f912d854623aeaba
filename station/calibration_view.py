"""What stands behind a product's verdicts, as numbers to draw: known good parts, the law fitted to them, its limits.

Everything is on the score's scale of 0 to 100, where the limit is always 50.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inference.calibration import PredictiveLaw, describe_calibration, score_part
from inference.results import LIMIT, Calibration
from station.console import OnProgress, ignore_progress
from station.product_settings import read_product_settings
from station.products import prepare_product
from storage.records import InspectionFilter, Verdict

if TYPE_CHECKING:
    from station.station import Station

RECENT = 60
"""Inspections shown beside the good parts."""

_STEPS = 241
_HIGHEST = 96.0
"""Score up to which the curve is drawn; above it, it cannot be told from zero."""


@dataclass(frozen=True)
class RecentScore:
    """One inspection of the product; only those of the version in use were judged by the limits that are drawn."""

    inspection_id: int
    file_name: str
    verdict: Verdict
    score: float
    of_this_version: bool


@dataclass(frozen=True)
class CalibrationView:
    """A product's calibration, ready to draw."""

    product: str
    version: int
    calibration: Calibration
    known_scores: NDArray[np.float64]
    """(n,): score of each known good part against the others; empty with one reference."""
    curve: NDArray[np.float64]
    """(2, m): scores, and how often good parts are expected there (density per point of score)."""
    review_limit: float
    reject_limit: float
    recent: tuple[RecentScore, ...]
    """Newest first."""


def view_calibration(station: Station, name: str, on_progress: OnProgress = ignore_progress) -> CalibrationView:
    """Learn the product, or take what was learned, and return what its verdicts rest on."""
    prepared = prepare_product(station, name, on_progress=on_progress)
    assert prepared.version is not None  # a product was asked for
    rate = read_product_settings(prepared.version).false_reject_rate
    learned = replace(prepared.learned, reject_rate=rate)
    law = learned.law
    return CalibrationView(
        product=prepared.version.name,
        version=prepared.version.version,
        calibration=describe_calibration(law, len(learned.references), learned.log_scores),
        known_scores=np.array([score_part(log_score, law) for log_score in learned.log_scores], np.float64),
        curve=expect_good_parts(law),
        review_limit=score_part(law.review_limit, law),
        reject_limit=LIMIT,
        recent=_find_recent(station, prepared.version.name, prepared.version.version),
    )


def expect_good_parts(law: PredictiveLaw) -> NDArray[np.float64]:
    """Density of the next good part's score, (2, m): scores and density per point of score.

    With r = log p / log p_limit the score is 100 r / (1 + r). The p-value of a good part is even between 0 and 1, so r
    is exponential with the rate -log p_limit, and the density follows by change of variable.
    """
    rate = -float(np.log(law.p_value(law.reject_limit)))
    scores = np.linspace(0.0, _HIGHEST, _STEPS)
    ratio = scores / (100.0 - scores)
    density = rate * np.exp(-rate * ratio) * 100.0 / (100.0 - scores) ** 2
    return np.stack([scores, density])


def _find_recent(station: Station, name: str, version: int) -> tuple[RecentScore, ...]:
    summaries = station.store.list_inspections(InspectionFilter(product=name), limit=RECENT)
    return tuple(
        RecentScore(row.id, row.file_name, row.verdict, row.score, row.product_version == version)
        for row in summaries
        if row.verdict is not None and row.score is not None
    )

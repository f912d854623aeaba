"""Measuring a query on labelled photos: ask it of every test photo and compare what was highlighted with the masks.

Nothing here is an inspection: no record is made. References are used only where they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from time import perf_counter
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.highlighter.highlighting import highlight_photo
from inference.highlighter.provider import HighlightProvider
from inference.highlighter.results import QueryResult
from inference.images import read_photo
from inference.metrics import PixelRanking, average_precision
from inference.results import FloatMap
from station.console import OnProgress, ignore_progress
from station.evaluating import Protocol, draw_references
from station.evaluation_data import Category, LabelledPhoto, read_mask

if TYPE_CHECKING:
    from inference.detector import Detector

EDGE_PX = 3
"""Pixels by which a hit may lie beside a true mask."""
HIT_SHARE = 0.5
"""Share of what was highlighted that has to lie on the true mask for a hit."""

KeepMap = Callable[[LabelledPhoto, FloatMap], None]


@dataclass(frozen=True)
class AskedPhoto:
    """What a query found on one test photo."""

    photo: LabelledPhoto
    outcome: str
    score: float
    seconds: float
    """From the file to the result."""
    megapixels: float
    average_precision: float | None = None
    """Of the soft map against the photo's own mask; None without one, as the two below."""
    hit: bool | None = None
    false_share: float | None = None
    """Share of the photo that was highlighted beside the mask."""


@dataclass(frozen=True)
class QueryMeasurement:
    """One query on one category."""

    category: str
    query: str
    asked: tuple[AskedPhoto, ...]
    pixel_auroc: float | None

    def describe(self) -> dict[str, object]:
        """Return every measure by its name; None where no photo tells."""
        masked = [photo for photo in self.asked if photo.average_precision is not None]
        plain = [photo for photo in self.asked if photo.average_precision is None]
        return {
            "category": self.category,
            "query": self.query,
            "photos_with_mask": len(masked),
            "photos_without_mask": len(plain),
            "pixel_ap_per_photo": _mean([photo.average_precision or 0.0 for photo in masked]),
            "pixel_auroc": self.pixel_auroc,
            "hit_rate": _mean([float(bool(photo.hit)) for photo in masked]),
            "false_area": _mean([photo.false_share or 0.0 for photo in masked]),
            "not_found_without_mask": _mean([float(photo.outcome == "not found") for photo in plain]),
            "seconds_per_megapixel": _mean([photo.seconds / photo.megapixels for photo in self.asked]),
        }


def ask_category(
    category: Category,
    query: str,
    keep_map: KeepMap,
    compare: Compare | None = None,
    provider: HighlightProvider | None = None,
    on_progress: OnProgress = ignore_progress,
) -> QueryMeasurement:
    """Ask a query of every test photo of a category; each soft map is handed to `keep_map` and let go."""
    ranking, asked = PixelRanking(), list[AskedPhoto]()
    any_mask = False
    for test in category.tests:
        result, seconds = _ask(test, query, compare, provider)
        keep_map(test, result.soft_map)
        truth = _read_truth(test, result.soft_map.shape)
        any_mask = any_mask or bool(truth.any())
        if test.mask is not None or test.is_good:
            ranking.add(result.soft_map, truth.view(np.uint8))
        asked.append(_measure(test, result, seconds, truth))
        on_progress(len(asked) / len(category.tests), f"{category.name}/{test.label}/{test.path.name}")
    auroc = ranking.rank().auroc() if any_mask else None
    return QueryMeasurement(category.name, query, tuple(asked), auroc)


class Compare:
    """Makes the anomaly map of each photo of a category against references drawn from `train/good`."""

    def __init__(self, detector: Detector, category: Category, protocol: Protocol) -> None:
        paths = draw_references(category, protocol.shots, protocol.seed)
        self._detector = detector
        self._learned = detector.learn([read_photo(path) for path in paths])

    def make_map(self, test: LabelledPhoto) -> FloatMap:
        """Return the anomaly map of one photo."""
        return self._detector.inspect(read_photo(test.path), self._learned).anomaly_map


def _ask(
    test: LabelledPhoto, query: str, compare: Compare | None, provider: HighlightProvider | None
) -> tuple[QueryResult, float]:
    anomaly_map = compare.make_map(test) if compare else None
    started = perf_counter()
    photo = read_photo(test.path)
    result = highlight_photo(photo.pixels, query, anomaly_map, provider=provider)[0]
    return result, perf_counter() - started


def _read_truth(test: LabelledPhoto, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    return read_mask(test.mask, shape[0], shape[1]) if test.mask else np.zeros(shape, np.bool_)


def _measure(test: LabelledPhoto, result: QueryResult, seconds: float, truth: NDArray[np.bool_]) -> AskedPhoto:
    plain = AskedPhoto(test, result.outcome, result.score, seconds, result.mask.size / 1e6)
    if not truth.any():
        return plain
    return AskedPhoto(
        test,
        result.outcome,
        result.score,
        seconds,
        plain.megapixels,
        average_precision=average_precision(truth, result.soft_map),
        hit=is_hit(result, truth),
        false_share=float(((result.mask > 0) & ~truth).mean()),
    )


def is_hit(result: QueryResult, truth: NDArray[np.bool_]) -> bool:
    """Tell whether something was found, and most of it on the true mask (H, W) or close beside it."""
    near = cv2.dilate(truth.view(np.uint8), np.ones((2 * EDGE_PX + 1, 2 * EDGE_PX + 1), np.uint8)) > 0
    highlighted = result.mask > 0
    on_truth = float((highlighted & near).sum() / max(highlighted.sum(), 1))
    return result.outcome == "found" and on_truth >= HIT_SHARE


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None

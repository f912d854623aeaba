"""A batch as a value: its photos, what became of each, and the figures a person wants to see of it. Pure; no files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

_RECENT = 20
"""Photos the time left is estimated from: what the computer did long ago says little about now."""


@dataclass(frozen=True)
class PhotoResult:
    """What became of one photo of a batch: a recorded inspection, or the sentence why there is none."""

    inspection_id: int | None = None
    verdict: str | None = None
    score: float | None = None
    seconds: float = 0.0
    """Wall-clock seconds spent on the photo, recording included."""
    failure: str = ""


@dataclass(frozen=True)
class BatchPhoto:
    """One photo of a batch; `result` is None until it was inspected."""

    path: Path
    result: PhotoResult | None = None


@dataclass(frozen=True)
class Batch:
    """Photos that are inspected one after the other by one product."""

    id: str
    folder: Path | None
    """The one folder the photos came from; None for photos picked by hand or from several folders."""
    product: str
    created_at: str
    """UTC, ISO 8601."""
    items: tuple[BatchPhoto, ...]
    """At least one."""
    after: int = 0
    """Number of the newest inspection when the batch was planned: those of the batch come after it."""

    @property
    def done(self) -> int:
        """Photos with a result, failures included."""
        return sum(item.result is not None for item in self.items)

    @property
    def name(self) -> str:
        """What to call the batch: its folder, else its first photo."""
        return (self.folder.name or str(self.folder)) if self.folder else self.items[0].path.name

    @property
    def results(self) -> tuple[PhotoResult, ...]:
        """The results there are, in the order of the photos."""
        return tuple(item.result for item in self.items if item.result is not None)

    @property
    def inspection_ids(self) -> tuple[int, ...]:
        """Numbers of the recorded inspections, in the order of the photos."""
        return tuple(result.inspection_id for result in self.results if result.inspection_id is not None)


@dataclass(frozen=True)
class BatchSummary:
    """The figures of a batch so far."""

    total: int
    done: int
    verdicts: Mapping[str | None, int] = field(default_factory=dict)
    """How many inspections have which verdict."""
    failures: int = 0
    mean_score: float | None = None
    """0 to 100, over the inspections with a score."""
    seconds: float = 0.0
    """Time spent on the photos; waiting and pauses not counted."""
    seconds_left: float | None = None
    """Estimate for the photos without a result; None while there is nothing to estimate from."""

    @property
    def photos_per_minute(self) -> float | None:
        """Throughput of the time spent; None while there is none."""
        return 60.0 * self.done / self.seconds if self.seconds > 0 else None

    @property
    def accepted_share(self) -> float | None:
        """Share of the inspected parts that were accepted, 0 to 1; None while there is none."""
        inspected = self.done - self.failures
        return self.verdicts.get("accept", 0) / inspected if inspected else None


def next_photo(batch: Batch) -> int | None:
    """Return the place of the first photo without a result; None when all have one."""
    return next((place for place, item in enumerate(batch.items) if item.result is None), None)


def with_results(batch: Batch, results: Mapping[int, PhotoResult]) -> Batch:
    """Return the batch with more results, by the places of their photos. Raises IndexError for a place it has not."""
    items = list(batch.items)
    for place, result in results.items():
        items[place] = replace(items[place], result=result)
    return replace(batch, items=tuple(items))


def summarise_batch(batch: Batch) -> BatchSummary:
    """Count and average what a batch has so far."""
    results = batch.results
    scores = [result.score for result in results if result.score is not None]
    recent = [result.seconds for result in results[-_RECENT:]]
    left = len(batch.items) - len(results)
    return BatchSummary(
        total=len(batch.items),
        done=len(results),
        verdicts=Counter(result.verdict for result in results if not result.failure),
        failures=sum(bool(result.failure) for result in results),
        mean_score=sum(scores) / len(scores) if scores else None,
        seconds=sum(result.seconds for result in results),
        seconds_left=left * sum(recent) / len(recent) if recent else None,
    )

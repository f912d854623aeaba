"""From judged photos to numbers: how well defects are found, and what the automatic verdict costs.

The equations are `inference.metrics`'; this module says what is counted and gives it the names that are printed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import fmean, median

from inference.metrics import PixelRanking, clopper_pearson, rank
from inference.results import Verdict
from station.evaluating import JudgedPhoto

MEASURES = {
    "image_auroc": "image AUROC",
    "image_f1_max": "image F1-max",
    "pixel_auroc": "pixel AUROC",
    "pixel_ap": "pixel AP",
    "pixel_f1_max": "pixel F1-max",
    "aupro_30": "AUPRO@0.3",
}
"""Keys in JSON and words in tables."""
SHARES = {"false_rejects": "false rejects", "misses": "misses", "reviews": "reviews"}


@dataclass(frozen=True)
class Share:
    """So many of so many; `low` and `high` bound the true share with 95 % confidence (Clopper and Pearson 1934)."""

    count: int
    of: int
    share: float
    low: float
    high: float

    @classmethod
    def of_photos(cls, judged: Sequence[JudgedPhoto], verdict: Verdict) -> Share | None:
        """Return how many of these photos got this verdict; None when there are no photos."""
        if not judged:
            return None
        count = sum(photo.verdict == verdict.value for photo in judged)
        return cls(count, len(judged), count / len(judged), *clopper_pearson(count, len(judged)))

    def describe(self) -> str:
        """Return the share in percent with its bounds and counts."""
        return f"{self.share:.1%} [{self.low:.1%}, {self.high:.1%}] {self.count}/{self.of}"


@dataclass(frozen=True)
class Measurement:
    """One category, one draw of references."""

    category: str
    seed: int
    references: tuple[str, ...]
    good: int
    defective: int
    measures: Mapping[str, float | None]
    """By the keys of `MEASURES`; None where it is not defined, as with good photos only."""
    shares: Mapping[str, Share | None]
    """By the keys of `SHARES`."""
    seconds_per_photo: float
    """Median, from file to verdict."""

    def describe(self) -> dict[str, object]:
        """Return the measurement as JSON."""
        return {
            "seed": self.seed,
            "references": list(self.references),
            **self.measures,
            **{name: asdict(share) if share else None for name, share in self.shares.items()},
            "seconds_per_photo": self.seconds_per_photo,
        }


def measure_photos(judged: Sequence[JudgedPhoto], pixels: PixelRanking | None) -> dict[str, float | None]:
    """Return every measure of `MEASURES`; `pixels` is None where no photo has a mask."""
    image = rank([not photo.photo.is_good for photo in judged], [photo.score for photo in judged])
    values = {"image_auroc": image.auroc(), "image_f1_max": image.f1_max()[0]}
    if pixels is not None:
        pixel = pixels.rank()
        values |= {"pixel_auroc": pixel.auroc(), "pixel_ap": pixel.average_precision()}
        values |= {"pixel_f1_max": pixel.f1_max()[0], "aupro_30": pixel.aupro(0.3)}
    return {name: _or_none(values.get(name, math.nan)) for name in MEASURES}


def count_verdicts(judged: Sequence[JudgedPhoto]) -> dict[str, Share | None]:
    """Return good parts rejected, defective parts accepted, and all parts sent to review, as shares."""
    good = [photo for photo in judged if photo.photo.is_good]
    defective = [photo for photo in judged if not photo.photo.is_good]
    return {
        "false_rejects": Share.of_photos(good, Verdict.REJECT),
        "misses": Share.of_photos(defective, Verdict.ACCEPT),
        "reviews": Share.of_photos(judged, Verdict.REVIEW),
    }


def find_median_seconds(judged: Sequence[JudgedPhoto]) -> float:
    """Return the median time of a photo in seconds."""
    return median(photo.seconds for photo in judged)


def average(measurements: Sequence[Measurement]) -> dict[str, float | None]:
    """Return the mean of every measure, share and time over those measurements that have it."""
    columns = {name: [each.measures[name] for each in measurements] for name in MEASURES}
    for name in SHARES:
        columns[name] = [share.share if (share := each.shares[name]) else None for each in measurements]
    columns["seconds_per_photo"] = [each.seconds_per_photo for each in measurements]
    return {name: average_known(values) for name, values in columns.items()}


def average_categories(measurements: Sequence[Measurement]) -> dict[str, float | None]:
    """Return the mean over categories of each category's mean over draws, so that every category counts the same."""
    means = [average(measured) for measured in group_by_category(measurements).values()]
    return {name: average_known([mean[name] for mean in means]) for name in means[0]}


def group_by_category(measurements: Sequence[Measurement]) -> dict[str, list[Measurement]]:
    """Return the measurements of each category, in the order in which categories come first."""
    grouped: dict[str, list[Measurement]] = {}
    for each in measurements:
        grouped.setdefault(each.category, []).append(each)
    return grouped


def average_known(values: Sequence[float | None]) -> float | None:
    """Return the mean of the values that are not None; None where all are."""
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else value

"""Measuring a detector on labelled photos: draw references, judge every test photo, compare with labels and masks.

Nothing here is an inspection: no record is made. Each map is handed on and let go, so that memory does not grow with
the number of photos. What the numbers mean is defined in `inference.metrics`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import cv2
import numpy as np

from inference.images import Photo, read_photo
from inference.results import FloatMap, Judgement
from station.console import OnProgress, ignore_progress
from station.errors import DataError
from station.evaluation_data import GOOD, Category, LabelledPhoto

if TYPE_CHECKING:
    from inference.detector import Detector

PAIRED_SHIFT = 4.0
"""Pixels, at most, by which a template is moved in the paired protocol."""
PAIRED_GAIN = 0.03
"""Share, at most, by which its brightness is changed."""

KeepMap = Callable[[LabelledPhoto, FloatMap], None]


@dataclass(frozen=True)
class Protocol:
    """How references are chosen."""

    shots: int = 1
    seed: int = 0
    paired: bool = False
    """Each photo is compared with `train/good/<same name>` instead of drawn references; a good photo, which has no
    template of its own, with itself. Every template is moved a little and its brightness changed, by the seed, so that
    no file is compared with its own copy."""

    def describe(self) -> str:
        """Return the protocol in words."""
        if self.paired:
            return (
                f"paired: each photo against its own template, moved by up to {PAIRED_SHIFT:.0f} px (seed {self.seed})"
            )
        return f"{self.shots} of train/good as reference{'s' if self.shots > 1 else ''}, drawn with seed {self.seed}"


@dataclass(frozen=True)
class JudgedPhoto:
    """What came out for one test photo."""

    photo: LabelledPhoto
    score: float
    verdict: str
    p_value: float
    seconds: float
    """From the file to the verdict."""


def judge_category(
    detector: Detector,
    category: Category,
    protocol: Protocol,
    keep_map: KeepMap,
    on_progress: OnProgress = ignore_progress,
) -> list[JudgedPhoto]:
    """Judge every test photo of a category; each map is handed to `keep_map` and let go. Raises `DataError`."""
    judge = _judge_paired if protocol.paired else _judge_drawn
    judged: list[JudgedPhoto] = []
    for test, judgement, seconds in judge(detector, category, protocol):
        keep_map(test, judgement.anomaly_map)
        result = (judgement.score, judgement.verdict.value, judgement.p_value, seconds)
        judged.append(JudgedPhoto(test, *result))
        on_progress(len(judged) / len(category.tests), f"{category.name}/{test.label}/{test.path.name}")
    return judged


def draw_references(category: Category, shots: int, seed: int) -> list[Path]:
    """Draw references at random; more shots of one seed contain those of fewer. Raises `DataError`."""
    if len(category.references) < shots:
        there = f"{len(category.references)} photos in train/good"
        raise DataError(f"{category.name} has {there}, fewer than the {shots} shots asked for; ask for fewer.")
    order = np.random.default_rng(seed).permutation(len(category.references))
    return [category.references[place] for place in order[:shots]]


def find_template(category: Category, test: LabelledPhoto) -> Path:
    """Return the photo a test photo is compared with in the paired protocol. Raises `DataError`."""
    if test.label == GOOD:
        return test.path
    templates = {path.stem: path for path in category.references}
    if test.path.stem not in templates:
        raise DataError(f"{test.path} has no template {test.path.stem} in train/good; leave --paired out.")
    return templates[test.path.stem]


def displace(photo: Photo, random: np.random.Generator) -> Photo:
    """Return the photo moved by a few pixels and a little brighter or darker, as from another shot of the same part."""
    shift = random.uniform(-PAIRED_SHIFT, PAIRED_SHIFT, 2)
    gain = 1.0 + random.uniform(-PAIRED_GAIN, PAIRED_GAIN)
    matrix = np.array([[1.0, 0.0, shift[0]], [0.0, 1.0, shift[1]]])
    size = (photo.width, photo.height)
    moved = cv2.warpAffine(photo.pixels, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    pixels = np.clip(moved.astype(np.float32) * gain, 0, 255).round().astype(np.uint8)
    return replace(photo, pixels=pixels, sha256=f"{photo.sha256[:32]}{'0' * 32}")


Judged = Iterator[tuple[LabelledPhoto, Judgement, float]]


def _judge_drawn(detector: Detector, category: Category, protocol: Protocol) -> Judged:
    learned = detector.learn([read_photo(path) for path in draw_references(category, protocol.shots, protocol.seed)])
    for test in category.tests:
        started = perf_counter()
        photo = read_photo(test.path)
        judgement = detector.inspect(photo, learned)
        yield test, judgement, perf_counter() - started


def _judge_paired(detector: Detector, category: Category, protocol: Protocol) -> Judged:
    random = np.random.default_rng(protocol.seed)
    for test in category.tests:
        learned = detector.learn([displace(read_photo(find_template(category, test)), random)])
        started = perf_counter()
        photo = read_photo(test.path)
        judgement = detector.inspect(photo, learned)
        yield test, judgement, perf_counter() - started

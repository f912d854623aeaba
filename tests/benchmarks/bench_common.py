"""What the benchmarks share: photos to measure on, backbones that remember, measurements over draws, tables.

The measures themselves are the station's, so that a benchmark and the command `evaluate` count the same way.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from pathlib import Path
from statistics import fmean, median
from time import perf_counter
from typing import Any

import numpy as np

from inference.backbones import Backbone, BackboneOptions, open_backbone
from inference.backbones.base import Features, PixelBatch
from inference.detector import Detector
from inference.images import read_photo
from inference.metrics import PixelRanking
from inference.profiles import Profile
from inference.results import FloatMap
from station.evaluating import Protocol, draw_references, judge_category
from station.evaluation_data import Category, LabelledPhoto, find_categories, read_mask
from station.measuring import measure_photos

PROJECT = Path(__file__).resolve().parents[2]
DEVELOPMENT_DATA = PROJECT.parent / "shared" / "data"
SAMPLES = PROJECT / "resources" / "samples"

RANKED_SIDE = 256
"""Pixel measures take every n-th row and column, so that about this many remain of the shorter side."""

MEASURED = ("image_auroc", "pixel_auroc", "pixel_ap")


class RememberingBackbone:
    """A backbone that looks at no view twice: several draws and variants then cost little more than one."""

    def __init__(self, backbone: Backbone) -> None:
        self._backbone = backbone
        self._seen: dict[tuple[tuple[int, ...], bytes], Features] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backbone, name)

    def extract(self, pixels: PixelBatch) -> Features:
        key = (pixels.shape, blake2b(pixels.tobytes()).digest())
        if key not in self._seen:
            self._seen[key] = self._backbone.extract(pixels)
        return self._seen[key]

    def forget(self) -> None:
        self._seen.clear()


class Workshop:
    """Opens each backbone once, remembering, and builds detectors from them."""

    def __init__(self, models_folder: Path, *, remembering: bool = True) -> None:
        self._models_folder = models_folder
        self._remembering = remembering
        self._opened: dict[tuple[str, tuple[int, ...]], Backbone] = {}

    def open(self, pack: str, layers: tuple[int, ...]) -> Backbone:
        if (pack, layers) not in self._opened:
            options = BackboneOptions("cpu", precision="bfloat16", layers=layers)
            backbone = open_backbone(pack, self._models_folder, options)
            self._opened[pack, layers] = RememberingBackbone(backbone) if self._remembering else backbone
        return self._opened[pack, layers]

    def build(self, profile: Profile) -> Detector:
        return Detector([self.open(view.pack, view.layers) for view in profile.views], profile)

    def forget(self) -> None:
        """Let go of what was seen, so that memory does not grow from category to category."""
        for backbone in self._opened.values():
            if isinstance(backbone, RememberingBackbone):
                backbone.forget()


@dataclass(frozen=True)
class Found:
    """How well one method found the defects of one category: means over the draws."""

    measures: dict[str, float | None]
    seconds: float
    """Median of the first draw, in which nothing is remembered yet."""

    def describe(self) -> str:
        """Image AUROC / pixel AUROC / pixel AP in percent."""
        return " / ".join(format_percent(self.measures[name]) for name in MEASURED)


def measure_category(detector: Any, category: Category, draws: int) -> Found:
    """Measure a detector, or anything that learns and inspects as one, over several draws of one reference."""
    measured, seconds = [], []
    for seed in range(draws):
        pixels = ThinnedPixels()
        judged = judge_category(detector, category, Protocol(shots=1, seed=seed), pixels.keep)
        measured.append(measure_photos(judged, pixels.ranking if pixels.any_added else None))
        seconds.append(median(photo.seconds for photo in judged))
    return Found({name: average([each[name] for each in measured]) for name in MEASURED}, seconds[0])


class ThinnedPixels:
    """Takes every n-th pixel of each map and its true mask to a ranking."""

    def __init__(self) -> None:
        self.ranking = PixelRanking()
        self.any_added = False

    def keep(self, test: LabelledPhoto, anomaly_map: FloatMap) -> None:
        if test.mask is None and not test.is_good:
            return
        mask = read_mask(test.mask, *anomaly_map.shape) if test.mask else np.zeros(anomaly_map.shape, np.bool_)
        step = max(1, min(mask.shape) // RANKED_SIDE)
        self.ranking.add(anomaly_map[::step, ::step], mask[::step, ::step].view(np.uint8))
        self.any_added = True


def average(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None


def format_percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f}"


def add_measuring_options(parser: argparse.ArgumentParser, *, draws: int, most: int) -> None:
    """Add the options that say what is measured on."""
    parser.add_argument("models_folder", type=Path, help="folder of installed model packs")
    parser.add_argument("folders", type=Path, nargs="*", help="more categories, laid out like MVTec AD")
    parser.add_argument("--only", nargs="+", help="names of the categories to measure; else all")
    parser.add_argument("--draws", type=int, default=draws, help="draws of the one reference")
    parser.add_argument("--most", type=int, default=most, help="at most so many good and so many defective photos each")


def find_measured(arguments: argparse.Namespace) -> list[Category]:
    """Return the development categories that are there, the rendered samples, and the categories in the folders."""
    there = [path for path in (DEVELOPMENT_DATA / "leather", DEVELOPMENT_DATA / "road_crack") if path.is_dir()]
    found = [category for root in (*there, SAMPLES, *arguments.folders) for category in find_categories(root)]
    wanted = arguments.only or [category.name for category in found]
    return [thin_out(category, arguments.most) for category in found if category.name in wanted]


def thin_out(category: Category, most: int) -> Category:
    """Keep at most so many good and so many defective photos, evenly spread."""
    good = [test for test in category.tests if test.is_good]
    defective = [test for test in category.tests if not test.is_good]
    return replace(category, tests=(*spread(good, most), *spread(defective, most)))


def spread(tests: Sequence[LabelledPhoto], most: int) -> Iterator[LabelledPhoto]:
    places = np.linspace(0, len(tests) - 1, min(most, len(tests))).round().astype(int)
    return (tests[place] for place in places)


def count_draws(category: Category, wanted: int) -> int:
    """One draw is all there is where only one reference can be drawn."""
    return wanted if len(category.references) > 1 else 1


def describe_photos(category: Category) -> str:
    good = sum(test.is_good for test in category.tests)
    return f"{category.name} ({good} good, {len(category.tests) - good} defective)"


def time_side_by_side(methods: dict[str, Any], category: Category, repeats: int) -> dict[str, float]:
    """Seconds to inspect one photo, the median; the methods take turns, so that a busy machine slows all alike."""
    reference = read_photo(draw_references(category, 1, 0)[0])
    photo = read_photo(category.tests[-1].path)
    learned = {name: method.learn([reference]) for name, method in methods.items()}
    taken: dict[str, list[float]] = {name: [] for name in methods}
    for _ in range(repeats + 1):
        for name, method in methods.items():
            begin = perf_counter()
            method.inspect(photo, learned[name])
            taken[name].append(perf_counter() - begin)
    return {name: median(times[1:]) for name, times in taken.items()}


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table in Markdown, its columns lined up."""
    lines = [header, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    ruler = ["-" * width for width in widths]
    for line in (header, ruler, *rows):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |")


def read_load() -> str:
    """Average number of busy processes of the last minute, where the system counts them."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def print_load(before: str) -> None:
    print(f"\n{os.cpu_count()} cores; load {before} before, {read_load()} after.\n", flush=True)

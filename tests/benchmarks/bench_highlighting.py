"""How well words find defects: cracks beside simple filters, words for what is not there, kinds of defects, time.

    python -m tests.benchmarks.bench_highlighting MODELS_FOLDER [--only exact cracks absent kinds speed] [--most 50]

Without a reference unless a row says so. The masks of the road photos are polygons wider than the crack; "exact" are
cracks drawn and rendered with numbers that training never sees, whose masks are exact. The simple filters give a map
and no decision, so only pixel measures stand in their rows.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median
from time import perf_counter

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from inference.highlighter.bridge.provider import open_bridge
from inference.highlighter.classical import ClassicalProvider
from inference.highlighter.concepts import Concept
from inference.highlighter.highlighting import highlight_photo
from inference.highlighter.provider import HighlightProvider
from inference.images import read_photo
from inference.metrics import PixelRanking, average_precision
from inference.profiles import PROFILES
from inference.results import FloatMap, RgbPixels
from inference.simulation.backgrounds import draw_surface
from inference.simulation.defects import paint
from inference.synthesis import Defect, DefectKind, SampleProduct, render_part
from station.evaluating import Protocol
from station.evaluation_data import Category, find_categories, read_mask
from station.query_evaluating import Compare, is_hit
from tests.benchmarks.bench_common import (
    DEVELOPMENT_DATA,
    Workshop,
    format_percent,
    print_load,
    print_table,
    read_load,
    thin_out,
)

ABSENT = ("crack", "scratch", "hole", "porosity", "stain", "rust", "bubble", "contamination", "fibre", "dent")
NOT_ON_CRACKS = ("hole", "rust", "stain", "bubble")
KINDS = {
    "color": ("wrong colour", "stain"),
    "cut": ("crack", "scratch"),
    "fold": ("scratch", "dent"),
    "glue": ("stain", "contamination"),
    "poke": ("hole", "dent"),
}
"""Kinds of the leather photos, and the words that would be right for them."""
EXACT_SEED = 2**31
"""Far from the numbers of the photos that training draws."""

Filter = Callable[[RgbPixels, FloatMap | None], FloatMap]


@dataclass(frozen=True)
class Labelled:
    """A photo with the truth about it."""

    name: str
    pixels: RgbPixels
    truth: NDArray[np.bool_]
    anomaly_map: FloatMap | None = None


def main() -> None:
    """Print every table that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models_folder", type=Path)
    parser.add_argument("--only", nargs="+", default=["exact", "cracks", "absent", "kinds", "speed"])
    parser.add_argument("--most", type=int, default=50, help="at most so many good and so many defective photos each")
    arguments = parser.parse_args()
    load = read_load()
    workshop = Workshop(arguments.models_folder, remembering=False)
    providers = {"bridge": open_bridge(arguments.models_folder), "filters": ClassicalProvider()}
    if "exact" in arguments.only:
        print_cracks({"drawn surfaces": list(draw_surfaces(40)), "rendered parts": list(render_parts(36))}, providers)
    if "cracks" in arguments.only:
        print_cracks(read_roads(arguments.most, workshop), providers)
    if "absent" in arguments.only:
        print_absent(arguments.most, providers)
    if "kinds" in arguments.only:
        print_kinds(workshop, providers)
    if "speed" in arguments.only:
        print_speed(providers)
    print_load(load)


# Photos


def draw_surfaces(count: int) -> Iterator[Labelled]:
    """Cracks from faint to plain on drawn surfaces."""
    for number in range(count):
        rng = np.random.default_rng((EXACT_SEED, number))
        painted = paint(draw_surface((512, 512), rng), Concept.CRACK, 0.15 + 0.85 * number / count, rng)
        yield Labelled(str(number), painted.pixels, painted.mask > 0)


def render_parts(count: int) -> Iterator[Labelled]:
    """Cracks on rendered parts of every product."""
    products = [SampleProduct.FLANGE, SampleProduct.CAP, SampleProduct.LEATHER]
    for number in range(count):
        defect = Defect(DefectKind.CRACK, 0.3 + 0.7 * (number // len(products)) / (count // len(products)))
        part = render_part(products[number % len(products)], EXACT_SEED + number, defect, (640, 640))
        yield Labelled(str(number), part.pixels, part.mask > 0)


def read_roads(most: int, workshop: Workshop) -> dict[str, list[Labelled]]:
    """The road photos, those of `road_crack` also with an anomaly map against one reference."""
    crops, full = find_category("road_crack"), find_category("road_crack_full")
    compare = Compare(workshop.build(PROFILES["default"]), crops, Protocol(shots=1, seed=0))
    return {
        "road_crack": list(read_category(thin_out(crops, most))),
        "road_crack_full": list(read_category(thin_out(full, most))),
        "road_crack, one reference": list(read_category(thin_out(crops, most), compare)),
    }


def find_category(name: str) -> Category:
    [found] = find_categories(DEVELOPMENT_DATA, [name])
    return found


def read_category(category: Category, compare: Compare | None = None) -> Iterator[Labelled]:
    for test in category.tests:
        pixels = read_photo(test.path).pixels
        shape = (pixels.shape[0], pixels.shape[1])
        truth = read_mask(test.mask, *shape) if test.mask else np.zeros(shape, np.bool_)
        yield Labelled(test.label, pixels, truth, compare.make_map(test) if compare else None)


# Simple filters to compare with


def find_dark_details(pixels: RgbPixels, anomaly_map: FloatMap | None) -> FloatMap:
    """Black-hat: how much darker than a closing with a disc of 15 pixels."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (15, 15))
    return np.asarray(cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, disc), np.float32)


def find_ridges(pixels: RgbPixels, anomaly_map: FloatMap | None) -> FloatMap:
    """Largest eigenvalue of the Hessian over three scales (Sato et al. 1998): dark lines are positive."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)
    found = np.zeros(grey.shape, np.float32)
    for sigma in (1.0, 2.0, 3.0):
        down, across, beside = (
            sigma**2 * ndimage.gaussian_filter(grey, sigma, order) for order in ((2, 0), (1, 1), (0, 2))
        )
        largest = (down + beside) / 2 + np.sqrt(((down - beside) / 2) ** 2 + across**2)
        found = np.maximum(found, largest)
    return np.asarray(found, np.float32)


def find_darkness(pixels: RgbPixels, anomaly_map: FloatMap | None) -> FloatMap:
    return np.asarray(255 - cv2.GaussianBlur(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), (0, 0), 1.0), np.float32)


def find_anomalies(pixels: RgbPixels, anomaly_map: FloatMap | None) -> FloatMap:
    """What the map shows by itself."""
    assert anomaly_map is not None
    return anomaly_map


FILTERS: dict[str, Filter] = {
    "black-hat": find_dark_details,
    "Sato ridge": find_ridges,
    "darkness": find_darkness,
}


# Tables


def print_cracks(sets: dict[str, list[Labelled]], providers: dict[str, HighlightProvider]) -> None:
    """One row for each set of photos and method, asked for cracks."""
    rows = []
    for name, photos in sets.items():
        for provider in providers.values():
            rows.append([name, provider.name, *measure_words(photos, provider)])
        filters = FILTERS if photos[0].anomaly_map is None else {"anomaly map alone": find_anomalies}
        rows += [[name, named, *measure_filter(photos, found), "-", "-", "-"] for named, found in filters.items()]
    header = ["photos", "method", "pixel AP a photo", "pixel AUROC", "hit", "false area", "not found where none is"]
    print_table(header, rows)
    print(flush=True)


def measure_words(photos: Sequence[Labelled], provider: HighlightProvider) -> list[str]:
    results = [highlight_photo(photo.pixels, "crack", photo.anomaly_map, provider=provider)[0] for photo in photos]
    pairs = list(zip(photos, results, strict=True))
    there = [(photo, result) for photo, result in pairs if photo.truth.any()]
    absent = [result for photo, result in pairs if not photo.truth.any()]
    false_area = fmean(float(((result.mask > 0) & ~photo.truth).mean()) for photo, result in there)
    return [
        *rank_pixels([(photo.truth, result.soft_map) for photo, result in pairs]),
        format_percent(fmean(is_hit(result, photo.truth) for photo, result in there)),
        f"{100 * false_area:.2f}",
        format_percent(fmean(result.outcome == "not found" for result in absent) if absent else None),
    ]


def measure_filter(photos: Sequence[Labelled], found: Filter) -> list[str]:
    return rank_pixels([(photo.truth, found(photo.pixels, photo.anomaly_map)) for photo in photos])


def rank_pixels(pairs: Sequence[tuple[NDArray[np.bool_], FloatMap]]) -> list[str]:
    """Mean pixel AP of the photos with a mask, and pixel AUROC of all."""
    ranking = PixelRanking()
    for truth, soft in pairs:
        ranking.add(soft, truth.view(np.uint8))
    precision = fmean(average_precision(truth, soft) for truth, soft in pairs if truth.any())
    return [format_percent(precision), format_percent(ranking.rank().auroc())]


def print_absent(most: int, providers: dict[str, HighlightProvider]) -> None:
    """Share of "not found" for what is not there."""
    rows = []
    for provider in providers.values():
        for name in ("leather", "road_crack", "pcb"):
            category = find_category(name)
            good = [test for test in thin_out(category, most).tests if test.is_good]
            shares = ask_all([read_photo(test.path).pixels for test in good], ABSENT, provider)
            rows.append([f"{name}, good ({len(good)})", provider.name, *shares])
        cracked = [
            photo.pixels for photo in read_category(thin_out(find_category("road_crack"), most)) if photo.truth.any()
        ]
        shares = ask_all(cracked, NOT_ON_CRACKS, provider)
        told = dict(zip(NOT_ON_CRACKS, shares, strict=True))
        rows.append([f"road_crack, cracked ({len(cracked)})", provider.name, *(told.get(word, "-") for word in ABSENT)])
    print("Not found, in percent, where it is not there:\n")
    print_table(["photos", "method", *ABSENT], rows)
    print(flush=True)


def ask_all(photos: Sequence[RgbPixels], words: Sequence[str], provider: HighlightProvider) -> list[str]:
    answers = [highlight_photo(pixels, ", ".join(words), provider=provider) for pixels in photos]
    return [
        format_percent(fmean(float(results[place].outcome == "not found") for results in answers))
        for place in range(len(words))
    ]


def print_kinds(workshop: Workshop, providers: dict[str, HighlightProvider]) -> None:
    """For each kind of defect of the leather photos, the share of photos on which a word was found on the defect."""
    leather = find_category("leather")
    words = sorted({word for right in KINDS.values() for word in right})
    compare = Compare(workshop.build(PROFILES["default"]), leather, Protocol(shots=1, seed=0))
    rows = []
    for provider in providers.values():
        for compared in (None, compare):
            photos = [photo for photo in read_category(leather, compared) if photo.truth.any()]
            for kind, right in KINDS.items():
                of_kind = [photo for photo in photos if photo.name == kind]
                hits = [fmean(is_found(photo, word, provider) for photo in of_kind) for word in words]
                told = [
                    f"**{format_percent(hit)}**" if word in right else format_percent(hit)
                    for word, hit in zip(words, hits, strict=True)
                ]
                name = f"{kind} ({len(of_kind)})"
                rows.append([name, provider.name, "one reference" if compared else "none", *told])
    print("Leather: found on the defect, in percent; the words that would be right are bold:\n")
    print_table(["kind", "method", "compared with", *words], rows)
    print(flush=True)


def is_found(photo: Labelled, word: str, provider: HighlightProvider) -> float:
    result = highlight_photo(photo.pixels, word, photo.anomaly_map, provider=provider)[0]
    return float(is_hit(result, photo.truth))


def print_speed(providers: dict[str, HighlightProvider]) -> None:
    """Seconds for a photo of a megapixel: the first query, one more, ten more; the median of five photos."""
    rows = []
    ten = ", ".join(ABSENT)
    for provider in providers.values():
        taken: list[list[float]] = []
        for seed in range(5):
            pixels = render_part(SampleProduct.FLANGE, seed, Defect(DefectKind.CRACK, 0.6), (1000, 1000)).pixels
            taken.append([time_query(pixels, words, provider) for words in ("crack", "scratch", ten)])
        rows.append([provider.name, *(f"{median(times):.2f}" for times in zip(*taken, strict=True))])
    print_table(["method", "first query", "one more", "ten more"], rows)


def time_query(pixels: RgbPixels, words: str, provider: HighlightProvider) -> float:
    begin = perf_counter()
    highlight_photo(pixels, words, provider=provider)
    return perf_counter() - begin


if __name__ == "__main__":
    main()

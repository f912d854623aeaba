"""What each part of the detector brings and costs: one part at a time is taken away or done otherwise.

    python -m tests.benchmarks.bench_ablation MODELS_FOLDER [FOLDER ...] [--table all] [--draws 3] [--most 20]

Three tables: "parts" on every category, "turned" on the rendered parts lying at random angles, "detail" on large photos
(shorter side 1000 pixels or more). Cells hold image AUROC / pixel AUROC / pixel AP in percent. Milliseconds are the
median of five inspections of one photo of the table's last category, the variants taking turns.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import cv2
import numpy as np

from inference.images import Photo, read_photo
from inference.learned_product import LearnedProduct
from inference.profiles import PROFILES, Profile, WholeView
from inference.results import Judgement, RgbPixels
from inference.scoring import PART_RULE
from inference.variations import rotate
from station.evaluation_data import Category, find_categories
from tests.benchmarks.bench_common import (
    Found,
    Workshop,
    add_measuring_options,
    average,
    count_draws,
    describe_photos,
    find_measured,
    format_percent,
    measure_category,
    print_load,
    print_table,
    read_load,
    time_side_by_side,
)

DEFAULT = PROFILES["default"]
CONTEXT, DETAIL = DEFAULT.views
LARGE_SIDE = 1000


@dataclass(frozen=True)
class Variant:
    """The detector with one thing changed: a profile, and constants of the room while it works."""

    name: str
    profile: Profile = DEFAULT
    constants: Mapping[str, object] = field(default_factory=dict)

    @contextmanager
    def in_force(self) -> Iterator[None]:
        with ExitStack() as stack:
            for name, value in self.constants.items():
                stack.enter_context(patch(name, value))
            yield


class VariedDetector:
    """A detector that works under its variant's constants."""

    def __init__(self, variant: Variant, workshop: Workshop) -> None:
        self._variant, self._detector = variant, workshop.build(variant.profile)

    def learn(self, references: Sequence[Photo]) -> LearnedProduct:
        with self._variant.in_force():
            return self._detector.learn(references)

    def inspect(self, photo: Photo, product: LearnedProduct) -> Judgement:
        with self._variant.in_force():
            return self._detector.inspect(photo, product)


def with_views(*views: WholeView) -> Profile:
    return replace(DEFAULT, views=views)


def keep(pixels: RgbPixels) -> RgbPixels:
    return pixels


WHOLE = Variant("default, as it is")
UNVARIED = {"inference.reference_reading.flip": keep, "inference.reference_reading.BRIGHTNESS": ()}
UNTURNED = Variant("references not turned", constants={"inference.reference_reading.ROTATIONS": ()})
ANY_TURN = Variant("references turned, each token may pick its turn", constants={"inference.comparing.TURN_SLACK": inf})
EVERY_PRODUCT = {"inference.learning.STRUCTURE_GAP": -inf}
TURN_ALL = Variant("every product's references turned", constants=EVERY_PRODUCT)
TURN_ALL_FREELY = Variant(
    "the same, each token may pick its turn", constants={**EVERY_PRODUCT, "inference.comparing.TURN_SLACK": inf}
)
UNMASKED = Variant("no part mask", constants={"inference.learning.learn_part": lambda _references: None})
UNALIGNED = Variant("no comparison in place", replace(DEFAULT, alignment=False))
NOT_WITHIN = Variant("surfaces not compared with themselves", replace(DEFAULT, within=False))
LIKE_PARTS = {"inference.learned_product.SURFACE_RULE": PART_RULE}
SCORED_LIKE_PARTS = Variant("surfaces scored by 1 %, as parts", constants=LIKE_PARTS)
NEITHER = Variant("neither of these two", NOT_WITHIN.profile, LIKE_PARTS)
HALF_WITHIN = Variant(
    "surfaces compared with themselves, weight 1/2", constants={"inference.self_comparison.WEIGHT": 0.5}
)

PARTS = (
    WHOLE,
    Variant("transformer alone, 336", with_views(CONTEXT)),
    Variant("transformer alone, 336, block 8 only", with_views(replace(CONTEXT, layers=(8,)))),
    Variant("transformer alone, 448", with_views(replace(CONTEXT, smallest=448, largest=448))),
    Variant("fused, transformer at 448", with_views(replace(CONTEXT, smallest=448, largest=448), DETAIL)),
    Variant("EfficientNet-Lite2 alone", with_views(DETAIL)),
    Variant("fused, contrast 1", with_views(CONTEXT, replace(DETAIL, contrast=1.0))),
    Variant("references not mirrored or brightened", constants=UNVARIED),
    UNTURNED,
    ANY_TURN,
    TURN_ALL,
    TURN_ALL_FREELY,
    UNALIGNED,
    UNMASKED,
    NOT_WITHIN,
    SCORED_LIKE_PARTS,
    NEITHER,
    HALF_WITHIN,
)
TURNED = (WHOLE, UNTURNED, ANY_TURN)
LARGE = (WHOLE, Variant("no native view", replace(DEFAULT, detail_tiles=0)))


@dataclass(frozen=True)
class Bench:
    """What tables are measured with."""

    workshop: Workshop
    timed: Workshop
    """Remembers nothing, so that times are real."""
    draws: int


def main() -> None:
    """Print the tables asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_measuring_options(parser, draws=3, most=20)
    parser.add_argument("--table", choices=("all", "parts", "turned", "detail"), default="all")
    parser.add_argument("--turn", nargs="+", default=["r_flange", "r_cap"], help="categories of the second table")
    arguments = parser.parse_args()
    models_folder = arguments.models_folder
    bench = Bench(Workshop(models_folder), Workshop(models_folder, remembering=False), arguments.draws)
    categories = find_measured(arguments)
    with TemporaryDirectory() as folder:
        for name, variants, chosen in choose_tables(categories, arguments.turn, Path(folder)):
            if chosen and arguments.table in ("all", name):
                measure_table(variants, chosen, bench)


Table = tuple[str, Sequence[Variant], Sequence[Category]]


def choose_tables(categories: Sequence[Category], turn: Sequence[str], folder: Path) -> Iterator[Table]:
    """Name, variants and categories of each table; photos to be turned are turned into `folder` first."""
    varied = [category for category in categories if len(category.references) > 1]
    small = [category for category in varied if find_short_side(category) < LARGE_SIDE]
    yield "parts", PARTS, small
    yield "turned", TURNED, [turn_photos(category, folder) for category in small if category.name in turn]
    yield "detail", LARGE, [category for category in varied if category not in small]


def find_short_side(category: Category) -> int:
    return min(read_photo(category.references[0]).pixels.shape[:2])


def turn_photos(category: Category, folder: Path) -> Category:
    """The category with every test photo and its mask turned by an angle of its own; references stay as they are."""
    random = np.random.default_rng(0)
    for test in category.tests:
        degrees = random.uniform(0, 360)
        write_turned(test.path, folder / category.name / "test" / test.label / f"{test.path.stem}.png", degrees)
        if test.mask is not None:
            write_turned(test.mask, folder / category.name / "ground_truth" / test.label / test.mask.name, degrees)
    turned = find_categories(folder / category.name)[0]
    return replace(turned, name=f"{category.name}, turned", references=category.references)


def write_turned(source: Path, target: Path, degrees: float) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    pixels = rotate(read_photo(source).pixels, degrees)
    target.write_bytes(cv2.imencode(".png", pixels[..., ::-1])[1].tobytes())


def measure_table(variants: Sequence[Variant], categories: Sequence[Category], bench: Bench) -> None:
    """Measure every variant on every category and print one table; categories are columns."""
    load = read_load()
    columns = [measure_column(variants, category, bench) for category in categories]
    timed = {variant.name: VariedDetector(variant, bench.timed) for variant in variants}
    seconds = time_side_by_side(timed, categories[-1], repeats=5)
    header = ["variant", *(name_column(category, bench) for category in categories), "mean image AUROC", "ms"]
    rows = [make_row(variant, [column[variant.name] for column in columns], seconds) for variant in variants]
    print_table(header, rows)
    print_load(load)


def measure_column(variants: Sequence[Variant], category: Category, bench: Bench) -> dict[str, Found]:
    draws = count_draws(category, bench.draws)
    found = {}
    for variant in variants:
        found[variant.name] = measure_category(VariedDetector(variant, bench.workshop), category, draws)
        print(f"{category.name}: {variant.name}: {found[variant.name].describe()}", file=sys.stderr, flush=True)
    bench.workshop.forget()
    return found


def name_column(category: Category, bench: Bench) -> str:
    return f"{describe_photos(category)}, draws: {count_draws(category, bench.draws)}"


def make_row(variant: Variant, found: Sequence[Found], seconds: Mapping[str, float]) -> list[str]:
    mean = average([each.measures["image_auroc"] for each in found])
    cells = [each.describe() for each in found]
    return [variant.name, *cells, format_percent(mean), f"{1e3 * seconds[variant.name]:.0f}"]


if __name__ == "__main__":
    main()

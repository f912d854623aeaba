"""Renders labelled sets of simulated parts for the other benchmarks, laid out like MVTec AD.

    python -m tests.benchmarks.render_sets FOLDER

`r_flange`, `r_cap`: 800 x 640 pixels, defects of every kind, mild and moderate. `big_flange`, `big_cap`, `big_sheet`:
1600 x 1280 pixels with slight defects, of which little is left on a small view. Everything follows from seeds.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import cv2

from inference.results import Mask, RgbPixels
from inference.synthesis import Defect, SampleProduct, list_defects, render_part


@dataclass(frozen=True)
class RenderedSet:
    """How many photos of one product, and how severe its defects are."""

    name: str
    product: SampleProduct
    size: tuple[int, int]
    counts: tuple[int, int, int]
    """References, good and defective photos."""
    severities: tuple[float, ...]
    """Taken in turn, one for each round through the kinds of defects."""


SMALL, LARGE = (640, 800), (1280, 1600)
SETS = (
    RenderedSet("r_flange", SampleProduct.FLANGE, SMALL, (6, 12, 20), (0.35, 0.65)),
    RenderedSet("r_cap", SampleProduct.CAP, SMALL, (6, 12, 20), (0.35, 0.65)),
    RenderedSet("big_flange", SampleProduct.FLANGE, LARGE, (3, 10, 14), (0.2,)),
    RenderedSet("big_cap", SampleProduct.CAP, LARGE, (3, 10, 14), (0.2,)),
    RenderedSet("big_sheet", SampleProduct.SHEET, LARGE, (3, 10, 14), (0.2,)),
)


def main() -> None:
    """Render every set into the folder given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    for each in SETS:
        write_good(each, folder / each.name)
        write_defective(each, folder / each.name)
        print(each.name, flush=True)


def write_good(what: RenderedSet, folder: Path) -> None:
    references, good, _ = what.counts
    for place, count, first_seed in (("train", references, 100), ("test", good, 200)):
        for number in range(count):
            rendered = render_part(what.product, first_seed + number, None, what.size)
            write_picture(folder / place / "good" / f"{number:03}.png", rendered.pixels[..., ::-1])


def write_defective(what: RenderedSet, folder: Path) -> None:
    kinds = list_defects(what.product)
    for number in range(what.counts[2]):
        round_through, place = divmod(number, len(kinds))
        kind, severity = kinds[place], what.severities[round_through % len(what.severities)]
        rendered = render_part(what.product, 300 + number, Defect(kind, severity), what.size)
        write_picture(folder / "test" / kind / f"{number:03}.png", rendered.pixels[..., ::-1])
        write_picture(folder / "ground_truth" / kind / f"{number:03}_mask.png", rendered.mask)


def write_picture(path: Path, pixels: RgbPixels | Mask) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(".png", pixels)[1].tobytes())


if __name__ == "__main__":
    main()

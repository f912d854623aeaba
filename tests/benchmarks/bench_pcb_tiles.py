"""Circuit boards of ../shared/data/pcb, each photo with its own template as the one reference: whole and in tiles.

    python -m tests.benchmarks.bench_pcb_tiles MODELS_FOLDER [--every 4]

Two protocols, both with the default profile, templates moved by a few pixels and re-lit as `evaluate --paired` does it:

"whole": every defective photo against its template, and as many good photos: the templates themselves, each against
a displaced copy of itself. "tiles": every n-th defective photo cut into 3 x 3 tiles, each against the same tile of
its template; tiles without a masked pixel are the good ones, so good and defective tiles are all real photos.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import numpy as np

from inference.detector import Detector
from inference.images import Photo, find_photos, read_photo
from inference.metrics import auroc
from inference.profiles import PROFILES
from station.evaluating import displace
from station.evaluation_data import read_mask
from tests.benchmarks.bench_common import DEVELOPMENT_DATA, Workshop, format_percent, print_load, print_table, read_load

CUTS = 3
"""Tiles along each side."""

BOARDS = DEVELOPMENT_DATA / "pcb"


@dataclass(frozen=True)
class Pair:
    """A photo, what it is compared with, and whether it shows a defect."""

    photo: Photo
    template: Photo
    defective: bool


def main() -> None:
    """Print one line per protocol."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models_folder", type=Path)
    parser.add_argument("--every", type=int, default=4, help="take every n-th defective photo")
    arguments = parser.parse_args()
    if not BOARDS.is_dir():
        parser.error("the photos of ../shared/data/pcb are not on this machine")
    load = read_load()
    detector = Workshop(arguments.models_folder, remembering=False).build(PROFILES["default"])
    photos = find_photos(BOARDS / "test" / "defect")[:: arguments.every]
    protocols = {"whole": list(pair_whole(photos)), "tiles": list(pair_tiles(photos))}
    rows = [measure(detector, name, pairs) for name, pairs in protocols.items()]
    print_table(["protocol", "good", "defective", "image AUROC", "s to learn and judge"], rows)
    print_load(load)


def pair_whole(photos: Sequence[Path]) -> Iterator[Pair]:
    for path in photos:
        template = read_template(path)
        yield Pair(read_photo(path), template, defective=True)
        yield Pair(template, template, defective=False)


def pair_tiles(photos: Sequence[Path]) -> Iterator[Pair]:
    for path in photos:
        photo, template = read_photo(path), read_template(path)
        mask = read_mask(BOARDS / "ground_truth" / "defect" / f"{path.stem}_mask.png", photo.height, photo.width)
        for place in list_tiles(photo.height, photo.width):
            yield Pair(cut(photo, place), cut(template, place), defective=bool(mask[place].any()))


def read_template(path: Path) -> Photo:
    return read_photo(BOARDS / "train" / "good" / path.name)


def list_tiles(height: int, width: int) -> Iterator[tuple[slice, slice]]:
    rows, columns = (np.linspace(0, length, CUTS + 1).astype(int) for length in (height, width))
    for top, bottom in pairwise(rows):
        for left, right in pairwise(columns):
            yield slice(top, bottom), slice(left, right)


def cut(photo: Photo, place: tuple[slice, slice]) -> Photo:
    return replace(photo, pixels=np.ascontiguousarray(photo.pixels[place]))


def measure(detector: Detector, name: str, pairs: Sequence[Pair]) -> list[str]:
    random = np.random.default_rng(0)
    begin = perf_counter()
    scores = [detector.inspect(pair.photo, detector.learn([displace(pair.template, random)])).score for pair in pairs]
    seconds = (perf_counter() - begin) / len(pairs)
    defective = sum(pair.defective for pair in pairs)
    found = format_percent(auroc([pair.defective for pair in pairs], scores))
    return [name, str(len(pairs) - defective), str(defective), found, f"{seconds:.1f}"]


if __name__ == "__main__":
    main()

"""Seconds per photo of every backbone on torch and OpenVINO, float32 and bfloat16, side by side in one run.

    python -m tests.benchmarks.bench_backbones MODELS_FOLDER [--side 448] [--repeats 7]

The ways take turns photo by photo, so that a busy machine slows all of them alike; the ratios are what counts. "cosine"
is the smallest between features of this way and of torch in float32.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from statistics import median

import numpy as np

from inference.backbones import Backbone, BackboneOptions, open_backbone
from inference.model_packs import list_packs

WAYS = [(runtime, precision) for runtime in ("torch", "openvino") for precision in ("float32", "bfloat16")]
Way = tuple[str, str]


def main() -> None:
    """Print one table per installed backbone."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models_folder", type=Path)
    parser.add_argument("--side", type=int, default=448, help="side of the square photo in pixels")
    parser.add_argument("--repeats", type=int, default=7)
    arguments = parser.parse_args()
    for status in list_packs(arguments.models_folder):
        if status.state == "installed" and status.manifest.role == "backbone":
            print_table(status.manifest.name, arguments)


def print_table(name: str, arguments: argparse.Namespace) -> None:
    backbones = {way: open_way(name, arguments.models_folder, way) for way in WAYS}
    stride = next(iter(backbones.values())).stride
    side = arguments.side // stride * stride
    photo = draw_photo(side)
    cosines = compare_ways(backbones, photo)
    seconds = time_ways(backbones, photo, arguments.repeats)
    slowest = seconds["torch", "float32"]
    print(f"\n{name}, {side} x {side}, median of {arguments.repeats}")
    print(f"{'way':<32}{'ms':>8}{'times':>8}{'cosine':>10}")
    for way, backbone in backbones.items():
        speed_up = slowest / seconds[way]
        print(f"{backbone.device:<32}{seconds[way] * 1e3:>8.0f}{speed_up:>8.1f}{cosines[way]:>10.6f}")


def open_way(name: str, models_folder: Path, way: Way) -> Backbone:
    runtime, precision = way
    return open_backbone(name, models_folder, BackboneOptions("cpu", runtime=runtime, precision=precision))


def draw_photo(side: int) -> np.ndarray:
    """A shaded disc with grain; uint8 (1, side, side, 3)."""
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
    shade = np.where(x**2 + y**2 < 0.7, 150 + 60 * x, 60)
    grain = np.random.default_rng(0).normal(scale=8, size=(side, side, 3))
    return (shade[..., None] + grain).clip(0, 255).astype(np.uint8)[None]


def compare_ways(backbones: dict[Way, Backbone], photo: np.ndarray) -> dict[Way, float]:
    features = {way: backbone.extract(photo).layers[-1] for way, backbone in backbones.items()}
    expected = features["torch", "float32"]
    return {way: smallest_cosine(found, expected) for way, found in features.items()}


def smallest_cosine(a: np.ndarray, b: np.ndarray) -> float:
    return float(((a * b).sum(-1) / np.linalg.norm(a, axis=-1) / np.linalg.norm(b, axis=-1)).min())


def time_ways(backbones: dict[Way, Backbone], photo: np.ndarray, repeats: int) -> dict[Way, float]:
    taken: dict[Way, list[float]] = {way: [] for way in backbones}
    for _ in range(repeats):
        for way, backbone in backbones.items():
            begin = time.perf_counter()
            backbone.extract(photo)
            taken[way].append(time.perf_counter() - begin)
    return {way: median(times) for way, times in taken.items()}


if __name__ == "__main__":
    main()

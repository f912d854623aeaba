"""How fast and how large: one inspection, one reference, a folder of photos, the program's start. One table.

    python -m tests.benchmarks.bench_inspection MODELS_FOLDER [--repeats 15] [--photos 200]

Photos are rendered, 1000 x 1000 pixels. Warm times are taken in this process, default, fast and baseline by turns.
Everything else runs the program itself in processes of its own, with records, maps and masks written as ever. Memory is
the process's resident set as a whole, runtimes included.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, sleep
from typing import Any

import cv2
import numpy as np
import psutil

from inference.detector import Detector
from inference.images import Photo, read_photo
from inference.profiles import PROFILES
from inference.synthesis import Defect, DefectKind, SampleProduct, render_part
from tests.benchmarks import baseline
from tests.benchmarks.baseline import Baseline
from tests.benchmarks.bench_common import PROJECT, Workshop, print_load, print_table, read_load

SIDE = 1000
DISTINCT = 4
"""Rendered photos that a folder's photos are copies of, each with noise of its own."""

MEGABYTE = 2**20

LOOK_EVERY = 0.005
"""Seconds between two looks at a process's memory."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models_folder", type=Path)
    parser.add_argument("--repeats", type=int, default=15)
    parser.add_argument("--photos", type=int, default=200, help="photos in the folder")
    arguments = parser.parse_args()
    load = read_load()
    with TemporaryDirectory() as name:
        folder = Path(name)
        rendered = render_photos()
        reference = write_photo(folder / "reference.png", rendered[0])
        rows = list(time_warm(arguments, read_photo(reference), rendered))
        program = Program(arguments.models_folder.resolve(), folder)
        rows += time_start(program, reference)
        for number in range(arguments.photos):
            write_photo(folder / "photos" / f"{number:03}.jpg", add_noise(rendered[number % DISTINCT], number))
        rows += watch_folders(program, reference, arguments.photos)
    print_table(["what", "default", "fast", "baseline"], rows)
    print_load(load)


def render_photos() -> list[np.ndarray]:
    """A good part as the reference, and photos of other parts, every second of them scratched; RGB."""
    defects = [None, Defect(DefectKind.SCRATCH, 0.4)] * DISTINCT
    size = (SIDE, SIDE)
    return [render_part(SampleProduct.FLANGE, 100 + n, defects[n], size).pixels for n in range(DISTINCT)]


def add_noise(pixels: np.ndarray, seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).integers(-2, 3, pixels.shape, dtype=np.int16)
    return (pixels.astype(np.int16) + noise).clip(0, 255).astype(np.uint8)


def write_photo(path: Path, pixels: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(path.suffix, pixels[..., ::-1])[1].tobytes())
    return path


def time_warm(arguments: argparse.Namespace, reference: Photo, rendered: Sequence[np.ndarray]) -> Iterator[list[str]]:
    """Rows: one inspection, least and median; learning one reference and adding a second."""
    workshop = Workshop(arguments.models_folder, remembering=False)
    methods: dict[str, Any] = {name: workshop.build(profile) for name, profile in PROFILES.items()}
    methods["baseline"] = Baseline(workshop.open(baseline.PACK, baseline.LAYERS))
    photos = [make_photo(pixels) for pixels in rendered]
    learned = {name: method.learn([reference]) for name, method in methods.items()}
    calls = {name: partial(method.inspect, photos[1], learned[name]) for name, method in methods.items()}
    taken = take_turns(calls, arguments.repeats + 1)
    yield [f"inspect, median of {arguments.repeats}, s", *(f"{median(times[1:]):.3f}" for times in taken.values())]
    yield ["inspect, least, s", *(f"{min(times[1:]):.3f}" for times in taken.values())]
    for label, references in (("learn 1 reference, s", photos[:1]), ("learn 2 references, s", photos[::2])):
        calls = {name: partial(method.learn, references) for name, method in methods.items()}
        yield [label, *(f"{min(times):.2f}" for times in take_turns(calls, 2).values())]
    for count in (1, 7):
        yield [
            f"add a reference to {count}, s",
            *(f"{time_addition(methods[name], photos, count):.2f}" for name in PROFILES),
            "",
        ]


def time_addition(detector: Detector, photos: Sequence[Photo], count: int) -> float:
    """Seconds to learn one more reference when `count` were learned before, as a station does it."""
    others = [make_photo(add_noise(photos[0].pixels, seed)) for seed in range(count + 1)]
    with TemporaryDirectory() as folder:
        detector.learn(others[:count], memory=Path(folder))
        begin = perf_counter()
        detector.learn(others, memory=Path(folder))
        return perf_counter() - begin


def make_photo(pixels: np.ndarray) -> Photo:
    return Photo(pixels, "rendered.png", hashlib.sha256(pixels.tobytes()).hexdigest(), 8)


def take_turns(calls: dict[str, Any], rounds: int) -> dict[str, list[float]]:
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            begin = perf_counter()
            call()
            taken[name].append(perf_counter() - begin)
    return taken


class Program:
    """The program in processes of its own, with a home folder per profile."""

    def __init__(self, models_folder: Path, folder: Path) -> None:
        self._models_folder, self.folder = models_folder, folder

    def start(self, home: str, *words: object) -> subprocess.Popen[str]:
        path = self.folder / home
        path.mkdir(exist_ok=True)
        if not (path / "models").exists():
            (path / "models").symlink_to(self._models_folder)
        environment = {**os.environ, "ANOMALYGPT_HOME": str(path), "PYTHONUNBUFFERED": "1"}
        command = [sys.executable, str(PROJECT / "main.py"), *map(str, words)]
        return subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=self.folder
        )

    def measure(self, home: str, *words: object) -> tuple[float, float]:
        """Run to the end; returns seconds and the largest resident set seen, in bytes.

        It is looked at every few milliseconds: the system's own maximum would count this process in, which the child
        is a copy of until it becomes the program.
        """
        begin, largest = perf_counter(), 0
        process = self.start(home, *words)
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            largest = max(largest, read_memory(watched))
            sleep(LOOK_EVERY)
        if process.returncode not in (0, 1, 3):
            raise RuntimeError(f"{words} ended with {process.returncode}")
        return perf_counter() - begin, largest


def read_memory(watched: psutil.Process) -> int:
    """Resident set in bytes; 0 once the process has ended."""
    try:
        return watched.memory_info().rss
    except psutil.NoSuchProcess:
        return 0


def time_start(program: Program, reference: Path) -> list[list[str]]:
    """Rows: --help, and a cold inspection of one photo that learns its reference first; the better of two."""
    helps = [program.measure("home-help", "--help")[0] for _ in range(3)]
    rows = [["--help, s", f"{min(helps):.2f}", "", ""]]
    photo = write_photo(program.folder / "photo.png", add_noise(cv2.imread(str(reference))[..., ::-1], 0))
    cold = []
    for profile in PROFILES:
        words = ("inspect", photo, "--reference", reference, "--profile", profile)
        runs = [program.measure(f"home-{profile}-{number}", *words) for number in range(2)]
        cold.append((min(seconds for seconds, _ in runs), max(memory for _, memory in runs)))
    rows.append(["cold inspect with 1 new reference, s", *(f"{seconds:.1f}" for seconds, _ in cold), ""])
    rows.append(["its peak memory, MB", *(f"{memory / MEGABYTE:.0f}" for _, memory in cold), ""])
    return rows


def watch_folders(program: Program, reference: Path, count: int) -> list[list[str]]:
    """Rows: photos a second over a folder, start and learning left out, and memory along the way."""
    marks = [mark for mark in (20, 100, 200) if mark <= count]
    rates, memories = [], []
    for profile in PROFILES:
        times, memory = watch_folder(program, profile, reference, count)
        rates.append(f"{(count - 1) / (times[-1] - times[0]):.1f}")
        memories.append(" / ".join(f"{memory[mark - 1]:.0f}" for mark in marks))
    return [
        [f"folder of {count}, each recorded: photos per s", *rates, ""],
        [f"its memory after {' / '.join(map(str, marks))} photos, MB", *memories, ""],
    ]


def watch_folder(program: Program, profile: str, reference: Path, count: int) -> tuple[list[float], list[float]]:
    """When each photo was recorded, in seconds, and how many megabytes the program held then."""
    words = ("inspect", "--folder", program.folder / "photos", "--reference", reference, "--profile", profile)
    process = program.start(f"home-folder-{profile}", *words)
    watched = psutil.Process(process.pid)
    times, memory = [], []
    for _, _ in zip(range(count), process.stdout, strict=False):
        times.append(perf_counter())
        memory.append(watched.memory_info().rss / MEGABYTE)
    process.stdout.read()
    if process.wait() not in (0, 1, 3) or len(times) < count:
        raise RuntimeError(f"{words} ended with {process.returncode} after {len(times)} photos")
    return times, memory


if __name__ == "__main__":
    main()

"""How fluid the viewer is with a photo of 100 megapixels: time to show it, longest stall, frames of pan and zoom.

    python -m tests.benchmarks.bench_viewer [--width 12000] [--height 8500]

Painted in software on an offscreen screen, as on a station without a graphics card.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Iterator
from statistics import median
from time import perf_counter

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from gui.image_view import CompareMode, ImageView
from gui.overlay import Overlay
from gui.theme import apply_theme
from inference.images import Photo

SCREENS = ((1280, 800), (2560, 1440))
FRAMES = 40


def main() -> None:
    """Measure and print a table."""
    arguments = read_arguments()
    app = QApplication([])
    apply_theme(app, "light")
    photo, overlay = make_photo(arguments.width, arguments.height), make_map(arguments.width, arguments.height)
    print(f"photo of {arguments.width} x {arguments.height} pixels; milliseconds")
    print("| viewer | show | copies ready | longest stall | pan, fitted | pan, 100 % | zoom | swipe |")
    print("|---|---|---|---|---|---|---|---|")
    for width, height in SCREENS:
        figures = measure(app, photo, overlay, (width, height))
        print(f"| {width} x {height} | " + " | ".join(figures) + " |")


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--width", type=int, default=12_000)
    parser.add_argument("--height", type=int, default=8_500)
    return parser.parse_args()


def make_photo(width: int, height: int) -> Photo:
    rows = np.random.default_rng(0).integers(0, 255, (height, 1, 3), np.uint8)
    return Photo(np.broadcast_to(rows, (height, width, 3)).copy(), "large.png", "0" * 64, 8)


def make_map(width: int, height: int) -> np.ndarray:
    values = np.full((height, width), 0.4, np.float32)
    values[height // 3 : height // 2, width // 3 : width // 2] = 1.6
    return values


def measure(app: QApplication, photo: Photo, values: np.ndarray, size: tuple[int, int]) -> Iterator[str]:
    """Yield the figures of one size of viewer."""
    view = ImageView()
    view.resize(*size)
    view.show()
    app.processEvents()
    mask = (values >= 1.0).view(np.uint8) * np.uint8(255)
    started = perf_counter()
    overlay = Overlay(values, mask)
    view.show_photo(photo, photo.name)
    view.layers.overlay.show_overlay(overlay)
    view._idle.add(overlay.build())
    yield tell(perf_counter() - started)
    turns = [time(app.processEvents) for _ in iter(lambda: view._idle.is_idle, True)]
    yield tell(sum(turns))
    yield tell(max(turns))
    pane = view.compare.pane

    def measure_frames(move: Callable[[], object]) -> str:
        times = [time(lambda: (move(), pane.viewport().repaint())) for _ in range(FRAMES)]
        return f"{1000 * median(times):.0f} ({1000 * float(np.percentile(times, 95)):.0f})"

    pane.fit()
    yield measure_frames(lambda: pane.pan(QPointF(5, 3)))
    pane.set_percent(100)
    yield measure_frames(lambda: pane.pan(QPointF(5, 3)))
    pane.fit()
    yield measure_frames(lambda: pane.zoom(1.1, QPointF(400, 300)))
    view.compare.show_pair(photo, photo, keep_place=False)
    view.set_compare_mode(CompareMode.SWIPE)
    yield measure_frames(lambda: view.compare.move_divider(1))
    view.close()


def time(act: Callable[[], object]) -> float:
    started = perf_counter()
    act()
    return perf_counter() - started


def tell(seconds: float) -> str:
    return f"{1000 * seconds:.0f}"


if __name__ == "__main__":
    main()

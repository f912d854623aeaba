"""How quick and how smooth the window is: start, stalls of the event loop, memory over many parts and questions.

    python tests/benchmarks/bench_window.py MODELS [--inspections 50] [--rows 10000] [--many 500] [--only PART ...]

MODELS is a folder of installed model packs; inspections for the stalls use them, the many for memory the dummy backbone
(what is counted there is the window and the station, not the models). A heartbeat of 10 ms measures stalls: by how much
it comes late is how long the window did not listen. Prints one table in Markdown.
"""

from __future__ import annotations

import argparse
import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter, sleep

import numpy as np
import psutil

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QEventLoop, QTimer

from gui.app import make_application
from gui.product_work import create_work
from gui.report_dialog import ReportDialog
from gui.session import WindowSession
from gui.theme import apply_theme
from station.settings import write_settings
from tests.benchmarks.bench_common import print_load, print_table, read_load
from tests.benchmarks.bench_history import fill

SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "samples" / "flange"
BEAT_MS = 10
START = """
import gc
import sys
gc.disable()  # as `main` does
from pathlib import Path
from PySide6.QtCore import QTimer
from gui.app import make_application
from gui.session import WindowSession
from gui.theme import apply_theme
app = make_application()
apply_theme(app, "light")
session = WindowSession(app, Path(sys.argv[1]))
session.start()
# Usable is when the window is painted and has worked off what showing it brought about.
QTimer.singleShot(0, lambda: QTimer.singleShot(0, lambda: (print("usable", flush=True), app.exit())))
app.exec()
import os
os._exit(0)
"""
Row = tuple[str, str, str, str]


class Heartbeat:
    """Measures by how much a timer of the window's thread comes late."""

    def __init__(self) -> None:
        self.late: list[float] = []
        self._last = perf_counter()
        self._timer = QTimer(interval=BEAT_MS)
        self._timer.timeout.connect(self._beat)

    def __enter__(self) -> Heartbeat:
        self._last = perf_counter()
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.stop()

    def _beat(self) -> None:
        now = perf_counter()
        self.late.append(max(0.0, 1000 * (now - self._last) - BEAT_MS))
        self._last = now

    def describe(self, name: str) -> Row:
        p99, most = np.percentile(self.late, 99), max(self.late)
        return name, f"{p99:.0f} ms", f"{most:.0f} ms", f"{len(self.late)} beats"


def wait(condition: Callable[[], object], seconds: float = 600) -> None:
    """Let the window live until something holds. An event loop lets the other threads run; `QTest.qWait` does not."""
    until = perf_counter() + seconds
    while not condition():
        if perf_counter() > until:
            raise TimeoutError("What was waited for did not happen.")
        loop = QEventLoop()
        QTimer.singleShot(BEAT_MS, loop.quit)
        loop.exec()


def rest(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def open_session(home: Path) -> WindowSession:
    session = WindowSession(make_application(), home)
    session.window.resize(1280, 800)
    session.start()
    wait(session.window.isVisible)
    rest(300)
    wait(lambda: not session.operations.is_busy())
    return session


def make_home(folder: Path, models: Path | None) -> Path:
    folder.mkdir()
    if models is not None:
        (folder / "models").symlink_to(models.resolve())
    write_settings(folder, {"backbone": "packs" if models else "dummy", "user": "Ada", "theme": "light"})
    return folder


def use_product(session: WindowSession, photo: Path) -> None:
    done: list[object] = []
    session.operations.run("product", create_work("Flange", [photo]), on_success=done.append)
    wait(lambda: done)
    session.window.page.references.choose_product("Flange")
    wait(lambda: session.window.steering.product == "Flange")


def inspect(session: WindowSession, photo: Path) -> None:
    before = session.window.page.opened
    session.window.steering.inspect([photo])
    wait(lambda: session.window.page.opened is not before and not session.window.flow.is_busy)


def close(session: WindowSession) -> None:
    session.window.leave()
    session.close()
    session.window.deleteLater()
    rest(50)


def measure_start(folder: Path, models: Path, repeats: int = 5) -> Iterator[Row]:
    home = make_home(folder / "start", models)
    taken = []
    for _ in range(repeats):
        begun = perf_counter()
        process = subprocess.Popen([sys.executable, "-c", START, str(home)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        process.stdout.readline()
        taken.append(perf_counter() - begun)
        process.wait()
        sleep(0.2)
    yield "start, first of this run", f"{taken[0]:.2f} s", "", "file cache as it was"
    yield "start, warm", f"{sorted(taken[1:])[len(taken[1:]) // 2]:.2f} s", f"{max(taken[1:]):.2f} s", "median, worst"


def measure_inspections(folder: Path, models: Path, count: int) -> Iterator[Row]:
    session = open_session(make_home(folder / "inspections", models))
    use_product(session, next((SAMPLES / "train" / "good").iterdir()))
    parts = sorted((SAMPLES / "test").glob("*/*"))
    inspect(session, parts[0])
    with Heartbeat() as heart:
        for number in range(count):
            inspect(session, parts[number % len(parts)])
    yield heart.describe(f"{count} inspections, model packs")
    with Heartbeat() as heart:
        dialog = ReportDialog(session.operations, [session.window.page.opened.record.id], session.window)
        dialog.show()
        wait(lambda: dialog.previewed is not None)
        dialog.save_to(folder / "report.pdf")
        wait((folder / "report.pdf").exists)
        rest(500)
    yield heart.describe("PDF: preview and export")
    dialog.reject()
    close(session)


def measure_history(folder: Path, rows: int) -> Iterator[Row]:
    home = make_home(folder / "history", None)
    fill(home, rows)
    session = open_session(home)
    window = session.window
    begun = perf_counter()
    window.show_page(1)
    wait(lambda: window.history.model.rowCount() > 0)
    first = 1000 * (perf_counter() - begun)
    bar = window.history.table.verticalScrollBar()
    with Heartbeat() as heart:
        seen = -1
        while bar.value() < bar.maximum() or window.history.model.rowCount() != seen:
            seen = window.history.model.rowCount()
            for _ in range(40):
                bar.setValue(bar.value() + bar.pageStep())
                rest(BEAT_MS)
            wait(lambda: not session.operations.is_busy())
    yield f"history of {rows}, first page", f"{first:.0f} ms", "", ""
    yield heart.describe(f"history scrolled, {seen} rows")
    close(session)


def measure_memory(folder: Path, count: int) -> Iterator[Row]:
    session = open_session(make_home(folder / "memory", None))
    photos = [folder / f"part{number}.png" for number in range(3)]
    make_photos(photos)
    use_product(session, photos[0])
    process = psutil.Process()
    for number in range(max(20, count // 10)):
        inspect(session, photos[number % 3])
    begin = read_use(process)
    for number in range(count):
        inspect(session, photos[number % 3])
    yield describe_growth(f"{count} inspections, dummy", begin, read_use(process))
    chat = session.window.page.chat
    begin = read_use(process)
    for _ in range(count):
        chat.ask("Where is the defect?")
        wait(lambda: not session.operations.is_busy())
    yield describe_growth(f"{count} questions, facts", begin, read_use(process))
    close(session)


def make_photos(paths: list[Path]) -> None:
    from PIL import Image

    for seed, path in enumerate(paths):
        noise = np.random.default_rng(seed).normal(128, 6, (168, 168, 1))
        Image.fromarray(np.clip(noise + np.zeros(3), 0, 255).astype(np.uint8)).save(path)


def read_use(process: psutil.Process) -> tuple[float, int]:
    rest(1000)
    gc.collect()
    return process.memory_info().rss / 1e6, process.num_fds()


def describe_growth(name: str, begin: tuple[float, int], end: tuple[float, int]) -> Row:
    growth = 100 * (end[0] - begin[0]) / begin[0]
    return name, f"{begin[0]:.0f} MB to {end[0]:.0f} MB", f"{growth:+.1f} %", f"{begin[1]} to {end[1]} handles"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=Path)
    parser.add_argument("--inspections", type=int, default=50)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=500)
    parser.add_argument("--only", nargs="+", choices=("start", "inspections", "history", "memory"))
    options = parser.parse_args()
    before = read_load()
    apply_theme(make_application(), "light")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        parts = {
            "start": lambda: measure_start(folder, options.models),
            "inspections": lambda: measure_inspections(folder, options.models, options.inspections),
            "history": lambda: measure_history(folder, options.rows),
            "memory": lambda: measure_memory(folder, options.many),
        }
        rows: list[Row] = []
        for part, measure in parts.items():
            if not options.only or part in options.only:
                for row in measure():
                    print(*row, sep="  ", file=sys.stderr, flush=True)
                    rows.append(row)
    print_table(("what", "99th percentile or median", "worst or growth", ""), rows)
    print_load(before)


if __name__ == "__main__":
    main()

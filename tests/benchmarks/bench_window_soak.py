"""How the window bears a long shift with the real models: stalls while it works, memory and handles over many parts.

    nice -n 3 python tests/benchmarks/bench_window_soak.py MODELS [--inspections 50] [--rows 10000] [--many 500]
        [--only PART ...] [--keep FOLDER]

MODELS is a folder of installed model packs. `bench_window` measures each thing for itself; here several happen at once,
as in a plant: a report is exported while parts are inspected and while the history is scrolled. The history is recorded
one inspection at a time, as a plant would. Prints each row as it is known, then one table in Markdown.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from gui.app import make_application
from gui.page_bar import Page
from gui.report_dialog import ReportDialog
from gui.session import WindowSession
from gui.theme import apply_theme
from inference.images import read_photo
from station.inspecting import _fill_in, _keep_pictures
from station.products import prepare_product
from station.station import Station
from tests.benchmarks.bench_common import print_load, print_table, read_load
from tests.benchmarks.bench_window import (
    BEAT_MS,
    SAMPLES,
    Heartbeat,
    Row,
    close,
    inspect,
    make_home,
    make_photos,
    open_session,
    read_use,
    rest,
    use_product,
    wait,
)

MARKS = 5
"""How often the use is read on the way, so that growth that levels off can be told from growth that goes on."""


@dataclass(frozen=True)
class Use:
    """What the process holds."""

    megabytes: float
    handles: int
    threads: int

    def describe(self) -> str:
        """All of it in a few words."""
        return f"{self.megabytes:.0f} MB, {self.handles} handles, {self.threads} threads"


class Export:
    """A report that is written while something else is measured; its preview is part of what is measured."""

    def __init__(self, session: WindowSession, target: Path) -> None:
        opened = session.window.page.opened
        assert opened is not None
        self._target = target
        self._session = session
        self._dialog = ReportDialog(session.operations, [opened.record.id], session.window)
        self._dialog.show()
        wait(lambda: self._dialog.previewed is not None)
        self._dialog.save_to(target)

    def finish(self) -> None:
        """Wait until the file is there and let the dialog go."""
        wait(self._target.exists)
        wait(lambda: not self._session.operations.is_busy())
        self._dialog.reject()
        self._dialog.deleteLater()


def measure_inspections(folder: Path, models: Path, count: int) -> Iterator[Row]:
    """Inspect sample photos; then as many again while a report is exported."""
    session = open_session(make_home(folder / "inspections", models))
    use_product(session, next((SAMPLES / "train" / "good").iterdir()))
    parts = sorted((SAMPLES / "test").glob("*/*"))
    inspect(session, parts[0])
    with Heartbeat() as heart:
        for number in range(count):
            inspect(session, parts[number % len(parts)])
    yield heart.describe(f"{count} inspections")
    with Heartbeat() as heart:
        for number in range(3):
            export = Export(session, folder / f"report{number}.pdf")
            for part in parts[:2]:
                inspect(session, part)
            export.finish()
    yield heart.describe("3 PDF exports, 6 inspections meanwhile")
    close(session)


def seed_history(home: Path, photo: Path, rows: int) -> Iterator[Row]:
    """Record one judgement again and again, each time as an inspection of its own."""
    with Station.open(home) as station:
        product = prepare_product(station, "Flange")
        seen = read_photo(photo)
        judgement = product.detector.inspect(seen, product.learned)
        made = _fill_in(seen, judgement, product, _keep_pictures(station, photo, seen, judgement), "")
        begun = perf_counter()
        for number in range(rows):
            station.store.record_inspection(replace(made, serial=f"SN-{number:05d}"), station.actor)
        taken = perf_counter() - begun
    yield f"{rows} inspections recorded", f"{1000 * taken / rows:.1f} ms each", f"{taken:.0f} s", "store alone"


def measure_history(folder: Path, rows: int, kept: Path | None) -> Iterator[Row]:
    """Scroll the whole history while a report is exported."""
    home = kept or folder / "history"
    if not home.exists():
        photos = [folder / "seed.png"]
        make_photos(photos)
        session = open_session(make_home(home, None))
        use_product(session, photos[0])
        close(session)
        yield from seed_history(home, photos[0], rows)
    session = open_session(home)
    session.window.flow.open(rows)
    wait(lambda: session.window.page.opened is not None)
    begun = perf_counter()
    session.window.show_page(Page.HISTORY)
    wait(lambda: session.window.history.model.rowCount() > 0)
    yield "first page of the history", f"{1000 * (perf_counter() - begun):.0f} ms", "", ""
    with Heartbeat() as heart:
        export = Export(session, folder / "history.pdf")
        seen = scroll_down(session)
        export.finish()
    yield heart.describe(f"{seen} rows scrolled, a PDF export meanwhile")
    close(session)


def scroll_down(session: WindowSession) -> int:
    """Scroll to the very end; return how many rows there were."""
    history = session.window.history
    bar = history.table.verticalScrollBar()
    seen = -1
    while bar.value() < bar.maximum() or history.model.rowCount() != seen:
        seen = history.model.rowCount()
        for _ in range(40):
            bar.setValue(bar.value() + bar.pageStep())
            rest(BEAT_MS)
        wait(lambda: not session.operations.is_busy())
    return seen


def measure_memory(folder: Path, models: Path, count: int) -> Iterator[Row]:
    """Ask questions about a part, then inspect small photos; read the use on the way."""
    session = open_session(make_home(folder / "memory", models))
    photos = [folder / f"part{number}.png" for number in range(3)]
    make_photos(photos)
    use_product(session, photos[0])
    for number in range(max(20, count // 10)):
        inspect(session, photos[number % 3])

    def ask(_: int) -> None:
        session.window.page.chat.ask("Where is the defect?")
        wait(lambda: not session.operations.is_busy())

    yield from measure_growth(f"{count} questions", count, ask)
    yield from measure_growth(f"{count} inspections", count, lambda number: inspect(session, photos[number % 3]))
    close(session)


def measure_growth(name: str, count: int, step: Callable[[int], object]) -> Iterator[Row]:
    """Do something many times; say what the process held before, on the way and after."""
    begin = read_whole_use()
    print(name, begin.describe(), sep="  ", file=sys.stderr, flush=True)
    for number in range(count):
        step(number)
        if (number + 1) % max(1, count // MARKS) == 0:
            end = read_whole_use()
            print(f"  after {number + 1}", end.describe(), sep="  ", file=sys.stderr, flush=True)
    growth = 100 * (end.megabytes - begin.megabytes) / begin.megabytes
    yield name, begin.describe(), f"{growth:+.1f} %", end.describe()


def read_whole_use() -> Use:
    process = psutil.Process()
    megabytes, handles = read_use(process)
    return Use(megabytes, handles, process.num_threads())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=Path)
    parser.add_argument("--inspections", type=int, default=50)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--many", type=int, default=500)
    parser.add_argument("--only", nargs="+", choices=("inspections", "history", "memory"))
    parser.add_argument(
        "--keep", type=Path, help="seed the history in this folder, or use it when it is seeded already"
    )
    options = parser.parse_args()
    before = read_load()
    apply_theme(make_application(), "light")
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        parts = {
            "inspections": lambda: measure_inspections(folder, options.models, options.inspections),
            "history": lambda: measure_history(folder, options.rows, options.keep),
            "memory": lambda: measure_memory(folder, options.models, options.many),
        }
        for part in options.only or parts:
            for row in parts[part]():
                print(*row, sep="  ", file=sys.stderr, flush=True)
                rows.append(row)
    print_table(("what", "99th percentile, median or before", "worst or growth", "beats or after"), rows)
    print_load(before)


if __name__ == "__main__":
    main()

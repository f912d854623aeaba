"""The audit database at 100,000 inspections: how quick its pages, searches, checks and inserts are, as a table.

Run: `python -m tests.benchmarks.bench_storage HOME [--count 100000]`. HOME is made when it is missing (minutes) and
used again later; it is copied before anything is written into it. Medians of several runs where not said otherwise.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import get_args

from storage.database import open_engine
from storage.records import Actor, HistoryOrder, HistorySort, InspectionFilter, NewRegion
from storage.store import Store
from tests.benchmarks.large_home import fill_home
from tests.storage.conftest import build_inspection

PROJECT = Path(__file__).resolve().parents[2]
WRITER = """
import sys, time
from pathlib import Path
from storage.store import Store
from tests.storage.conftest import ADA, build_inspection
with Store.open(Path(sys.argv[1]), application_version="0.1.0") as store:
    print("ready", flush=True)
    while True:
        store.record_inspection(build_inspection(store, f"{time.time()}.png"), ADA)
        time.sleep(0.2)
"""
ADA = Actor("Ada")


def measure(work: Callable[[], object], repeats: int = 5) -> float:
    """Median seconds."""
    taken = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def show(what: str, seconds: float, target: str = "") -> None:
    """One line of the table."""
    told = f"{seconds * 1000:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"
    sys.stdout.write(f"| {what} | {told} | {target} |\n")
    sys.stdout.flush()


def bench_history(store: Store) -> None:
    """Pages in every order, at both ends and in the middle; filters; search; counting; what waits."""
    middle = store.count_inspections() // 2
    slowest = ("", 0.0)
    for by in get_args(HistorySort):
        for descending in (True, False):
            order = HistoryOrder(by, descending)
            first = store.list_inspections(order=order)
            seconds = max(
                measure(lambda order=order: store.list_inspections(order=order)),
                measure(lambda order=order, first=first: store.list_inspections(order=order, after=first[-1])),
            )
            slowest = max(slowest, (f"by {by}", seconds), key=lambda pair: pair[1])
    show(f"history page, slowest of all orders ({slowest[0]})", slowest[1], "300 ms")
    show("history page from the middle", measure(lambda: store.list_inspections(before_id=middle)), "300 ms")
    for name, matching in {
        "product": InspectionFilter(product="gear"),
        "verdict": InspectionFilter(verdicts=("reject",)),
        "day": InspectionFilter(since="2026-01-10T00:00:00.000000Z", until="2026-01-11T00:00:00.000000Z"),
        "decision": InspectionFilter(disposition="scrap"),
        "not decided on": InspectionFilter(disposition="none", verdicts=("review", "reject")),
        "severity": InspectionFilter(severity="minor"),
        "serial number": InspectionFilter(serial="SN-12"),
    }.items():
        show(f"page narrowed by {name}", measure(lambda m=matching: store.list_inspections(m)), "300 ms")
        show(f"count narrowed by {name}", measure(lambda m=matching: store.count_inspections(m), 3))
    for text in ("microscope", "stain beside it", "裂纹", "Kratzer, 123", "cam2_00777", "nowhere at all"):
        found = store.count_inspections(InspectionFilter(text=text))
        work = measure(lambda text=text: store.list_inspections(InspectionFilter(text=text)), 3)
        show(f"search for “{text}” ({found} found)", work, "1 s")
    show("next that waits for a person", measure(store.find_next_unreviewed), "300 ms")


def bench_checks(home: Path) -> None:
    """Opening, the quick check and the full one, of rows alone and with files."""

    def open_and_close() -> None:
        Store.open(home, application_version="bench").close()

    show("open and close the store", measure(open_and_close, 3))
    with Store.open(home, application_version="bench") as store:
        show("quick check of the chain's end", measure(store.check_end, 3), "3 s")
        show("quick check at start, recorded", measure(lambda: store.keeping.check_quickly(ADA), 1), "3 s")
        show("full check of chain, rows, structure and files", measure(store.verify, 1), "60 s")


def bench_insert(store: Store) -> None:
    """One inspection with ten regions beside one bare commit with the same settings, by turns."""
    regions = tuple(NewRegion(x, 20, 8, 9, 50, 2.5, 1.25, "top left") for x in range(10))
    inspection = build_inspection(store, regions=regions)
    engine = open_engine(store.home / "bare.sqlite")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE bare (id INTEGER PRIMARY KEY, text TEXT)")
        connection.commit()
        whole, bare = [], []
        for _ in range(200):
            whole.append(measure(lambda: store.record_inspection(inspection, ADA), 1))
            bare.append(measure(lambda: _commit_bare(connection), 1))
    engine.dispose()
    show("insert of one inspection with 10 regions, blobs kept before", statistics.median(whole), "20 ms")
    show("one bare commit with the same pragmas", statistics.median(bare))
    sys.stdout.write(f"| ratio of the two | {statistics.median(whole) / statistics.median(bare):.1f} | 3 |\n")


def _commit_bare(connection: object) -> None:
    connection.exec_driver_sql("INSERT INTO bare (text) VALUES ('x')")  # type: ignore[attr-defined]
    connection.commit()  # type: ignore[attr-defined]


def bench_backup(folder: Path) -> None:
    """10,000 inspections copied and verified while another process records five a second."""
    home = folder / "ten thousand"
    fill_home(home, 10_000)
    command = [sys.executable, "-c", WRITER, str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=PROJECT) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        with Store.open(home, application_version="bench") as store:
            before = store.count_inspections()
            show(
                "backup of 10,000 inspections, verified, while five a second are written",
                measure(lambda: store.backup(folder / "copy", ADA), 1),
            )
            written = store.count_inspections() - before
        writer.kill()
    with Store.open(folder / "copy", application_version="bench") as copy:
        sys.stdout.write(f"| inspections recorded meanwhile; in the copy | {written}; {copy.count_inspections()} | |\n")


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--count", type=int, default=100_000)
    given = parser.parse_args()
    fill_home(given.home, given.count)
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    with tempfile.TemporaryDirectory(dir=given.home.parent) as folder:
        home = Path(folder) / "home"
        shutil.copytree(given.home, home)
        size = (home / "audit.sqlite").stat().st_size / 2**20
        with closing(sqlite3.connect(home / "audit.sqlite")) as client:
            ((events,),) = client.execute("SELECT count(*) FROM events").fetchall()
        sys.stdout.write(f"{given.count:,} inspections, {events:,} events, {size:.0f} MB, load {load}.\n\n")
        sys.stdout.write("| what | measured | target |\n|---|---|---|\n")
        show("open, and migrate where it is of an older schema", measure(lambda: _open(home), 1))
        with Store.open(home, application_version="bench") as store:
            bench_history(store)
        bench_checks(home)
        with Store.open(home, application_version="bench") as store:
            bench_insert(store)
        bench_backup(Path(folder))
    return 0


def _open(home: Path) -> None:
    Store.open(home, application_version="bench").close()


if __name__ == "__main__":
    sys.exit(main())

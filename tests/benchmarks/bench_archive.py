"""Many stations copying to one archive at once while some are killed with kill -9 and resumed (issue of the archive).

Run: `python -m tests.benchmarks.bench_archive [--stations 10] [--inspections 1000] [--killed 2]`. Starts a PostgreSQL
server of its own, or uses the empty database at `--address`. Prints a Markdown table; a station whose archive does not
prove what its home folder holds ends the run.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from itertools import repeat
from pathlib import Path

import psycopg
from sqlalchemy import Table

from storage import schema
from storage.archive.batches import MOST_EVENTS
from storage.archive.stations import create_archive, load_stations
from storage.store import Store
from tests.storage.archive.conftest import verify_archive
from tests.storage.archive.many_stations import copy_all, fill_home
from tests.storage.archive.postgres_server import run_server
from tests.storage.conftest import VERSION


def main() -> None:
    """Fill the homes, copy them, prove them."""
    options = read_options()
    with tempfile.TemporaryDirectory() as folder, open_server(options.address) as address:
        homes = [Path(folder) / f"line {number}" for number in range(options.stations)]
        with ProcessPoolExecutor(2) as pool:
            list(pool.map(fill_home, homes, repeat(options.inspections)))
        load = os.getloadavg()[0]
        began = time.monotonic()
        copied = copy_all(homes, address, {home.name for home in homes[: options.killed]}, MOST_EVENTS)
        seconds = time.monotonic() - began
        events, rows, proving = prove(homes, address)
        lost, twice = count_lost_and_twice(homes, address)
        kept = sum(each.kept_before_kill for each in copied)
        print(f"{read_version(address)}; {os.cpu_count()} cores, load before {load:.1f}\n")
        print(
            "| stations | inspections each | killed, resumed | events | rows | copied in | proved in | lost | twice |"
        )
        print("|---|---|---|---|---|---|---|---|---|")
        print(
            f"| {options.stations} | {options.inspections} | {options.killed} ({kept} batches kept before) | {events} |"
            f" {rows} | {seconds:.0f} s | {proving:.0f} s | {lost} | {twice} |"
        )
        if lost or twice:
            raise SystemExit(f"FAILED: {lost} rows lost, {twice} twice")


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stations", type=int, default=10)
    parser.add_argument("--inspections", type=int, default=1000)
    parser.add_argument("--killed", type=int, default=2)
    parser.add_argument("--address", default="")
    return parser.parse_args()


@contextmanager
def open_server(address: str) -> Iterator[str]:
    """Hand out the address of an archive, on a server that is started for it where none is given."""
    if address:
        create_archive(address)
        yield address
        return
    with tempfile.TemporaryDirectory(prefix="anomalygpt-archive-") as folder, run_server(Path(folder)) as server:
        made = server.make_database()
        create_archive(made)
        yield made


def prove(homes: list[Path], address: str) -> tuple[int, int, float]:
    """Compare every archived station with its home folder; return events, rows and the seconds that proving took."""
    stations = {station.name: station for station in load_stations(address)}
    assert sorted(stations) == sorted(home.name for home in homes)
    events = rows = 0
    seconds = 0.0
    for home in homes:
        with Store.open(home, application_version=VERSION) as store:
            here = store.verify()
        began = time.monotonic()
        there = verify_archive(address, home.name)
        seconds += time.monotonic() - began
        assert here.ok, here.problems
        assert there.ok, there.problems
        same = ("events", "rows", "blobs")
        assert [here.checked[what] for what in same] == [there.checked[what] for what in same]
        assert (here.head_seq, here.head_hash) == (there.head_seq, there.head_hash)
        events += there.checked["events"]
        rows += there.checked["rows"]
    return events, rows, seconds


def count_lost_and_twice(homes: list[Path], address: str) -> tuple[int, int]:
    """Count, key by key and over all tables, rows that the archive lacks and rows that it holds more than once.

    What was copied twice would stand there under the same hash of its event or, for rows without one, the same key.
    """
    lost = twice = 0
    namespaces = {station.name: station.namespace for station in load_stations(address)}
    with psycopg.connect(address) as server:
        for home in homes:
            with closing(sqlite3.connect(home / "audit.sqlite")) as client:
                for table in schema.AUDITED_TABLES:
                    query = f"SELECT {_name_identity(table)} FROM"
                    here = Counter(client.execute(f"{query} {table.name}").fetchall())
                    there = Counter(server.execute(f'{query} "{namespaces[home.name]}".{table.name}').fetchall())
                    lost += (here - there).total()
                    twice += (there - here).total()
    return lost, twice


def _name_identity(table: Table) -> str:
    """What is the same in a row that was copied once more: an event's hash, else the key."""
    return "hash" if table.name == schema.EVENTS.name else ", ".join(column.name for column in table.primary_key)


def read_version(address: str) -> str:
    """Return what the server calls itself."""
    with psycopg.connect(address) as client:
        (version,) = client.execute("SELECT version()").fetchone() or ("",)
    return str(version).partition(" on ")[0]


if __name__ == "__main__":
    main()

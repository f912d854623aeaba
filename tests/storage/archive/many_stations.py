"""Stations copying to one archive at once, some of them killed in the middle and resumed; for a test and a benchmark.

`python -m tests.storage.archive.many_stations HOME ADDRESS NAME EVENTS` copies one home folder in batches of at most so
many events and prints a line after each that was kept.
"""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from storage.archive import batches
from storage.store import Store
from tests.storage.conftest import ADA, VERSION, build_inspection

PROJECT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Copied:
    """What became of one station."""

    name: str
    is_killed: bool
    kept_before_kill: int
    """Batches that were kept when it was killed, at least."""
    seconds: float


def fill_home(home, inspections):
    """Make a home folder with so many inspections, its own chain."""
    with Store.open(home, application_version=VERSION) as store:
        for number in range(inspections):
            store.record_inspection(build_inspection(store, f"{home.name} {number}.png"), ADA)


def copy_all(homes, address, killed, events):
    """Copy every home folder at once; those named in `killed` are killed after their first batch and begun again."""
    with ThreadPoolExecutor(len(homes)) as pool:
        return list(pool.map(lambda home: _copy(home, address, home.name in killed, events), homes))


def _copy(home, address, is_killed, events):
    began = time.monotonic()
    kept = _run_until_killed(home, address, events) if is_killed else 0
    with _start(home, address, events) as copying:
        said, complaint = copying.communicate(timeout=3600)
    assert copying.returncode == 0, (said, complaint)
    return Copied(home.name, is_killed, kept, time.monotonic() - began)


def _run_until_killed(home, address, events):
    with _start(home, address, events) as copying:
        assert copying.stdout.readline().startswith("kept")
        copying.kill()
        rest, _ = copying.communicate(timeout=60)
    assert copying.returncode < 0, "it was done before it could be killed"
    return 1 + rest.count("kept")


def _start(home, address, events):
    command = [sys.executable, "-m", "tests.storage.archive.many_stations", home, address, home.name, events]
    return subprocess.Popen(
        list(map(str, command)), cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def main(home, address, name, events):
    """Copy one home folder."""
    batches.MOST_EVENTS = int(events)
    with Store.open(Path(home), application_version=VERSION) as store:
        store.sync(address, name, ADA, lambda share, words: print("kept", words, flush=True))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Killing a writer at any moment: what it said was recorded is there, nothing is half there, nothing needs repair."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from storage.store import Store

ROUNDS = int(os.environ.get("ANOMALYGPT_CRASH_ROUNDS", "50"))
"""How often the writer is killed; more on demand."""

WRITER = """
import sys
from pathlib import Path
from storage.records import Actor, NewInspection, NewRegion
from storage.store import Store
regions = tuple(NewRegion(x, 2, 3, 4, 12, 1.5, 1.25, "center") for x in range(10))
with Store.open(Path(sys.argv[1]), application_version="0.1.0") as store:
    print("ready", flush=True)
    for number in range(100000):
        photo = store.put_blob(f"{sys.argv[2]} {number}".encode() * 2000)
        inspection = NewInspection(photo=photo, file_name="a", width=1, height=1, device="cpu", regions=regions)
        print(store.record_inspection(inspection, Actor("writer", "agent")).record_hash, flush=True)
"""


@pytest.fixture(scope="module")
def seed():
    return random.randrange(2**32)


def write_until_killed(home, name, seconds, project):
    """Every record hash the writer printed whole before it was killed."""
    command = [sys.executable, "-c", WRITER, str(home), name]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=project) as writer:
        assert writer.stdout.readline() == "ready\n"
        time.sleep(seconds)
        writer.send_signal(signal.SIGKILL)
        printed = writer.stdout.read()
    return [line.rstrip("\n") for line in printed.splitlines(keepends=True) if line.endswith("\n")]


def test_d24_killing_the_writer_loses_nothing_that_was_reported_as_recorded(home, project, seed):
    moments, confirmed = random.Random(seed), []
    for round_number in range(ROUNDS):
        printed = write_until_killed(home, str(round_number), moments.uniform(0.0, 0.3), project)
        with Store.open(home, application_version="0.1.0") as store:
            recorded = {line.record_hash for line in store.list_inspections(limit=100000)}
            report = store.verify()
        confirmed += printed
        assert report.ok, (seed, report.problems)
        assert recorded.issuperset(confirmed), seed
        assert len(recorded) <= len(confirmed) + round_number + 1, "at most one unconfirmed record for each kill"
    assert confirmed

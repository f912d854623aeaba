"""A day in the real window on a virtual display: first run, product, verdict, talk, decision, history, PDF."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

PROJECT = Path(__file__).resolve().parents[2]
SCREENSHOTS = os.environ.get("ANOMALYGPT_SCREENSHOTS")
"""Where they go when somebody wants to look at them; read before the tests hide such variables."""
SHOTS = 18
"""Screenshots that the story leaves at least."""


@pytest.fixture
def display() -> Iterator[str]:
    """A screen of its own."""
    missing = [program for program in ("Xvfb", "xdotool") if shutil.which(program) is None]
    if missing:
        pytest.skip(f"{' and '.join(missing)} is not on this machine; installer/test.sh installs it where it may.")
    read, written = os.pipe()
    command = ["Xvfb", "-displayfd", str(written), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(written,), stderr=subprocess.DEVNULL)
    os.close(written)
    with os.fdopen(read) as number:
        yield f":{number.readline().strip()}"
    server.terminate()
    server.wait(10)


def test_a_stranger_does_a_days_work(display: str, own_home: Path, part: Callable[..., Image.Image], tmp_path: Path):
    part(0).save(tmp_path / "good.png")
    part(3).save(tmp_path / "other.png")
    part(7, defect=True).save(tmp_path / "spot.png")
    shots = Path(SCREENSHOTS) if SCREENSHOTS else tmp_path / "screenshots"
    shots.mkdir(parents=True, exist_ok=True)
    (shots / "report.pdf").unlink(missing_ok=True)
    environment = os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "LANG": "en_US.UTF-8", "LC_ALL": ""}
    story = [sys.executable, "-m", "tests.e2e.window_story", str(own_home), str(tmp_path), str(shots)]
    result = subprocess.run(
        story, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert (shots / "report.pdf").read_bytes().startswith(b"%PDF")
    assert len(list(shots.glob("*.png"))) >= SHOTS

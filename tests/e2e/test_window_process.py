"""The window as a process: opened by the command, ended by a signal, opened once per home folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Signals are for Linux and macOS.")
PROJECT = Path(__file__).resolve().parents[2]


def start(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(PROJECT / "main.py"), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )


@pytest.fixture
def window(own_home: Path) -> Iterator[subprocess.Popen[str]]:
    """A window that has begun to keep its log, which it does when it holds the home folder."""
    own_home.mkdir()
    (own_home / "settings.toml").write_text('backbone = "dummy"\n')
    process = start("window")
    until = time.monotonic() + 30
    while not (own_home / "audit.sqlite").exists() and time.monotonic() < until:
        time.sleep(0.1)
    yield process
    process.kill()
    process.communicate()


def test_a_stop_signal_ends_it_in_good_order(window: subprocess.Popen[str], own_home: Path):
    window.send_signal(signal.SIGTERM)
    assert window.wait(20) == 0
    assert (own_home / "window.ini").exists()
    assert not (own_home / "window.lock").exists()


def test_a_second_start_ends_at_once(window: subprocess.Popen[str], tmp_path: Path):
    second = start("window", str(tmp_path / "part.png"))
    second.communicate(timeout=30)
    assert second.returncode == 0
    assert window.poll() is None

"""A copy of the set-up scripts in a temporary folder, with a stand-in for Python and pip that needs no network.

The stand-in writes down how it was called and does what the test tells it to; everything around it is the real thing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from installer.layout import Layout

FAKE_PYTHON = """#!/bin/sh
set -u
here={folder}
case "$*" in
    "-m venv "*|"-m pip "*|"-c import sys, sysconfig, pip"*) echo "$*" >> "$here/calls" ;;
esac
case "$*" in
    "-m venv "*)
        [ -e "$here/venv.sh" ] && . "$here/venv.sh"
        for target; do :; done
        mkdir -p "$target/bin" "$target/site-packages"
        cp "$here/python" "$target/bin/python" ;;
    "-m pip "*) [ ! -e "$here/pip.sh" ] || . "$here/pip.sh" ;;
    "-c import sys, sysconfig, pip"*) echo "$(dirname "$0")/../site-packages" ;;
    "-P -m installer.setup_environment"*)
        shift 3
        exec {python} -P -c "$(cat "$here/start.py")" "$@" ;;
    *) exec {python} "$@" ;;
esac
"""

START = """
import sys
sys.executable = {fake!r}
from installer import setup_environment
setup_environment.install_system_libraries = lambda runner: None
setup_environment.NEEDED_BYTES = 0
setup_environment.NEEDED_BYTES_CUDA = 0
sys.exit(setup_environment.main())
"""

MAIN = """
import json, os, sys
print(json.dumps({"arguments": sys.argv[1:], "folder": os.getcwd(), "process": os.getpid(),
                  "packs": os.environ.get("ANOMALYGPT_PACK_SOURCE"), "path": os.environ.get("PYTHONPATH")}))
sys.exit(int(os.environ.get("STATUS", "0")))
"""


@dataclass(frozen=True)
class Copy:
    """A copy of the program on a machine where Python and pip do what the test says."""

    layout: Layout
    tools: Path

    @property
    def run_script(self) -> Path:
        return self.layout.project / "installer" / "run.sh"

    @property
    def stamp(self) -> Path:
        return self.layout.stamp(with_tests=False)

    def let_pip(self, commands: str) -> None:
        """Have every later pip run these shell commands; `$*` are its arguments, `$PPID` is set-up."""
        (self.tools / "pip.sh").write_text(commands, encoding="utf-8")

    def let_venv(self, commands: str) -> None:
        """Have every later `python -m venv` start with these shell commands."""
        (self.tools / "venv.sh").write_text(commands, encoding="utf-8")

    def read_calls(self) -> list[str]:
        """Return how Python's venv, probe and pip were called so far."""
        calls = self.tools / "calls"
        return calls.read_text(encoding="utf-8").splitlines() if calls.exists() else []

    def read_installs(self) -> list[str]:
        """Return the requirements of every `pip install` so far."""
        held, alone, end = f"--constraint {self.layout.constraints} ", "--no-deps ", " --progress-bar off"
        start = "-m pip install "
        calls = (call.removeprefix(start) for call in self.read_calls() if call.startswith(start))
        return [call.removeprefix(held).removeprefix(alone).removesuffix(end) for call in calls]

    def start(self, *arguments: str, script: str = "run.sh", **variables: str) -> subprocess.Popen[str]:
        """Start one of the scripts with the stand-in as the only Python."""
        path = self.layout.project / "installer" / script
        return subprocess.Popen(
            ["bash", str(path), *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"ANOMALYGPT_PYTHON": str(self.tools / "python")} | variables,
        )

    def run(self, *arguments: str, script: str = "run.sh", **variables: str) -> subprocess.CompletedProcess[str]:
        """Run one of the scripts to its end."""
        process = self.start(*arguments, script=script, **variables)
        output, messages = process.communicate(timeout=60)
        return subprocess.CompletedProcess(arguments, process.returncode, output, messages)

    def make_ready(self) -> None:
        """Put a finished environment in place, whose Python is the one that runs the tests."""
        self.layout.python.parent.mkdir(parents=True)
        self.layout.python.symlink_to(sys.executable)
        for with_tests in (False, True):
            self.layout.stamp(with_tests=with_tests).write_bytes(self.layout.describe())
        self.layout.torch_build.write_text("cpu\n", encoding="utf-8")


@pytest.fixture
def copy(tmp_path: Path, project: Path) -> Copy:
    """Return a fresh copy of the program without an environment, in a folder with a space in its name."""
    target, tools = tmp_path / "the program", tmp_path / "tools"
    shutil.copytree(project / "installer", target / "installer", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(project / "resources" / "models", target / "resources" / "models")
    shutil.copy(project / "pyproject.toml", target)
    (target / "main.py").write_text(MAIN, encoding="utf-8")
    tools.mkdir()
    fake = tools / "python"
    fake.write_text(FAKE_PYTHON.format(folder=tools, python=sys.executable), encoding="utf-8")
    fake.chmod(0o755)
    (tools / "start.py").write_text(START.format(fake=str(fake)), encoding="utf-8")
    return Copy(Layout(target), tools)

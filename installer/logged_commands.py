"""Runs other programs with their whole output in the set-up log, and hands the output back to whoever must judge it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from installer.progress import show_detail


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    status: int
    output: str
    """Everything it printed on stdout and stderr."""


@dataclass(frozen=True)
class CommandRunner:
    """Runs commands one after the other into one log file."""

    log: Path
    lock: int
    """Descriptor of the held lock; commands inherit it (see `folder_lock`)."""
    environment: Mapping[str, str]

    def run(self, command: Sequence[str]) -> Outcome:
        """Run the command to its end. A program that is not there counts as failed with status 127."""
        with self.log.open("a", encoding="utf-8") as log:
            log.write(f"\n$ {' '.join(command)}\n")
            log.flush()
            try:
                return self._follow(command, log.fileno())
            except FileNotFoundError as error:
                return Outcome(127, str(error))

    def _follow(self, command: Sequence[str], log: int) -> Outcome:
        lines: list[str] = []
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            env=dict(self.environment),
            pass_fds=() if sys.platform == "win32" else (self.lock,),
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                os.write(log, line.encode())
                lines.append(line)
                show_detail(line.strip())
        return Outcome(process.returncode, "".join(lines))


def clean_environment(temporary: Path, inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the variables for pip: sources and proxies stay, what aims it at another environment goes."""
    misleading = {"PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "VIRTUAL_ENV"}
    kept = {name: value for name, value in inherited.items() if name not in misleading}
    return kept | {
        "PIP_USER": "0",
        "PIP_NO_INPUT": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PYTHONUTF8": "1",
        "TMPDIR": str(temporary),
        "TEMP": str(temporary),
        "DEBIAN_FRONTEND": "noninteractive",
    }

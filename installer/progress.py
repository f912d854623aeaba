"""The few lines that set-up prints, all on stderr: stdout belongs to the command that runs afterwards."""

from __future__ import annotations

import shutil
import sys


def say(sentence: str) -> None:
    """Print one line about set-up."""
    clear_detail()
    sys.stderr.write(f"set-up: {sentence}\n")
    sys.stderr.flush()


def show_detail(line: str) -> None:
    """On a terminal, show what is going on under the last sentence; the next call or sentence replaces it."""
    if sys.stderr.isatty():
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write(f"\r\033[K  {line}"[: width + 4])
        sys.stderr.flush()


def clear_detail() -> None:
    """Take the shown detail away."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")

"""The command `window`, and what happens without a command: the window where there is a display, else the samples.

The window lies above this room, so `main` hands over how it is opened; a program without one inspects the samples.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from station.command_options import CommonOptions, Device, flatten_options
from station.displays import find_obstacle, has_display
from station.sample_commands import run_sample_inspection
from station.sessions import Session


@dataclass(frozen=True)
class WindowRequest:
    """With what the window is opened."""

    home: Path | None
    files: tuple[Path, ...] = ()
    device: Device | None = None
    user: str | None = None


OpenWindow = Callable[[WindowRequest], int]


class _Opener:
    """How the window is opened; one per process."""

    open: OpenWindow | None = None


def set_opener(opener: OpenWindow | None) -> None:
    """Say how the window is opened."""
    _Opener.open = opener


@flatten_options
def window(
    common: CommonOptions,
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", help="Photos to inspect at once.")] = None,
) -> None:
    """Open the window, with photos to inspect; a window that is open already takes them."""
    with Session(common):
        raise typer.Exit(_open(common, tuple(files or ())))


def run_without_command(common: CommonOptions) -> None:
    """Open the window where there is a display; else inspect the samples."""
    if _Opener.open is None or not has_display():
        run_sample_inspection(common)
        return
    with Session(common):
        raise typer.Exit(_open(common, ()))


def _open(common: CommonOptions, files: tuple[Path, ...]) -> int:
    from station.errors import RequestError  # noqa: PLC0415 - see `sessions`

    if _Opener.open is None:
        raise RequestError("This program was built without its window; use the commands (see --help).")
    if obstacle := find_obstacle():
        raise RequestError(obstacle)
    try:
        return _Opener.open(WindowRequest(common.home, files, common.device, common.user))
    except ImportError as error:
        sentence = f"The window cannot be started because the computer lacks something it needs ({error})"
        raise RequestError(f"{sentence}; run installer/run.sh again, or ask IT to install what it names.") from error

"""Start the command line, and through it the window. Nothing imports this file."""

from __future__ import annotations

import gc

from station.commands import main as run_commands
from station.window_command import WindowRequest


def open_window(request: WindowRequest) -> int:
    """Open the window; returns the exit status when it is closed."""
    # Nothing of what is loaded now ever becomes garbage, and looking for some takes a tenth of the start. From then on
    # the window collects by itself, see `gui.garbage`.
    gc.disable()
    from gui.app import run_window  # noqa: PLC0415 - Qt costs start-up time that a command need not pay

    gc.freeze()
    return run_window(request.home, request.files, request.device, request.user)


def main() -> None:
    """Run a command, or the window."""
    run_commands(open_window)


if __name__ == "__main__":
    main()

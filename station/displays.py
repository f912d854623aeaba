"""Whether there is a screen to open a window on, found out before Qt is asked: it ends the process where there is none.

A screen may be named and yet be gone, as in a session that somebody logged out of; so it is called once. How a window
is opened is not known here.
"""

from __future__ import annotations

import ctypes
import os
import re
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from station.language import tr

X_SOCKETS = Path("/tmp/.X11-unix")
X_PORT = 6000
"""Port of the first screen of an X server on another computer."""
PLATFORM_VARIABLE = "QT_QPA_PLATFORM"
_PATIENCE_S = 3.0
_WANTED_BY_X = "libxcb-cursor.so.0"
"""What Qt 6.5 and newer cannot do without on X, and what many computers lack."""


def has_display(variables: Mapping[str, str] = os.environ, platform: str = sys.platform) -> bool:
    """Tell whether a screen is named to open a window on."""
    return not platform.startswith("linux") or any(variables.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


def find_obstacle(variables: Mapping[str, str] = os.environ, platform: str = sys.platform) -> str:
    """Return why no window can be opened, as a sentence with a next step; "" where one can."""
    if not platform.startswith("linux") or variables.get(PLATFORM_VARIABLE):
        return ""
    if not has_display(variables, platform):
        return tr(
            "There is no screen to open the window on; log on at the station itself, or use the commands (--help)."
        )
    if _reaches_wayland(variables):
        return ""
    return _find_obstacle_on_x(variables.get("DISPLAY", ""))


def _find_obstacle_on_x(display: str) -> str:
    if not _reaches_x(display):
        return tr(
            "The screen {display} does not answer; log on at the station again, or use the commands (--help).",
            display=display or "WAYLAND_DISPLAY",
        )
    if not _has_library(_WANTED_BY_X):
        return tr(
            "The computer lacks {library}; run installer/run.sh again, or ask IT to install it.", library=_WANTED_BY_X
        )
    return ""


def _reaches_wayland(variables: Mapping[str, str]) -> bool:
    name = variables.get("WAYLAND_DISPLAY", "")
    folder = variables.get("XDG_RUNTIME_DIR", "")
    return bool(name) and _answers_at(Path(folder) / name)


def _reaches_x(display: str) -> bool:
    """ "host:number.screen", or ":number" for a server on this computer."""
    parts = re.fullmatch(r"(?P<host>.*?):(?P<number>\d+)(\.\d+)?", display)
    if parts is None:
        return False
    number = int(parts["number"])
    if parts["host"] in ("", "unix"):
        return _answers_at(X_SOCKETS / f"X{number}")
    try:
        socket.create_connection((parts["host"], X_PORT + number), _PATIENCE_S).close()
    except (OSError, OverflowError):
        return False
    return True


def _answers_at(path: Path) -> bool:
    """Whether somebody listens at a socket, by its path or by the abstract name that X servers use as well."""
    return any(_connects(address) for address in (str(path), f"\0{path}"))


def _connects(address: str) -> bool:
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(_PATIENCE_S)
        try:
            caller.connect(address)
        except (OSError, ValueError):
            return False
    return True


def _has_library(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True

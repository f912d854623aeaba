"""Finds which shared libraries and fonts the window needs and this Linux lacks; installs them where that is permitted.

The command line works without any of them, so nothing here stops set-up: at worst it says what to ask IT for.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from installer.logged_commands import CommandRunner
from installer.progress import say

DEBIAN_PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libbrotlidec.so.1": "libbrotli1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""What the Qt libraries and their X11 and Wayland plug-ins are linked to (read with objdump from PySide6 6.12), and the
Debian or Ubuntu package that brings it."""

TEST_PROGRAMS = {"Xvfb": "xvfb", "xdotool": "xdotool"}
"""Programs with which the tests work the window by mouse and keyboard on a screen of their own, and their packages."""

POSTGRESQL = "postgresql"
"""The package of the server that the tests of the plant's archive copy to; its programs are not on the search path."""
POSTGRESQL_PROGRAMS = Path("/usr/lib/postgresql")

FONT_PACKAGE = "fonts-dejavu-core"
FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")


def _load(name: str) -> None:
    ctypes.CDLL(name)


def find_missing_libraries(load: Callable[[str], None] = _load) -> list[str]:
    """Return the names of the libraries that cannot be loaded."""
    missing = []
    for name in DEBIAN_PACKAGES:
        try:
            load(name)
        except OSError:
            missing.append(name)
    return missing


def has_font(folders: Iterable[str] = FONT_FOLDERS) -> bool:
    """Tell whether any scalable font is installed; without one Qt draws boxes instead of letters."""
    suffixes = {".ttf", ".otf", ".ttc"}
    paths = (path for folder in folders for path in Path(folder).expanduser().rglob("*"))
    return any(path.suffix.lower() in suffixes for path in paths)


def install_system_libraries(runner: CommandRunner) -> None:
    """Bring what the window lacks through apt where we may, else say what to ask for."""
    if sys.platform != "linux":
        return
    missing = find_missing_libraries()
    packages = [DEBIAN_PACKAGES[name] for name in missing] + ([] if has_font() else [FONT_PACKAGE])
    if not packages:
        return
    if shutil.which("apt-get") is None:
        say(f"the window needs {', '.join(missing) or 'a font'}: ask IT to install that; the commands work without.")
        return
    say(f"installing {len(packages)} system packages that the window needs")
    if not install_with_apt(packages, runner):
        command = f"sudo apt-get install -y {' '.join(packages)}"
        say(f"system packages could not be installed; the commands work, for the window ask IT to run: {command}")


def install_test_programs(runner: CommandRunner) -> None:
    """Bring the programs that only tests of window and archive need; without them those say so and are skipped."""
    packages = [package for program, package in TEST_PROGRAMS.items() if shutil.which(program) is None]
    packages += [] if has_postgresql() else [POSTGRESQL]
    if sys.platform != "linux" or not packages or shutil.which("apt-get") is None:
        return
    say(f"installing {' and '.join(packages)} for the tests")
    if not install_with_apt(packages, runner):
        say(f"{' and '.join(packages)} could not be installed; the tests that need a screen or a server are skipped")


def has_postgresql() -> bool:
    """Tell whether a PostgreSQL server could be started here."""
    return shutil.which("postgres") is not None or any(POSTGRESQL_PROGRAMS.glob("*/bin/postgres"))


def install_with_apt(packages: list[str], runner: CommandRunner) -> bool:
    """Install Debian packages as root or through a sudo that asks no password; False where that did not work.

    The package lists are renewed only when the first try fails: on most machines they are there.
    """
    rights = find_rights(runner)
    if rights is None:
        return False
    apt = [*rights, "apt-get", "-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20"]
    install = [*apt, "-o", "DPkg::Lock::Timeout=60", "install", "-y", "--no-install-recommends", *packages]
    if runner.run(install).status == 0:
        return True
    return runner.run([*apt, "update"]).status == 0 and runner.run(install).status == 0


def find_rights(runner: CommandRunner) -> list[str] | None:
    """Return what to put before a command that needs the administrator, or None where we may not."""
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "-n"]
    return [*sudo, "DEBIAN_FRONTEND=noninteractive"] if runner.run([*sudo, "true"]).status == 0 else None

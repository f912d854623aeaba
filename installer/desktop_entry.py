"""Puts the program into the desktop's menu of this user, and takes it out again: a desktop entry and its icons.

Started by `run.sh --install-desktop` and `--uninstall-desktop`. Nothing outside the user's data folder is touched.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from installer.errors import explain_os_error
from installer.progress import say

PROJECT = Path(__file__).resolve().parents[1]
NAME = "anomalygpt-inspector"
ICON_SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
_TEMPLATE = PROJECT / "resources" / "desktop" / f"{NAME}.desktop"
_ICONS = PROJECT / "resources" / "icons"
_NEEDS_QUOTES = frozenset(" \t\n\"'\\><~|&;$*?#()`")


def main(arguments: Sequence[str] | None = None) -> int:
    """Install or uninstall; returns the exit status: 0, or 2 with a sentence on stderr."""
    parser = argparse.ArgumentParser(prog="desktop_entry", description=__doc__)
    parser.add_argument("action", choices=("install", "uninstall"))
    options = parser.parse_args(arguments)
    try:
        if options.action == "install":
            say(f"{install(find_data_home(), PROJECT)} is in place: the program is in the menu of your desktop.")
        else:
            uninstall(find_data_home())
            say("the program is no longer in the menu of your desktop; nothing else was removed.")
    except OSError as error:
        say(explain_os_error(error))
        return 2
    return 0


def find_data_home() -> Path:
    """Return the folder where this user's desktop looks for programs and icons."""
    named = os.environ.get("XDG_DATA_HOME", "")
    # Relative names count as unset, so the standard says.
    return Path(named) if Path(named).is_absolute() else Path.home() / ".local" / "share"


def install(data_home: Path, project: Path) -> Path:
    """Write the desktop entry and the icons; returns the entry. Raises `OSError`."""
    for source, target in list_icons(data_home):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    entry = entry_path(data_home)
    entry.parent.mkdir(parents=True, exist_ok=True)
    beside = entry.with_name(f".{entry.name}.new")
    beside.write_text(make_entry(project), encoding="utf-8")
    # Some desktops start only entries that are marked as programs.
    beside.chmod(0o755)
    beside.replace(entry)
    _tell_desktop(data_home)
    return entry


def uninstall(data_home: Path) -> None:
    """Remove what `install` wrote, as far as it is there. Raises `OSError`."""
    entry_path(data_home).unlink(missing_ok=True)
    for _, target in list_icons(data_home):
        target.unlink(missing_ok=True)
    _tell_desktop(data_home)


def entry_path(data_home: Path) -> Path:
    """Return where the desktop entry lies."""
    return data_home / "applications" / f"{NAME}.desktop"


def list_icons(data_home: Path) -> list[tuple[Path, Path]]:
    """Return every icon and where the desktop looks for it."""
    theme = data_home / "icons" / "hicolor"
    sized = [
        (_ICONS / f"anomalygpt-{size}.png", theme / f"{size}x{size}" / "apps" / f"{NAME}.png") for size in ICON_SIZES
    ]
    return [*sized, (_ICONS / "anomalygpt.svg", theme / "scalable" / "apps" / f"{NAME}.svg")]


def make_entry(project: Path) -> str:
    """Return the text of the desktop entry for this copy of the program."""
    script = str(project / "installer" / "run.sh")
    text = _TEMPLATE.read_text(encoding="utf-8")
    return text.replace("@EXEC@", f"bash {quote(script)}").replace("@TRY_EXEC@", "bash")


def quote(argument: str) -> str:
    """Write an argument of a command as the Desktop Entry Specification wants it."""
    escaped = argument.replace("%", "%%")
    if not _NEEDS_QUOTES & set(argument):
        return escaped
    for letter in ("\\", '"', "`", "$"):
        escaped = escaped.replace(letter, f"\\{letter}")
    # The value of a key is unescaped once more before the command is read.
    return '"' + escaped.replace("\\", "\\\\") + '"'


def _tell_desktop(data_home: Path) -> None:
    """Let desktops that keep a cache read the folder anew; those without one need nothing."""
    program = shutil.which("update-desktop-database")
    if program is not None:
        subprocess.run([program, str(data_home / "applications")], check=False, capture_output=True)


if __name__ == "__main__":
    sys.exit(main())

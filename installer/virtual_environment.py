"""Makes the virtual environment, and finds and mends what an interrupted set-up left half done."""

from __future__ import annotations

import csv
import shutil
import sys
from pathlib import Path

from installer.errors import SetupError
from installer.layout import Layout
from installer.logged_commands import CommandRunner

_PROBE = "import sys, sysconfig, pip; assert sys.version_info >= (3, 11); print(sysconfig.get_path('purelib'))"


def ensure_environment(layout: Layout, base_python: str, runner: CommandRunner) -> None:
    """Leave a working environment behind: the present one without its half-installed packages, or a fresh one."""
    site_packages = probe_environment(layout, runner)
    if site_packages is None:
        clear_environment(layout)
        create_environment(layout, base_python, runner)
    else:
        remove_half_installed(site_packages)


def probe_environment(layout: Layout, runner: CommandRunner) -> Path | None:
    """Return the folder of the installed packages, or None where the environment does not run or has no pip."""
    outcome = runner.run([str(layout.python), "-c", _PROBE])
    return Path(outcome.output.strip().splitlines()[-1]) if outcome.status == 0 else None


def clear_environment(layout: Layout) -> None:
    """Empty the environment, but keep what this set-up itself is using and the model packs already fetched."""
    kept = {layout.lock, layout.log, layout.temporary, layout.packs}
    for path in set(layout.environment.iterdir()) - kept:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def create_environment(layout: Layout, base_python: str, runner: CommandRunner) -> None:
    """Make the environment with the venv module, or without its pip where Debian took `ensurepip` out of Python."""
    make = [base_python, "-m", "venv"]
    if runner.run([*make, str(layout.environment)]).status == 0:
        return
    lend_pip = [base_python, "-m", "pip", "--python", str(layout.python), "install", "pip"]
    if runner.run([*make, "--without-pip", str(layout.environment)]).status == 0 and runner.run(lend_pip).status == 0:
        return
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    raise SetupError(
        f"{base_python} cannot make a virtual environment: install its venv module "
        f"(`sudo apt install python{version}-venv` on Debian and Ubuntu), then run the same command again; "
        f"details are in {layout.log}."
    )


def remove_half_installed(site_packages: Path) -> None:
    """Take away the records of packages whose files are not all there, so that pip installs those packages again."""
    for record in site_packages.glob("*.dist-info"):
        if not is_complete(record):
            shutil.rmtree(record)


def is_complete(record: Path) -> bool:
    """Tell whether a package's `.dist-info` folder was finished and every file it lists is there in full.

    pip writes the INSTALLER file after the package's own files; the sizes catch what a power cut left empty.
    """
    listing = record / "RECORD"
    if not (record / "INSTALLER").is_file() or not listing.is_file():
        return False
    with listing.open(newline="", encoding="utf-8") as rows:
        return all(len(row) == 3 and _has_size(record.parent / row[0], row[2]) for row in csv.reader(rows))


def _has_size(path: Path, size: str) -> bool:
    if not size:
        return True
    return path.is_file() and path.stat().st_size == int(size)

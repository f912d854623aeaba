"""What this machine and this home folder are like, for a page that a person reads, copies or hands to IT.

Nothing is sent anywhere. The part about the machine needs no database, so that it is there after any fault.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from station.changing_settings import describe_settings
from station.console import OnProgress, ignore_progress
from station.errors import KNOWN_ERRORS
from station.libraries import find_gpus, find_version
from station.logs import read_log_tail
from station.settings import Settings
from station.version import application_version
from storage.records import DatabaseMeasure

if TYPE_CHECKING:
    from station.station import Station

PACKAGES = ("PySide6-Essentials", "torch", "openvino", "numpy", "opencv-python-headless", "SQLAlchemy", "reportlab")
GIGABYTE = 1e9


@dataclass(frozen=True)
class Machine:
    """The computer and the versions on it; sizes in bytes, None where the system does not say."""

    application: str
    python: str
    system: str
    processor: str
    cores: int
    gpu: str
    """Names of the GPUs with their driver; "" when there is none."""
    memory: int | None
    packages: Mapping[str, str]
    """Versions by name."""


@dataclass(frozen=True)
class PackLine:
    """One model pack."""

    name: str
    version: str
    state: str
    sha256: str


@dataclass(frozen=True)
class HomeState:
    """A home folder: where, how much room is left (bytes), and what its settings say."""

    home: Path
    free: int | None
    settings: Settings
    fixed: Mapping[str, str]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Diagnosis:
    """Everything the diagnostics page shows."""

    machine: Machine
    home: HomeState
    packs: tuple[PackLine, ...] = ()
    database: DatabaseMeasure | None = None
    problems: tuple[str, ...] = ()
    """Sentences on what could not be found out."""
    log: tuple[str, ...] = ()
    """The last lines of the log."""


def diagnose(station: Station, on_progress: OnProgress = ignore_progress) -> Diagnosis:
    """Find out everything; what cannot be found out is named instead of raised."""
    on_progress(0.0, "versions")
    machine, home = examine_machine(), examine_home(station.home)
    on_progress(0.2, "model packs")
    packs = find_packs(station)
    on_progress(0.8, "database")
    log = read_log_tail(station.home)
    try:
        return Diagnosis(machine, home, packs, station.store.measure(), log=log)
    except KNOWN_ERRORS as error:
        return Diagnosis(machine, home, packs, None, (str(error),), log)


def diagnose_quickly(home: Path) -> Diagnosis:
    """Find out what needs neither database nor model packs, for the moment after a fault."""
    return Diagnosis(examine_machine(), examine_home(home))


def examine_machine() -> Machine:
    """Return what the computer is and what runs on it."""
    system = platform.freedesktop_os_release().get("PRETTY_NAME", "") if sys.platform == "linux" else ""
    return Machine(
        application=application_version(),
        python=platform.python_version(),
        system=", ".join(part for part in (system, platform.platform()) if part),
        processor=_find_processor(),
        cores=os.cpu_count() or 1,
        gpu=find_gpus(),
        memory=_find_memory(),
        packages={name: version for name in PACKAGES if (version := find_version(name))},
    )


def examine_home(home: Path) -> HomeState:
    """Return the room that is left for a home folder, which need not exist yet, and its settings."""
    state = describe_settings(home)
    return HomeState(home, find_free_bytes(home), state.settings, state.fixed, state.warnings)


def find_free_bytes(folder: Path) -> int | None:
    """Return the bytes that are free where a folder is or would be made; None where the system does not say."""
    nearest = next((path for path in (folder, *folder.parents) if path.exists()), folder)
    try:
        return shutil.disk_usage(nearest).free
    except OSError:
        return None


def find_packs(station: Station) -> tuple[PackLine, ...]:
    """Return the model packs; every file of them is hashed."""
    from station.models import describe_packs  # noqa: PLC0415 - loads the model packs

    keys = ("name", "version", "state", "sha256")
    return tuple(PackLine(*(str(pack[key]) for key in keys)) for pack in describe_packs(station))


def format_diagnosis(diagnosis: Diagnosis) -> str:
    """Return the report as plain English text, for copying and for the log bundle."""
    return "\n".join(_write_lines(diagnosis)) + "\n"


def _write_lines(diagnosis: Diagnosis) -> Iterator[str]:
    machine, home = diagnosis.machine, diagnosis.home
    yield f"AnomalyGPT Inspector {machine.application}"
    yield f"system: {machine.system}"
    yield f"processor: {machine.processor}, {machine.cores} cores"
    yield f"GPU: {machine.gpu or 'none'}"
    yield f"memory: {_in_gigabytes(machine.memory)}"
    yield f"Python: {machine.python}"
    yield from (f"{name}: {version}" for name, version in machine.packages.items())
    yield f"home: {home.home}"
    yield f"free: {_in_gigabytes(home.free)}"
    yield from (f"setting {name}: {value!r}" for name, value in list_changed_settings(home.settings).items())
    yield from (f"fixed by {variable}: {name}" for name, variable in home.fixed.items())
    yield from (f"warning: {sentence}" for sentence in home.warnings)
    yield from (f"model pack {pack.name} {pack.version}: {pack.state}, {pack.sha256}" for pack in diagnosis.packs)
    if diagnosis.database is not None:
        yield f"database: {diagnosis.database.database_bytes} bytes, files {diagnosis.database.blob_bytes} bytes"
        yield from (f"{name}: {count}" for name, count in diagnosis.database.counts.items())
    yield from (f"problem: {sentence}" for sentence in diagnosis.problems)


def list_changed_settings(settings: Settings) -> dict[str, object]:
    """Return the settings that are not as they come."""
    standard = Settings()
    names = Settings.model_fields
    return {name: getattr(settings, name) for name in names if getattr(settings, name) != getattr(standard, name)}


def _in_gigabytes(size: int | None) -> str:
    return "unknown" if size is None else f"{size / GIGABYTE:.1f} GB"


def _find_processor() -> str:
    with suppress(OSError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
        if names:
            return names[0]
    return platform.processor() or platform.machine()


def _find_memory() -> int | None:
    if not hasattr(os, "sysconf"):
        return None
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return None

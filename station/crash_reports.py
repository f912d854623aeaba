"""What a person is told after a fault of ours: a sentence, the details, and the file that keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from station.diagnosing import diagnose_quickly, format_diagnosis
from station.log_bundle import save_log_bundle


@dataclass(frozen=True)
class CrashReport:
    """One fault of the program."""

    sentence: str
    """What the error itself says."""
    details: str
    """The traceback."""
    path: Path | None
    """Where it is kept; None where no folder took it, or where the log alone has it."""


def describe_crash(report: CrashReport, home: Path) -> str:
    """Return everything about a fault as text to copy: the versions, then the traceback."""
    return f"{format_diagnosis(diagnose_quickly(home))}\n{report.details}"


def save_crash_bundle(report: CrashReport, home: Path, target: Path) -> Path:
    """Write the log bundle of a fault. Needs no database, which may be what failed. Raises `OutputError`."""
    return save_log_bundle(home, target, format_diagnosis(diagnose_quickly(home)), report.details)

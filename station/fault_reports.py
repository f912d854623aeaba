"""Keeps the full report of an unexpected error, our bug, in a file, so that a person sees one sentence with its name.

Photos and settings values are not part of a report; the log folder of the home is tried first, then the system's folder
for temporary files, because a home that cannot be written may be the very reason.
"""

from __future__ import annotations

import platform
import sys
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

from station.version import application_version

LOG_FOLDER = "logs"


def write_fault_report(error: BaseException, home: Path) -> Path | None:
    """Write the traceback of `error` and return the file, or None where no folder takes it."""
    text = _describe(error)
    for folder in (home / LOG_FOLDER, Path(tempfile.gettempdir())):
        path = folder / f"fault-{datetime.now(UTC):%Y%m%d-%H%M%S-%f}.txt"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError:
            continue
        return path
    return None


def _describe(error: BaseException) -> str:
    head = [
        f"time: {datetime.now(UTC).isoformat()}",
        f"application: {application_version()}",
        f"system: {platform.platform()}, Python {platform.python_version()}",
        f"arguments: {sys.argv[1:]}",
    ]
    return "\n".join([*head, "", *traceback.format_exception(error)])

"""One zip file with what somebody needs to find a fault: logs, settings, versions. Made on request; nothing is sent."""

from __future__ import annotations

import zipfile
from pathlib import Path

from station.errors import OutputError, explain_os_error
from station.logs import hide_secrets, list_log_files
from station.outputs import replacing
from station.settings import SETTINGS_FILE

DIAGNOSIS_FILE = "diagnosis.txt"


def save_log_bundle(home: Path, target: Path, diagnosis: str, more: str = "") -> Path:
    """Write the zip file, whole or not at all; `more` is the report of the fault at hand. Raises `OutputError`."""
    try:
        with replacing(target) as beside, zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as bundle:
            bundle.writestr(DIAGNOSIS_FILE, diagnosis)
            if more:
                bundle.writestr("fault.txt", more)
            for path in list_log_files(home):
                _add_text(bundle, path, f"logs/{path.name}")
            _add_text(bundle, home / SETTINGS_FILE, SETTINGS_FILE)
    except OSError as error:
        raise OutputError(explain_os_error(error, target)) from error
    return target


def _add_text(bundle: zipfile.ZipFile, path: Path, name: str) -> None:
    """A file that cannot be read is named in the bundle instead of stopping it."""
    try:
        text = path.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return
    except OSError as error:
        text = f"could not be read: {error}"
    bundle.writestr(name, hide_secrets(text))

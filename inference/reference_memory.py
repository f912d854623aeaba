"""What was read from each reference, kept in files, so that adding one reference does not read all others again.

Derived data: a file that is missing, damaged or of another method is read anew without a word. How references are
read is `reference_reading`'s affair.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

Readings = dict[str, NDArray[np.float16]]
"""What one reference was read as, by the name of the reading."""

MOST_BYTES = 2 * 2**30
"""Beyond this the files not used for longest are thrown away."""


class ReferenceMemory:
    """A folder of readings, one file a reference and method; without a folder nothing is remembered."""

    def __init__(self, folder: Path | None, method: Mapping[str, object]) -> None:
        self._folder = folder
        self._method = json.dumps(method, sort_keys=True)

    def load(self, photo_sha256: str, scales: str) -> Readings:
        """What is remembered of a photo; empty when nothing is."""
        path = self._name(photo_sha256, scales)
        if path is None or not path.is_file():
            return {}
        from safetensors import SafetensorError  # noqa: PLC0415 - only needed with a folder
        from safetensors.numpy import load_file  # noqa: PLC0415

        try:
            readings = load_file(path)
            path.touch()
        except (OSError, SafetensorError, ValueError):
            return {}
        return dict(readings)

    def save(self, photo_sha256: str, scales: str, readings: Readings) -> None:
        """Remember readings; a folder that cannot be written costs time later and nothing else."""
        path = self._name(photo_sha256, scales)
        if path is None:
            return
        from safetensors.numpy import save_file  # noqa: PLC0415 - only needed with a folder

        beside = path.with_name(f".{uuid4().hex}.part")
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                save_file({name: np.ascontiguousarray(values) for name, values in readings.items()}, beside)
                beside.replace(path)
            finally:
                beside.unlink(missing_ok=True)
            _throw_away_oldest(path.parent)

    def _name(self, photo_sha256: str, scales: str) -> Path | None:
        if self._folder is None:
            return None
        digest = hashlib.sha256(f"{self._method}\n{scales}\n{photo_sha256}".encode()).hexdigest()
        return self._folder / f"{digest}.safetensors"


def _throw_away_oldest(folder: Path) -> None:
    files = sorted(folder.glob("*.safetensors"), key=lambda path: path.stat().st_mtime)
    excess = sum(path.stat().st_size for path in files) - MOST_BYTES
    for path in files[:-1]:
        if excess <= 0:
            return
        excess -= path.stat().st_size
        path.unlink(missing_ok=True)

"""The files of an inspection in a folder of the person's choice: map, mask and overlay, named after the photo.

They are copies of the recorded files, written only after the record is committed, each whole or not at all.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from station.errors import OutputError, explain_os_error

if TYPE_CHECKING:
    from storage.records import RecordedInspection
    from storage.store import Store

SUFFIXES = {"map": ".map.tiff", "mask": ".mask.png", "overlay": ".overlay.png"}
"""What follows the photo's stem in the names of its files."""


@dataclass(frozen=True)
class QueryFiles:
    """Where the pictures of one query lie; None where there is none."""

    mask: Path | None = None
    cutout: Path | None = None
    overlay: Path | None = None


@dataclass(frozen=True)
class InspectionFiles:
    """Where the pictures of one inspection lie; None where there is none."""

    map: Path | None = None
    mask: Path | None = None
    overlay: Path | None = None
    stem: str = ""
    """What the names of copied files begin with; "" for recorded ones."""
    queries: Mapping[int, QueryFiles] = field(default_factory=dict)
    """By the number of the query."""


class OutputFolder:
    """A folder that takes the files of one run.

    Two photos of the same stem get different names within the run; files of earlier runs are replaced.
    """

    def __init__(self, folder: Path) -> None:
        """Make the folder where it is missing. Raises `OutputError`."""
        self.folder = folder
        self._taken: set[str] = set()
        make_folder(folder)

    def write(self, store: Store, record: RecordedInspection) -> InspectionFiles:
        """Copy the recorded files of one inspection here. Raises `OutputError`."""
        stem = self._choose_stem(Path(record.file_name).stem)
        recorded = find_recorded_files(store, record)
        anomaly_map, mask, overlay = (
            self._copy(getattr(recorded, kind), stem + suffix) for kind, suffix in SUFFIXES.items()
        )
        return InspectionFiles(anomaly_map, mask, overlay, stem)

    def _choose_stem(self, stem: str) -> str:
        """Return `stem`, or `stem-2` and so on; compared without case, as some file systems do."""
        chosen, number = stem, 1
        while chosen.casefold() in self._taken:
            number += 1
            chosen = f"{stem}-{number}"
        self._taken.add(chosen.casefold())
        return chosen

    def _copy(self, source: Path | None, name: str) -> Path | None:
        if source is None:
            return None
        target = self.folder / name
        try:
            copy_whole(source, target)
        except OSError as error:
            raise OutputError(explain_os_error(error, target)) from error
        return target


def is_written_by_us(path: Path) -> bool:
    """Tell whether a file is named like those of an earlier run, which nobody wants to inspect."""
    return path.name.endswith((*SUFFIXES.values(), ".cutout.png"))


def find_recorded_files(store: Store, record: RecordedInspection) -> InspectionFiles:
    """Return where the audit database keeps the files of an inspection."""
    blobs = (record.map, record.mask, record.overlay)
    anomaly_map, mask, overlay = (None if blob is None else _find_file(store, blob.sha256) for blob in blobs)
    return InspectionFiles(anomaly_map, mask, overlay)


def _find_file(store: Store, sha256: str) -> Path | None:
    """Where a file lies, or lay before it was lost; nowhere when it was purged."""
    path = store.blob_path(sha256)
    return None if not path.exists() and store.keeping.find_purged(sha256) else path


def make_folder(folder: Path) -> None:
    """Make a folder and those above it where they are missing. Raises `OutputError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(explain_os_error(error, folder)) from error


def copy_whole(source: Path, target: Path) -> None:
    """Copy a file so that `target` is never half there: written beside, flushed to the disk, renamed."""
    with replacing(target) as beside:
        shutil.copyfile(source, beside)


def write_whole(data: bytes, target: Path) -> None:
    """Write a file so that it is never half there. Raises `OutputError`."""
    try:
        with replacing(target) as beside:
            beside.write_bytes(data)
    except OSError as error:
        raise OutputError(explain_os_error(error, target)) from error


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Hand out a path beside `target`; what is written there takes its place, or is removed after an error."""
    beside = target.with_name(f".{uuid4().hex}.part")
    try:
        yield beside
        with beside.open("rb+") as written:
            os.fsync(written.fileno())
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)

"""The first start in a home folder: whether it is one, and one inspection of a sample part to show that all works."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from inference.images import find_photos
from station.console import OnProgress, ignore_progress
from station.errors import RequestError
from station.inspecting import inspect_photo
from station.products import prepare_references
from station.samples import SAMPLE_PRODUCT, SAMPLES
from station.settings import SETTINGS_FILE

if TYPE_CHECKING:
    from station.station import Station
    from storage.records import RecordedInspection

SAMPLE_DEFECT = "rust"
SAMPLE_SERIAL = "sample"
"""Serial number in the record, so that nobody takes it for a part of their own."""


@dataclass(frozen=True)
class SampleInspection:
    """A sample part inspected and recorded like any other."""

    record: RecordedInspection
    overlay: bytes
    """The photo with its regions outlined, PNG."""


def needs_first_run(home: Path) -> bool:
    """Tell whether nobody has worked in this home folder yet."""
    return not any((home / name).exists() for name in (SETTINGS_FILE, "audit.sqlite"))


def inspect_sample(station: Station, on_progress: OnProgress = ignore_progress) -> SampleInspection:
    """Learn the good sample part, inspect a defective one and record it. Raises the known errors of all rooms."""
    good = _find_sample("train", "good")
    product = prepare_references(station, [good], on_progress=lambda share, what: on_progress(0.6 * share, what))
    part = _find_sample("test", SAMPLE_DEFECT)
    inspected = inspect_photo(
        station, part, product, SAMPLE_SERIAL, on_progress=lambda share, what: on_progress(0.6 + 0.4 * share, what)
    )
    overlay = inspected.record.overlay
    return SampleInspection(inspected.record, station.store.read_blob(overlay) if overlay else b"")


def _find_sample(*folders: str) -> Path:
    photos = find_photos(SAMPLES.joinpath(SAMPLE_PRODUCT, *folders))
    if not photos:
        raise RequestError(f"The sample photos are missing from {SAMPLES}; install the application again.")
    return photos[0]

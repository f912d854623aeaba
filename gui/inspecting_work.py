"""What the engine's thread does for one photo in the window: prepare the product once, judge, record, open.

No Qt. What is queued and shown is `inspection_flow`'s affair.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import inference.errors
from gui.translated import tr
from station.batch import record_failure
from station.inspecting import inspect_photo
from station.opening import OpenedInspection, open_inspected
from station.products import PreparedProduct, prepare_product

if TYPE_CHECKING:
    from gui.operations import Control
    from station.station import Station

SHARE_OF_PREPARING = 0.3
"""Share of the progress bar that preparing takes when there is something to prepare."""


@dataclass(frozen=True)
class InspectionRequest:
    """One photo to be judged by a product."""

    path: Path
    product: str
    serial: str = ""


@dataclass(frozen=True)
class SortedPaths:
    """What was dropped or chosen, told apart."""

    photos: tuple[Path, ...]
    folders: tuple[Path, ...]
    missing: tuple[Path, ...]


class PhotoInspector:
    """Keeps the product it prepared last. Use it on the engine's lane only."""

    def __init__(self) -> None:
        self._prepared: PreparedProduct | None = None
        self._station: Station | None = None

    def inspect(self, station: Station, control: Control, request: InspectionRequest) -> OpenedInspection:
        """Judge and record one photo; one that cannot be judged leaves a record of that. Raises the known errors."""
        control.progress(0.0, tr("Preparing {product}", product=request.product))
        prepared, start = self._prepare(station, control, request.product)
        control.progress(start, tr("Looking at {name}", name=request.path.name))

        def report(share: float, _: str) -> None:
            control.progress(start + share * (1.0 - start), tr("Looking at {name}", name=request.path.name))

        started = perf_counter()
        try:
            inspected = inspect_photo(
                station, request.path, prepared, request.serial, report, lambda: control.is_cancelled
            )
        except inference.errors.KnownError as error:
            seconds = perf_counter() - started
            sentence = record_failure(station, request.path, prepared, str(error), seconds)
            raise type(error)(sentence) from error
        return open_inspected(station, inspected)

    def _prepare(self, station: Station, control: Control, name: str) -> tuple[PreparedProduct, float]:
        """Return the product and the share of the progress that it took."""
        newest = station.store.get_product(name)
        kept = self._prepared
        if kept is not None and self._station is station and not newest.retired and kept.version == newest:
            return kept, 0.0
        self._prepared = None

        def report(share: float, what: str) -> None:
            control.progress(share * SHARE_OF_PREPARING, what or tr("Preparing {product}", product=name))

        prepared = prepare_product(station, name, on_progress=report)
        self._prepared, self._station = prepared, station
        return prepared, SHARE_OF_PREPARING


def sort_paths(paths: Sequence[Path]) -> SortedPaths:
    """Tell photos from folders and from what is not there; slow shares make this slow."""
    folders = tuple(path for path in paths if path.is_dir())
    # A pipe or a device is no photo either, but only who reads it can say what it is.
    photos = tuple(path for path in paths if path not in folders and path.exists())
    missing = tuple(path for path in paths if path not in folders and path not in photos)
    return SortedPaths(photos, folders, missing)

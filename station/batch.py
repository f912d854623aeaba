"""Many photos against one product: each recorded by itself, a bad one reported and passed over, memory flat.

Results are handed out one by one as they are recorded; who keeps what of them is the caller's affair. Nothing that
happens to one photo costs another: not a damaged file, not a full memory, not a fault of ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import inference.errors
import storage.errors
from station.console import OnProgress, ignore_progress
from station.errors import KNOWN_ERRORS, NotRecordedError
from station.fault_reports import write_fault_report
from station.inspecting import Inspected, inspect_photo
from station.products import PreparedProduct, prepare_product
from station.rights import Right
from storage.records import FailedInspection

if TYPE_CHECKING:
    from station.station import Station


@dataclass(frozen=True)
class BatchItem:
    """What became of one photo: an inspection, or a sentence on why there is none."""

    path: Path
    inspected: Inspected | None = None
    failure: str = ""
    is_saved: bool = True
    """False when the audit database took neither the inspection nor the failure: nothing of this photo is kept."""


class _Stopped(BaseException):
    """Carries what a progress callback raised past everything that is caught for one photo."""

    def __init__(self, reason: Exception) -> None:
        super().__init__(str(reason))
        self.reason = reason


def inspect_photos(
    station: Station, paths: Iterable[Path], product: PreparedProduct, serial: str = ""
) -> Iterator[BatchItem]:
    """Inspect and record one photo after the other; a known error costs only its own photo."""
    for path in paths:
        yield inspect_one(station, path, product, serial)


def inspect_one(
    station: Station,
    path: Path,
    product: PreparedProduct,
    serial: str = "",
    on_progress: OnProgress = ignore_progress,
    is_cancelled: Callable[[], bool] | None = None,
) -> BatchItem:
    """Inspect and record one photo; whatever goes wrong with it is recorded and becomes a sentence.

    Raises `NotAllowed`, `Cancelled` of the inference room, and whatever `on_progress` raises to stop the work; nothing
    is recorded then.
    """
    station.acting(Right.INSPECT)
    started = perf_counter()
    try:
        inspected = inspect_photo(station, path, product, serial, _let_through(on_progress), is_cancelled)
        return BatchItem(path, inspected)
    except _Stopped as stop:
        raise stop.reason from None
    except inference.errors.Cancelled:
        raise
    except MemoryError:
        sentence = f"{_name(path)} does not fit into this computer's memory; make the photo smaller."
    except NotRecordedError as error:
        return BatchItem(path, failure=str(error), is_saved=False)
    except KNOWN_ERRORS as error:
        sentence = str(error)
    except Exception as error:  # noqa: BLE001 - a fault of ours in one photo must not cost the others
        sentence = _report_fault(station, path, error)
    told = record_failure(station, path, product, sentence, perf_counter() - started)
    return BatchItem(path, failure=told, is_saved=told == sentence)


def _let_through(on_progress: OnProgress) -> OnProgress:
    def report(share: float, what: str) -> None:
        try:
            on_progress(share, what)
        except Exception as reason:
            raise _Stopped(reason) from reason

    return report


def _report_fault(station: Station, path: Path, error: Exception) -> str:
    """Keep the full report of a fault of ours; return the sentence that names it."""
    report = write_fault_report(error, station.home)
    where = f"the full report is in {report}" if report else "no report could be written"
    return f"{_name(path)} could not be inspected because the program failed ({type(error).__name__}); {where}."


def record_failure(
    station: Station, path: Path, product: PreparedProduct, sentence: str, seconds: float | None = None
) -> str:
    """Leave a trace of a photo that could not be judged, and of the time it took; return what to tell the person."""
    version_id = product.version.id if product.version else None
    details = {} if seconds is None else {"seconds": {"total": round(seconds, 4)}}
    failed = FailedInspection(_name(path), sentence, product_version_id=version_id, details=details)
    try:
        station.store.record_failure(failed, station.acting(Right.INSPECT))
    except storage.errors.KnownError as error:
        return f"{sentence} This failure is not recorded: {error}"
    except Exception as error:  # noqa: BLE001 - see `inspect_one`
        return f"{sentence} This failure is not recorded: {_report_fault(station, path, error)}"
    return sentence


def _name(path: Path) -> str:
    """Return the file's name as sentences and records can hold it."""
    return "".join(character if character.isprintable() else "\ufffd" for character in path.name) or str(path)


class PreparedOnce:
    """Keeps the product that was prepared last, for work that comes photo by photo. Not for two threads at once."""

    def __init__(self, *, is_pinned: bool = False) -> None:
        """`is_pinned` stays with the version that was prepared first, whatever is approved meanwhile."""
        self._is_pinned = is_pinned
        self._station: Station | None = None
        self._product: PreparedProduct | None = None

    def prepare(self, station: Station, name: str, on_progress: OnProgress = ignore_progress) -> PreparedProduct:
        """Return a product ready to compare with. Raises the known errors of both rooms."""
        if self._product is None or self._station is not station or not self._is_current(station, name):
            self._product = prepare_product(station, name, on_progress=on_progress)
            self._station = station
        return self._product

    def _is_current(self, station: Station, name: str) -> bool:
        if self._product is None or self._product.version is None or self._product.version.name != name:
            return False
        return self._is_pinned or station.store.get_product(name) == self._product.version

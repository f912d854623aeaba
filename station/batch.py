"""Many photos against one product: each recorded by itself, a bad one reported and passed over, memory flat.

Results are handed out one by one as they are recorded; who keeps what of them is the caller's affair.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import storage.errors
from station.errors import KNOWN_ERRORS, NotRecordedError
from station.inspecting import Inspected, inspect_photo
from station.products import PreparedProduct
from storage.records import FailedInspection

if TYPE_CHECKING:
    from station.station import Station


@dataclass(frozen=True)
class BatchItem:
    """What became of one photo: an inspection, or a sentence on why there is none."""

    path: Path
    inspected: Inspected | None = None
    failure: str = ""


def inspect_photos(
    station: Station, paths: Iterable[Path], product: PreparedProduct, serial: str = ""
) -> Iterator[BatchItem]:
    """Inspect and record one photo after the other; a known error costs only its own photo."""
    for path in paths:
        yield _inspect_one(station, path, product, serial)


def _inspect_one(station: Station, path: Path, product: PreparedProduct, serial: str) -> BatchItem:
    try:
        return BatchItem(path, inspect_photo(station, path, product, serial))
    except MemoryError:
        sentence = f"{path.name} does not fit into this computer's memory; make the photo smaller."
        return BatchItem(path, failure=_record_failure(station, path, product, sentence))
    except NotRecordedError as error:
        return BatchItem(path, failure=str(error))
    except KNOWN_ERRORS as error:
        return BatchItem(path, failure=_record_failure(station, path, product, str(error)))


def _record_failure(station: Station, path: Path, product: PreparedProduct, sentence: str) -> str:
    """Leave a trace of a photo that could not be judged; return what to tell the person."""
    version_id = product.version.id if product.version else None
    name = "".join(character if character.isprintable() else "\ufffd" for character in path.name) or str(path)
    try:
        station.store.record_failure(FailedInspection(name, sentence, product_version_id=version_id), station.actor)
    except storage.errors.KnownError as error:
        return f"{sentence} This failure is not recorded: {error}"
    return sentence

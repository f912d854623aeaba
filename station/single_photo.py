"""Recording the one photo that a command is about: judged where there is what to compare with, else as it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from inference.images import read_photo
from station.errors import RequestError
from station.inspecting import inspect_photo
from station.products import keep_photo, prepare_product, prepare_references
from station.rights import Right
from station.sessions import Session
from storage.records import NewInspection, RecordedInspection

if TYPE_CHECKING:
    from station.command_options import ProfileName
    from station.station import Station


def record_photo(station: Station, path: Path, serial: str = "") -> RecordedInspection:
    """Record a photo that is compared with nothing: no verdict, no score, no map. Raises `PhotoError`."""
    actor = station.acting(Right.INSPECT)
    photo = read_photo(path, station.settings.pixel_limit)
    blob = keep_photo(station, path, photo)
    plain = NewInspection(
        photo=blob,
        file_name=photo.name,
        width=photo.width,
        height=photo.height,
        device="",
        warnings=photo.warnings,
        serial=serial,
    )
    return station.store.record_inspection(plain, actor)


def record_or_inspect(
    session: Session,
    image: Path,
    product: str | None,
    references: Sequence[Path],
    profile: ProfileName | None = None,
    serial: str = "",
) -> RecordedInspection:
    """Inspect a photo against a product or references; record it without a verdict where neither is named.

    Raises `RequestError` for both, and the known errors of all rooms.
    """
    station = session.station
    if product and references:
        raise RequestError("Say what to compare with: either --product NAME or --reference IMAGE, one of the two.")
    if not product and not references:
        return record_photo(station, image, serial)
    read_photo(image, station.settings.pixel_limit)  # a photo that is none is said before anything is learned
    with session.console.progress("learning the product") as on_progress:
        prepared = (
            prepare_product(station, product, profile, on_progress)
            if product
            else prepare_references(station, references, profile, on_progress)
        )
    return inspect_photo(station, image, prepared, serial).record

"""Everything a person looks at when setting up a product, read in one go; and the reference that areas are drawn on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inference.images import decode_photo
from station.golden_set import GoldenPart, list_golden_parts
from station.product_history import VersionStep, list_versions
from station.product_settings import ProductSettings, read_product_settings
from station.references_check import PhotoPreview, shrink_photo
from storage.records import ProductVersion

if TYPE_CHECKING:
    from station.station import Station

DRAWING_SIDE = 2400
"""Longer side of the picture that areas and lines are drawn on, in pixels."""


@dataclass(frozen=True)
class ProductOverview:
    """A product as it is now, how it came to be, and its golden set."""

    version: ProductVersion
    settings: ProductSettings
    steps: tuple[VersionStep, ...]
    """Newest first."""
    golden: tuple[GoldenPart, ...]


def read_overview(station: Station, name: str) -> ProductOverview:
    """Read a product with its lineage. Raises the known errors of storage."""
    version = station.store.get_product(name)
    settings = read_product_settings(version)
    return ProductOverview(version, settings, list_versions(station, name), list_golden_parts(station, name))


def read_drawing_reference(station: Station, name: str) -> PhotoPreview | None:
    """Return the reference that areas are drawn on: the first approved one, which learning puts them to; else None."""
    version = station.store.get_product(name)
    if not version.approved:
        return None
    first = version.approved[0]
    photo = decode_photo(station.store.read_blob(first.photo), first.file_name, station.settings.pixel_limit)
    return shrink_photo(photo, DRAWING_SIDE)

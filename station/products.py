"""Products at a station: adding photos of good parts, and preparing what photos of parts are compared with.

What a detector learned from references is kept as a derived file in the home's cache. It is never evidence: where it is
missing or damaged the references are learned again without a word.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import inference.errors
from inference.areas import Outline, draw_areas
from inference.images import Photo, decode_photo, read_photo
from station.console import OnProgress, ignore_progress
from station.errors import RequestError
from station.outputs import replacing
from station.product_settings import STANDARD_RATE, Area, read_product_settings
from station.rights import Right
from station.settings import ProfileName
from storage.records import BlobRef, NewReference, ProductVersion

if TYPE_CHECKING:
    from inference.detector import Detector, LearnedProduct
    from station.station import Station

PROFILE_SETTING = "profile"
"""Key of a product's settings that names the detector profile it was set up with."""


@dataclass(frozen=True)
class PreparedProduct:
    """What photos are compared with: a version of a product, or references that belong to none."""

    detector: Detector
    learned: LearnedProduct
    version: ProductVersion | None = None
    references: tuple[NewReference, ...] = ()
    """Only without a product."""


@dataclass(frozen=True)
class Addition:
    """A product to be added, or references to be added to one."""

    name: str
    references: tuple[Path, ...]
    proposed: bool = False
    """Whether the references wait until somebody approves them."""
    reason: str = ""
    profile: ProfileName | None = None
    """Only for a new product."""


def add_product(station: Station, new: Addition) -> ProductVersion:
    """Record a product with its references, all of them or none. Raises the known errors of both rooms."""
    actor = station.acting(Right.PRODUCTS)
    settings = {PROFILE_SETTING: new.profile} if new.profile else {}
    references = keep_references(station, new.references, proposed=new.proposed)
    return station.store.add_product(new.name, references, settings, actor, new.reason)


def add_references(station: Station, new: Addition) -> ProductVersion:
    """Record more references of a product as its next version."""
    actor = station.acting(Right.PRODUCTS)
    if not new.references:
        raise RequestError(f'No reference for product "{new.name}" named; give photos of good parts with --reference.')
    station.store.get_product(new.name)
    references = keep_references(station, new.references, proposed=new.proposed)
    return station.store.add_references(new.name, references, actor, new.reason)


def approve_references(station: Station, name: str, reference_id: int | None, reason: str = "") -> ProductVersion:
    """Approve one proposed reference, or all there are. Raises `RequestError` when none is proposed."""
    version = station.store.get_product(name)
    proposed = [reference.id for reference in version.references if reference.state == "proposed"]
    chosen = proposed if reference_id is None else [reference_id]
    if not chosen:
        raise RequestError(f'Product "{name}" has no proposed reference; all of its references are approved already.')
    for number in chosen:
        version = station.store.approve_reference(name, number, station.acting(Right.PRODUCTS), reason)
    return version


def keep_references(station: Station, paths: Sequence[Path], *, proposed: bool = False) -> tuple[NewReference, ...]:
    """Check that every file is a photo, and only then keep their bytes as blobs."""
    photos = [read_photo(path, station.settings.pixel_limit) for path in paths]
    state: Literal["proposed", "approved"] = "proposed" if proposed else "approved"
    return tuple(
        NewReference(keep_photo(station, path, photo), photo.name, state)
        for path, photo in zip(paths, photos, strict=True)
    )


def keep_photo(station: Station, path: Path, photo: Photo) -> BlobRef:
    """Keep a photo's bytes as received; they must be those that were decoded."""
    blob = station.store.put_blob_file(path)
    if blob.sha256 != photo.sha256:
        raise RequestError(f"{photo.name} changed while it was being read; wait until it is complete and try again.")
    return blob


def prepare_product(
    station: Station, name: str, profile: ProfileName | None = None, on_progress: OnProgress = ignore_progress
) -> PreparedProduct:
    """Learn a product from its approved references, or take what was learned before.

    Raises `RequestError` when the product has no approved reference, and the known errors of both rooms.
    """
    version = station.store.get_product(name)
    if version.retired:
        raise RequestError(f'Product "{version.name}" is retired; choose another or take it back into use.')
    if not version.approved:
        raise RequestError(
            f'Product "{name}" has no approved reference; add a photo of a good part with `product add-reference`.'
        )
    settings = read_product_settings(version)
    detector = station.find_detector(profile or settings.profile, on_progress)
    blobs = [(reference.photo.sha256, reference.file_name) for reference in version.approved]

    def read_references() -> list[Photo]:
        return [decode_photo(station.store.read_blob(sha256), file_name) for sha256, file_name in blobs]

    lesson = Lesson(tuple(sha256 for sha256, _ in blobs), read_references, settings.areas, settings.false_reject_rate)
    return PreparedProduct(detector, learn(station, detector, lesson, on_progress), version=version)


def learn_in_advance(
    station: Station, version: ProductVersion, on_progress: OnProgress = ignore_progress
) -> tuple[str, ...]:
    """Learn a product right after it was recorded; return what is doubtful, which the record does not depend on."""
    if not version.approved:
        return ()
    try:
        return tuple(prepare_product(station, version.name, on_progress=on_progress).learned.warnings)
    except inference.errors.KnownError as error:
        return (f"The product is recorded, but its references could not be looked at yet: {error}",)


def prepare_references(
    station: Station,
    paths: Sequence[Path],
    profile: ProfileName | None = None,
    on_progress: OnProgress = ignore_progress,
) -> PreparedProduct:
    """Learn from photos of good parts that belong to no product; their bytes are kept for the record."""
    references = keep_references(station, paths)
    _refuse_twins(references)
    detector = station.find_detector(profile, on_progress)
    limit = station.settings.pixel_limit
    hashes = tuple(reference.photo.sha256 for reference in references)
    lesson = Lesson(hashes, lambda: [read_photo(path, limit) for path in paths])
    return PreparedProduct(detector, learn(station, detector, lesson, on_progress), references=references)


@dataclass(frozen=True)
class Lesson:
    """What a product is learned from."""

    hashes: tuple[str, ...]
    """SHA-256 of each reference's file."""
    read_references: Callable[[], list[Photo]]
    """Called only where nothing is remembered."""
    areas: tuple[Area, ...] = ()
    reject_rate: float = STANDARD_RATE


def learn(
    station: Station, detector: Detector, lesson: Lesson, on_progress: OnProgress = ignore_progress
) -> LearnedProduct:
    """Return what `detector` learns, from the cache where it has it."""
    cache = station.home / "cache"
    cached = cache / "products" / f"{_name_learned(detector, lesson)}.safetensors"
    learned = _load(cached)
    if learned is None:
        photos = lesson.read_references()
        outlines = [Outline(area.kind, area.shape, area.points, area.width) for area in lesson.areas]
        areas = draw_areas(outlines, photos[0].height, photos[0].width)
        learned = detector.learn(photos, areas=areas, memory=cache / "references", on_progress=on_progress)
        _save(learned, cached)
    return replace(learned, reject_rate=lesson.reject_rate)


def _refuse_twins(references: Sequence[NewReference]) -> None:
    """The same photo twice would count as two parts and make the promise of a verdict false."""
    seen: dict[str, str] = {}
    for reference in references:
        if twin := seen.get(reference.photo.sha256):
            raise RequestError(f"{reference.file_name} is the same photo as {twin}; leave one of them out.")
        seen[reference.photo.sha256] = reference.file_name


def _name_learned(detector: Detector, lesson: Lesson) -> str:
    """Hash everything that what is learned depends on."""
    areas = [asdict(area) for area in lesson.areas]
    parts = {"references": list(lesson.hashes), "detector": detector.describe(), "areas": areas}
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _load(path: Path) -> LearnedProduct | None:
    from inference.detector import LearnedProduct  # noqa: PLC0415 - loads the model runtimes

    try:
        return LearnedProduct.load(path) if path.is_file() else None
    except (OSError, ValueError, KeyError, inference.errors.KnownError):
        return None


def _save(learned: LearnedProduct, path: Path) -> None:
    """Keep what was learned; a cache that cannot be written costs time later and nothing else."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as beside:
            learned.save(beside)

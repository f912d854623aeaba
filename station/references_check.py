"""Looks at photos before they become references of a product and says what speaks against each.

Nothing is recorded here: a photo that a person leaves out afterwards was never an inspection. Whether a photo is added
all the same is the person's decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

import inference.errors
from inference.images import Photo, decode_photo, find_photos, read_photo
from inference.results import Judgement, RgbPixels, Verdict
from station.console import OnProgress, ignore_progress
from station.language import tr
from station.products import PreparedProduct, prepare_product
from storage.records import ProductVersion

if TYPE_CHECKING:
    from inference.alignment import Thumbnail
    from station.station import Station

PREVIEW_SIDE = 320
"""Longer side of the small pictures handed out, in pixels."""

SAME_PICTURE = 0.9995
"""Correlation of two small grey pictures from which they are copies of one photo, such as one saved again."""

Code = Literal[
    "unreadable",
    "duplicate",
    "near-duplicate",
    "defective",
    "doubtful",
    "other-product",
    "part-missing",
    "blurred",
    "exposure",
    "resolution",
    "areas-not-placed",
]
BLOCKING: frozenset[Code] = frozenset({"unreadable", "duplicate"})
"""What cannot be added whatever a person says."""
SERIOUS: frozenset[Code] = BLOCKING | {"near-duplicate", "defective", "other-product", "part-missing"}
"""What is better left out unless a person knows better."""


@dataclass(frozen=True)
class ReferenceWarning:
    """One thing that speaks against a photo."""

    code: Code
    sentence: str


@dataclass(frozen=True)
class PhotoPreview:
    """A photo in small: `pixels` is uint8 (h, w, 3), upright; `width` and `height` are the photo's own."""

    name: str
    sha256: str
    width: int
    height: int
    pixels: RgbPixels


@dataclass(frozen=True)
class ReferenceCheck:
    """What a photo shows beside the references a product has."""

    path: Path
    photo: PhotoPreview | None
    """None when the file cannot be read as a photo."""
    warnings: tuple[ReferenceWarning, ...] = ()
    verdict: Verdict | None = None
    """What the product's present references say of it; None when there are none yet."""

    @property
    def is_usable(self) -> bool:
        """Whether it can be added at all."""
        return not any(warning.code in BLOCKING for warning in self.warnings)

    @property
    def is_recommended(self) -> bool:
        """Whether nothing serious speaks against it."""
        return not any(warning.code in SERIOUS for warning in self.warnings)


@dataclass
class _Seen:
    """Photos known so far, to find copies among the new ones as well."""

    names: dict[str, str]
    """File name by SHA-256."""
    thumbnails: list[tuple[str, Thumbnail]]


def check_references(
    station: Station, name: str | None, paths: Sequence[Path], on_progress: OnProgress = ignore_progress
) -> tuple[ReferenceCheck, ...]:
    """Look at photos offered as references of a product, or, without a name, of one still to be made.

    A folder stands for the photos in it. Raises `PhotoError` when it cannot be listed.
    """
    paths = gather_photos(paths)
    version = station.store.get_product(name) if name else None
    prepared = _prepare(station, version, on_progress)
    seen = _gather_known(station, version, prepared)
    checks = []
    for index, path in enumerate(paths):
        on_progress(index / len(paths), tr("Looking at {name}", name=path.name))
        checks.append(_check(station, path, prepared, seen))
    return tuple(checks)


def gather_photos(paths: Sequence[Path]) -> list[Path]:
    """Put the photos of a folder in its place; what is no folder stays, whatever it is."""
    return [photo for path in paths for photo in (find_photos(path) if path.is_dir() else [path])]


def shrink_photo(photo: Photo, side: int = PREVIEW_SIDE) -> PhotoPreview:
    """Return a photo in small, at most `side` pixels along its longer side."""
    import cv2  # noqa: PLC0415 - loads codecs

    scale = min(1.0, side / max(photo.width, photo.height))
    size = (max(1, round(photo.width * scale)), max(1, round(photo.height * scale)))
    pixels = cv2.resize(photo.pixels, size, interpolation=cv2.INTER_AREA)
    return PhotoPreview(photo.name, photo.sha256, photo.width, photo.height, np.asarray(pixels, np.uint8))


def _prepare(station: Station, version: ProductVersion | None, on_progress: OnProgress) -> PreparedProduct | None:
    """Learn the product as it is; None when it has nothing to compare with yet."""
    if version is None or not version.approved:
        return None
    return prepare_product(station, version.name, on_progress=on_progress)


def _gather_known(station: Station, version: ProductVersion | None, prepared: PreparedProduct | None) -> _Seen:
    """Gather what copies are found by; references that still wait for approval are decoded for it."""
    from inference.alignment import make_thumbnail  # noqa: PLC0415 - loads codecs

    references = version.references if version else ()
    seen = _Seen({row.photo.sha256: row.file_name for row in references}, [])
    if prepared is not None:
        known = prepared.learned
        seen.thumbnails += [(row.name, small) for row, small in zip(known.references, known.thumbnails, strict=True)]
    for row in references:
        if row.state == "proposed":
            photo = decode_photo(station.store.read_blob(row.photo), row.file_name, station.settings.pixel_limit)
            seen.thumbnails.append((row.file_name, make_thumbnail(photo.pixels)))
    return seen


def _check(station: Station, path: Path, prepared: PreparedProduct | None, seen: _Seen) -> ReferenceCheck:
    try:
        photo = read_photo(path, station.settings.pixel_limit)
    except inference.errors.PhotoError as error:
        return ReferenceCheck(path, None, (ReferenceWarning("unreadable", str(error)),))
    check = ReferenceCheck(path, shrink_photo(photo), _find_copies(photo, seen))
    if prepared is None or not check.is_usable:
        return check
    judgement = prepared.detector.inspect(photo, prepared.learned)
    return replace(check, warnings=check.warnings + _find_doubts(judgement), verdict=judgement.verdict)


def _find_copies(photo: Photo, seen: _Seen) -> tuple[ReferenceWarning, ...]:
    """Warn of a photo that is there already, and remember it for those that follow."""
    from inference.alignment import make_thumbnail  # noqa: PLC0415 - loads codecs

    if twin := seen.names.get(photo.sha256):
        sentence = tr("It is the same photo as {name}; the same part twice would count as two.", name=twin)
        return (ReferenceWarning("duplicate", sentence),)
    thumbnail = make_thumbnail(photo.pixels)
    twins = [name for name, other in seen.thumbnails if _correlate(thumbnail, other) >= SAME_PICTURE]
    seen.names[photo.sha256] = photo.name
    seen.thumbnails.append((photo.name, thumbnail))
    if not twins:
        return ()
    sentence = tr("It shows nearly the same picture as {name}; give photos of different parts.", name=twins[0])
    return (ReferenceWarning("near-duplicate", sentence),)


def _correlate(first: Thumbnail, second: Thumbnail) -> float:
    """Correlation of two small pictures of zero mean and unit spread; 0 when their shapes differ."""
    return float(np.mean(first * second)) if first.shape == second.shape else 0.0


def _find_doubts(judgement: Judgement) -> tuple[ReferenceWarning, ...]:
    """Turn what the detector says of a photo into warnings: why it should not be judged at all comes first."""
    gates = tuple(_as_warning(gate.code, gate.sentence) for gate in judgement.gates)
    score = round(judgement.score)
    if judgement.score >= judgement.limit:
        sentence = tr("It looks defective: score {score}, limit {limit}.", score=score, limit=round(judgement.limit))
        return (*gates, ReferenceWarning("defective", sentence))
    if judgement.verdict is Verdict.REVIEW and not gates:
        sentence = tr("It looks unlike the other references: score {score}; look at it closely.", score=score)
        return (ReferenceWarning("doubtful", sentence),)
    return gates


def _as_warning(code: str, sentence: str) -> ReferenceWarning:
    """A gate's own codes are all among the codes of warnings."""
    return ReferenceWarning(code, sentence)  # type: ignore[arg-type]

"""Folders of labelled photos as evaluations need them, laid out like MVTec AD.

`<category>/train/good`, `<category>/test/good`, `<category>/test/<defect>` and masks in
`<category>/ground_truth/<defect>/<stem>_mask.png` or `<stem>.png`. Finds files and reads masks; judges nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.errors import PhotoError
from inference.images import find_photos, read_photo
from station.errors import DataError

GOOD = "good"
"""Name of the folders that hold photos of good parts."""


@dataclass(frozen=True)
class LabelledPhoto:
    """A test photo. `mask` is the file of its true mask, None for good photos and where there is none."""

    path: Path
    label: str
    mask: Path | None = None

    @property
    def is_good(self) -> bool:
        """Whether the part is a good one."""
        return self.label == GOOD


@dataclass(frozen=True)
class Category:
    """The photos of one product."""

    name: str
    folder: Path
    references: tuple[Path, ...]
    """Photos of `train/good`, in natural order."""
    tests: tuple[LabelledPhoto, ...]


def find_categories(root: Path, names: Sequence[str] = ()) -> list[Category]:
    """Return the categories in `root` of these names, or all; `root` may also be a category itself.

    Raises `DataError` with what was found instead.
    """
    folders = _find_folders(root)
    missing = [name for name in names if name not in folders]
    if missing:
        raise DataError(f'{root} has no category "{missing[0]}"; there are: {", ".join(folders) or "none"}.')
    if not folders:
        raise DataError(f"{root} holds no category; a category is a folder with train/good and test folders of photos.")
    return [_read_category(name, folders[name]) for name in names or folders]


def read_mask(path: Path, height: int, width: int) -> NDArray[np.bool_]:
    """Return the true mask, bool (H, W), true where the defect is. Raises `DataError` when it is not of that size."""
    try:
        pixels = read_photo(path).pixels
    except PhotoError as error:
        raise DataError(f"{path} cannot be used as a mask: {error}") from error
    if pixels.shape[:2] != (height, width):
        sizes = f"{pixels.shape[1]} x {pixels.shape[0]} pixels, its photo {width} x {height}"
        raise DataError(f"{path} does not fit its photo: the mask has {sizes}; make the mask again.")
    found: NDArray[np.bool_] = pixels.max(axis=2) > 127
    return found


def _find_folders(root: Path) -> dict[str, Path]:
    if not root.is_dir():
        raise DataError(f"{root} is not a folder; name a folder with categories of photos.")
    if (root / "test").is_dir():
        return {root.resolve().name: root}
    return {path.name: path for path in sorted(root.iterdir()) if (path / "test").is_dir()}


def _read_category(name: str, folder: Path) -> Category:
    references = tuple(find_photos(folder / "train" / GOOD)) if (folder / "train" / GOOD).is_dir() else ()
    labels = sorted(path.name for path in (folder / "test").iterdir() if path.is_dir())
    tests = tuple(
        LabelledPhoto(photo, label, None if label == GOOD else _find_mask(folder, label, photo))
        for label in labels
        for photo in find_photos(folder / "test" / label)
    )
    return Category(name, folder, references, tests)


def _find_mask(folder: Path, label: str, photo: Path) -> Path | None:
    masks = folder / "ground_truth" / label
    names = (f"{photo.stem}_mask.png", f"{photo.stem}.png", f"{photo.stem}_mask{photo.suffix}", photo.name)
    return next((masks / name for name in names if (masks / name).is_file()), None)

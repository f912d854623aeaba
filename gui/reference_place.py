"""Where the nearest reference lies on a photo, so that both are compared place by place.

The pictures are registered as the detector does it for parts in a fixture. Where they do not agree well enough, the
reference is only made as large as the photo: then the same place of the picture need not be the same of the part, and
the sentence says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gui.image_pyramid import Matrix
from gui.translated import format_share, tr
from inference.alignment import make_thumbnail, register
from inference.images import Photo
from inference.results import RgbPixels

_LOOKED_AT = 512
"""Pixels along the shorter side that are looked at; registration uses fewer still."""


@dataclass(frozen=True)
class ReferencePlace:
    """How a reference is laid on a photo, and how far that can be trusted."""

    onto: Matrix
    """From pixels of the reference to those of the photo."""
    is_found: bool
    """Whether the part was found at its place."""
    sentence: str


def place_reference(photo: Photo, reference: Photo) -> ReferencePlace:
    """Find the reference's place on a photo; takes about a tenth of a second, also for large photos."""
    found = register(make_thumbnail(_thin_out(photo.pixels)), make_thumbnail(_thin_out(reference.pixels)))
    if found is not None:
        shares = np.vstack([found.matrix, (0.0, 0.0, 1.0)])
        agreement = format_share(found.agreement)
        sentence = tr(
            "Reference {name}, laid on the part: the pictures agree to {agreement}.",
            name=reference.name,
            agreement=agreement,
        )
        return ReferencePlace(_from_shares(np.linalg.inv(shares), photo, reference), True, sentence)
    sentence = tr(
        "Reference {name}. The part lies differently on it: the same place of the picture is shown.",
        name=reference.name,
    )
    return ReferencePlace(_from_shares(np.eye(3), photo, reference), False, sentence)


def _from_shares(matrix: Matrix, photo: Photo, reference: Photo) -> Matrix:
    """From shares of width and height to pixels: `matrix` (3, 3) leads from the reference to the photo."""
    from_pixels = np.diag([1 / reference.width, 1 / reference.height, 1.0])
    to_pixels = np.diag([float(photo.width), float(photo.height), 1.0])
    return np.asarray((to_pixels @ matrix @ from_pixels)[:2], np.float64)


def _thin_out(pixels: RgbPixels) -> RgbPixels:
    step = max(1, min(pixels.shape[:2]) // _LOOKED_AT)
    return np.ascontiguousarray(pixels[::step, ::step])

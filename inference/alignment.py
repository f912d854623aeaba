"""Where a photo lies on a reference, for parts that come to rest in a fixture, and how far its tokens are from there.

Registration is by enhanced correlation (ECC; Evangelidis & Psarakis, PAMI 2008) of small grey pictures, and counts only
when the pictures then agree well; otherwise the part is not taken as fixtured.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.results import RgbPixels

Thumbnail = NDArray[np.float32]
"""Grey, float32 (h, w), zero mean and unit spread."""

THUMBNAIL_SIDE = 128
"""Pixels along the shorter side: enough to place a part to a fifth of a token."""

AGREEMENT = 0.80
"""Correlation of photo and reference from which they show the same thing at the same place."""

MAX_SHIFT = 0.25
"""Share of the picture a fixtured part may be off by."""

SEARCH_RADIUS = 1
"""Tokens around a place that count as the same place: what registration leaves over."""

_ITERATIONS = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 30, 1e-4)


@dataclass(frozen=True)
class Registration:
    """Where points of the photo lie on the reference: x' = matrix (2, 3) . (x, y, 1), in shares of width and height."""

    matrix: NDArray[np.float64]
    agreement: float


def make_thumbnail(pixels: RgbPixels) -> Thumbnail:
    """Make the small grey picture photos are registered by."""
    height, width = pixels.shape[:2]
    scale = THUMBNAIL_SIDE / min(height, width)
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    # Halve large photos by area before turning them grey: grey at full size would cost more than all the rest.
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    grey = cv2.GaussianBlur(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY).astype(np.float32), (0, 0), 1.0)
    return np.asarray((grey - grey.mean()) / max(float(grey.std()), 1e-6), np.float32)


def register(photo: Thumbnail, reference: Thumbnail) -> Registration | None:
    """Find where the photo lies on the reference; None when the two do not agree well enough anywhere near."""
    if photo.shape != reference.shape:
        return None
    warp = np.eye(2, 3, dtype=np.float32)
    try:
        _, warp = cv2.findTransformECC(reference, photo, warp, cv2.MOTION_EUCLIDEAN, _ITERATIONS, None, 5)  # type: ignore[call-overload]
    except cv2.error:  # ECC says so when it does not converge: the two pictures have nothing in common
        return None
    agreement = _measure_agreement(photo, reference, warp)
    registration = Registration(_to_shares(cv2.invertAffineTransform(warp), photo.shape), agreement)
    return registration if agreement >= AGREEMENT and _stays_near(registration) else None


def _measure_agreement(photo: Thumbnail, reference: Thumbnail, warp: NDArray[np.float32]) -> float:
    """Correlation of the reference with the photo brought onto it, where both show something."""
    size = (reference.shape[1], reference.shape[0])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    moved = cv2.warpAffine(photo, warp, size, flags=flags, borderValue=np.nan)
    both = np.isfinite(moved)
    if both.mean() < 0.5 or moved[both].std() == 0 or reference[both].std() == 0:
        return 0.0
    return float(np.corrcoef(moved[both], reference[both])[0, 1])


def _to_shares(matrix: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float64]:
    """From pixels of the thumbnail to shares of width and height."""
    height, width = shape[:2]
    out = np.asarray(matrix, np.float64).copy()
    out[0] /= width
    out[1] /= height
    out[:, 0] *= width
    out[:, 1] *= height
    return out


def _stays_near(registration: Registration) -> bool:
    centre = registration.matrix @ np.array([0.5, 0.5, 1.0])
    return bool(np.abs(centre - 0.5).max() <= MAX_SHIFT)


def distances_in_place(
    photo: NDArray[np.float32], reference: NDArray[np.float32], where: Registration
) -> NDArray[np.float32]:
    """Cosine distance from each token of the photo (h, w, C) to the nearest one around its place on the reference.

    float32 (h, w); tokens that fall off the reference get 0, since nothing is known of their place.
    """
    height, width = photo.shape[:2]
    rows, columns, inside = _find_places(height, width, where)
    best = np.full((height, width), -1.0, np.float32)
    for down in range(-SEARCH_RADIUS, SEARCH_RADIUS + 1):
        for right in range(-SEARCH_RADIUS, SEARCH_RADIUS + 1):
            there = reference[(rows + down).clip(0, height - 1), (columns + right).clip(0, width - 1)]  # (h, w, C)
            best = np.maximum(best, np.einsum("hwc,hwc->hw", photo, there))
    return np.where(inside, np.maximum(1.0 - best, 0.0), 0.0).astype(np.float32)


def _find_places(
    height: int, width: int, where: Registration
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.bool_]]:
    """Row and column on the reference's grid for each token of the photo's grid, and whether that is inside."""
    y, x = np.mgrid[:height, :width]
    shares = np.stack([(x + 0.5) / width, (y + 0.5) / height, np.ones((height, width))])  # (3, h, w)
    there_x, there_y = np.einsum("ij,jhw->ihw", where.matrix, shares)
    columns, rows = np.floor(there_x * width).astype(np.intp), np.floor(there_y * height).astype(np.intp)
    inside = (rows >= 0) & (rows < height) & (columns >= 0) & (columns < width)
    return rows, columns, inside

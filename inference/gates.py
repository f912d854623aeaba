"""Reasons not to trust a verdict: a photo that is blurred, badly exposed, of another size or of another product.

Each gate compares a photo with the product's references and gives a sentence; none of them accepts or rejects.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.results import GateFinding, RgbPixels

BLUR_RATIO = 0.45
"""Share of the least sharp reference's fine detail below which a photo counts as blurred."""

EXPOSURE_STOPS = 1.0
"""Brightness may differ from the references by this many stops (factors of two)."""

CLIPPED_SHARE = 0.25
"""Share of pixels, beyond that of the references, that may be pure black or pure white."""

RESOLUTION_FACTOR = 1.5
"""Photos may be this much larger or smaller than the references, per side."""

SAME_PRODUCT_SIMILARITY = 0.9
"""Cosine of the summary vectors below which a photo shows something else altogether."""

DIFFERENT_SHARE = 0.6
"""Share of the photo beyond the limit from which it is not a defect but another product."""

ABSENT_SHARE = 0.15
"""Share of what the references show that may be nowhere on the photo."""

BANDS = (0.8, 1.8, 8.0)
"""Gaussian sigmas, in pixels, between which detail counts as fine, then as coarse."""

LEAST_DETAIL = 0.1
"""Grey values; a block with less coarse detail is even, and says nothing of sharpness."""

SHARPNESS_BLOCKS = 8
"""Blocks, across and down, that sharpness is measured in."""

TRAITS_SIDE = 512
"""Shorter side, in pixels, at which traits are measured, so that they do not depend on the camera."""


@dataclass(frozen=True)
class PhotoTraits:
    """What the gates need to know of a photo."""

    height: int
    width: int
    sharpness: float
    """Spread of the finest detail over the spread of coarser detail."""
    brightness: float
    """Mean grey value, 0 to 255."""
    clipped: float
    """Share of pixels that are pure black or pure white, 0 to 1."""


def measure_traits(pixels: RgbPixels) -> PhotoTraits:
    """Measure sharpness, brightness and clipping of a photo, uint8 (H, W, 3)."""
    height, width = pixels.shape[:2]
    scale = min(1.0, TRAITS_SIDE / min(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    grey = cv2.cvtColor(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
    clipped = float(np.mean((grey <= 2) | (grey >= 253)))
    return PhotoTraits(height, width, _measure_sharpness(grey), float(grey.mean()), clipped)


def _measure_sharpness(grey: NDArray[np.generic]) -> float:
    """Spread of detail of 1 to 2 pixels over that of 2 to 8: falls with blur, hardly with light or contrast.

    The bands lie well apart. Neighbouring ones lose detail together, so that their ratio levels off at about 0.4 of a
    sharp photo's however strong the blur. It is taken block by block and the upper quartile counts: a blurred photo is
    blurred everywhere, while a large smooth defect must not pass for blur.
    """
    first, second, third = (cv2.GaussianBlur(np.asarray(grey, np.float32), (0, 0), sigma) for sigma in BANDS)
    fine, coarse = _measure_spread(first - second), _measure_spread(second - third)
    return float(np.quantile(fine / np.maximum(coarse, LEAST_DETAIL), 0.75))


def _measure_spread(band: NDArray[np.float32]) -> NDArray[np.float32]:
    """Root mean square of a band in SHARPNESS_BLOCKS x SHARPNESS_BLOCKS blocks."""
    blocks = cv2.resize(band**2, (SHARPNESS_BLOCKS, SHARPNESS_BLOCKS), interpolation=cv2.INTER_AREA)
    return np.sqrt(np.asarray(blocks, np.float32))


def find_faults(photo: PhotoTraits, references: Sequence[PhotoTraits]) -> list[GateFinding]:
    """Compare a photo's traits with those of the references; one finding for each that is out of line."""
    findings = (_find_blur(photo, references), _find_exposure(photo, references), _find_resolution(photo, references))
    return [finding for finding in findings if finding is not None]


def find_other_product(similarity: float, different_share: float) -> GateFinding | None:
    """A finding when the photo as a whole does not look like any reference.

    `similarity` is the cosine to the most similar reference's summary, `different_share` the share of the photo that is
    beyond the limit.
    """
    if similarity >= SAME_PRODUCT_SIMILARITY and different_share <= DIFFERENT_SHARE:
        return None
    return GateFinding(
        "other-product",
        "The photo as a whole does not look like this product's references; check that the right product is chosen.",
    )


def find_absence(absent_share: float) -> GateFinding | None:
    """A finding when much of what the references show is not on the photo: no part, or a part cut off."""
    if absent_share <= ABSENT_SHARE:
        return None
    return GateFinding(
        "part-missing",
        f"{absent_share:.0%} of what the references show is not on the photo; the part may be missing or cut off.",
    )


def find_unplaced_areas() -> GateFinding:
    """The finding for a part that does not lie as on the reference, so that areas drawn there mean nothing."""
    return GateFinding(
        "areas-not-placed",
        "The part does not lie as on the reference, so the areas drawn there were not used; put the part down alike.",
    )


def _find_blur(photo: PhotoTraits, references: Sequence[PhotoTraits]) -> GateFinding | None:
    least = min(reference.sharpness for reference in references)
    if photo.sharpness >= BLUR_RATIO * least:
        return None
    return GateFinding(
        "blurred",
        f"The photo is blurred: it has {photo.sharpness / least:.0%} of the references' fine detail; check the focus.",
    )


def _find_exposure(photo: PhotoTraits, references: Sequence[PhotoTraits]) -> GateFinding | None:
    stops = min((log2((photo.brightness + 1) / (other.brightness + 1)) for other in references), key=abs)
    if abs(stops) > EXPOSURE_STOPS:
        word = "brighter" if stops > 0 else "darker"
        return GateFinding(
            "exposure",
            f"The photo is {2 ** abs(stops):.1f} times {word} than the references; check the light and the exposure.",
        )
    if photo.clipped > max(reference.clipped for reference in references) + CLIPPED_SHARE:
        return GateFinding(
            "exposure", f"{photo.clipped:.0%} of the photo is pure black or white; check the light and the exposure."
        )
    return None


def _find_resolution(photo: PhotoTraits, references: Sequence[PhotoTraits]) -> GateFinding | None:
    def factor(reference: PhotoTraits) -> float:
        ratio = min(photo.height, photo.width) / min(reference.height, reference.width)
        return max(ratio, 1 / ratio)

    closest = min(references, key=factor)
    if factor(closest) <= RESOLUTION_FACTOR:
        return None
    return GateFinding(
        "resolution",
        f"The photo has {photo.width} x {photo.height} pixels, the references {closest.width} x {closest.height}; "
        "take it with the same camera and distance.",
    )

"""Variations of a reference: what else the same good part could look like. Which ones pay is decided while learning."""

from __future__ import annotations

import cv2
import numpy as np

from inference.results import RgbPixels

ROTATIONS = tuple(range(30, 360, 30))
"""Degrees; AnomalyDINO (Damm et al., WACV 2025, section 3.2) turns by 45, small parts gain from finer steps."""

BRIGHTNESS = (0.8, 1.2)
"""Factors; the range SuperADD varies references in, a lamp ageing or a door opening."""


def flip(pixels: RgbPixels) -> RgbPixels:
    """Mirror left to right."""
    return np.ascontiguousarray(pixels[:, ::-1])


def brighten(pixels: RgbPixels, factor: float) -> RgbPixels:
    """Multiply the brightness; what exceeds the range is clipped, as in a camera."""
    return cv2.convertScaleAbs(pixels, alpha=factor)  # type: ignore[return-value]


def rotate(pixels: RgbPixels, degrees: float, zoom: float = 1.0) -> RgbPixels:
    """Rotate about the centre at the same size; corners are filled by mirroring at the border."""
    height, width = pixels.shape[:2]
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, zoom)
    return cv2.warpAffine(  # type: ignore[return-value]
        pixels, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    )


def place_again(pixels: RgbPixels) -> tuple[RgbPixels, RgbPixels]:
    """The same part put down twice more, a little turned, nearer or farther, and lit otherwise."""
    return brighten(rotate(pixels, 2.0, zoom=1.02), 1.06), rotate(pixels, -3.0, zoom=0.98)

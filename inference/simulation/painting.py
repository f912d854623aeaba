"""Putting paint on a photo: colours, shares of pixels, soft edges. What is painted is the defects' affair."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from inference.results import FloatMap, Mask, RgbPixels

Colour = tuple[float, float, float]
"""Red, green and blue, 0 to 1."""
COVERED = 0.35
"""A pixel belongs to the mask from this share on."""


@dataclass(frozen=True)
class Painted:
    """A photo with a defect on it."""

    pixels: RgbPixels
    """uint8 (H, W, 3)."""
    mask: Mask
    """uint8 (H, W): 255 where the defect is, else 0."""


def lay_over(pixels: RgbPixels, share: FloatMap, colour: Colour, strength: float = 1.0) -> RgbPixels:
    """Mix a colour into a photo; `share` is float32 (H, W), 0 to 1."""
    light = pixels.astype(np.float32) / 255.0
    weight = (share * np.float32(strength))[..., None]
    return to_pixels(light * (1.0 - weight) + np.asarray(colour, np.float32) * weight)


def scale_light(pixels: RgbPixels, factor: FloatMap) -> RgbPixels:
    """Make a photo brighter or darker; `factor` is float32 (H, W), 1 changes nothing."""
    return to_pixels(pixels.astype(np.float32) / 255.0 * factor[..., None])


def to_pixels(light: FloatMap) -> RgbPixels:
    """0 to 1 as uint8, rounded and clipped."""
    return np.asarray(np.clip(255.0 * light, 0, 255).round(), np.uint8)


def to_mask(share: FloatMap) -> Mask:
    """The pixels that a share covers."""
    return np.where(share >= COVERED, np.uint8(255), np.uint8(0))


def soften(share: FloatMap, sigma: float) -> FloatMap:
    """Blur a share a little, as a lens does."""
    return np.asarray(cv2.GaussianBlur(share, (0, 0), sigma), np.float32) if sigma > 0.05 else share

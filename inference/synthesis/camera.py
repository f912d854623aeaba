"""The camera: where the part lies in the photo, and what lens and sensor make of the light.

The geometry (pose and lens distortion) is applied before anything is drawn, so surfaces, defects and masks share it.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.results import FloatMap, RgbPixels
from inference.synthesis.noise import blur, draw_white_noise


@dataclass(frozen=True)
class Handling:
    """How much a station varies from part to part; each is the largest deviation to either side."""

    shift: float = 0.012
    """Of the photo's short side."""
    rotation: float = 0.035
    """Radians."""
    zoom: float = 0.006
    exposure: float = 0.06


@dataclass(frozen=True)
class View:
    """Part coordinates of every pixel: `u`, `v` in units of the part, origin at its middle, turned with it."""

    u: FloatMap
    v: FloatMap
    scale: float
    """Pixels per unit."""
    angle: float
    """Rotation of the part in the photo, radians, clockwise."""
    axis: tuple[float, float]
    """Part coordinates of the point below the camera."""

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the photo."""
        return self.u.shape[0], self.u.shape[1]


LENS_DISTORTION = 0.006
VIGNETTING = 0.16
FULL_WELL = 9000.0
"""Electrons of a white pixel: sets the shot noise of a small industrial sensor."""
READ_NOISE = 9.0
SHARPENING = 0.35
"""Cameras sharpen a little before anybody sees the picture; it leaves a fine halo on hard edges."""


def frame_part(size: tuple[int, int], filling: float, handling: Handling, rng: np.random.Generator) -> View:
    """Return where the part lies in a photo of (height, width): its unit length is `filling` of half the short side."""
    height, width = size
    short = min(height, width)
    shift_x, shift_y = rng.uniform(-handling.shift, handling.shift, 2) * short
    angle = float(rng.uniform(-handling.rotation, handling.rotation))
    scale = 0.5 * short * filling * float(1.0 + rng.uniform(-handling.zoom, handling.zoom))
    x = np.arange(width, dtype=np.float32)[None, :] - np.float32((width - 1) / 2)
    y = np.arange(height, dtype=np.float32)[:, None] - np.float32((height - 1) / 2)
    bend = 1.0 + np.float32(LENS_DISTORTION) * (x * x + y * y) / np.float32((short / 2) ** 2)
    x, y = x * bend - np.float32(shift_x), y * bend - np.float32(shift_y)
    u, v = turn(x, y, -angle)
    axis = turn(np.float32(-shift_x), np.float32(-shift_y), -angle)
    return View(
        u / np.float32(scale), v / np.float32(scale), scale, angle, (float(axis[0]) / scale, float(axis[1]) / scale)
    )


def turn(x: FloatMap | np.float32, y: FloatMap | np.float32, angle: float) -> tuple[FloatMap, FloatMap]:
    """Return coordinates turned by `angle` radians."""
    cosine, sine = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    return np.asarray(x * cosine - y * sine, dtype=np.float32), np.asarray(x * sine + y * cosine, dtype=np.float32)


def take_photo(radiance: NDArray[np.float32], exposure: float, rng: np.random.Generator) -> RgbPixels:
    """Return the photo of a linear radiance (H, W, 3): lens blur, colour fringes, vignetting, noise, tone curve."""
    image = spread_colors(radiance)
    image = blur(image, 0.55 + 0.00018 * min(radiance.shape[:2]))
    image = image * shade_corners(radiance.shape[:2])[..., None] * np.float32(exposure)
    image = add_sensor_noise(image, rng)
    return develop(image + np.float32(SHARPENING) * (image - blur(image, 1.1)))


def spread_colors(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the image with red imaged slightly larger and blue slightly smaller, as a real lens does."""
    height, width = image.shape[:2]
    planes = []
    for channel, zoom in enumerate((1.00045, 1.0, 0.99955)):
        matrix = np.array([[zoom, 0, (1 - zoom) * width / 2], [0, zoom, (1 - zoom) * height / 2]], dtype=np.float32)
        plane = np.ascontiguousarray(image[..., channel])
        planes.append(
            cv2.warpAffine(plane, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        )
    return np.asarray(np.dstack(planes), dtype=np.float32)


def shade_corners(shape: tuple[int, ...]) -> FloatMap:
    """Return the lens's falloff: 1 in the middle, 1 - VIGNETTING in the corners."""
    y = np.linspace(-1, 1, shape[0], dtype=np.float32)[:, None]
    x = np.linspace(-1, 1, shape[1], dtype=np.float32)[None, :]
    return np.asarray(1.0 - np.float32(VIGNETTING) * (x * x + y * y) / 2.0, dtype=np.float32)


def add_sensor_noise(image: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Return the image with shot noise (grows with the root of the light) and read noise, partly shared by channels."""
    electrons = np.clip(image, 0.0, 1.4) * np.float32(FULL_WELL)
    deviation = np.sqrt(electrons + np.float32(READ_NOISE**2)) / np.float32(FULL_WELL)
    height, width = image.shape[:2]
    grain = draw_white_noise((height, width * 3), rng).reshape(height, width, 3)
    # A colour sensor measures one colour per pixel and guesses the others, so its noise is a little coarse.
    return np.asarray(image + blur(grain, 0.55) * np.float32(1.9) * deviation, dtype=np.float32)


def develop(image: NDArray[np.float32]) -> RgbPixels:
    """Return 8-bit sRGB; highlights roll off above 0.75 instead of clipping hard."""
    bright = np.maximum(image - 0.75, 0.0)
    soft = np.clip(np.minimum(image, 0.75) + 0.25 * (1.0 - np.exp(-bright / 0.25)), 0.0, 1.0)
    curve = np.where(soft <= 0.0031308, 12.92 * soft, 1.055 * np.power(np.maximum(soft, 1e-6), 1 / 2.4) - 0.055)
    return np.asarray(np.clip(curve * 255.0 + 0.5, 0.0, 255.0), dtype=np.uint8)

"""Surfaces without defects to paint on: grained, brushed, woven, speckled, in one piece or several, lit unevenly.

Also what only looks like a defect: joints, edges, shadows and print belong to a surface.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import cv2
import numpy as np

from inference.results import FloatMap, RgbPixels
from inference.simulation.painting import lay_over, scale_light, to_pixels
from inference.synthesis.noise import draw_fractal_noise, draw_noise, draw_white_noise, step_smoothly

Shape = tuple[int, int]
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"


def draw_surface(shape: Shape, rng: np.random.Generator) -> RgbPixels:
    """Draw a surface, uint8 (H, W, 3), one in three of two different pieces, with what belongs to it."""
    pixels = draw_texture(shape, rng)
    if rng.random() < 0.33:
        border = _draw_border(shape, rng)
        other = draw_texture(shape, rng)
        pixels = to_pixels((pixels * (1 - border[..., None]) + other * border[..., None]).astype(np.float32) / 255.0)
    for add, chance in ((_add_joint, 0.15), (_add_print, 0.12), (_add_shadow, 0.3)):
        if rng.random() < chance:
            pixels = add(pixels, rng)
    return _light_unevenly(pixels, rng)


def draw_texture(shape: Shape, rng: np.random.Generator) -> RgbPixels:
    """Draw one material: a relief of some kind in a colour of its own, with the camera's noise."""
    kinds = list(RELIEFS)
    relief = RELIEFS[kinds[int(rng.integers(len(kinds)))]](shape, rng)  # (H, W), about unit spread
    colour = _draw_colour(rng)
    contrast = float(rng.choice([0.01, 0.03, 0.06, 0.12])) * float(rng.uniform(0.7, 1.5))
    tint = draw_fractal_noise(shape, max(shape) / 3, rng, octaves=2) * np.float32(0.02)
    light = np.asarray(colour, np.float32) * (1.0 + contrast * relief + tint)[..., None]
    noise = np.stack([draw_white_noise(shape, rng) for _ in range(3)], axis=-1) * np.float32(rng.uniform(0.002, 0.015))
    return to_pixels(np.asarray(light + noise, np.float32))


def _draw_colour(rng: np.random.Generator) -> tuple[float, float, float]:
    grey = float(rng.uniform(0.15, 0.85))
    spread = 0.0 if rng.random() < 0.4 else float(rng.uniform(0.0, 0.25))
    red, green, blue = (float(np.clip(grey + spread * rng.normal(), 0.05, 0.95)) for _ in range(3))
    return red, green, blue


def _draw_grain(shape: Shape, rng: np.random.Generator) -> FloatMap:
    return draw_fractal_noise(shape, float(rng.uniform(2, 14)), rng, octaves=3)


def _draw_clouds(shape: Shape, rng: np.random.Generator) -> FloatMap:
    return draw_fractal_noise(shape, float(rng.uniform(20, 90)), rng, octaves=5)


def _draw_brushed(shape: Shape, rng: np.random.Generator) -> FloatMap:
    lines = draw_noise(shape, (1.5, float(rng.uniform(60, 300))), rng)
    return lines if rng.random() < 0.5 else np.ascontiguousarray(draw_noise(shape[::-1], (1.5, 150.0), rng).T)


def _draw_stones(shape: Shape, rng: np.random.Generator) -> FloatMap:
    """Asphalt and concrete: bright and dark grains in a matrix."""
    coarse = draw_noise(shape, float(rng.uniform(3, 7)), rng)
    return np.asarray(np.sign(coarse) * np.abs(coarse) ** 1.5 + 0.6 * draw_white_noise(shape, rng), np.float32)


def _draw_weave(shape: Shape, rng: np.random.Generator) -> FloatMap:
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    period, turn = float(rng.uniform(4, 16)), float(rng.uniform(0, np.pi))
    along, across = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    threads = np.sin(2 * np.pi * along / period) * np.sin(2 * np.pi * across / period)
    return np.asarray(threads + 0.4 * draw_noise(shape, 3.0, rng), np.float32)


def _draw_leather(shape: Shape, rng: np.random.Generator) -> FloatMap:
    """Pebbles with folds between them: ridges of noise."""
    cells = np.abs(draw_noise(shape, float(rng.uniform(5, 14)), rng))
    return np.asarray(np.minimum(cells, 1.0) * 2.0 - 1.0 + 0.3 * draw_noise(shape, 2.0, rng), np.float32)


def _draw_smooth(shape: Shape, rng: np.random.Generator) -> FloatMap:
    return draw_fractal_noise(shape, 120.0, rng, octaves=2) * np.float32(0.3)


RELIEFS: Mapping[str, Callable[[Shape, np.random.Generator], FloatMap]] = {
    "grain": _draw_grain,
    "clouds": _draw_clouds,
    "brushed": _draw_brushed,
    "stones": _draw_stones,
    "weave": _draw_weave,
    "leather": _draw_leather,
    "smooth": _draw_smooth,
}


def _draw_border(shape: Shape, rng: np.random.Generator) -> FloatMap:
    """1 on one side of a line or inside a circle, with an edge as sharp as a lens makes it."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    if rng.random() < 0.5:
        turn = float(rng.uniform(0, 2 * np.pi))
        distance = (x - shape[1] * rng.uniform(0.2, 0.8)) * np.cos(turn) + (
            y - shape[0] * rng.uniform(0.2, 0.8)
        ) * np.sin(turn)
    else:
        middle = rng.uniform(0.1, 0.9, 2) * shape
        distance = np.hypot(y - middle[0], x - middle[1]) - np.float32(rng.uniform(0.12, 0.6) * min(shape))
    return step_smoothly(np.asarray(distance, np.float32), -1.2, 1.2)


def _add_joint(pixels: RgbPixels, rng: np.random.Generator) -> RgbPixels:
    """A straight gap of even width from side to side: what a crack is not."""
    height, width = pixels.shape[:2]
    turn = float(rng.choice([0.0, np.pi / 2])) + float(rng.normal(0, 0.05))
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    distance = np.abs(
        (x - width * rng.uniform(0.2, 0.8)) * np.cos(turn) + (y - height * rng.uniform(0.2, 0.8)) * np.sin(turn)
    )
    half = float(rng.uniform(0.8, 4.0))
    share = step_smoothly(np.asarray(distance, np.float32), half + 0.8, half - 0.8)
    return scale_light(pixels, np.asarray(1.0 - share * np.float32(rng.uniform(0.3, 0.85)), np.float32))


def _add_print(pixels: RgbPixels, rng: np.random.Generator) -> RgbPixels:
    """Letters and figures, printed or engraved."""
    canvas = np.zeros(pixels.shape[:2], np.uint8)
    text = "".join(rng.choice(list(_LETTERS), int(rng.integers(2, 7))))
    size = float(rng.uniform(0.4, 1.8))
    place = (int(rng.uniform(0, 0.6) * pixels.shape[1]), int(rng.uniform(0.2, 0.9) * pixels.shape[0]))
    cv2.putText(canvas, text, place, cv2.FONT_HERSHEY_SIMPLEX, size, 255, int(rng.integers(1, 4)), cv2.LINE_AA)
    tone = float(rng.choice([0.08, 0.9]))
    return lay_over(pixels, canvas.astype(np.float32) / 255.0, (tone, tone, tone), float(rng.uniform(0.3, 0.9)))


def _add_shadow(pixels: RgbPixels, rng: np.random.Generator) -> RgbPixels:
    """The soft shadow of something outside the picture."""
    patch = draw_noise((pixels.shape[0], pixels.shape[1]), max(pixels.shape) / 2.5, rng)
    dark = step_smoothly(patch, 0.3, 0.3 + float(rng.uniform(0.3, 1.2))) * np.float32(rng.uniform(0.1, 0.45))
    return scale_light(pixels, np.asarray(1.0 - dark, np.float32))


def _light_unevenly(pixels: RgbPixels, rng: np.random.Generator) -> RgbPixels:
    height, width = pixels.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    fall = (x / width - 0.5) * rng.normal(0, 0.15) + (y / height - 0.5) * rng.normal(0, 0.15)
    return scale_light(pixels, np.asarray(1.0 + fall, np.float32))

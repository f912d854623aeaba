"""How much each pixel's colour differs from the colours that make up most of the photo: stain, rust, dirt, dent.

Colours that cover a good share of the photo are its own; a patch is far from all of them. Works on a small copy, where
grain is averaged away, and returns a map of the photo's size.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.highlighter.concepts import Concept
from inference.results import FloatMap, RgbPixels

SMALL_SIDE = 256
"""Longer side of the small copy in pixels."""
COLOURS = 6
"""Colours into which a photo is divided."""
OWN_SHARE = 0.06
"""Share of the photo from which a colour is its own."""
LEAST_SPREAD = 2.0
"""Steps of Lab by which any surface's colour may vary; a difference the eye just sees is about 2.3."""
SEVERAL_SURFACES = 33.0
"""Steps of Lab between two own colours from which they are different surfaces, not light and shade of one."""
SEED = 7


def find_areas(pixels: RgbPixels, concept: Concept) -> FloatMap:
    """Return float32 (H, W): distance from the photo's own colours, in units of their spread, as far as it fits."""
    lab = _shrink(pixels)
    centres, spreads = _find_own_colours(lab)
    offsets = lab[:, :, None, :] - centres  # (h, w, k, 3)
    distances = np.sqrt((np.square(offsets) / np.square(spreads)).sum(axis=3) / 3)
    nearest = distances.argmin(axis=2)
    offset = np.take_along_axis(offsets, nearest[:, :, None, None], 2)[:, :, 0]
    fits = weigh_colour(np.asarray(offset, np.float32), concept)
    found = np.asarray(distances.min(axis=2) * fits, np.float32)
    smooth = cv2.GaussianBlur(found, (0, 0), 0.8)
    return np.asarray(
        cv2.resize(smooth, (pixels.shape[1], pixels.shape[0]), interpolation=cv2.INTER_LINEAR), np.float32
    )


def shows_several_surfaces(pixels: RgbPixels) -> bool:
    """Tell whether a photo shows clearly different surfaces, such as a part and what it lies on."""
    centres, _ = _find_own_colours(_level_light(_shrink(pixels)))
    apart = np.linalg.norm(centres[:, None] - centres[None], axis=2)
    return bool(apart.max() > SEVERAL_SURFACES)


def _level_light(lab: NDArray[np.float32]) -> NDArray[np.float32]:
    """Take out what a lamp makes of an even surface: a brightness that changes slowly across the photo."""
    height, width = lab.shape[:2]
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    terms = np.stack([np.ones_like(x), x, y, x * y, x * x, y * y], axis=-1).reshape(-1, 6)
    light = lab[..., 0].reshape(-1)
    fitted = terms @ np.linalg.lstsq(terms, light, rcond=None)[0]
    levelled = lab.copy()
    levelled[..., 0] = (light - fitted + light.mean()).reshape(height, width)
    return levelled


def weigh_colour(offset: FloatMap, concept: Concept) -> FloatMap:
    """Return 0 to 1: how well a change of colour (..., 3) in Lab fits a concept."""
    lighter, redder, yellower = offset[..., 0], offset[..., 1], offset[..., 2]
    chroma = np.hypot(redder, yellower)
    if concept is Concept.RUST:
        warm = (np.minimum(redder, 40) + 0.6 * yellower) / (np.abs(lighter) * 0.35 + chroma + 1.0)
        return np.asarray(np.clip(warm * 1.3, 0, 1) * (redder > 1.0), np.float32)
    if concept is Concept.WRONG_COLOUR:
        return np.asarray(np.clip(1.6 * chroma / (np.abs(lighter) + chroma + 1.0), 0, 1), np.float32)
    if concept in (Concept.DENT, Concept.CHIP, Concept.BURR):
        return np.asarray(np.clip(1.2 - chroma / (np.abs(lighter) + 1.0), 0, 1), np.float32)
    return np.ones(offset.shape[:-1], np.float32)


def _shrink(pixels: RgbPixels) -> NDArray[np.float32]:
    height, width = pixels.shape[:2]
    factor = min(SMALL_SIDE / max(height, width), 1.0)
    size = (max(round(width * factor), 1), max(round(height * factor), 1))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2Lab)
    return np.asarray(cv2.GaussianBlur(lab, (0, 0), 1.2), np.float32)


def _find_own_colours(lab: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return centres and spreads (k, 3) of the colours that cover a good share of the photo."""
    samples = np.ascontiguousarray(lab.reshape(-1, 3))
    cv2.setRNGSeed(SEED)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 12, 0.3)
    start = np.zeros((len(samples), 1), np.int32)
    _, labels, centres = cv2.kmeans(samples, min(COLOURS, len(samples)), start, stop, 1, cv2.KMEANS_PP_CENTERS)
    chosen = labels.ravel()
    shares = np.bincount(chosen, minlength=len(centres)) / len(samples)
    own = [number for number in range(len(centres)) if shares[number] >= OWN_SHARE]
    spreads = [
        np.maximum(1.4826 * np.median(np.abs(samples[chosen == number] - centres[number]), axis=0), LEAST_SPREAD)
        for number in own
    ]
    return centres[own].astype(np.float32), np.asarray(spreads, np.float32)

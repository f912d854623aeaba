"""The pictures that a model with eyes gets of an inspection: photo, marked photo, and the strongest region close up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from inference.dialogue.facts import Facts
from inference.dialogue.sight import Box, Sight
from inference.rendering import render_outline
from inference.results import RgbPixels

LONGEST_SIDE = 768
"""Pixels of the longest side of each picture: what models look at is rarely more."""
_MARGIN = 0.5
"""Surroundings of a region, as a share of its longer side, on each side."""
_LEAST_CROP = 64


@dataclass(frozen=True)
class View:
    """One picture, and the words that say what it is."""

    caption: str
    picture: Image.Image


def make_views(facts: Facts, sight: Sight) -> tuple[View, ...]:
    """Return the pictures that there are, in the order in which they are to be shown."""
    photo = sight.read_photo()
    views = [View("The photo of the part:", _shrink(photo))]
    anomaly_map = sight.read_map()
    if facts.regions and anomaly_map is not None and anomaly_map.shape == photo.shape[:2]:
        mask = np.where(anomaly_map >= 1.0, 255, 0).astype(np.uint8)
        views.append(
            View("The same photo with what differs from good parts outlined:", _shrink(render_outline(photo, mask)))
        )
    if sight.boxes:
        views.append(View("The strongest region, close up:", _shrink(crop(photo, sight.boxes[0], photo))))
        reference = sight.read_reference()
        if reference is not None:
            views.append(View("The same place on the good part:", _shrink(crop(reference, sight.boxes[0], photo))))
    return tuple(views)


def crop(pixels: RgbPixels, box: Box, photo: RgbPixels) -> RgbPixels:
    """Return what lies at a box of `photo` on a picture that shows the same at perhaps another size."""
    left, top, width, height = box
    side = max(width, height, _LEAST_CROP) * (1 + 2 * _MARGIN)
    across, down = pixels.shape[1] / photo.shape[1], pixels.shape[0] / photo.shape[0]
    x, y = left + width / 2, top + height / 2
    columns = _clip((x - side / 2) * across, (x + side / 2) * across, pixels.shape[1])
    rows = _clip((y - side / 2) * down, (y + side / 2) * down, pixels.shape[0])
    return pixels[slice(*rows), slice(*columns)]


def _clip(start: float, end: float, size: int) -> tuple[int, int]:
    first = min(max(0, int(start)), size - 1)
    return first, max(first + 1, min(size, round(end)))


def _shrink(pixels: RgbPixels) -> Image.Image:
    picture = Image.fromarray(np.ascontiguousarray(pixels))
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.BICUBIC)
    return picture

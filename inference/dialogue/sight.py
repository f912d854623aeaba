"""What a provider with eyes may look at: the pictures of the inspection that is talked about, each read when asked for.

Where the pictures lie, and what is said about them, is not known here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from inference.results import FloatMap, RgbPixels

Box = tuple[int, int, int, int]
"""Left, top, width and height in pixels of the upright photo."""


@dataclass(frozen=True)
class Sight:
    """Access to the pictures of one inspection. Reading raises the known errors of whoever keeps them."""

    read_photo: Callable[[], RgbPixels]
    """uint8 (H, W, 3), RGB, upright."""
    read_map: Callable[[], FloatMap | None]
    """float32 (H, W) in units of the limit; None where the photo was compared with nothing."""
    read_reference: Callable[[], RgbPixels | None]
    """The nearest reference, uint8 (H, W, 3); None where there is none."""
    boxes: tuple[Box, ...] = ()
    """Those of the regions, in the order of `Facts.regions`."""
    key: str = ""
    """Equal for two sights of the same pictures, for providers that keep what they saw; "" promises nothing."""

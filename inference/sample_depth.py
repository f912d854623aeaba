"""Narrows a photo's samples, whatever their type and range, to 8 bits per channel, and says what had to be assumed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

_STANDARD_DEPTHS = (8, 10, 12, 14, 16)
"""Depths of cameras; all but 8 are stored in 16 bits, right-aligned."""

_ROWS_AT_ONCE = 256
"""Wide samples are scaled in strips, so that no second copy of a large photo exists as float."""


def keep_deep_samples(samples: NDArray[Any], deep: list[NDArray[np.uint16]]) -> None:
    """Append (H, W, C) samples to `deep` where they have 16 bits and are grey or RGB: what a person measures by."""
    if samples.dtype == np.uint16 and samples.shape[2] in (1, 3):
        deep.append(samples[..., 0] if samples.shape[2] == 1 else samples)


def narrow_samples(samples: NDArray[Any], bits: int, has_alpha: bool, notes: list[str]) -> NDArray[np.uint8]:
    """Scale (H, W, C) samples to uint8 of the same shape; sentences about assumptions are appended to `notes`.

    `bits` is the stated depth per channel. With `has_alpha` the last channel is transparency and is scaled on its own.
    Unsigned samples of 16 bits are scaled by the smallest depth of `_STANDARD_DEPTHS` that holds their maximum, because
    cameras of 10 to 14 bits write such files and would come out black otherwise. Floats and signed or 32-bit samples
    are taken as 0 to 1, 0 to 255 or an unsigned depth by their maximum, and stretched where they fit none of these.
    """
    if has_alpha:
        colours = narrow_samples(samples[..., :-1], bits, False, notes)
        alpha = narrow_samples(samples[..., -1:], bits, False, [])
        return np.concatenate([colours, alpha], axis=-1)
    if samples.dtype == np.bool_:
        return samples.astype(np.uint8) * np.uint8(255)
    if samples.dtype.kind == "u" and bits <= 16:
        return _narrow_unsigned(samples, bits, notes)
    return _narrow_wide(samples, notes)


def _narrow_unsigned(samples: NDArray[Any], bits: int, notes: list[str]) -> NDArray[np.uint8]:
    if samples.dtype == np.uint8 and bits == 8:
        return np.asarray(samples, np.uint8)
    depth = bits
    if bits == 16:
        depth = _find_depth(int(samples.max()))
        if depth < 16:
            notes.append(f"16-bit samples use only {depth} bits and were scaled as {depth}-bit data")
    top = 2**depth - 1
    table = np.rint(np.minimum(np.arange(2 ** (8 * samples.itemsize)) / top, 1.0) * 255).astype(np.uint8)
    narrowed: NDArray[np.uint8] = table[samples]
    return narrowed


def _find_depth(largest: int) -> int:
    """Return the smallest standard depth for the largest sample; an all-black photo says nothing and counts as 16."""
    if largest == 0:
        return 16
    return next(depth for depth in _STANDARD_DEPTHS if largest < 2**depth)


def _narrow_wide(samples: NDArray[Any], notes: list[str]) -> NDArray[np.uint8]:
    finite = np.isfinite(samples)
    if not finite.all():
        notes.append("samples that are not numbers were set to black")
        samples = np.where(finite, samples, 0)
    low, high = _choose_range(float(samples.min()), float(samples.max()))
    notes.append(f"samples of type {samples.dtype.name} were scaled from the range {low:g} to {high:g}")
    narrowed = np.empty(samples.shape, np.uint8)
    for top in range(0, len(samples), _ROWS_AT_ONCE):
        strip = samples[top : top + _ROWS_AT_ONCE].astype(np.float64)
        narrowed[top : top + _ROWS_AT_ONCE] = np.rint((strip - low) / (high - low) * 255)
    return narrowed


def _choose_range(low: float, high: float) -> tuple[float, float]:
    """Return the values that become 0 and 255."""
    if low >= 0 and high <= 1:
        return 0.0, 1.0
    if low >= 0 and high <= 2**16 - 1:
        return 0.0, float(2 ** _find_depth(math.ceil(high)) - 1)
    return low, high if high > low else low + 1.0

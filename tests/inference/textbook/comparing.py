"""How the versions by hand are compared with those of the libraries."""

from __future__ import annotations

import numpy as np
import torch
from torch.testing import assert_close

from inference.images import read_photo
from inference.token_grids import resize
from resources import locate

LARGEST_DIFFERENCE = 1e-4
"""Relative to the largest value."""


def same(by_hand, by_library):
    by_hand, by_library = (torch.as_tensor(values) for values in (by_hand, by_library))
    assert by_hand.shape == by_library.shape
    scale = by_library.abs().max()
    assert_close(by_hand / scale, by_library / scale, atol=LARGEST_DIFFERENCE, rtol=0)


def read_sample(height: int, width: int, name: str = "crack") -> np.ndarray:
    """The flange of the samples, uint8 (1, H, W, 3)."""
    path = locate("samples", "flange") / "test" / name / "000.jpg"
    return resize(read_photo(path).pixels, height, width)[None]

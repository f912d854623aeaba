"""A backbone without a network: colour and texture statistics of 14-pixel cells, in milliseconds.

It lets the whole application run in a second, for tests and for a first look without model packs. It sees gross
changes of colour and texture and nothing finer, so its results have to be marked: `dummy` is True and the pack is named
"dummy".
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from inference.backbones.base import Features, PixelBatch, check_pixels
from inference.results import PackIdentity

DUMMY_NAME = "dummy"


class DummyBackbone:
    """See `Backbone`. Deterministic; one layer of eight statistics per cell, each about 0 to 1.

    Mean red, green and blue; their standard deviations; mean absolute difference of grey values across and down.
    """

    identity = PackIdentity(DUMMY_NAME, "1", hashlib.sha256(b"").hexdigest())
    """There are no weights: the SHA-256 is that of no bytes."""
    stride = 14
    device = "cpu (dummy)"
    layers = (1,)
    dummy = True

    def extract(self, pixels: PixelBatch) -> Features:
        """See `Backbone`."""
        check_pixels(pixels, self.stride)
        colours = pixels.astype(np.float32) / 255.0
        grey = colours.mean(axis=3)
        means = self._cell_means(colours)
        deviations = np.sqrt(np.maximum(self._cell_means(colours**2) - means**2, 0.0))
        across, down = (self._cell_means(_steps(grey, axis)[..., None]) for axis in (2, 1))
        layer = np.concatenate([means, deviations, across, down], axis=3)
        return Features((layer,), layer.mean(axis=(1, 2)))

    def _cell_means(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        batch, height, width, channels = values.shape
        cells = values.reshape(batch, height // self.stride, self.stride, width // self.stride, self.stride, channels)
        means: NDArray[np.float32] = cells.mean(axis=(2, 4), dtype=np.float32)
        return means


def _steps(grey: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    """Absolute difference to the next pixel along `axis`, 0 at the last; same shape."""
    last = np.take(grey, [-1], axis=axis)
    return np.abs(np.diff(grey, axis=axis, append=last))

"""Photos to what ImageBind's vision tower takes, in the two published ways, and truth masks for its metrics."""

from __future__ import annotations

from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

SIDE = 224
MEAN = (0.48145466, 0.4578275, 0.40821073)
STD = (0.26862954, 0.26130258, 0.27577711)

Fit = Literal["squash", "crop"]
"""The whole photo pressed into a square, as in training; or its middle square, as in the tests and with good parts."""


def prepare(rgb: NDArray[np.uint8], fit: Fit, side: int = SIDE) -> Tensor:
    """(3, side, side) float32, normalised, of an RGB photo (H, W, 3)."""
    square = _squash(rgb, side) if fit == "squash" else _crop(rgb, side)
    scaled = torch.from_numpy(np.asarray(square, dtype=np.float32) / 255)  # (side, side, 3)
    return ((scaled - torch.tensor(MEAN)) / torch.tensor(STD)).permute(2, 0, 1).contiguous()


def letterbox_place(width: int, height: int, side: int = SIDE) -> tuple[int, int, int, int]:
    """Left, top, width and height at which the published demo shows a map of a photo on its white square."""
    scale = side / max(width, height)
    fitted = int(width * scale), int(height * scale)
    return (side - fitted[0]) // 2, (side - fitted[1]) // 2, *fitted


def prepare_truth(mask: NDArray[np.uint8], protocol: Literal["mvtec", "visa"], side: int = SIDE) -> NDArray[np.bool_]:
    """The truth mask as the published tests compare with it: resized, then above a bound."""
    if protocol == "mvtec":
        resized = Image.fromarray(mask).resize((side, side), Image.Resampling.BILINEAR)
        return np.asarray(resized, dtype=np.float32) / 255 > 0.1
    grown = _crop(mask, side, Image.Resampling.BILINEAR)
    values = np.asarray(grown, dtype=np.float32)
    return values > mask.max() / 100 if mask.any() else np.zeros(values.shape, dtype=bool)


def _squash(rgb: NDArray[np.uint8], side: int) -> Image.Image:
    return Image.fromarray(rgb).resize((side, side), Image.Resampling.BICUBIC)


def _crop(pixels: NDArray[np.uint8], side: int, kernel: Image.Resampling = Image.Resampling.BICUBIC) -> Image.Image:
    """Shorter side to `side`, then the middle, with torchvision's rounding."""
    height, width = pixels.shape[:2]
    short, long = min(height, width), max(height, width)
    stretched = int(side * long / short)
    size = (side, stretched) if width <= height else (stretched, side)
    resized = Image.fromarray(pixels).resize(size, kernel)
    left, top = round((size[0] - side) / 2), round((size[1] - side) / 2)
    return resized.crop((left, top, left + side, top + side))

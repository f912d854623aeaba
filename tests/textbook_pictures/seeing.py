"""The sample photos, and what the textbook's networks make of them."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from inference.backbones.dinov2 import POSITIONS, resize_positions
from inference.backbones.provider import build_network
from inference.images import read_photo
from inference.language.models import LanguageModel, open_language_model
from inference.model_packs import verify_pack
from inference.textbook.efficientnet_lite import efficientnet_taps
from inference.textbook.vision_transformer import dinov2_taps
from inference.token_grids import resize
from resources import locate

MODELS = Path(sys.prefix) / "test-home" / "models"
FLANGE = locate("samples", "flange")


def photo(name: str, height: int, width: int) -> np.ndarray:
    """A sample photo, uint8 (H, W, 3), by its folder and number, such as "test/crack/000"."""
    return resize(read_photo(FLANGE / f"{name}.jpg").pixels, height, width)


def mask(defect: str, height: int, width: int) -> np.ndarray:
    """Where the defect of a sample is: bool (H, W), true where a hundredth of a cell is damaged."""
    with Image.open(FLANGE / "ground_truth" / defect / "000_mask.png") as picture:
        shares = picture.convert("L").resize((width, height), Image.Resampling.BOX)
    return np.asarray(shares) > 2


@torch.inference_mode()
def see_with_transformer(pixels: np.ndarray, taps: tuple[int, ...]) -> list[np.ndarray]:
    """Tokens (h, w, 384) behind each of DINOv2's blocks `taps`."""
    network, weights = _read("dinov2-vits14")
    rows, columns = (side // 14 for side in pixels.shape[:2])
    positions = torch.from_numpy(resize_positions(weights[POSITIONS].numpy(), rows, columns))
    seen = dinov2_taps({**weights, POSITIONS: positions}, _standardise(pixels, network), network.heads, taps)
    return [tokens[0, 1:].reshape(rows, columns, -1).numpy() for tokens in seen]


@torch.inference_mode()
def see_with_convolutions(pixels: np.ndarray, taps: tuple[int, ...]) -> list[np.ndarray]:
    """Activations (C, h, w) of EfficientNet-Lite2 at each stride of `taps`."""
    network, weights = _read("efficientnet-lite2")
    return [seen[0].numpy() for seen in efficientnet_taps(weights, _standardise(pixels, network), network.depth, taps)]


def see_square(name: str) -> list[torch.Tensor]:
    """Taps (1, 576, 384) of a photo squeezed to a square, as AnomalyGPT does."""
    return [torch.from_numpy(tap.reshape(1, -1, 384)) for tap in see_with_transformer(photo(name, 336, 336), (4, 6, 8))]


def true_map(defect: str) -> torch.Tensor:
    return torch.from_numpy(mask(defect, 24, 24).astype(np.float32))[None, None]


@cache
def open_llama() -> LanguageModel:
    """SmolLM2, as the textbook computes it."""
    return open_language_model("smollm2-135m", MODELS, components="textbook")


@cache
def _read(name: str):
    pack = verify_pack(name, MODELS)
    network = build_network(pack.manifest)
    return network, {key: torch.from_numpy(array) for key, array in pack.read_arrays().items()}


def _standardise(pixels: np.ndarray, network) -> torch.Tensor:
    mean, std = (torch.tensor(values) for values in (network.mean, network.std))
    return ((torch.from_numpy(pixels).float() - mean) / std).permute(2, 0, 1)[None]  # (1, 3, H, W)

"""Teaches bridge on drawn photos: seeded, and resumable from the file that is written every few steps."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from math import cos, pi
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - as everybody calls it
from torch import Tensor

from inference.backbones.base import Backbone
from inference.errors import Cancelled
from inference.highlighter.bridge.network import Bridge
from inference.highlighter.bridge.teaching_photos import TAUGHT, TeachingPhoto, draw_photo


@dataclass(frozen=True)
class Plan:
    """How bridge is taught."""

    steps: int = 900
    batch: int = 8
    rate: float = 3e-3
    warm_up: int = 30
    seed: int = 0
    keep_every: int = 50


@dataclass(frozen=True)
class Progress:
    """How far teaching has come."""

    step: int
    steps: int
    loss: float


@dataclass
class _State:
    bridge: Bridge
    optimiser: Any
    step: int = 0
    losses: list[float] = field(default_factory=list)


def train(
    backbone: Backbone,
    plan: Plan,
    *,
    device: str = "cpu",
    checkpoint: Path | None = None,
    on_progress: Callable[[Progress], object] = lambda progress: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> tuple[dict[str, Tensor], list[float]]:
    """Teach, and return the weights and the loss of every step.

    Goes on from `checkpoint` where that file is there, and keeps it up to date. Raises Cancelled, after keeping it.
    """
    torch.manual_seed(plan.seed)
    state = _begin(backbone, plan, device)
    if checkpoint is not None and checkpoint.is_file():
        _go_on(state, checkpoint)
    with ThreadPoolExecutor(1) as drawing:
        coming = drawing.submit(draw_batch, plan, state.step)
        while state.step < plan.steps:
            if is_cancelled():
                _keep(state, checkpoint)
                raise Cancelled
            photos, coming = coming.result(), _draw_next(drawing, plan, state.step + 1)
            loss = _take_step(state, backbone, photos, plan)
            on_progress(Progress(state.step, plan.steps, loss))
            if state.step % plan.keep_every == 0:
                _keep(state, checkpoint)
    _keep(state, checkpoint)
    return {name: tensor.detach().cpu() for name, tensor in state.bridge.state_dict().items()}, state.losses


def _draw_next(drawing: ThreadPoolExecutor, plan: Plan, step: int) -> Future[list[TeachingPhoto]]:
    return drawing.submit(draw_batch, plan, step)


def draw_batch(plan: Plan, step: int) -> list[TeachingPhoto]:
    """The photos of a step."""
    return [draw_photo(step * plan.batch + place, plan.seed) for place in range(plan.batch)]


def read_features(backbone: Backbone, pixels: np.ndarray, device: str = "cpu") -> list[Tensor]:
    """The frozen features (B, C, h, w) of photos uint8 (B, H, W, 3) at every stride."""
    layers = backbone.extract(pixels).layers
    return [torch.from_numpy(np.ascontiguousarray(layer)).to(device).permute(0, 3, 1, 2) for layer in layers]


def to_tensor(pixels: np.ndarray, device: str = "cpu") -> Tensor:
    """Photos uint8 (B, H, W, 3) as (B, 3, H, W), 0 to 1."""
    return torch.from_numpy(pixels).to(device).permute(0, 3, 1, 2).float() / 255.0


def measure_loss(pixels: Tensor, presence: Tensor, masks: Tensor) -> Tensor:
    """Cross entropy of pixels and of presence, and dice (Milletari 2016) where a concept is there.

    `pixels` are logits (B, K, H, W), `presence` logits (B, K), `masks` 0 or 1 (B, K, H, W).
    """
    there = masks.amax(dim=(2, 3))  # (B, K)
    weights = 1.0 + 4.0 * masks
    cross = F.binary_cross_entropy_with_logits(pixels, masks, weight=weights)
    share = pixels.sigmoid()
    overlap = 2 * (share * masks).sum(dim=(2, 3)) + 1.0
    dice = 1.0 - overlap / (share.sum(dim=(2, 3)) + masks.sum(dim=(2, 3)) + 1.0)  # (B, K)
    drawn = (dice * there).sum() / there.sum().clamp(min=1.0)
    whole = F.binary_cross_entropy_with_logits(presence, there, weight=1.0 + 3.0 * there)
    return 10.0 * cross + drawn + whole


def _begin(backbone: Backbone, plan: Plan, device: str) -> _State:
    pixels = np.stack([photo.pixels for photo in draw_batch(plan, 0)])
    features = read_features(backbone, pixels)
    bridge = Bridge([feature.shape[1] for feature in features], len(TAUGHT))
    for spread, feature in zip(bridge.spread, features, strict=True):
        spread.data.fill_(float(feature.std()))
    bridge.concepts.bias.data.fill_(-2.0)
    bridge.coarse.bias.data.fill_(-2.0)
    bridge.to(device)
    moved = [part for part in bridge.parameters() if part.requires_grad]
    return _State(bridge, torch.optim.AdamW(moved, lr=plan.rate, weight_decay=1e-4))


def _take_step(state: _State, backbone: Backbone, photos: Sequence[TeachingPhoto], plan: Plan) -> float:
    for group in state.optimiser.param_groups:
        group["lr"] = plan.rate * schedule_rate(state.step, plan)
    device = str(state.bridge.concepts.weight.device)
    pixels = np.stack([photo.pixels for photo in photos])
    masks = torch.from_numpy(np.stack([photo.masks for photo in photos])).to(device).float()
    logits, presence = state.bridge(to_tensor(pixels, device), read_features(backbone, pixels, device))
    loss = measure_loss(logits, presence, masks)
    state.optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(state.bridge.parameters(), 1.0)
    state.optimiser.step()
    state.step += 1
    state.losses.append(float(loss.detach()))
    return state.losses[-1]


def schedule_rate(step: int, plan: Plan) -> float:
    """Share of the highest learning rate: up in a line, then down to a fiftieth along half a cosine."""
    if step < plan.warm_up:
        return (step + 1) / plan.warm_up
    done = (step - plan.warm_up) / max(1, plan.steps - plan.warm_up)
    return 0.02 + 0.98 * 0.5 * (1 + cos(pi * min(done, 1.0)))


def _keep(state: _State, checkpoint: Path | None) -> None:
    """Write the file to go on from: beside, then swapped in, so that a kill leaves the one before."""
    if checkpoint is None:
        return
    kept = {
        "bridge": state.bridge.state_dict(),
        "optimiser": state.optimiser.state_dict(),
        "step": state.step,
        "losses": state.losses,
    }
    beside = checkpoint.with_suffix(".new")
    torch.save(kept, beside)
    with beside.open("rb+") as file:
        os.fsync(file.fileno())
    beside.replace(checkpoint)


def _go_on(state: _State, checkpoint: Path) -> None:
    kept = torch.load(checkpoint, map_location="cpu", weights_only=True)
    state.bridge.load_state_dict(kept["bridge"])
    state.optimiser.load_state_dict(kept["optimiser"])
    state.step, state.losses = kept["step"], kept["losses"]

"""The whole recipe of bridge: teach on drawn photos, find out from when on each concept counts, write the weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inference.backbones.base import Backbone
from inference.backbones.provider import BackboneOptions, Device, choose_device, open_backbone
from inference.highlighter.bridge.network import STRIDES
from inference.highlighter.bridge.provider import LEVEL
from inference.highlighter.bridge.reading import BridgeReader
from inference.highlighter.bridge.shipped import BACKBONE
from inference.highlighter.bridge.teaching_photos import TAUGHT, draw_photo
from inference.highlighter.bridge.training import Plan, Progress, train
from inference.highlighter.bridge.weights import BridgeWeights, write_weights
from inference.highlighter.concepts import LOOKS, Concept, Family
from inference.highlighter.presence import PresenceRule
from inference.highlighter.traces import trace_pieces
from inference.metrics import average_precision
from inference.model_packs import verify_pack

OnProgress = Callable[[float, str], object]
CHECKED = 300
"""Drawn photos, none of which was taught, from which the rules are taken."""
_FIRST_CHECKED = 3_000_000
ABSENT_SHARE = 0.97
"""Share of the photos without a concept that its rule has to leave alone."""
LEAST_PRECISION = 0.6
"""Average precision below which a concept is left to the filters."""
LINE_RATIO = 3.0
"""How far a line stands out from the fifth strongest; set on photographs of leather and roads, not on drawings."""
_LICENCE = (
    "The program's own: trained on its own drawings and renders alone. EfficientNet-Lite2, which it stands on, is "
    "Apache-2.0."
)


@dataclass(frozen=True)
class Checked:
    """What was measured of one concept on the photos that were not taught."""

    present: NDArray[np.float64]
    """Strength of the strongest piece on each photo with the concept."""
    absent: NDArray[np.float64]
    precision: float | None
    """Mean average precision on photos with it; None where there was none."""


def teach(
    plan: Plan,
    models_folder: Path,
    folder: Path,
    *,
    device: Device = "auto",
    on_progress: OnProgress = lambda share, text: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Path:
    """Make bridge anew in `folder`, going on from what an earlier run left there; return the weights file.

    Raises ModelPackError, DeviceError and Cancelled.
    """
    work = folder / "work"
    work.mkdir(parents=True, exist_ok=True)
    options = BackboneOptions(device, precision="bfloat16", layers=STRIDES)
    backbone = open_backbone(BACKBONE, models_folder, options)

    def tell(progress: Progress) -> None:
        on_progress(0.95 * progress.step / progress.steps, f"step {progress.step}, loss {progress.loss:.3f}")

    tensors, losses = train(
        backbone,
        plan,
        device=choose_device(device),
        checkpoint=work / "checkpoint.pt",
        on_progress=tell,
        is_cancelled=is_cancelled,
    )
    on_progress(0.95, "finding out when a concept counts as found")
    checked = check_concepts(backbone, BridgeWeights(tensors, {}), range(_FIRST_CHECKED, _FIRST_CHECKED + CHECKED))
    described = {
        "name": "bridge",
        "version": "1",
        "licence": _LICENCE,
        "recipe": asdict(plan),
        "data": f"{plan.steps * plan.batch} drawn or rendered photos of 256 x 256 with exact masks",
        "rules_from": f"{CHECKED} more drawn photos",
        "model_packs": [asdict(verify_pack(BACKBONE, models_folder).identity)],
        "loss_at_end": round(float(np.mean(losses[-20:])), 4),
        "precision": {str(concept): each.precision for concept, each in checked.items()},
    }
    return write_weights(folder, tensors, make_rules(checked), described)


def check_concepts(backbone: Backbone, weights: BridgeWeights, numbers: Sequence[int]) -> dict[Concept, Checked]:
    """Measure every concept on drawn photos of these numbers."""
    reader = BridgeReader(backbone, weights)
    strengths: dict[bool, list[list[float]]] = {there: [[] for _ in TAUGHT] for there in (True, False)}
    precisions: list[list[float]] = [[] for _ in TAUGHT]
    for number in numbers:
        photo = draw_photo(number, 0)
        read = reader.read(photo.pixels)
        for place, mask in enumerate(photo.masks):
            logits = read.find(place)
            strengths[bool(mask.any())][place].append(trace_pieces(logits, LEVEL).strength(1))
            if mask.any():
                precisions[place].append(average_precision(mask.ravel(), logits.ravel()))
    return {
        concept: Checked(
            np.array(strengths[True][place]),
            np.array(strengths[False][place]),
            round(float(np.mean(precisions[place])), 4) if precisions[place] else None,
        )
        for place, concept in enumerate(TAUGHT)
    }


def make_rules(checked: dict[Concept, Checked]) -> dict[Concept, PresenceRule]:
    """Return a rule for every concept that was learned well enough."""
    rules = {}
    for concept, each in checked.items():
        if each.precision is None or each.precision < LEAST_PRECISION or not len(each.absent):
            continue
        least = max(5.0, 1.1 * float(np.quantile(each.absent, ABSENT_SHARE)))
        is_line = LOOKS[concept].family is Family.LINE
        rules[concept] = PresenceRule(round(least, 1), LINE_RATIO if is_line else 0.0)
    return rules

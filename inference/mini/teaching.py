"""The whole recipe of mini: simulate inspections, teach on them, write the weights and what they were made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from inference.backbones.base import Backbone
from inference.backbones.provider import BackboneOptions, Device, choose_device, open_backbone
from inference.detector import METHOD_VERSION, Detector
from inference.errors import Cancelled
from inference.language.models import Precision, open_language_model
from inference.mini.looking import LAYER
from inference.mini.model import MiniWeights, pack_weights
from inference.mini.shipped import EYE_PACK, LANGUAGE_PACK, MANIFEST_FILE, WEIGHTS_FILE
from inference.mini.simulated_inspections import simulate_product
from inference.mini.subject_files import read_subjects, write_subjects
from inference.mini.subjects import Subject
from inference.mini.training import Plan, Progress, train
from inference.model_packs import verify_pack
from inference.profiles import find_profile
from inference.textbook import Components

OnProgress = Callable[[float, str], object]
_SIMULATING = 0.4
"""The share of the whole time that simulating takes, for the progress bar."""
_LICENCE = (
    "The program's own: trained on its own renders alone. SmolLM2 and DINOv2, which it stands on, are Apache-2.0."
)

READING = Plan(steps=100, prompts_rate=5e-4, adapters_rate=5e-4, warm_up=10, with_facts=0.5, seed=1)
"""The second stage. With as many facts from the start mini read them and never learned to look (docs/mini.md)."""


@dataclass(frozen=True)
class Recipe:
    """All that the weights depend on besides the program."""

    products: int = 96
    inspections: int = 16
    """Of each product."""
    plan: Plan = field(default_factory=Plan)
    """How it learns to see: mostly without facts, so that only photo and map can tell."""
    reading: Plan = READING
    """How it learns, after that, to read facts without forgetting to see."""


def teach(
    recipe: Recipe,
    models_folder: Path,
    folder: Path,
    *,
    device: Device = "auto",
    on_progress: OnProgress = lambda share, text: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Path:
    """Make mini anew in `folder`, going on from what an earlier run left there; return the weights file.

    Raises ModelPackError, DeviceError and Cancelled.
    """
    work = folder / "work"
    work.mkdir(parents=True, exist_ok=True)
    subjects = prepare_subjects(recipe, models_folder, work, on_progress, is_cancelled)
    place = choose_device(device)
    steps = recipe.plan.steps + recipe.reading.steps

    def take_stage(plan: Plan, number: int, done: int, start: MiniWeights | None) -> tuple[MiniWeights, list[float]]:
        language = open_language_model(LANGUAGE_PACK, models_folder, device=place, precision=_choose_precision(place))
        return train(
            language,
            subjects,
            plan,
            start=start,
            checkpoint=work / f"checkpoint-{number}.pt",
            on_progress=_Report(on_progress, done, steps).tell,
            is_cancelled=is_cancelled,
        )

    seeing, _ = take_stage(recipe.plan, 1, 0, None)
    weights, losses = take_stage(recipe.reading, 2, recipe.plan.steps, seeing)
    return write_weights(folder, weights, describe(recipe, models_folder, losses, len(subjects)))


def prepare_subjects(
    recipe: Recipe,
    models_folder: Path,
    work: Path,
    on_progress: OnProgress = lambda share, text: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> list[Subject]:
    """Simulate the products that are not in `work` yet, and return all inspections. Raises Cancelled."""
    paths = [work / f"product-{number:04}.npz" for number in range(recipe.products)]
    missing = [number for number, path in enumerate(paths) if not path.is_file()]
    if missing:
        profile = find_profile("default")
        views = [
            open_backbone(view.pack, models_folder, BackboneOptions(precision=profile.precision, layers=view.layers))
            for view in profile.views
        ]
        detector, eye = Detector(views, profile), open_eye(models_folder)
        for number in missing:
            if is_cancelled():
                raise Cancelled
            on_progress(_SIMULATING * number / recipe.products, f"simulating product {number + 1} of {recipe.products}")
            seed = recipe.plan.seed
            simulated = simulate_product(number, detector, eye, inspections=recipe.inspections, seed=seed)
            write_subjects(paths[number], tuple(simulated))
    return [subject for path in paths for subject in read_subjects(path)]


def open_eye(models_folder: Path, components: Components = "framework") -> Backbone:
    """Open the backbone through which mini looks."""
    options = BackboneOptions(precision="bfloat16", layers=(LAYER,), components=components)
    return open_backbone(EYE_PACK, models_folder, options)


def describe(recipe: Recipe, models_folder: Path, losses: list[float], inspections: int) -> dict[str, object]:
    """What the manifest says besides the hash: recipe, data, seed, packs, licence."""
    packs = [verify_pack(name, models_folder).identity for name in (LANGUAGE_PACK, EYE_PACK)]
    last = losses[-20:]
    return {
        "name": "mini",
        "version": "1",
        "licence": _LICENCE,
        "recipe": asdict(recipe),
        "data": f"{inspections} simulated inspections of {recipe.products} rendered products, one reference each",
        "detector_method": METHOD_VERSION,
        "model_packs": [asdict(pack) for pack in packs],
        "loss_at_end": round(sum(last) / len(last), 4) if last else None,
    }


def write_weights(folder: Path, weights: MiniWeights, described: dict[str, object]) -> Path:
    """Write weights and manifest, and return the weights' path."""
    data = pack_weights(weights.prompts, weights.adapters)
    path = folder / WEIGHTS_FILE
    path.write_bytes(data)
    manifest = {**described, "file": WEIGHTS_FILE, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    (folder / MANIFEST_FILE).write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def _choose_precision(device: str) -> Precision:
    """The frozen weights take half the memory; adapters and prompts are float32 everywhere."""
    return "float32" if device == "mps" else "bfloat16"


class _Report:
    """Tells progress of teaching as a share of the whole."""

    def __init__(self, on_progress: OnProgress, done: int, steps: int) -> None:
        self._on_progress = on_progress
        self._done = done
        self._steps = steps

    def tell(self, progress: Progress) -> None:
        """Report one step."""
        step = self._done + progress.step
        share = _SIMULATING + (1 - _SIMULATING) * step / self._steps
        self._on_progress(share, f"step {step} of {self._steps}, loss {progress.loss:.3f}")

"""Teaches mini: lessons drawn from simulated inspections, adapters and prompts moved, everything else frozen.

Seeded, and resumable from the file that is written every few steps: the lessons of a step depend on its number alone.
Where the inspections come from is `simulated_inspections`' affair.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import cos, pi
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 - as everybody calls it
from torch import Tensor

from inference.errors import Cancelled
from inference.language.models import LanguageModel
from inference.mini.adapters import add_adapters, collect_adapters, list_parameters
from inference.mini.lessons import draw_lesson
from inference.mini.model import MiniWeights, fill_in, make_prompts, stack_glimpses
from inference.mini.scripts import UNTAUGHT, Script, write_lesson
from inference.mini.subjects import Subject, mirror

FILLER = 0
"""Token behind the end of the shorter scripts of a batch; nothing attends to it that is taught."""


@dataclass(frozen=True)
class Plan:
    """How mini is taught."""

    steps: int = 160
    batch: int = 12
    prompts_rate: float = 3e-3
    adapters_rate: float = 1e-3
    warm_up: int = 20
    with_facts: float = 0.15
    """Share of the steps whose lessons have the facts written in them; these are twice as long."""
    seed: int = 0
    keep_every: int = 50
    """Steps between two files to go on from."""


@dataclass(frozen=True)
class Progress:
    """How far teaching has come."""

    step: int
    steps: int
    loss: float
    """Mean cross entropy of the answers' tokens in this step, in nats."""


@dataclass
class _State:
    """What teaching changes."""

    prompts: Any
    adapters: dict[str, Any]
    optimiser: Any
    step: int = 0
    losses: list[float] = field(default_factory=list)


def train(
    language: LanguageModel,
    subjects: Sequence[Subject],
    plan: Plan,
    *,
    start: MiniWeights | None = None,
    checkpoint: Path | None = None,
    on_progress: Callable[[Progress], object] = lambda progress: None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> tuple[MiniWeights, list[float]]:
    """Teach, and return the weights and the loss of every step. Takes the language model for itself.

    Begins with the weights `start` where they are given. Goes on from `checkpoint` where that file is there, and keeps
    it up to date. Raises Cancelled, after keeping it.
    """
    torch.manual_seed(plan.seed)
    state = _begin(language, plan)
    if start is not None:
        _load(state, start.prompts, start.adapters)
    if checkpoint is not None and checkpoint.is_file():
        _go_on(state, checkpoint)
    while state.step < plan.steps:
        if is_cancelled():
            _keep(state, checkpoint)
            raise Cancelled
        loss = _take_step(state, language, subjects, plan)
        on_progress(Progress(state.step, plan.steps, loss))
        if state.step % plan.keep_every == 0:
            _keep(state, checkpoint)
    _keep(state, checkpoint)
    return _collect(state), state.losses


def draw_batch(
    subjects: Sequence[Subject], language: LanguageModel, plan: Plan, step: int
) -> tuple[list[Script], list[Subject]]:
    """Draw a step's lessons, good and defective parts alike, each mirrored at random."""
    rng = np.random.default_rng((plan.seed, step))
    groups = [[each for each in subjects if each.is_defective is wanted] for wanted in (True, False)]
    with_facts = bool(rng.random() < plan.with_facts)
    scripts, seen = [], []
    for place in range(plan.batch):
        group = groups[place % 2] or groups[1 - place % 2]
        subject = mirror_at_random(group[int(rng.integers(len(group)))], rng)
        lesson = draw_lesson(subject, rng, with_facts=with_facts)
        scripts.append(write_lesson(language, subject.facts if with_facts else None, lesson))
        seen.append(subject)
    return scripts, seen


def mirror_at_random(subject: Subject, rng: np.random.Generator) -> Subject:
    """One of the eight ways in which a photo can be mirrored and turned."""
    left_right, up_down, across = (bool(way) for way in rng.random(3) < 0.5)
    return mirror(subject, left_right=left_right, up_down=up_down, across=across)


def measure_loss(embedded: Tensor, scripts: Sequence[Script], language: LanguageModel) -> Tensor:
    """Mean cross entropy of the taught tokens, each predicted from those before it (causal language modelling)."""
    labels = torch.tensor(_pad([script.labels for script in scripts], UNTAUGHT), device=embedded.device)  # (B, L)
    read = language.network.model(inputs_embeds=embedded, use_cache=False).last_hidden_state  # (B, L, C)
    wanted = labels[:, 1:]  # (B, L - 1)
    taught = wanted != UNTAUGHT
    logits = language.network.lm_head(read[:, :-1][taught])  # (N, V); the head is the dearest layer
    loss: Tensor = F.cross_entropy(logits.float(), wanted[taught])
    return loss


def _begin(language: LanguageModel, plan: Plan) -> _State:
    device = language.network.get_input_embeddings().weight.device
    prompts = make_prompts(language).to(device)
    adapters = add_adapters(language.network)
    for adapter in adapters.values():
        adapter.to(device)
    groups = [
        {"params": list(prompts.parameters()), "lr": plan.prompts_rate, "top": plan.prompts_rate},
        {"params": list_parameters(adapters), "lr": plan.adapters_rate, "top": plan.adapters_rate},
    ]
    return _State(prompts, adapters, torch.optim.AdamW(groups, weight_decay=0.01))


def _take_step(state: _State, language: LanguageModel, subjects: Sequence[Subject], plan: Plan) -> float:
    for group in state.optimiser.param_groups:
        group["lr"] = group["top"] * schedule_rate(state.step, plan)
    scripts, seen = draw_batch(subjects, language, plan, state.step)
    ids = _pad([script.ids for script in scripts], FILLER)
    embedded = fill_in(ids, stack_glimpses([subject.glimpse for subject in seen]), state.prompts, language)
    loss = measure_loss(embedded, scripts, language)
    state.optimiser.zero_grad()
    loss.backward()
    moved = [part for group in state.optimiser.param_groups for part in group["params"]]
    torch.nn.utils.clip_grad_norm_(moved, 1.0)
    state.optimiser.step()
    state.step += 1
    state.losses.append(float(loss.detach()))
    return state.losses[-1]


def schedule_rate(step: int, plan: Plan) -> float:
    """Share of the highest learning rate: up in a line, then down to a twentieth along half a cosine."""
    if step < plan.warm_up:
        return (step + 1) / plan.warm_up
    done = (step - plan.warm_up) / max(1, plan.steps - plan.warm_up)
    return 0.05 + 0.95 * 0.5 * (1 + cos(pi * min(done, 1.0)))


def _pad(rows: Sequence[Sequence[int]], filler: int) -> list[list[int]]:
    longest = max(len(row) for row in rows)
    return [[*row, *[filler] * (longest - len(row))] for row in rows]


def _collect(state: _State) -> MiniWeights:
    prompts = {name: tensor.detach().cpu().clone() for name, tensor in state.prompts.state_dict().items()}
    adapters = {name: tensor.cpu().clone() for name, tensor in collect_adapters(state.adapters).items()}
    return MiniWeights(prompts, adapters)


def _keep(state: _State, checkpoint: Path | None) -> None:
    """Write the file to go on from: beside, then swapped in, so that a kill leaves the one before."""
    if checkpoint is None:
        return
    weights = _collect(state)
    kept = {
        "prompts": dict(weights.prompts),
        "adapters": dict(weights.adapters),
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
    _load(state, kept["prompts"], kept["adapters"])
    state.optimiser.load_state_dict(kept["optimiser"])
    state.step, state.losses = kept["step"], kept["losses"]


def _load(state: _State, prompts: Mapping[str, Tensor], adapters: Mapping[str, Tensor]) -> None:
    state.prompts.load_state_dict(dict(prompts))
    for name, adapter in state.adapters.items():
        adapter.lora_A.data.copy_(adapters[f"{name}.lora_A"])
        adapter.lora_B.data.copy_(adapters[f"{name}.lora_B"])

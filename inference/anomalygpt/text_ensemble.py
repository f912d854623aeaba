"""The sentences that say "normal" and "abnormal" about a kind of part, and how its name is found in a prompt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import torch
from torch import Tensor

NORMAL_STATES = (
    "{}",
    "flawless {}",
    "perfect {}",
    "unblemished {}",
    "{} without flaw",
    "{} without defect",
    "{} without damage",
)
ABNORMAL_STATES = ("damaged {}", "broken {}", "{} with flaw", "{} with defect", "{} with damage")
TEMPLATES = ("a photo of a {}.", "a photo of the {}.")
ANY = "object"
"""The name when none is known."""
SOUGHT_NAMES = (
    *("bottle", "cable", "capsule", "carpet", "grid", "hazelnut", "leather", "metal nut", "pill", "screw", "tile"),
    *("toothbrush", "transistor", "wood", "zipper", "object", "candle", "cashew", "chewinggum", "fryum", "macaroni"),
    *("pcb", "pipe fryum"),
)
"""In the order in which the published code looks for them; the first that occurs anywhere in the prompt is taken."""

NamePolicy = Literal["object", "auto"]
"""Always "object", as when the official weights were trained (2023-08-28), or found in the prompt, as since then."""


def list_sentences(states: Sequence[str], name: str) -> list[str]:
    """Every state in both templates."""
    name = name.replace("_", " ")
    return [template.format(state.format(name)) for state in states for template in TEMPLATES]


def find_name(prompt: str, policy: NamePolicy = "auto") -> str:
    """The name of the part that the ensemble is made for. No word boundaries: "textile" is a tile."""
    if policy == ANY:
        return ANY
    return next((name for name in SOUGHT_NAMES if name in prompt), ANY)


def encode_ensemble(encode: Callable[[Sequence[str]], Tensor], name: str) -> Tensor:
    """(1, 2, E): the mean direction of the normal and of the abnormal sentences; `encode` gives (N, E) for N."""
    groups = (list_sentences(states, name) for states in (NORMAL_STATES, ABNORMAL_STATES))
    return torch.stack([mean_direction(encode(sentences)) for sentences in groups]).unsqueeze(0)


def mean_direction(embeddings: Tensor) -> Tensor:
    """(E,): the mean of (N, E), of length 1."""
    mean = embeddings.mean(dim=0)
    return mean / mean.norm()

"""The language model's own part in mini: low-rank adapters on the attention of every layer (Hu et al. 2021).

They are trained beside the frozen weights and added into them for talking, so that they cost nothing there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from torch import Tensor, nn

from inference.textbook.lora import LoraLinear

RANK = 8
ALPHA = 16.0
ADAPTED = ("q_proj", "k_proj", "v_proj", "o_proj")


def add_adapters(network: Any) -> dict[str, LoraLinear]:
    """Put an adapter, which changes nothing yet, on each attention matrix; returns them by the matrix's name."""
    adapters = {}
    for name, attention, part in _find_matrices(network):
        adapters[name] = LoraLinear(getattr(attention, part), RANK, ALPHA)
        setattr(attention, part, adapters[name])
    return adapters


def merge_adapters(network: Any, weights: Mapping[str, Tensor]) -> None:
    """Add trained adapters, "<matrix>.lora_A" and "<matrix>.lora_B", into the matrices they belong to."""
    for name, attention, part in _find_matrices(network):
        matrix = getattr(attention, part).weight
        low, high = weights[f"{name}.lora_A"], weights[f"{name}.lora_B"]
        change = (ALPHA / RANK) * (high.float() @ low.float())
        matrix.data += change.to(matrix.dtype)


def collect_adapters(adapters: Mapping[str, LoraLinear]) -> dict[str, Tensor]:
    """The trained matrices by name."""
    return {
        f"{name}.{part}": getattr(adapter, part).detach()
        for name, adapter in adapters.items()
        for part in ("lora_A", "lora_B")
    }


def list_parameters(adapters: Mapping[str, LoraLinear]) -> list[nn.Parameter]:
    """What an optimiser moves."""
    return [part for adapter in adapters.values() for part in (adapter.lora_A, adapter.lora_B)]


def _find_matrices(network: Any) -> Iterator[tuple[str, Any, str]]:
    for number, layer in enumerate(network.model.layers):
        for part in ADAPTED:
            yield f"layers.{number}.{part}", layer.self_attn, part

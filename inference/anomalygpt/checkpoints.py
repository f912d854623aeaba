"""Official weight files to the parts of the system: every tensor accounted for, or a sentence about what does not fit.

The published code loads its files without a check, so that a wrong file shows only as odd answers; here each layer of
weights says how many tensors it used of how many. Where files come from and what they cost in memory is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import torch
from torch import Tensor, nn

from inference.errors import ModelPackError

Weights = Mapping[str, Tensor]

VISION_PARTS = {
    "modality_preprocessors.vision.": "pre.",
    "modality_trunks.vision.": "trunk.",
    "modality_heads.vision.": "head.",
}
TEXT_PARTS = {
    "modality_preprocessors.text.": "pre.",
    "modality_trunks.text.": "trunk.",
    "modality_heads.text.": "head.",
    "modality_postprocessors.text.": "post.",
}
LORA_PREFIX = "llama_model.base_model.model."


@dataclass(frozen=True)
class LoadReport:
    """How many tensors of a file were used, and which names did not fit."""

    used: int
    expected: int
    unexpected: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing is missing and nothing is left over."""
        return not self.unexpected and not self.missing

    def __str__(self) -> str:
        return f"{self.used} of {self.expected} tensors, {len(self.unexpected)} unexpected"


def read_weights(path: Path) -> dict[str, Tensor]:
    """The tensors of a torch file, on the CPU, without running any code in it; `ModelPackError` when it holds none."""
    try:
        found = torch.load(path, map_location="cpu", weights_only=True, mmap=True)
    except (OSError, RuntimeError, BadZipFile, EOFError, ValueError) as error:
        raise ModelPackError(f"{path} cannot be read as model weights; download it again.") from error
    except Exception as error:
        if type(error).__name__ != "UnpicklingError":
            raise
        raise ModelPackError(f"{path} holds more than weights and was not opened; take the official file.") from error
    if not isinstance(found, Mapping) or not all(isinstance(value, Tensor) for value in found.values()):
        raise ModelPackError(f"{path} holds no named tensors; take the official file.")
    return {str(name): value.detach() for name, value in found.items()}


def select(weights: Weights, parts: Mapping[str, str]) -> dict[str, Tensor]:
    """The weights of one tower of an ImageBind file, under the short names; the other senses are left out."""
    return {
        short + name.removeprefix(long): value
        for name, value in weights.items()
        for long, short in parts.items()
        if name.startswith(long)
    }


def load_exactly(module: nn.Module, weights: Weights, what: str) -> LoadReport:
    """Fill a module; every tensor must be there, fit and be wanted, else `ModelPackError` names the first."""
    wanted = module.state_dict()
    report = LoadReport(
        used=len(wanted.keys() & weights.keys()),
        expected=len(wanted),
        unexpected=tuple(sorted(weights.keys() - wanted.keys())),
        missing=tuple(sorted(wanted.keys() - weights.keys())),
    )
    _require_names(report, what)
    _require_shapes(wanted, weights, what)
    _require_finite(weights, what)
    module.load_state_dict(dict(weights), assign=True)
    return report


def select_lora(weights: Weights) -> dict[str, Tensor]:
    """PandaGPT's adapters as `model.layers.0.self_attn.q_proj.lora_A`; with and without peft's ".default"."""
    return {
        name.removeprefix(LORA_PREFIX).replace(".default", "").removesuffix(".weight"): value
        for name, value in weights.items()
        if ".lora_" in name
    }


def merge_lora(language_model: nn.Module, adapters: Weights, scaling: float = 1.0) -> LoadReport:
    """Add each adapter to the layer it belongs to, W + s B A (Hu et al. 2021, equation 3), in float32.

    Afterwards there is no adapter left to compute at every token.
    """
    layers = {name: value for name, value in language_model.named_modules() if isinstance(value, nn.Linear)}
    names = sorted({name.rpartition(".lora_")[0] for name in adapters})
    unexpected = tuple(name for name in names if name not in layers)
    missing = tuple(
        f"{name}.{half}" for name in names for half in ("lora_A", "lora_B") if f"{name}.{half}" not in adapters
    )
    report = LoadReport(len(adapters) - len(unexpected), len(adapters), unexpected, missing)
    _require_names(report, "PandaGPT")
    for name in names:
        _merge(layers[name], adapters[f"{name}.lora_A"], adapters[f"{name}.lora_B"], scaling, name)
    return report


@torch.no_grad()
def _merge(layer: nn.Linear, down: Tensor, up: Tensor, scaling: float, name: str) -> None:
    """`down` (r, in) is A, `up` (out, r) is B."""
    if (up.shape[0], down.shape[1]) != tuple(layer.weight.shape) or down.shape[0] != up.shape[1]:
        raise ModelPackError(f"The adapter of {name} does not fit the language model; take Vicuna-7B and PandaGPT-7B.")
    layer.weight.copy_((layer.weight.float() + scaling * (up.float() @ down.float())).to(layer.weight.dtype))


def count(weights: Weights, wanted: Callable[[str], bool] = lambda name: True) -> tuple[int, int]:
    """How many tensors, and how many values in them."""
    sizes = [value.numel() for name, value in weights.items() if wanted(name)]
    return len(sizes), sum(sizes)


def _require_names(report: LoadReport, what: str) -> None:
    if report.missing:
        raise ModelPackError(f"The weights for {what} lack {report.missing[0]} ({report}); is this the right file?")
    if report.unexpected:
        raise ModelPackError(f"The weights for {what} hold {report.unexpected[0]}, which does not belong ({report}).")


def _require_shapes(wanted: Weights, weights: Weights, what: str) -> None:
    for name, value in wanted.items():
        if value.shape != weights[name].shape:
            shapes = f"{tuple(weights[name].shape)} instead of {tuple(value.shape)}"
            raise ModelPackError(f"In the weights for {what}, {name} has the shape {shapes}; is this the right file?")


def _require_finite(weights: Weights, what: str) -> None:
    for name, value in weights.items():
        if not name.endswith("mask") and not bool(torch.isfinite(value).all()):
            raise ModelPackError(
                f"In the weights for {what}, {name} holds values that are no numbers; download them again."
            )

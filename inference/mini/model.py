"""Mini put together: the language model, its adapters and the prompts; and its weights in one file.

How it is taught is `training`'s affair, how it talks `provider`'s.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load, save
from torch import Tensor

from inference.errors import ModelPackError
from inference.language.models import LanguageModel
from inference.mini.adapters import merge_adapters
from inference.mini.looking import Glimpse
from inference.mini.prompts import Prompts
from inference.mini.scripts import INSPECTION
from inference.mini.shipped import MANIFEST_FILE, WEIGHTS_FILE, WEIGHTS_FOLDER
from inference.regions import PLACES
from inference.textbook import Components
from inference.textbook.prompt_learner import learn_mini_prompts

FEATURES = 384
"""Length of a view: the backbone's tokens."""
_PROMPTS, _ADAPTERS = "prompts.", "adapters."

Prompting = Callable[[Tensor, Tensor], Tensor]
"""Views and maps in, embeddings out: `Prompts`, or the textbook's."""


@dataclass(frozen=True)
class MiniWeights:
    """What was trained."""

    prompts: Mapping[str, Tensor]
    adapters: Mapping[str, Tensor]
    sha256: str = ""
    """Of the file they come from."""


def make_prompts(language: LanguageModel) -> Prompts:
    """Untrained prompts of the language model's width, with embeddings of the size that its words have."""
    words = language.network.get_input_embeddings().weight.float()
    names = [words[language.encode(f" {place}")].mean(dim=0) for row in PLACES for place in row]  # 9 of (C,)
    return Prompts(FEATURES, torch.stack(names).cpu(), float(words[:1000].std()))


def pack_weights(prompts: Mapping[str, Tensor], adapters: Mapping[str, Tensor]) -> bytes:
    """The bytes of a weights file: float16, names in a fixed order."""
    named = {f"{_PROMPTS}{name}": tensor for name, tensor in prompts.items()}
    named |= {f"{_ADAPTERS}{name}": tensor for name, tensor in adapters.items()}
    data: bytes = save({name: named[name].half().contiguous().cpu() for name in sorted(named)})
    return data


def read_weights(folder: Path = WEIGHTS_FOLDER) -> MiniWeights:
    """Read trained weights and check them against the manifest beside them. Raises ModelPackError."""
    try:
        data = (folder / WEIGHTS_FILE).read_bytes()
        manifest = json.loads((folder / MANIFEST_FILE).read_text(encoding="utf-8"))
        wanted = str(manifest["sha256"])
    except (OSError, ValueError, KeyError) as error:
        raise ModelPackError(
            f"The weights of mini in {folder} cannot be read ({error}); train or install them again."
        ) from error
    sha256 = hashlib.sha256(data).hexdigest()
    if sha256 != wanted:
        raise ModelPackError(f"{folder / WEIGHTS_FILE} was altered and was not loaded; train or install mini again.")
    return unpack_weights(data, sha256)


def unpack_weights(data: bytes, sha256: str = "") -> MiniWeights:
    """Read the bytes of a weights file."""
    tensors = load(data)
    parts = [
        {name.removeprefix(prefix): tensor.float() for name, tensor in tensors.items() if name.startswith(prefix)}
        for prefix in (_PROMPTS, _ADAPTERS)
    ]
    return MiniWeights(parts[0], parts[1], sha256)


class Mini:
    """A language model that has seen an inspection."""

    def __init__(self, language: LanguageModel, weights: MiniWeights, components: Components = "framework") -> None:
        """Takes the language model for itself: the adapters are added into it."""
        self.language = language
        load = _load_prompts if components == "framework" else _load_prompts_by_hand
        self.prompts = load(language, weights.prompts)
        merge_adapters(language.network, weights.adapters)

    @torch.inference_mode()
    def embed(self, ids: Sequence[int], glimpse: Glimpse) -> Tensor:
        """Return (1, L, C): the embeddings of a script of which the inspection's stand at `INSPECTION`."""
        return fill_in([list(ids)], stack_glimpses([glimpse]), self.prompts, self.language)


def _load_prompts(language: LanguageModel, weights: Mapping[str, Tensor]) -> Prompting:
    prompts = make_prompts(language)
    prompts.load_state_dict(dict(weights))
    prompts.to(language.network.get_input_embeddings().weight.device).eval()
    return prompts


def _load_prompts_by_hand(_: LanguageModel, weights: Mapping[str, Tensor]) -> Prompting:
    return partial(learn_mini_prompts, weights)


def stack_glimpses(glimpses: Sequence[Glimpse]) -> tuple[Tensor, Tensor]:
    """Return (B, 2, F) views and (B, 1, 96, 96) maps."""
    views = torch.from_numpy(np.stack([glimpse.views for glimpse in glimpses]))
    maps = torch.from_numpy(np.stack([glimpse.anomaly for glimpse in glimpses]))
    return views, maps[:, None]


def fill_in(
    ids: Sequence[Sequence[int]], glimpses: tuple[Tensor, Tensor], prompts: Prompting, language: LanguageModel
) -> Tensor:
    """Return (B, L, C): words embedded as the language model does, the inspections' embeddings in their places."""
    words = language.network.get_input_embeddings()
    device = words.weight.device
    scripts = torch.tensor(ids, device=device)  # (B, L)
    seen = prompts(*(part.to(device) for part in glimpses))  # (B, 20, C)
    places = scripts == INSPECTION  # (B, L)
    embedded = words(scripts.clamp(min=0))  # (B, L, C)
    filled: Tensor = embedded.masked_scatter(places[..., None], seen.to(embedded.dtype))
    return filled

"""Opens the language model of an installed pack: its weights, its word list and the signs of its turns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from inference.errors import ModelPackError
from inference.model_packs import verify_pack
from inference.model_packs.language_models import WORD_LIST
from inference.results import PackIdentity
from inference.textbook import Components

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Precision = Literal["float32", "bfloat16", "float16"]

TURN_BEGIN, TURN_END = "<|im_start|>", "<|im_end|>"
"""Signs that SmolLM2 was taught to read around a turn; what a person writes never becomes one of them."""


@dataclass(frozen=True)
class LanguageModel:
    """A causal language model that is ready to read."""

    pack: PackIdentity
    network: Any
    """`transformers.LlamaForCausalLM`, in evaluation, or `by_hand.LlamaByHand`."""
    words: Tokenizer
    end_id: int
    """Token that ends a turn."""

    @property
    def width(self) -> int:
        """Length of an embedding."""
        return int(self.network.config.hidden_size)

    def encode(self, text: str) -> list[int]:
        """Token ids of a text in which signs stand for what they mean; for texts of our own only."""
        ids: list[int] = self.words.encode(text, add_special_tokens=False).ids
        return ids

    def encode_plainly(self, text: str) -> list[int]:
        """Token ids of what a person wrote: a sign in it is nothing but its letters."""
        parts = text.replace("<|", "<\0|").split("\0")
        return [token for part in parts if part for token in self.encode(part)]

    def decode(self, ids: list[int]) -> str:
        """Text of token ids, without signs; a character whose bytes are not complete yet becomes U+FFFD."""
        text: str = self.words.decode(ids, skip_special_tokens=True)
        return text


def open_language_model(
    name: str,
    models_folder: Path,
    *,
    device: str = "cpu",
    precision: Precision = "float32",
    components: Components = "framework",
) -> LanguageModel:
    """Open the language model of the installed pack `name`; every file of it is verified first.

    Components "textbook" are those written by hand: float32 on the processor, whatever device and precision say.
    Raises ModelPackError when the pack is unknown, missing, altered or no language model.
    """
    import torch  # noqa: PLC0415
    from tokenizers import Tokenizer  # noqa: PLC0415

    pack = verify_pack(name, models_folder)
    if pack.manifest.role != "language":
        raise ModelPackError(f"Model pack {name} is no language model; choose smollm2-135m.")
    arrays = pack.read_arrays()
    words = Tokenizer.from_str(arrays.pop(WORD_LIST).tobytes().decode())
    dtype = torch.float32 if components == "textbook" else getattr(torch, precision)
    state = {key: torch.from_numpy(array).to(dtype) for key, array in arrays.items()}
    arguments = pack.manifest.network
    network = _write_by_hand(state, arguments) if components == "textbook" else _fill(state, arguments, device)
    return LanguageModel(pack.identity, network, words, words.get_vocab()[TURN_END])


def _fill(state: Mapping[str, Any], arguments: Mapping[str, Any], device: str) -> Any:
    """The library's network with these weights."""
    network = build_llama(arguments)
    network.load_state_dict(state, strict=False, assign=True)
    network.tie_weights()
    network.requires_grad_(requires_grad=False)
    return network.to(device).eval()


def _write_by_hand(state: Mapping[str, Any], arguments: Mapping[str, Any]) -> Any:
    from inference.language.by_hand import LlamaByHand  # noqa: PLC0415

    return LlamaByHand(state, arguments)


def build_llama(arguments: Mapping[str, Any]) -> Any:
    """A `transformers.LlamaForCausalLM` without values in its weights."""
    import torch  # noqa: PLC0415
    from transformers import LlamaConfig, LlamaForCausalLM  # noqa: PLC0415

    theta = arguments["rope_theta"]
    named = {key: value for key, value in arguments.items() if key != "rope_theta"}
    config = LlamaConfig(**named, rope_parameters={"rope_type": "default", "rope_theta": theta})
    with torch.device("meta"):
        network = LlamaForCausalLM(config)
    # Not a weight, so no file holds it: the turning speeds have to be computed where they are used.
    network.model.rotary_emb = type(network.model.rotary_emb)(config)
    return network

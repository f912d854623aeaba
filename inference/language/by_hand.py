"""The textbook's Llama in the shape that talking expects: it answers to the calls that transformers' model answers to.

How it computes is `inference.textbook.llama`'s affair; on the processor and in single precision.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

from torch import Tensor, nn

from inference.textbook.llama import KeyValueCache, Llama, LlamaShape

_ATTENTION = ("q_proj", "k_proj", "v_proj", "o_proj")


class LlamaByHand:
    """Takes the place of `transformers.LlamaForCausalLM`."""

    def __init__(self, weights: Mapping[str, Tensor], arguments: Mapping[str, Any]) -> None:
        """`arguments` are those of the model pack's network."""
        self.config = SimpleNamespace(hidden_size=arguments["hidden_size"])
        self.model = _Body(Llama(weights, _read_shape(arguments)))
        self._words = nn.Embedding.from_pretrained(weights["model.embed_tokens.weight"])

    def get_input_embeddings(self) -> nn.Embedding:
        """The embedding of each token."""
        return self._words

    def __call__(
        self,
        inputs_embeds: Tensor,
        *,
        past_key_values: KeyValueCache | None = None,
        use_cache: bool = True,
        logits_to_keep: int = 0,
    ) -> SimpleNamespace:
        """Logits (B, L, V) of embeddings (B, L, C), or of the last `logits_to_keep` of them, and the cache."""
        read = self.model(inputs_embeds, past_key_values=past_key_values, use_cache=use_cache)
        logits = self.model.llama.name_next(read.last_hidden_state[:, -logits_to_keep:])
        return SimpleNamespace(logits=logits, past_key_values=read.past_key_values)


class _Body:
    """All but the last matrix."""

    def __init__(self, llama: Llama) -> None:
        self.llama = llama
        self.layers = [_show_attention(llama.weights, number) for number in range(llama.shape.layers)]

    def __call__(
        self, inputs_embeds: Tensor, *, past_key_values: KeyValueCache | None = None, use_cache: bool = True
    ) -> SimpleNamespace:
        cache = KeyValueCache() if past_key_values is None else past_key_values
        hidden = self.llama.think(inputs_embeds, cache)
        return SimpleNamespace(last_hidden_state=hidden, past_key_values=cache if use_cache else None)


def _show_attention(weights: Mapping[str, Tensor], number: int) -> SimpleNamespace:
    """The matrices that adapters are added into; they are the model's own."""
    matrices = {part: weights[f"model.layers.{number}.self_attn.{part}.weight"] for part in _ATTENTION}
    named = {part: SimpleNamespace(weight=matrix) for part, matrix in matrices.items()}
    return SimpleNamespace(self_attn=SimpleNamespace(**named))


def _read_shape(arguments: Mapping[str, Any]) -> LlamaShape:
    return LlamaShape(
        layers=arguments["num_hidden_layers"],
        heads=arguments["num_attention_heads"],
        key_heads=arguments["num_key_value_heads"],
        eps=arguments["rms_norm_eps"],
        theta=arguments["rope_theta"],
    )

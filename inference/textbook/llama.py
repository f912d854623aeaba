"""A Llama decoder by hand (Touvron et al. 2023, arXiv:2302.13971; grouped queries: Ainslie et al. 2023, 2305.13245).

Weights are named as in transformers' `LlamaForCausalLM`, so that its state dict can be read as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

Weights = Mapping[str, Tensor]


@dataclass(frozen=True)
class LlamaShape:
    """The sizes that the weights alone do not tell."""

    layers: int
    heads: int
    key_heads: int
    """Fewer than `heads`: each is shared by a group of queries."""
    eps: float = 1e-5
    theta: float = 10_000.0
    """The slowest rotation takes 2 pi theta positions."""


@dataclass
class KeyValueCache:
    """Keys and values of what was read, a pair for each layer: (B, K, positions, D)."""

    pairs: dict[int, tuple[Tensor, Tensor]] = field(default_factory=dict)

    @property
    def length(self) -> int:
        """Positions read so far."""
        return self.pairs[0][0].shape[2] if self.pairs else 0

    def extend(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Put new keys and values behind those there, and return all."""
        if layer in self.pairs:
            old_keys, old_values = self.pairs[layer]
            keys, values = torch.cat([old_keys, keys], dim=2), torch.cat([old_values, values], dim=2)
        self.pairs[layer] = keys, values
        return keys, values


class Llama:
    """The decoder: token embeddings in, logits of the next token out."""

    def __init__(self, weights: Weights, shape: LlamaShape) -> None:
        self.weights = weights
        self.shape = shape

    def embed(self, ids: Tensor) -> Tensor:
        """(B, L, C) for ids (B, L)."""
        return self.weights["model.embed_tokens.weight"][ids]

    def read(self, embeddings: Tensor, cache: KeyValueCache | None = None) -> Tensor:
        """Logits (B, L, V) for embeddings (B, L, C); with a cache these come behind what it holds."""
        return self.name_next(self.think(embeddings, cache or KeyValueCache()))

    def think(self, embeddings: Tensor, cache: KeyValueCache) -> Tensor:
        """What leaves the last layer, (B, L, C) for (B, L, C)."""
        angles = rotary_angles(embeddings.shape[1], self._head_width(embeddings), self.shape.theta, cache.length)
        x = embeddings
        for layer in range(self.shape.layers):
            x = x + self._attend(layer, self._norm(x, f"model.layers.{layer}.input_layernorm"), angles, cache)
            x = x + self._feed_forward(layer, self._norm(x, f"model.layers.{layer}.post_attention_layernorm"))
        return self._norm(x, "model.norm")  # (B, L, C)

    def name_next(self, x: Tensor) -> Tensor:
        """How well each token would follow: (B, L, V); small models compare with the embeddings they read with."""
        head = self.weights.get("lm_head.weight", self.weights["model.embed_tokens.weight"])
        return x @ head.T  # (B, L, V)

    def _attend(self, layer: int, x: Tensor, angles: Tensor, cache: KeyValueCache) -> Tensor:
        name = f"model.layers.{layer}.self_attn."
        q = self._split(x, name + "q_proj", self.shape.heads)  # (B, H, L, D)
        k = self._split(x, name + "k_proj", self.shape.key_heads)  # (B, K, L, D)
        v = self._split(x, name + "v_proj", self.shape.key_heads)  # (B, K, L, D)
        keys, values = cache.extend(layer, rotate(k, angles), v)  # (B, K, P, D)
        group = self.shape.heads // self.shape.key_heads
        keys, values = keys.repeat_interleave(group, dim=1), values.repeat_interleave(group, dim=1)  # (B, H, P, D)
        mixed = causal_attention(rotate(q, angles), keys, values)  # (B, H, L, D)
        return mixed.transpose(1, 2).flatten(2) @ self.weights[name + "o_proj.weight"].T  # (B, L, C)

    def _feed_forward(self, layer: int, x: Tensor) -> Tensor:
        """SwiGLU (Shazeer 2020, arXiv:2002.05202): down(silu(gate x) * up x)."""
        gate, up, down = (
            self.weights[f"model.layers.{layer}.mlp.{part}_proj.weight"] for part in ("gate", "up", "down")
        )
        gated = x @ gate.T  # (B, L, F)
        return (gated * torch.sigmoid(gated) * (x @ up.T)) @ down.T  # (B, L, C)

    def _norm(self, x: Tensor, name: str) -> Tensor:
        return rms_norm(x, self.weights[name + ".weight"], self.shape.eps)

    def _split(self, x: Tensor, name: str, heads: int) -> Tensor:
        projected = x @ self.weights[name + ".weight"].T  # (B, L, heads D)
        return projected.unflatten(-1, (heads, -1)).transpose(1, 2)  # (B, heads, L, D)

    def _head_width(self, embeddings: Tensor) -> int:
        return int(embeddings.shape[-1]) // self.shape.heads


def rms_norm(x: Tensor, weight: Tensor, eps: float) -> Tensor:
    """x / sqrt(mean(x^2) + eps) * weight (Zhang and Sennrich 2019, arXiv:1910.07467, equation 4)."""
    return x * torch.rsqrt(x.pow(2).mean(dim=-1, keepdim=True) + eps) * weight


def rotary_angles(length: int, width: int, theta: float, start: int = 0) -> Tensor:
    """(L, D / 2): position times theta^(-2 i / D) (Su et al. 2021, arXiv:2104.09864, section 3.2.2)."""
    frequencies = theta ** (-torch.arange(0, width, 2) / width)  # (D / 2,)
    return torch.arange(start, start + length)[:, None] * frequencies  # (L, D / 2)


def rotate(x: Tensor, angles: Tensor) -> Tensor:
    """Turn each pair (i, i + D / 2) of (B, H, L, D) by its angle, so that products depend on distances alone."""
    first, second = x.chunk(2, dim=-1)  # (B, H, L, D / 2)
    cos, sin = angles.cos().to(x), angles.sin().to(x)  # (L, D / 2)
    return torch.cat([first * cos - second * sin, second * cos + first * sin], dim=-1)  # (B, H, L, D)


def causal_attention(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """softmax(q k^T / sqrt(D)) v where no position sees a later one; the queries are the last L of P positions."""
    length, positions = q.shape[2], k.shape[2]
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5  # (B, H, L, P)
    later = torch.ones(length, positions, dtype=torch.bool).triu(1 + positions - length)  # (L, P)
    return scores.masked_fill(later, float("-inf")).softmax(dim=-1) @ v  # (B, H, L, D)

"""Tokens from a causal language model one by one, so that they can be shown as they come and stopped at any.

The model is any of transformers' causal models: it takes `inputs_embeds`, keeps keys and values of what it has read,
and gives logits. Greedy unless told otherwise, since a repeated question should get the same answer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor

from inference.errors import ModelPackError

StopCause = Literal["end", "length", "stopped"]


@dataclass(frozen=True)
class Decoding:
    """How the next token is chosen, and when to stop."""

    most_tokens: int = 512
    greedy: bool = True
    temperature: float = 1.0
    """Above 0; only for drawing at random."""
    top_k: int = 50
    top_p: float = 0.01
    """Draw from the likeliest tokens that together have this share; the likeliest is always among them."""
    seed: int = 0


class Generation:
    """One answer being generated. Iterate over its token ids; `stop_cause` tells afterwards why it ended."""

    def __init__(
        self,
        model: Any,
        embeddings: Tensor,
        decoding: Decoding,
        *,
        stop_ids: Collection[int],
        is_cancelled: Callable[[], bool] = lambda: False,
        cache: Any = None,
    ) -> None:
        """`embeddings` (1, L, C) are read first; `cache` holds what was read before them, and grows."""
        self._model = model
        self._embeddings = embeddings
        self._decoding = decoding
        self._stop_ids = frozenset(stop_ids)
        self._is_cancelled = is_cancelled
        self._cache = cache
        self._random = torch.Generator(device=embeddings.device).manual_seed(decoding.seed)
        self.stop_cause: StopCause = "length"

    def __iter__(self) -> Iterator[int]:
        """Yield ids, the stop sign included."""
        for _ in range(self._decoding.most_tokens):
            if self._is_cancelled():
                self.stop_cause = "stopped"
                return
            token = choose_token(self._read(), self._decoding, self._random)
            yield token
            if token in self._stop_ids:
                self.stop_cause = "end"
                return
            ids = torch.tensor([[token]], device=self._embeddings.device)
            self._embeddings = self._model.get_input_embeddings()(ids)  # (1, 1, C)

    @torch.inference_mode()
    def _read(self) -> Tensor:
        """Read what is new, and return the logits (V,) of the next token. Raises ModelPackError for broken weights."""
        output = self._model(
            inputs_embeds=self._embeddings, past_key_values=self._cache, use_cache=True, logits_to_keep=1
        )
        self._cache = output.past_key_values
        logits: Tensor = output.logits[0, -1].float()
        if not bool(torch.isfinite(logits).all()):
            raise ModelPackError("The language model computes no numbers; install or train its weights again.")
        return logits


def choose_token(logits: Tensor, decoding: Decoding, random: torch.Generator) -> int:
    """The likeliest token, or one drawn from the likeliest."""
    if decoding.greedy:
        return int(logits.argmax())
    values, ids = (logits / decoding.temperature).topk(min(decoding.top_k, len(logits)))  # (k,), sorted
    shares = values.softmax(dim=0)
    kept = shares.cumsum(dim=0) - shares < decoding.top_p  # (k,); the first always
    drawn = torch.multinomial(shares * kept, 1, generator=random)
    return int(ids[drawn])

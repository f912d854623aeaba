"""Prompt learners by hand (Gu et al. 2024, arXiv:2308.15366, section 3.3): an anomaly map becomes words for Llama.

A small convolutional network shrinks the map to 3 x 3 places, each an embedding like that of a word; learned
embeddings that are the same for every photo stand before them. AnomalyGPT's and our own small one differ in size, and
ours adds the photo itself and the places' names. Weights are named as in those modules.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from inference.textbook.convolution import convolve, max_pool

Weights = Mapping[str, Tensor]
EPS = 1e-5


def learn_prompts(weights: Weights, anomaly: Tensor) -> Tensor:
    """AnomalyGPT's: (B, 18, C) for maps (B, 1, 224, 224); row 9 + 3 r + c is the place (r, c)."""
    x = anomaly
    for layer in ("meta_net.0", "meta_net.3", "meta_net.6", "meta_net.9", "meta_net.12"):
        x = max_pool(_look_around(x, weights, layer).relu(), 2)  # 4, 16, 64, 256, 1024 channels; 7 x 7 in the end
    x = convolve(x, weights["meta_net.15.weight"], weights["meta_net.15.bias"])  # (B, C, 3, 3)
    return _put_base_before(weights["base_prompts"], _list_places(x))  # (B, 18, C)


def learn_mini_prompts(weights: Weights, views: Tensor, anomaly: Tensor) -> Tensor:
    """Mini's: (B, 20, C) for views (B, 2, F) of the photo and maps (B, 1, 96, 96)."""
    seen = _norm(views @ weights["views.weight"].T + weights["views.bias"], weights)  # (B, 2, C)
    x = anomaly
    for layer, halving in (("places.0", 2), ("places.3", 2), ("places.6", 2), ("places.9", 4)):
        x = max_pool(_look_around(x, weights, layer).relu(), halving)  # 16, 32, 64, 128 channels; 3 x 3 in the end
    x = convolve(x, weights["places.12.weight"], weights["places.12.bias"])  # (B, C, 3, 3)
    places = _norm(_list_places(x), weights) + weights["names"]  # (B, 9, C)
    return torch.cat([seen, _put_base_before(weights["base"], places)], dim=1)  # (B, 20, C)


def _look_around(x: Tensor, weights: Weights, layer: str) -> Tensor:
    return convolve(x, weights[layer + ".weight"], weights[layer + ".bias"], padding=(1, 1))


def _list_places(x: Tensor) -> Tensor:
    return x.flatten(2).transpose(1, 2)  # (B, 9, C), row by row


def _put_base_before(base: Tensor, places: Tensor) -> Tensor:
    return torch.cat([base.expand(len(places), -1, -1), places], dim=1)  # (B, 18, C)


def _norm(x: Tensor, weights: Weights) -> Tensor:
    """Layer norm: so that what is seen is as large as words are."""
    centred = x - x.mean(dim=-1, keepdim=True)
    variance = centred.pow(2).mean(dim=-1, keepdim=True)
    return centred * torch.rsqrt(variance + EPS) * weights["norm.weight"] + weights["norm.bias"]

"""A vision transformer by hand (Dosovitskiy et al. 2020, arXiv:2010.11929), as DINOv2 and as ImageBind have it.

The two differ in little: DINOv2 scales what each half of a block adds (Touvron et al. 2021, 2103.17239, equation 8) and
has separate matrices for queries, keys and values; ImageBind has one for the three and a norm before the first
block. Weights are named as in transformers' `Dinov2Model` and in `anomalygpt.vision_tower`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

Weights = Mapping[str, Tensor]
EPS = 1e-6


def dinov2_taps(weights: Weights, photos: Tensor, heads: int, taps: Sequence[int]) -> list[Tensor]:
    """What leaves the blocks numbered `taps`, from 1: (B, 1 + P, C) each, for photos (B, 3, H, W) of the trained size.

    Positions are taken as they were learned; other sizes need them resized, as `backbones.dinov2` does.
    """
    patches = _embed_patches(photos, weights["embeddings.patch_embeddings.projection.weight"])  # (B, P, C)
    patches = patches + weights["embeddings.patch_embeddings.projection.bias"]
    cls = weights["embeddings.cls_token"].expand(len(photos), -1, -1)  # (B, 1, C)
    x = torch.cat([cls, patches], dim=1) + weights["embeddings.position_embeddings"]  # (B, 1 + P, C)
    tapped = []
    for number in range(1, max(taps) + 1):
        name = f"encoder.layer.{number - 1}."
        y = layer_norm(x, weights, name + "norm1")
        q, k, v = (linear(y, weights, f"{name}attention.{part}_proj") for part in "qkv")  # (B, 1 + P, C)
        y = linear(attend(q, k, v, heads), weights, name + "attention.o_proj")
        x = x + weights[name + "layer_scale1.lambda1"] * y
        y = linear(
            gelu(linear(layer_norm(x, weights, name + "norm2"), weights, name + "mlp.fc1")), weights, name + "mlp.fc2"
        )
        x = x + weights[name + "layer_scale2.lambda1"] * y
        if number in taps:
            tapped.append(x)
    return tapped


def imagebind_taps(weights: Weights, photos: Tensor, heads: int, taps: Sequence[int]) -> list[Tensor]:
    """What leaves the blocks with index `taps`, from 0: (B, P, C) each, the class token left out."""
    kernel = weights["pre.rgbt_stem.proj.1.weight"].sum(dim=2)  # (C, 3, 14, 14): a still photo meets the sum over time
    patches = _embed_patches(photos, kernel)  # (B, P, C)
    cls = weights["pre.cls_token"].expand(len(photos), -1, -1)  # (B, 1, C)
    x = torch.cat([cls, patches], dim=1) + weights["pre.pos_embedding_helper.pos_embed"]  # (B, 1 + P, C)
    x = layer_norm(x, weights, "trunk.pre_transformer_layer.0")
    tapped = []
    for index in range(max(taps) + 1):
        name = f"trunk.blocks.{index}."
        y = layer_norm(x, weights, name + "norm_1")
        joined = y @ weights[name + "attn.in_proj_weight"].T + weights[name + "attn.in_proj_bias"]  # (B, 1 + P, 3 C)
        q, k, v = joined.chunk(3, dim=-1)  # (B, 1 + P, C)
        x = x + linear(attend(q, k, v, heads), weights, name + "attn.out_proj")
        y = layer_norm(x, weights, name + "norm_2")
        x = x + linear(gelu(linear(y, weights, name + "mlp.fc1")), weights, name + "mlp.fc2")
        if index in taps:
            tapped.append(x[:, 1:])
    return tapped


def attend(q: Tensor, k: Tensor, v: Tensor, heads: int) -> Tensor:
    """softmax(q k^T / sqrt(D)) v for each head (Vaswani et al. 2017, equation 1), the heads side by side again."""
    q, k, v = (x.unflatten(-1, (heads, -1)).transpose(1, 2) for x in (q, k, v))  # (B, H, L, D)
    scores = q @ k.transpose(-2, -1) / q.shape[-1] ** 0.5  # (B, H, L, L)
    return (scores.softmax(dim=-1) @ v).transpose(1, 2).flatten(2)  # (B, L, C)


def layer_norm(x: Tensor, weights: Weights, name: str) -> Tensor:
    """(x - mean) / sqrt(variance + eps), scaled and shifted (Ba et al. 2016, arXiv:1607.06450)."""
    centred = x - x.mean(dim=-1, keepdim=True)
    variance = centred.pow(2).mean(dim=-1, keepdim=True)
    return centred * torch.rsqrt(variance + EPS) * weights[name + ".weight"] + weights[name + ".bias"]


def gelu(x: Tensor) -> Tensor:
    """x times the normal distribution function (Hendrycks and Gimpel 2016, arXiv:1606.08415), exact."""
    return x * 0.5 * (1 + torch.erf(x / 2**0.5))


def linear(x: Tensor, weights: Weights, name: str) -> Tensor:
    """x W^T + b."""
    return x @ weights[name + ".weight"].T + weights[name + ".bias"]


def _embed_patches(photos: Tensor, kernel: Tensor) -> Tensor:
    """(B, P, C): every patch is flattened and multiplied by one matrix, row by row of the photo."""
    side = kernel.shape[-1]
    patches = photos.unfold(2, side, side).unfold(3, side, side)  # (B, 3, h, w, side, side)
    flat = patches.permute(0, 2, 3, 1, 4, 5).flatten(3).flatten(1, 2)  # (B, P, 3 side side)
    return flat @ kernel.flatten(1).T  # (B, P, C)

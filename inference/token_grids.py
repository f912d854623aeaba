"""From a photo to a grid of comparable tokens, at several scales. What the tokens are compared with is left to others.

A scale shows the whole photo at one size. Where that size has more tokens than a backbone takes well at once, the photo
is read tile by tile and the tiles' tokens are put together, so that the rest of the room sees one grid all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, sqrt

import cv2
import numpy as np
from numpy.typing import NDArray

from inference.backbones import Backbone
from inference.errors import Cancelled
from inference.profiles import Profile
from inference.results import RgbPixels

Tokens = NDArray[np.float32]
"""Unit vectors, float32 (..., C)."""

IsCancelled = Callable[[], bool]

TILE_SIDE = 37
"""Cells (input strides) along a tile: the grid DINOv2 was trained with, 518 pixels at stride 14."""

TILE_OVERLAP = 4
"""Cells two neighbouring tiles share; each keeps the half nearer to its own centre, where it has seen more context."""

MAX_CELLS_AT_ONCE = 2600
"""Attention grows with the square of the cells: beyond this many, tiles are faster and need less memory."""

DETAIL_GAIN = 2.2
"""A native view has to be this much larger than the whole view to be worth its time."""

MIN_SIDE = 6
"""Cells along the shorter side of the smallest grid."""


@dataclass(frozen=True)
class Scale:
    """One view of every photo of a product: which backbone reads it, and how many pixels its shorter side has."""

    backbone: int
    side: int
    contrast: float
    """Power its distances are raised to before they are compared with another scale's."""
    detail: bool = False
    """True for the (near) native view of large photos, where small defects survive."""


@dataclass(frozen=True)
class TokenGrid:
    """What one scale sees of a photo: `tokens` are unit vectors (h, w, C), `summary` one unit vector (C,)."""

    tokens: Tokens
    summary: Tokens


def plan_scales(height: int, width: int, profile: Profile, backbones: Sequence[Backbone]) -> tuple[Scale, ...]:
    """Choose the scales for photos of this size: one whole view per backbone, and a native view if that adds detail.

    The native view belongs to the last backbone, the cheapest.
    """
    short = min(height, width)
    views = profile.views[: len(backbones)]
    scales = [Scale(index, view.side_for(short), view.contrast) for index, view in enumerate(views)]
    last = len(scales) - 1
    native = min(short, _affordable_side(height, width, profile.detail_tiles, backbones[last].stride))
    if native >= DETAIL_GAIN * scales[last].side:
        scales.append(Scale(last, native, views[last].contrast, detail=True))
    return tuple(scales)


def _affordable_side(height: int, width: int, tiles: int, stride: int) -> int:
    """Longest shorter side, in pixels, that so many tiles can cover."""
    step = (TILE_SIDE - TILE_OVERLAP) * stride
    return int(step * sqrt(tiles * min(height, width) / max(height, width)))


def read_tokens(backbone: Backbone, pixels: RgbPixels, scale: Scale, is_cancelled: IsCancelled) -> TokenGrid:
    """Show a photo, uint8 (H, W, 3), to its scale's backbone at the scale's size; raises Cancelled."""
    rows, columns = grid_shape(pixels.shape[0], pixels.shape[1], scale.side, backbone.stride)
    view = resize(pixels, rows * backbone.stride, columns * backbone.stride)
    if rows * columns <= MAX_CELLS_AT_ONCE:
        return _read_view(backbone, view, finest=not scale.detail)
    return _read_tiles(backbone, view, is_cancelled, finest=not scale.detail)


def grid_shape(height: int, width: int, side: int, stride: int) -> tuple[int, int]:
    """Rows and columns of cells for a photo whose shorter side is brought to `side` pixels."""
    scale = side / min(height, width)
    return max(MIN_SIDE, round(height * scale / stride)), max(MIN_SIDE, round(width * scale / stride))


def resize(pixels: RgbPixels, height: int, width: int) -> RgbPixels:
    """Resize without aliasing: area averages downwards, cubic upwards."""
    shrinks = height * width < pixels.shape[0] * pixels.shape[1]
    method = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=method), np.uint8)


def join_layers(layers: Sequence[Tokens], *, finest: bool = True) -> Tokens:
    """Join the tapped layers of one photo, each (h_i, w_i, C_i), into unit vectors (h, w, C).

    Layers of one shape are summed after normalisation (VisionAD and SubspaceAD average middle blocks; the sum finds as
    much as separate banks at half the cost, see `docs/ablation.md`). Others are brought to the finest grid, or the
    coarsest, and concatenated, as in PatchCore (Roth et al., CVPR 2022, section 3.1).
    """
    normalised = [normalise(layer) for layer in layers]
    if all(layer.shape == normalised[0].shape for layer in normalised):
        return unit_vectors(np.sum(normalised, axis=0))
    choose = max if finest else min
    height, width = choose(layer.shape[:2] for layer in normalised)
    return unit_vectors(np.concatenate([_bring_to_grid(layer, height, width) for layer in normalised], axis=-1))


def _bring_to_grid(tokens: Tokens, height: int, width: int) -> Tokens:
    if tokens.shape[:2] == (height, width):
        return tokens
    method = cv2.INTER_AREA if height < tokens.shape[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(tokens, (width, height), interpolation=method), np.float32)


def normalise(tokens: Tokens) -> Tokens:
    """Centre each token over its channels and scale it to length 1: a layer norm and an L2 norm in one."""
    return unit_vectors(tokens - tokens.mean(axis=-1, keepdims=True))


def unit_vectors(vectors: Tokens) -> Tokens:
    """Scale vectors (..., C) to length 1; a zero vector stays zero."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)


def _read_view(backbone: Backbone, view: RgbPixels, *, finest: bool) -> TokenGrid:
    features = backbone.extract(view[None])
    tokens = join_layers([layer[0] for layer in features.layers], finest=finest)  # (h, w, C)
    return TokenGrid(tokens, unit_vectors(features.summary[0]))


def _read_tiles(backbone: Backbone, view: RgbPixels, is_cancelled: IsCancelled, *, finest: bool) -> TokenGrid:
    """Read a large view tile by tile; the summary is the mean over the tiles."""
    stride = backbone.stride
    rows, columns = view.shape[0] // stride, view.shape[1] // stride
    bands, summaries = [], []
    for top, keep_rows in split_axis(rows):
        band = []
        for left, keep_columns in split_axis(columns):
            if is_cancelled():
                raise Cancelled
            tile = view[_pixels(top, rows, stride), _pixels(left, columns, stride)]
            read = _read_view(backbone, np.ascontiguousarray(tile), finest=finest)
            each = read.tokens.shape[0] * stride // tile.shape[0]  # tokens a cell
            band.append(read.tokens[_kept(keep_rows, top, each), _kept(keep_columns, left, each)])
            summaries.append(read.summary)
        bands.append(np.concatenate(band, axis=1))
    return TokenGrid(np.concatenate(bands, axis=0), unit_vectors(np.mean(summaries, axis=0)))


def _pixels(start: int, length: int, stride: int) -> slice:
    return slice(start * stride, min(start + TILE_SIDE, length) * stride)


def _kept(cells: slice, start: int, each: int) -> slice:
    return slice((cells.start - start) * each, (cells.stop - start) * each)


def split_axis(length: int) -> list[tuple[int, slice]]:
    """Cover `length` cells with tiles: the start of each, and the cells it is trusted with; these cover all, once."""
    if length <= TILE_SIDE:
        return [(0, slice(0, length))]
    count = ceil((length - TILE_OVERLAP) / (TILE_SIDE - TILE_OVERLAP))
    starts = [round(index * (length - TILE_SIDE) / (count - 1)) for index in range(count)]
    seams = [(start + TILE_SIDE + following) // 2 for start, following in pairwise(starts)]
    edges = [0, *seams, length]
    return [(start, slice(low, high)) for start, (low, high) in zip(starts, pairwise(edges), strict=True)]

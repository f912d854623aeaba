"""Reads references: as they lie, put down again, mirrored, brighter and turned; remembers what it read.

Tokens leave here rounded to half precision, so that a product judges the same before and after it was kept in a file.
What the tokens are used for is `learning`'s affair.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inference.alignment import Thumbnail, make_thumbnail
from inference.backbones import Backbone
from inference.comparing import take_sample
from inference.errors import Cancelled
from inference.images import Photo
from inference.profiles import Profile
from inference.reference_memory import Readings, ReferenceMemory
from inference.results import RgbPixels
from inference.token_grids import IsCancelled, Scale, TokenGrid, Tokens, read_tokens
from inference.variations import BRIGHTNESS, ROTATIONS, brighten, flip, place_again, rotate

VARIATION_SHARE = 8
"""A variation of a reference, or a turned one, takes at most this part of a memory bank."""


@dataclass(frozen=True)
class View:
    """One picture of a part as every scale sees it."""

    thumbnail: Thumbnail
    grids: tuple[TokenGrid, ...]


class ReferenceReader:
    """Reads references at the scales of one product."""

    def __init__(
        self,
        backbones: Sequence[Backbone],
        profile: Profile,
        scales: tuple[Scale, ...],
        memory: ReferenceMemory,
        is_cancelled: IsCancelled,
    ) -> None:
        self.backbones = backbones
        self.profile = profile
        self.scales = scales
        self._memory = memory
        self._is_cancelled = is_cancelled
        self._readings: dict[str, Readings] = {}

    def check(self) -> None:
        """Raise Cancelled when nobody wants the result any more."""
        if self._is_cancelled():
            raise Cancelled

    def read_as_it_lies(self, photo: Photo) -> View:
        """Read a reference at every scale."""
        grids = [self._read(photo, photo.pixels, f"as it lies, {index}", index) for index in range(len(self.scales))]
        return View(make_thumbnail(photo.pixels), tuple(grids))

    def read_put_down_again(self, photo: Photo) -> list[View]:
        """Read a reference as if the part had been put down again; the native view is left out."""
        whole = [index for index, scale in enumerate(self.scales) if not scale.detail]
        views = []
        for count, pixels in enumerate(place_again(photo.pixels)):
            grids = [self._read(photo, pixels, f"again {count}, {index}", index) for index in whole]
            views.append(View(make_thumbnail(pixels), tuple(grids)))
        return views

    def read_turns(self, photo: Photo, view: View, *, rotations: bool) -> tuple[tuple[Tokens, ...], ...]:
        """Per scale and turn, tokens (M, C): turn 0 holds the reference itself, mirrored and brighter ones too."""
        return tuple(
            self._read_turns(photo, index, grid.tokens, rotations=rotations) for index, grid in enumerate(view.grids)
        )

    def remember(self, photo: Photo) -> None:
        """Keep what was read of a photo, and let it go."""
        readings = self._readings.pop(photo.sha256, {})
        if readings:
            self._memory.save(photo.sha256, repr(self.scales), readings)

    def _read_turns(self, photo: Photo, index: int, tokens: Tokens, *, rotations: bool) -> tuple[Tokens, ...]:
        lighter = {f"brighter {by}": by for by in BRIGHTNESS}
        varied = [gather([tokens])]
        if not self.scales[index].detail:
            varied.append(self._thin_out(photo, flip(photo.pixels), f"mirrored, {index}", index))
            varied += [
                self._thin_out(photo, brighten(photo.pixels, by), f"{name}, {index}", index)
                for name, by in lighter.items()
            ]
        turned = [
            self._thin_out(photo, rotate(photo.pixels, degrees), f"turned {degrees}, {index}", index)
            for degrees in (ROTATIONS if rotations else ())
        ]
        return (gather(varied), *turned)

    def _thin_out(self, photo: Photo, pixels: RgbPixels, name: str, index: int) -> Tokens:
        """Every n-th token of a variation: what it adds to the reference is approximate anyway, and this is quick."""
        readings = self._recall(photo)
        if name not in readings:
            self.check()
            grid = read_tokens(
                self.backbones[self.scales[index].backbone], pixels, self.scales[index], self._is_cancelled
            )
            sample = take_sample(gather([grid.tokens]), self.profile.bank_tokens // VARIATION_SHARE)
            readings[name] = sample.astype(np.float16)
        return readings[name].astype(np.float32)

    def _read(self, photo: Photo, pixels: RgbPixels, name: str, index: int) -> TokenGrid:
        readings = self._recall(photo)
        if name not in readings or f"{name}, summary" not in readings:
            self.check()
            grid = read_tokens(
                self.backbones[self.scales[index].backbone], pixels, self.scales[index], self._is_cancelled
            )
            readings[name] = grid.tokens.astype(np.float16)
            readings[f"{name}, summary"] = grid.summary.astype(np.float16)
        summary = readings[f"{name}, summary"].astype(np.float32)
        return TokenGrid(readings[name].astype(np.float32), summary)

    def _recall(self, photo: Photo) -> Readings:
        if photo.sha256 not in self._readings:
            self._readings[photo.sha256] = self._memory.load(photo.sha256, repr(self.scales))
        return self._readings[photo.sha256]


def gather(grids: Sequence[Tokens]) -> Tokens:
    """Put token grids and lists together into one list (M, C)."""
    return np.concatenate([tokens.reshape(-1, tokens.shape[-1]) for tokens in grids])

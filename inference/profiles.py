"""Profiles: how much work an inspection may cost, and which backbones do it. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from inference.errors import KnownError

ProfileName = Literal["default", "fast"]


@dataclass(frozen=True)
class WholeView:
    """How one backbone is shown the whole photo: its shorter side, in pixels, follows the photo's within two bounds."""

    pack: str
    """Name of the model pack."""
    layers: tuple[int, ...]
    """Layers to tap, in the pack's own numbering."""
    smallest: int
    largest: int
    contrast: float
    """Power that distances are raised to. Convolutional features spread defects and good parts over half the range the
    transformer does; squared, both speak equally loud when they are fused (see `docs/ablation.md`)."""

    def side_for(self, short_side: int) -> int:
        """Shorter side of the view for a photo of this shorter side: three quarters of it, within the bounds."""
        return min(max(round(0.75 * short_side), self.smallest), self.largest)


@dataclass(frozen=True)
class Profile:
    """What the detector may spend on one photo. Everything a product needs beyond it is chosen from its references."""

    name: ProfileName
    views: tuple[WholeView, ...]
    detail_tiles: int
    """At most this many tiles at (or near) native resolution for photos larger than the whole views; 0 for none."""
    bank_tokens: int
    """At most this many reference tokens a scale and turn."""
    precision: Literal["float32", "bfloat16"]
    alignment: bool
    """Whether parts lying where they lay on a reference are also compared place by place."""
    within: bool
    """Whether photos of even surfaces are also compared with themselves."""


_CONTEXT = WholeView("dinov2-vits14", (6, 8), smallest=336, largest=336, contrast=1.0)
"""What belongs where: the vision transformer's middle blocks."""

_DETAIL = WholeView("efficientnet-lite2", (8, 16), smallest=384, largest=512, contrast=2.0)
"""Fine structure, at a sixth of the transformer's cost a pixel."""

PROFILES: dict[ProfileName, Profile] = {
    "default": Profile("default", (_CONTEXT, _DETAIL), 24, 6144, "bfloat16", alignment=True, within=True),
    "fast": Profile("fast", (_DETAIL,), 0, 4096, "bfloat16", alignment=False, within=False),
}


def find_profile(name: str) -> Profile:
    """Return a profile by its name; raises KnownError naming the profiles there are."""
    for profile in PROFILES.values():
        if profile.name == name:
            return profile
    raise KnownError(f'There is no profile "{name}"; choose one of: {", ".join(PROFILES)}.')

"""Whether what a query asks for is there at all: how far the strongest piece stands out, against the photo itself.

What the photo shows with the opposite sign (bright lines for a crack) and as often (many such lines are the product's
own pattern) is taken for its texture. The limits were set on rendered parts (`inference.synthesis`), never on single
photos; `docs/highlighting.md` says how often they hold on real ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inference.highlighter.traces import Traces
from inference.results import RgbPixels


@dataclass(frozen=True)
class PresenceRule:
    """When something is there."""

    strength: float
    """Least strength of the strongest piece."""
    ratio: float
    """Least ratio of its strength to what the texture makes."""
    pattern_rank: int = 5
    """The piece of this rank is texture."""


@dataclass(frozen=True)
class Presence:
    """How clearly something is there; found from 1.0 on."""

    score: float
    least_strength: float
    """Pieces from this strength belong to what was found."""

    @property
    def found(self) -> bool:
        """Whether it is there."""
        return self.score >= 1.0


TEXTURE_FLOOR = 15.0
"""Strength that noise alone reaches anywhere."""
SHARE_OF_STRONGEST = 0.15
"""Weaker pieces than this share of the strongest are left out."""


def judge_presence(pieces: Traces, opposite: Traces | None, rule: PresenceRule) -> Presence:
    """Compare the strongest piece with the rule and with the photo's own texture."""
    texture = max(TEXTURE_FLOOR, pieces.strength(rule.pattern_rank), 1.5 * pieces.strength(rule.pattern_rank + 2))
    if opposite is not None:
        texture = max(texture, opposite.strength(2), 0.5 * opposite.strength(1))
    strongest = pieces.strength(1)
    score = min(strongest / rule.strength, strongest / (texture * rule.ratio))
    return Presence(score, max(SHARE_OF_STRONGEST * strongest, 0.4 * rule.strength))


def judge_presence_on_map(pieces: Traces, least_strength: float) -> Presence:
    """Judge pieces that an anomaly map already vouches for: texture is out, only something has to be there."""
    strongest = pieces.strength(1)
    return Presence(strongest / least_strength, max(SHARE_OF_STRONGEST * strongest, 0.4 * least_strength))


def is_two_toned(pixels: RgbPixels) -> bool:
    """Tell whether a picture has only two tones, like a drawing or a binarised scan, where every line is pattern."""
    grey = pixels[::4, ::4].mean(axis=2)
    low, high = np.percentile(grey, (2, 98))
    if high - low < 100:
        return False
    near = (np.abs(grey - low) < 25) | (np.abs(grey - high) < 25)
    return bool(near.mean() > 0.9)

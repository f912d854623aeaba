"""The frozen values that leave the inference room: regions, calibration, verdicts, an inspection's whole result.

No behaviour beyond checking themselves. How they are stored is `storage`'s affair, how they are shown is the caller's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

FloatMap = NDArray[np.float32]
Mask = NDArray[np.uint8]
RgbPixels = NDArray[np.uint8]

LIMIT = 50.0
"""The score at which a part is rejected. It is always 50: what moves is the calibration behind the score."""


class Verdict(StrEnum):
    """The machine's decision on one part; never altered once recorded."""

    ACCEPT = "accept"
    REVIEW = "review"
    REJECT = "reject"


@dataclass(frozen=True)
class Region:
    """One connected defect area of a photo, in pixels of the upright photo; origin at the top left."""

    x: int
    y: int
    width: int
    height: int
    area_px: int
    peak: float
    """Largest anomaly value inside, in units of the limit: 1.0 is the pixel limit."""
    mean: float
    """Mean anomaly value inside, in the same unit."""
    place: str
    """One of the nine words of the 3 x 3 grid (AnomalyGPT, section 3): "top left" ... "center" ... "bottom right"."""
    label: str = ""
    """A name for the kind of defect where one is known, else empty."""


@dataclass(frozen=True)
class Calibration:
    """What stands behind a verdict: which rule, how many parts, what is promised."""

    rule: str
    parts: int
    """Number of good parts (not photos) the rule rests on."""
    alpha: float
    """Targeted share of good parts rejected, 0 to 1."""
    promise: str
    """The promise as a sentence for a person."""
    provisional: bool = False


@dataclass(frozen=True)
class PackIdentity:
    """Which weights were used: the pack's name, version and the SHA-256 of its weight file."""

    name: str
    version: str
    sha256: str


@dataclass(frozen=True)
class GateFinding:
    """A reason, found before the verdict, why a photo cannot be accepted silently."""

    code: str
    """One of "blurred", "exposure", "resolution", "other-product", "part-missing", "areas-not-placed"."""
    sentence: str


@dataclass(frozen=True)
class Seconds:
    """Wall-clock seconds of one inspection's steps."""

    decode: float
    features: float
    score: float
    total: float


@dataclass(frozen=True)
class Judgement:
    """Everything the detector says about one photo of one part.

    `anomaly_map` is float32 (H, W) at the upright photo's own size; its values are in units of the pixel limit, so that
    1.0 is where the mask begins. `mask` is uint8 (H, W), 0 or 255.
    """

    verdict: Verdict
    score: float
    p_value: float
    raw_score: float
    calibration: Calibration
    regions: tuple[Region, ...]
    anomaly_map: FloatMap
    mask: Mask
    gates: tuple[GateFinding, ...]
    model_packs: tuple[PackIdentity, ...]
    device: str
    seconds: Seconds
    nearest_reference: int
    """Index of the reference most of the photo's patches are nearest to."""
    configuration: Mapping[str, object] = field(default_factory=dict)
    """The detector's settings as plain JSON values: enough to repeat the inspection."""
    warnings: tuple[str, ...] = ()
    limit: float = LIMIT

    def __post_init__(self) -> None:
        if self.anomaly_map.shape != self.mask.shape:
            raise ValueError(f"map {self.anomaly_map.shape} and mask {self.mask.shape} differ in size")
        if not 0.0 <= self.score <= 100.0:
            raise ValueError(f"score {self.score} is outside 0 to 100")

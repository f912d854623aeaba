"""The frozen values of highlighting: what a query found. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from inference.results import FloatMap, Mask, Region

Outcome = Literal["found", "not found", "failed"]

LIMIT = 0.5
"""The value of the soft map from which a pixel may belong to the mask."""


@dataclass(frozen=True)
class QueryResult:
    """What one query found on one photo.

    `mask` is uint8 (H, W), 0 or 255; `soft_map` float32 (H, W), 0 to 1, with `LIMIT` where the mask may begin. Unless
    something was found the mask is empty and there are no regions. Peak and mean of a region are in units of the limit.
    """

    query: str
    """The words as they were typed."""
    outcome: Outcome
    sentence: str
    """What was found and on what that rests, or why nothing was, for a person; in English, as it is recorded."""
    regions: tuple[Region, ...]
    mask: Mask
    soft_map: FloatMap
    provider: str
    concept: str = ""
    """The English name of what the words were understood as; "" where they were not."""
    score: float = 0.0
    """How clearly it is there: 1.0 is where "found" begins."""
    seconds: float = 0.0
    details: Mapping[str, object] = field(default_factory=dict)
    """What repeats the query, as plain JSON values."""

    def __post_init__(self) -> None:
        if self.mask.shape != self.soft_map.shape:
            raise ValueError(f"mask {self.mask.shape} and soft map {self.soft_map.shape} differ in size")
        if (self.outcome == "found") != bool(self.regions):
            raise ValueError(f"{self.query!r} is {self.outcome} with {len(self.regions)} regions")


def make_empty_result(
    query: str, outcome: Outcome, sentence: str, shape: tuple[int, int], provider: str
) -> QueryResult:
    """Return a result without any region for a photo of `shape` (H, W)."""
    return QueryResult(query, outcome, sentence, (), np.zeros(shape, np.uint8), np.zeros(shape, np.float32), provider)

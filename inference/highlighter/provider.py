"""What every highlighter offers, whatever stands behind it: filters, our own model, a foundation model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from inference.highlighter.concepts import Concept
from inference.highlighter.results import QueryResult
from inference.results import FloatMap, RgbPixels

OnProgress = Callable[[float, str], None]


@dataclass(frozen=True)
class Scene:
    """What a query is asked of; arrays are of one height and width."""

    pixels: RgbPixels
    """uint8 (H, W, 3)."""
    anomaly_map: FloatMap | None = None
    """float32 (H, W), 1.0 is the limit; None where the photo was compared with nothing."""


class HighlightProvider(Protocol):
    """Answers queries about one photo. Never a forced hit: what is not there is "not found"."""

    name: str

    def describe(self) -> Mapping[str, object]:
        """Return what repeats its answers, as plain JSON values."""
        ...

    def highlight(self, scene: Scene, query: str, concept: Concept) -> QueryResult:
        """Answer one query."""
        ...

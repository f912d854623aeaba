"""The facts of one inspection as plain values: all that an answer may claim. The station fills them in from the record.

Nothing here knows how facts are put into words, nor where they are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class RegionFact:
    """One region; `number` counts from 1, strongest first. Lengths are those of its upright box."""

    number: int
    place: str
    """One of the nine words of the 3 x 3 grid, in English."""
    width_px: int
    height_px: int
    area_px: int
    peak: float
    """Largest anomaly value inside, in units of the limit."""
    label: str = ""
    """A name for the kind of defect where one is known, else empty."""


@dataclass(frozen=True)
class GateFact:
    """A reason why the photo cannot be accepted silently."""

    code: str
    sentence: str
    """As it was recorded, in English."""


@dataclass(frozen=True)
class QueryFact:
    """Words that were highlighted, and in which places of the 3 x 3 grid they were found."""

    text: str
    places: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """What one inspection found, on what that rests, and what people added."""

    verdict: str | None
    """ "accept", "review", "reject", or None where the photo was compared with nothing."""
    score: float | None = None
    limit: float | None = None
    p_value: float | None = None
    """Probability that a good part scores at least this high, 0 to 1."""
    reject_rate: float | None = None
    """Share of good parts, 0 to 1, that the limit aims to reject at most."""
    parts: int = 0
    """Number of good parts the limit rests on."""
    provisional: bool = False
    promise: str = ""
    """The recorded promise, in English."""
    regions: tuple[RegionFact, ...] = ()
    mm_per_px: float | None = None
    """The photo's scale where the product has one."""
    gates: tuple[GateFact, ...] = ()
    product: str = ""
    product_version: int | None = None
    nearest_reference: str = ""
    """Name of the reference the photo resembles most."""
    references: int = 0
    """Number of references the photo was compared with."""
    queries: tuple[QueryFact, ...] = ()
    notes: str = ""
    """What people wrote about the product."""
    decision: str = ""
    """The newest decision of a person: "accept", "use-as-is", "rework", "scrap", "return" or none."""

    def as_json(self) -> Mapping[str, object]:
        """Return the facts as plain JSON values, for the record of an answer."""
        values = asdict(self)
        for name in ("regions", "gates"):
            values[name] = list(values[name])
        values["queries"] = [{"text": query.text, "places": list(query.places)} for query in self.queries]
        return values

"""One claim of an answer as a value, whatever the words and the language it was made in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from inference.dialogue.understanding import Chosen


class ClaimKind(StrEnum):
    """What a claim is about."""

    PRESENCE = "presence"
    VERDICT = "verdict"
    COUNT = "count"
    PLACE = "place"
    SIZE = "size"
    DEFECT = "kind"
    SCORE = "score"
    LIMIT = "limit"
    PEAK = "peak"
    SHARE = "share"
    REGION = "region"
    """That there is such a region."""
    UNCLEAR = "unclear"
    """Words that claim something, but cannot be told what: two negations, a size without a number."""
    UNREADABLE = "unreadable"
    """A language or letters that are not understood here."""


Bound = Literal["exactly", "least", "most"]
Role = Literal["", "width", "height", "area"]


@dataclass(frozen=True)
class Amount:
    """A number as written: what it can mean, and half a unit of its last digit."""

    values: tuple[float, ...]
    slack: float = 0.0


@dataclass(frozen=True)
class Claim:
    """What a clause says; which fields count depends on the kind."""

    kind: ClaimKind
    word: str = ""
    """A verdict, a place of the grid, a kind of defect, or "px" and "mm" for sizes; all in English."""
    amounts: tuple[Amount, ...] = ()
    affirmed: bool = True
    bound: Bound = "exactly"
    role: Role = ""
    about: Chosen | None = None
    """The region that is spoken of, where one is named."""
    is_hedged: bool = False
    is_rough: bool = False
    """ "About 40 px"."""
    is_elsewhere: bool = False
    """Said of everything but what was found."""

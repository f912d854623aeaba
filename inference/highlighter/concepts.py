"""The kinds of defect that can be highlighted, and by what each is told from the surface around it.

The words people use for them are in `dictionary`; how evidence is measured, in the module of each family.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Concept(StrEnum):
    """What a query can mean; the value is its English name."""

    CRACK = "crack"
    SCRATCH = "scratch"
    FIBRE = "fibre"
    HOLE = "hole"
    POROSITY = "porosity"
    BUBBLE = "bubble"
    STAIN = "stain"
    RUST = "rust"
    CONTAMINATION = "contamination"
    WRONG_COLOUR = "wrong colour"
    DENT = "dent"
    CHIP = "chip"
    BURR = "burr"
    MISSING_PART = "missing part"
    MISPRINT = "misprint"


class Family(StrEnum):
    """How a concept shows."""

    LINE = "line"
    """Thin and long."""
    SPOT = "spot"
    """Small and round."""
    AREA = "area"
    """A patch of another colour or brightness."""
    DIFFERENCE = "difference"
    """Only by comparison with a good part."""


@dataclass(frozen=True)
class Look:
    """What a concept looks like to the classical provider."""

    family: Family
    dark: bool = True
    """Whether it may be darker than what is around it."""
    bright: bool = False
    wanders: bool = False
    """Whether a line of this kind changes direction irregularly, as no edge of a part does."""


LOOKS: Mapping[Concept, Look] = {
    Concept.CRACK: Look(Family.LINE, wanders=True),
    Concept.SCRATCH: Look(Family.LINE, bright=True),
    Concept.FIBRE: Look(Family.LINE, bright=True),
    Concept.HOLE: Look(Family.SPOT),
    Concept.POROSITY: Look(Family.SPOT),
    Concept.BUBBLE: Look(Family.SPOT, bright=True),
    Concept.STAIN: Look(Family.AREA, bright=True),
    Concept.RUST: Look(Family.AREA),
    Concept.CONTAMINATION: Look(Family.AREA, bright=True),
    Concept.WRONG_COLOUR: Look(Family.AREA, bright=True),
    Concept.DENT: Look(Family.AREA, bright=True),
    Concept.CHIP: Look(Family.AREA, bright=True),
    Concept.BURR: Look(Family.AREA, bright=True),
    Concept.MISSING_PART: Look(Family.DIFFERENCE),
    Concept.MISPRINT: Look(Family.DIFFERENCE, bright=True),
}

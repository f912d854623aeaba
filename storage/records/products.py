"""Products as they are kept: their references and their versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from storage.records.words import Actor, BlobRef, Json, ReferenceState, check_choice


@dataclass(frozen=True)
class NewReference:
    """A photo offered as a good part of a product; only approved references are used by the detector."""

    photo: BlobRef
    file_name: str
    state: Literal["proposed", "approved"] = "approved"

    def __post_init__(self) -> None:
        check_choice("state of a new reference", self.state, ("proposed", "approved"))


@dataclass(frozen=True)
class ReferenceRow:
    """A reference as one product version sees it. `id` is unique over all products and never changes."""

    id: int
    photo: BlobRef
    file_name: str
    state: ReferenceState


@dataclass(frozen=True)
class ProductVersion:
    """One immutable version of a product: settings and references exactly as they were in force.

    Every change of references or settings makes the next version. References retired earlier are not in it.
    """

    id: int
    product_id: int
    name: str
    version: int
    settings: Json
    references: tuple[ReferenceRow, ...]
    created_at: str
    created_by: Actor
    reason: str
    retired: bool = False
    """Whether the product (not this version) is retired now."""

    @property
    def approved(self) -> tuple[ReferenceRow, ...]:
        """The references the detector learns from, in the order in which they were added."""
        return tuple(reference for reference in self.references if reference.state == "approved")

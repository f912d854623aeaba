"""What is handed in of one inspection, and what of its queries and turns comes back; nothing that people decided."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from storage.errors import InvalidRecord
from storage.records.products import NewReference
from storage.records.words import Actor, BlobRef, Json, QueryOutcome, Verdict, check_choice


@dataclass(frozen=True)
class NewRegion:
    """One connected defect area in pixels of the upright photo; peak and mean in units of the limit."""

    x: int
    y: int
    width: int
    height: int
    area_px: int
    peak: float
    mean: float
    place: str
    label: str = ""


@dataclass(frozen=True)
class NewQuery:
    """Words that were highlighted, and what they found."""

    text: str
    regions: tuple[NewRegion, ...] = ()
    mask: BlobRef | None = None
    details: Json = field(default_factory=dict)
    """Provider, model packs, settings: whatever repeats the query."""
    outcome: QueryOutcome | None = None
    """None in a record made before outcomes were kept; there, regions tell."""
    sentence: str = ""
    """What was found, or why nothing was, as it was shown."""
    soft_map: BlobRef | None = None
    """float32 (H, W), 0 to 1, as TIFF."""

    def __post_init__(self) -> None:
        if self.outcome is not None:
            check_choice("outcome of a query", self.outcome, get_args(QueryOutcome))
        if self.outcome is not None and (self.outcome == "found") != bool(self.regions):
            raise InvalidRecord(
                f"The query {self.text!r} is {self.outcome} with {len(self.regions)} regions; give what fits."
            )

    @property
    def found(self) -> bool:
        """Whether it was there."""
        return bool(self.regions)


@dataclass(frozen=True)
class RecordedQuery(NewQuery):
    """A query as it was recorded."""

    id: int = field(kw_only=True)
    recorded_at: str = field(kw_only=True)
    recorded_by: Actor = field(kw_only=True)
    event_seq: int = field(default=0, kw_only=True)


@dataclass(frozen=True)
class NewTurn:
    """One message of a conversation, verbatim. Advisory only: no verdict is ever read from it."""

    role: Literal["system", "user", "assistant"]
    text: str
    provider: str = ""
    system_prompt: str = ""
    decoding: Json = field(default_factory=dict)
    """Decoding settings, seed, token counts, facts shown to the model, the text before a correction."""
    stop_cause: str = ""
    """ "" when nothing was generated, else "end", "length", "stopped", "failed"."""
    shown_photo: BlobRef | None = None
    replaces_turn_id: int | None = None
    """The turn this one edits or regenerates; both are kept."""

    def __post_init__(self) -> None:
        check_choice("role of a turn", self.role, ("system", "user", "assistant"))


@dataclass(frozen=True)
class RecordedTurn(NewTurn):
    """A turn as it was recorded."""

    id: int = field(kw_only=True)
    recorded_at: str = field(kw_only=True)
    recorded_by: Actor | None = field(default=None, kw_only=True)
    """The person who asked, or the agent that answered; None only in a turn that was not read from a database."""
    event_seq: int = field(default=0, kw_only=True)


@dataclass(frozen=True, kw_only=True)
class NewInspection:
    """One photo judged once; everything needed to show, prove and repeat it.

    Without a product the verdict, score, limit, p-value and raw score are all None. `references` is for an inspection
    against photos that belong to no product; otherwise the product version names them. `nearest_reference` is a
    position, counted from 0, in whichever of the two was used (`ProductVersion.approved` or `references`).
    """

    photo: BlobRef
    file_name: str
    width: int
    height: int
    product_version_id: int | None = None
    references: tuple[NewReference, ...] = ()
    verdict: Verdict | None = None
    score: float | None = None
    limit: float | None = None
    p_value: float | None = None
    raw_score: float | None = None
    calibration: Json = field(default_factory=dict)
    map: BlobRef | None = None
    mask: BlobRef | None = None
    overlay: BlobRef | None = None
    regions: tuple[NewRegion, ...] = ()
    gates: tuple[Json, ...] = ()
    model_packs: tuple[Json, ...] = ()
    device: str
    seconds: Json = field(default_factory=dict)
    configuration: Json = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    nearest_reference: int | None = None
    serial: str = ""
    query: NewQuery | None = None
    turns: tuple[NewTurn, ...] = ()

    def __post_init__(self) -> None:
        if self.verdict is not None:
            check_choice("verdict", self.verdict, get_args(Verdict))
        if (self.verdict is None) != (self.score is None):
            raise InvalidRecord(f"The inspection of {self.file_name} has a verdict or a score but not both; give both.")


@dataclass(frozen=True)
class FailedInspection:
    """A photo that could not be judged, and the sentence that was shown."""

    file_name: str
    sentence: str
    photo: BlobRef | None = None
    product_version_id: int | None = None
    details: Json = field(default_factory=dict)


@dataclass(frozen=True)
class RecordedFailure(FailedInspection):
    """A failure as it was recorded."""

    id: int = field(kw_only=True)
    record_hash: str = field(kw_only=True)
    recorded_at: str = field(kw_only=True)
    recorded_by: str = field(kw_only=True)
    product: str | None = field(default=None, kw_only=True)
    product_version: int | None = field(default=None, kw_only=True)

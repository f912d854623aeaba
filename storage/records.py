"""The frozen values that go into the audit database and come back out: plain types, no SQL, no inference.

Names starting with `New` are handed in; the others are read back and carry the identities the database gave them.
They check themselves where a wrong value would otherwise be kept for ever. Every mapping must be plain JSON: text keys;
values of None, bool, int below 2**53, finite float, str, lists, mappings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from storage.errors import InvalidRecord

ActorKind = Literal["person", "agent"]
ReferenceState = Literal["proposed", "approved", "retired"]
Verdict = Literal["accept", "review", "reject"]
QueryOutcome = Literal["found", "not found", "failed"]
Role = Literal["operator", "engineer", "auditor", "administrator"]
Meaning = Literal["reviewed", "approved", "rejected"]
"""What a signature says."""
Decision = Literal["accept", "use-as-is", "rework", "scrap", "return"]
Severity = Literal["minor", "major", "critical"]
"""How grave a defect is; the mildest first."""
Reviewed = Literal["none", "any", "accept", "use-as-is", "rework", "scrap", "return"]
"""What people decided on an inspection: nothing yet, something, or, as the newest decision, this."""
HistorySort = Literal["time", "verdict", "score", "product", "file_name", "serial", "decision", "person"]
Json = Mapping[str, object]

MIN_REASON = 10
"""Characters, blanks at both ends not counted, that a reason needs where one is required."""
MAX_REASON = 10_000
"""Characters a reason may have; what is longer belongs into a comment or a file."""
MAX_NAME = 200
"""Characters a product or actor name may have."""
MAX_COMMENT = 100_000
"""Characters a comment may have."""


@dataclass(frozen=True)
class Actor:
    """Who does something: a named person or a named automatic agent; never empty."""

    name: str
    kind: ActorKind = "person"

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise InvalidRecord(
                "The name of whoever acts is empty; give the name of a person or of an automatic agent."
            )
        _check_choice("kind of actor", self.kind, get_args(ActorKind))


@dataclass(frozen=True)
class BlobRef:
    """A file in the blob folder: lower-case hex SHA-256 of its bytes, and their number."""

    sha256: str
    size: int


@dataclass(frozen=True)
class NewReference:
    """A photo offered as a good part of a product; only approved references are used by the detector."""

    photo: BlobRef
    file_name: str
    state: Literal["proposed", "approved"] = "approved"

    def __post_init__(self) -> None:
        _check_choice("state of a new reference", self.state, ("proposed", "approved"))


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
            _check_choice("outcome of a query", self.outcome, get_args(QueryOutcome))
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
        _check_choice("role of a turn", self.role, ("system", "user", "assistant"))


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
            _check_choice("verdict", self.verdict, get_args(Verdict))
        if (self.verdict is None) != (self.score is None):
            raise InvalidRecord(f"The inspection of {self.file_name} has a verdict or a score but not both; give both.")


@dataclass(frozen=True)
class Disposition:
    """A person's decision on an inspection, kept beside the machine's verdict."""

    id: int
    inspection_id: int
    decision: Decision
    code: str
    reason: str
    decided_by: Actor
    decided_at: str
    severity: Severity | None = None
    event_seq: int = 0


@dataclass(frozen=True)
class Comment:
    """What a person remarked on an inspection, verbatim."""

    id: int
    inspection_id: int
    text: str
    written_by: Actor
    written_at: str
    event_seq: int = 0


@dataclass(frozen=True)
class CorrectedMask:
    """The defect as a person drew it, kept beside the machine's mask: PNG of the photo's size, 0 or 255."""

    id: int
    inspection_id: int
    mask: BlobRef
    area_px: int
    reason: str
    drawn_by: Actor
    drawn_at: str
    event_seq: int = 0


@dataclass(frozen=True, kw_only=True)
class RecordedInspection(NewInspection):
    """An inspection read back from the audit database, with everything that was added to it since."""

    id: int
    record_hash: str
    """Hash of the event that recorded it; covers the inspection, its regions, turns and blob hashes, and all before."""
    event_seq: int
    recorded_at: str
    """UTC, ISO 8601 with microseconds and "Z"."""
    local_offset: str
    recorded_by: Actor
    application: str
    """Version of the application that recorded it."""
    product: str | None = None
    product_version: int | None = None
    queries: tuple[RecordedQuery, ...] = ()
    """Everything that was highlighted, oldest first; `query` is the newest of them."""
    turns: tuple[RecordedTurn, ...] = ()
    dispositions: tuple[Disposition, ...] = ()
    corrected_masks: tuple[CorrectedMask, ...] = ()
    comments: tuple[Comment, ...] = ()
    """These three oldest first; the newest disposition and the newest corrected mask count."""


@dataclass(frozen=True)
class Account:
    """A person who can log on, as the newest change left the account."""

    id: int
    name: str
    role: Role
    password_hash: str
    """Argon2id in its own text form; never shown."""
    active: bool


@dataclass(frozen=True)
class Signature:
    """A person's signature under an inspection."""

    id: int
    inspection_id: int
    account_id: int
    printed_name: str
    meaning: Meaning
    record_hash: str
    """Hash of the inspection's record that was signed."""
    comment: str
    recorded_at: str
    event_seq: int = 0


@dataclass(frozen=True)
class InspectionSummary:
    """One line of the history."""

    id: int
    recorded_at: str
    recorded_by: str
    product: str | None
    product_version: int | None
    file_name: str
    serial: str
    verdict: Verdict | None
    score: float | None
    regions: int
    photo: BlobRef
    overlay_sha256: str | None
    disposition: Decision | None
    """The latest decision of a person, if any."""
    record_hash: str
    code: str = ""
    """The defect code of that decision."""
    severity: Severity | None = None
    """The severity of that decision."""
    corrected_area_px: int | None = None
    """Pixels of the newest corrected mask; None where nobody corrected the mask."""
    comments: int = 0


@dataclass(frozen=True)
class InspectionFilter:
    """What a history page is narrowed to; None, "" and empty tuples narrow nothing."""

    product: str | None = None
    verdicts: tuple[Verdict, ...] = ()
    """One of these."""
    since: str | None = None
    """UTC, ISO 8601; a prefix such as "2026-03-01" will do. Included."""
    until: str | None = None
    """UTC, ISO 8601 or a prefix of it. Not included."""
    text: str = ""
    """Part of the file name, serial number, product name or person's name, or of the reason or code of a disposition;
    case is ignored for ASCII letters."""
    serial: str = ""
    """What the serial number begins with, case included."""
    disposition: Reviewed | None = None
    severity: Severity | None = None
    """That of the newest decision."""
    ids: tuple[int, ...] = ()
    """One of these numbers."""


@dataclass(frozen=True)
class HistoryOrder:
    """How a history is sorted; what is equal is sorted by number, and inspections without the value come lowest."""

    by: HistorySort = "time"
    descending: bool = True


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


@dataclass(frozen=True)
class RecordedEvent:
    """One link of the chain. `payload` is the plain JSON that was handed in."""

    seq: int
    recorded_at: str
    local_offset: str
    zone: str
    actor: Actor
    action: str
    object_type: str
    object_id: str
    reason: str
    payload: Json
    hash: str


@dataclass(frozen=True)
class Problem:
    """One thing verification found: where ("inspection 12, column score") and the whole sentence."""

    place: str
    sentence: str


@dataclass(frozen=True)
class VerificationReport:
    """What verification looked at and what it found.

    `warnings` is harmless left-overs (a blob nothing cites, after a crash between blob and row); only `problems` make
    the database untrustworthy.
    """

    checked: Mapping[str, int]
    """How many of each: "events", "rows", "blobs"."""
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    head_seq: int
    head_hash: str
    """Hash of the newest event; "" when there is none. Keep it elsewhere to notice a cut-off tail later."""

    @property
    def ok(self) -> bool:
        """Whether everything fits together."""
        return not self.problems


@dataclass(frozen=True)
class DatabaseMeasure:
    """How large the audit database is, in bytes, and how many rows of each kind it holds."""

    database_bytes: int
    blob_bytes: int
    counts: Mapping[str, int]
    """By "products", "inspections", "dispositions", "turns", "events", "blobs"."""


@dataclass(frozen=True)
class BackupSummary:
    """What a verified backup or restore holds."""

    folder: str
    events: int
    blobs: int
    bytes: int
    head_hash: str


def check_reason(reason: str) -> str:
    """The reason, blanks at both ends cut off; `InvalidRecord` when too few words are left to tell anybody anything."""
    reason = reason.strip()
    if "\0" in reason:
        raise InvalidRecord(
            f"The reason holds a zero byte, which is no text; say in at least {MIN_REASON} characters why."
        )
    if len(reason) < MIN_REASON:
        raise InvalidRecord(f"The reason {reason!r} is too short; say in at least {MIN_REASON} characters why.")
    if len(reason) > MAX_REASON:
        raise InvalidRecord(
            f"The reason has {len(reason)} characters; at most {MAX_REASON} can be kept. Say it shorter, and the rest"
            " in a comment."
        )
    return reason


def check_comment(text: str) -> str:
    """The text as it is; `InvalidRecord` when it says nothing or more than is kept."""
    refuse_zero_bytes("comment", text)
    if not text.strip():
        raise InvalidRecord("The comment is empty; write what you want to say.")
    return check_length(text)


def check_length(text: str) -> str:
    """The text as it is; `InvalidRecord` when it is longer than a comment can be."""
    if len(text) > MAX_COMMENT:
        raise InvalidRecord(
            f"The comment has {len(text)} characters; at most {MAX_COMMENT} can be kept. Keep longer texts as a file of"
            " their own and name it here."
        )
    return text


def refuse_zero_bytes(what: str, text: str) -> None:
    """Raise `InvalidRecord` for a text that SQL and other programs would see cut off."""
    if "\0" in text:
        raise InvalidRecord(f"The {what} holds a zero byte, which is no text; write it anew.")


def _check_choice(what: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise InvalidRecord(f"The {what} is {value!r}; use one of {', '.join(choices)}.")

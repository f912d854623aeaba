"""What goes into a report: the recorded inspection as it was read back, its pictures, who asked for the report when.

Plain frozen values. Pictures are the bytes of files Pillow can read (PNG by custom); whoever joins the rooms fetches
them from the blob folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from storage.records import Actor, NewReference, ProductVersion, RecordedInspection, ReferenceRow, Signature

PageSize = Literal["A4", "Letter"]
Details = Literal["all", "not accepted", "none"]
"""Which inspections of a lot have pages of their own behind its summary."""
PROGRAM = "AnomalyGPT Inspector"


@dataclass(frozen=True)
class ReportPictures:
    """The pictures of one inspection; None where there is none, which the report then says."""

    photo: bytes | None = None
    """The upright photo."""
    overlay: bytes | None = None
    legend: bytes | None = None
    """The colour bar of the overlay."""
    query: bytes | None = None
    """The photo with what the query found."""
    machine_mask: bytes | None = None
    """The photo with the outline of the machine's mask; only where a person corrected it."""
    corrected_mask: bytes | None = None
    """The photo with the outline of the newest mask that a person drew."""
    thumbnail: bytes | None = None
    """A small picture for the table of a lot; without it the overlay or the photo is made smaller."""
    references: Mapping[str, bytes] = field(default_factory=dict)
    """Photos or thumbnails of the references by the SHA-256 of the reference's file."""


@dataclass(frozen=True)
class PrintedAnchor:
    """Where the audit chain ended when it was signed, for print."""

    seq: int
    head_hash: str
    made_at: str
    fingerprint: str
    """Of the public key that signed it."""


@dataclass(frozen=True)
class PurgeNote:
    """That the files of an inspection are gone because their time was over: when, and which two people agreed."""

    day: str
    proposed_by: str
    approved_by: str


@dataclass(frozen=True)
class ReportIssue:
    """Who asked for the report when, with which program, and how far the audit chain reached then.

    `issued_at` is UTC in ISO 8601 with "Z"; `local_offset` is "+01:00" and the like. Raises ValueError for any other
    form, since both also become the creation date inside the file.
    """

    issued_at: str
    issued_by: Actor
    application: str
    """Version of the program that makes the report."""
    chain_head: str
    """Hash of the newest event of the audit database at `issued_at`."""
    chain_seq: int
    local_offset: str = "+00:00"
    anchor: PrintedAnchor | None = None
    """None where the end of the chain could not be signed."""

    def __post_init__(self) -> None:
        if datetime.fromisoformat(self.issued_at).tzinfo is None:
            raise ValueError(f"issued_at {self.issued_at!r} has no time zone")
        datetime.fromisoformat(f"2000-01-01T00:00:00{self.local_offset}")


@dataclass(frozen=True)
class ReportContents:
    """Everything the report says about one inspection."""

    inspection: RecordedInspection
    issue: ReportIssue
    pictures: ReportPictures = ReportPictures()
    product: ProductVersion | None = None
    signatures: tuple[Signature, ...] = ()
    """Oldest first."""
    purged: PurgeNote | None = None
    """Where the photo's file was purged."""

    @property
    def references(self) -> tuple[NewReference | ReferenceRow, ...]:
        """The references the photo was judged by, in the order `nearest_reference` counts them."""
        return self.product.approved if self.product else self.inspection.references


@dataclass(frozen=True)
class Branding:
    """How the sender appears: name and logo at the head of every page, a line at the foot, the paper."""

    company: str = ""
    logo: bytes | None = None
    foot_line: str = ""
    page_size: PageSize = "A4"
    signature_line: bool = False
    """Whether each inspection ends with a place to sign by hand."""


def has_details(inspection: RecordedInspection, details: Details, count: int) -> bool:
    """Tell whether an inspection has pages of its own in a report of `count` inspections; a single one always has."""
    return count == 1 or details == "all" or (details == "not accepted" and inspection.verdict != "accept")


PLAIN = Branding()
"""No company, no logo: the program's own name at the head."""

"""What of a report outlives the home folder: the signed end of the audit chain, and the words for files that are gone.

An anchor on paper binds even those who can write the home folder: a chain that was cut off or written anew does not
hold the event with this number and hash any more.
"""

from __future__ import annotations

from reportlab.platypus import Flowable, KeepTogether

from storage.reports.blocks import Fact, list_facts, write
from storage.reports.contents import PurgeNote, ReportIssue
from storage.reports.language import tr
from storage.reports.theme import HASH, HEADING, NOTE
from storage.reports.wording import format_moment, shorten_hash, shorten_middle


def show_anchor(issue: ReportIssue, width: float) -> list[Flowable]:
    """The signed end of the chain; nothing where it could not be signed."""
    anchor = issue.anchor
    if anchor is None:
        return []
    event = tr("{number}, short {hash}", number=anchor.seq, hash=shorten_hash(anchor.head_hash))
    facts: list[Fact] = [
        (tr("Event"), event),
        (tr("Signed"), format_moment(anchor.made_at, issue.local_offset)),
        (tr("Hash of the event"), write(anchor.head_hash, HASH)),
        (tr("Fingerprint of the key"), write(anchor.fingerprint, HASH)),
    ]
    note = tr(
        "Keep this page: a chain that is cut off before this event or written anew does not hold this hash any more."
        " The command “audit verify” compares the chain with every anchor that the station has kept."
    )
    return [
        KeepTogether([write(tr("Signed end of the audit chain"), HEADING), list_facts(facts, width), write(note, NOTE)])
    ]


def tell_missing(purged: PurgeNote | None) -> str:
    """Why a photo cannot be shown."""
    if purged is None:
        return tr("The photo is not available.")
    return tr(
        "The file was purged on {day} by {first} and {second}, because its time was over; its hash stays on record.",
        day=purged.day,
        first=shorten_middle(purged.proposed_by, 60),
        second=shorten_middle(purged.approved_by, 60),
    )

"""The section on who signed an inspection: printed name, meaning, time, and the hash of the record that was signed."""

from __future__ import annotations

from reportlab.platypus import Flowable

from storage.records import Meaning
from storage.reports.blocks import open_section, write
from storage.reports.contents import ReportContents
from storage.reports.language import mark, tr
from storage.reports.theme import HASH, VALUE
from storage.reports.wording import format_moment, shorten_middle

_MEANINGS: dict[Meaning, str] = {
    "reviewed": mark("Reviewed"),
    "approved": mark("Approved"),
    "rejected": mark("Rejected"),
}


def show_signatures(contents: ReportContents, width: float) -> list[Flowable]:
    """The signatures in the order in which they were made."""
    if not contents.signatures:
        return []
    blocks = open_section(tr("Signatures"))
    for signature in contents.signatures:
        line = tr(
            "{meaning}, signed by {name}, {when}",
            meaning=tr(_MEANINGS[signature.meaning]),
            name=signature.printed_name,
            when=format_moment(signature.recorded_at, contents.inspection.local_offset),
        )
        blocks.append(write(shorten_middle(line, 400), VALUE))
        if signature.comment:
            blocks.append(write(signature.comment))
        blocks.append(write(tr("Record signed: {hash}", hash=signature.record_hash), HASH))
    return blocks

"""The section on who signed an inspection: printed name, meaning, time, and the hash of the record that was signed."""

from __future__ import annotations

from reportlab.platypus import Flowable

from storage.reports.blocks import open_section, write
from storage.reports.contents import ReportContents
from storage.reports.language import tr
from storage.reports.theme import HASH, NOTE, VALUE
from storage.reports.wording import format_moment, name_meaning, shorten_middle
from storage.sequence import is_overtaken


def show_signatures(contents: ReportContents, width: float) -> list[Flowable]:
    """The signatures in the order in which they were made."""
    if not contents.signatures:
        return []
    blocks = open_section(tr("Signatures"))
    for signature in contents.signatures:
        line = tr(
            "{meaning}, signed by {name}, {when}",
            meaning=name_meaning(signature.meaning),
            name=signature.printed_name,
            when=format_moment(signature.recorded_at, contents.inspection.local_offset),
        )
        blocks.append(write(shorten_middle(line, 400), VALUE))
        if signature.comment:
            blocks.append(write(signature.comment))
        if is_overtaken(signature, contents.inspection):
            late = tr("Signed before later additions: a decision, mask or comment above was added afterwards.")
            blocks.append(write(late, NOTE))
        blocks.append(write(tr("Record signed: {hash}", hash=signature.record_hash), HASH))
    return blocks

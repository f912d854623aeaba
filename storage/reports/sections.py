"""Which sections the report of one inspection has, in their order; the closing statement and the place to sign."""

from __future__ import annotations

from collections.abc import Callable

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer, Table, TableStyle

from storage.reports.additions import show_additions
from storage.reports.blocks import write
from storage.reports.contents import ReportContents
from storage.reports.findings import show_doubts, show_pictures, show_query, show_regions, show_turns
from storage.reports.language import tr
from storage.reports.proofs import show_basis, show_machine, show_part, show_product, show_record
from storage.reports.signatures import show_signatures
from storage.reports.theme import LABEL, MUTED, STATEMENT
from storage.reports.wording import ADVISORY_SENTENCE

Section = Callable[[ReportContents, float], list[Flowable]]


def close_with_record(contents: ReportContents, width: float) -> list[Flowable]:
    """The record, and below it the sentence that keeps verdict, words and decisions apart."""
    return show_record(contents, width, write(tr(ADVISORY_SENTENCE), STATEMENT))


def leave_room_to_sign(width: float) -> list[Flowable]:
    """Lines for name, date and signature, to be filled in by hand."""
    table = Table(
        [[write(word, LABEL) for word in (tr("Name"), tr("Date"), tr("Signature"))]],
        colWidths=[width * 0.38, width * 0.2, width * 0.42],
    )
    table.setStyle(TableStyle([("LINEABOVE", (0, 0), (-1, 0), 0.6, MUTED), ("LEFTPADDING", (0, 0), (-1, -1), 0)]))
    return [KeepTogether([Spacer(1, 16 * mm), table])]


SECTIONS: tuple[Section, ...] = (
    show_pictures,
    show_regions,
    show_doubts,
    show_additions,
    show_signatures,
    show_basis,
    show_part,
    show_product,
    show_machine,
    show_query,
    show_turns,
    close_with_record,
)
"""In the order in which they appear below the verdict."""

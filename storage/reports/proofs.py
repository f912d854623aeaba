"""The sections on why a finding can be trusted: calibration, part, references, model packs, the record itself.

Each is a function from the contents and the width to a list of blocks; nothing to say is an empty list. Hashes stand on
one line each, so that they can be searched for and copied.
"""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from storage.records import Actor, NewReference, ReferenceRow
from storage.reports.blocks import Fact, list_facts, put_beside, rule_table, write, write_name
from storage.reports.contents import PROGRAM, ReportContents
from storage.reports.language import tell_recorded, tr, trn
from storage.reports.pictures import fit_picture
from storage.reports.theme import HASH, HEADING, NOTE, SMALL, SMALL_HASH
from storage.reports.wording import (
    format_alpha,
    format_moment,
    format_number,
    name_actor,
    name_step,
    shorten_hash,
    shorten_middle,
)

THUMBNAILS = 12
"""References shown as pictures; further ones are named with their hashes."""
_PER_ROW = 6
_CARD_GAP = 3 * mm


def show_basis(contents: ReportContents, width: float) -> list[Flowable]:
    """Score, p-value and the calibration with its promise."""
    inspection, rule = contents.inspection, contents.inspection.calibration
    if inspection.verdict is None:
        return []
    score = tr(
        "{score} of 100; the limit is {limit}",
        score=format_number(inspection.score),
        limit=format_number(inspection.limit),
    )
    facts: list[Fact] = [
        (tr("Score"), score),
        (tr("p-value"), format_number(inspection.p_value)),
        (tr("Promise"), _tell_noted(rule.get("promise"))),
        (tr("Calibration rule"), shorten_middle(_tell_noted(rule.get("rule")), 400)),
        (tr("Good parts behind it"), format_number(rule.get("parts"))),
        (tr("Raw score"), format_number(inspection.raw_score)),
        (tr("Alpha"), format_alpha(rule.get("alpha"))),
    ]
    if rule.get("provisional"):
        standing = tr("Provisional: few good parts stand behind the calibration so far.")
        facts.append((tr("Standing"), standing))
    return _list_under(tr("How the verdict was reached"), facts, width)


def _tell_noted(words: object) -> str:
    return tell_recorded(str(words)) if words else tr("not recorded")


def show_part(contents: ReportContents, width: float) -> list[Flowable]:
    """The photo's file and the part's serial number."""
    inspection = contents.inspection
    facts: list[Fact] = [(tr("File"), write_name(inspection.file_name))]
    if inspection.serial:
        facts.append((tr("Serial number"), write_name(inspection.serial)))
    size = tr(
        "{width} × {height} px, {bytes} bytes",
        width=inspection.width,
        height=inspection.height,
        bytes=inspection.photo.size,
    )
    facts += [
        (tr("Size of the photo"), size),
        (tr("SHA-256 of the file"), write(inspection.photo.sha256, HASH)),
    ]
    return _list_under(tr("Part and photo"), facts, width)


def show_product(contents: ReportContents, width: float) -> list[Flowable]:
    """The product's version and the references the photo was compared with."""
    inspection, references = contents.inspection, contents.references
    facts: list[Fact] = []
    if inspection.product is not None:
        facts = [
            (tr("Product"), write_name(inspection.product)),
            (tr("Version"), format_number(inspection.product_version)),
        ]
    if contents.product is not None:
        by = contents.product.created_by
        when = format_moment(contents.product.created_at, inspection.local_offset)
        facts.append((tr("Version made"), write_name(_tell_when_and_who(when, by))))
    if references:
        counted = trn("{count} photo of a good part", "{count} photos of good parts", len(references))
        facts.append((tr("References"), counted))
    if not facts:
        return []
    first, *further = [*_show_references(contents, width), Spacer(1, 0)]
    return [*_list_under(tr("Product and references"), facts, width, first), *further]


def _show_references(contents: ReportContents, width: float) -> list[Flowable]:
    nearest = contents.inspection.nearest_reference
    column = (width - (_PER_ROW - 1) * _CARD_GAP) / _PER_ROW
    cards = [
        _make_card(reference, contents.pictures.references.get(reference.photo.sha256), column, position == nearest)
        for position, reference in enumerate(contents.references[:THUMBNAILS])
    ]
    rows = [cards[start : start + _PER_ROW] for start in range(0, len(cards), _PER_ROW)]
    more = [_name_reference(reference) for reference in contents.references[THUMBNAILS:]]
    blocks: list[Flowable] = []
    for row in rows:
        table = put_beside(row, [column] * len(row), _CARD_GAP)
        table.spaceBefore = 2.5 * mm
        blocks.append(table)
    return [*blocks, write(tr("Further references: {names}", names="; ".join(more)), NOTE)] if more else blocks


def _name_reference(reference: NewReference | ReferenceRow) -> str:
    return f"{shorten_middle(reference.file_name, 60)} ({shorten_hash(reference.photo.sha256)})"


def _make_card(
    reference: NewReference | ReferenceRow, thumbnail: bytes | None, width: float, nearest: bool
) -> list[Flowable]:
    picture = fit_picture(thumbnail, (width, 24 * mm), tr("no picture"))
    picture.hAlign = "LEFT"
    words = [write_name(reference.file_name, SMALL, 60), write(shorten_hash(reference.photo.sha256), SMALL_HASH)]
    return [picture, Spacer(1, 1 * mm), *words, *([write(tr("most similar"), SMALL)] if nearest else [])]


def show_machine(contents: ReportContents, width: float) -> list[Flowable]:
    """Which weights ran on which device for how long."""
    inspection = contents.inspection
    seconds = ", ".join(f"{name_step(step)} {format_number(value)}" for step, value in inspection.seconds.items())
    facts: list[Fact] = [
        (tr("Device"), write_name(inspection.device)),
        (tr("Seconds"), seconds or tr("not recorded")),
    ]
    blocks = _list_under(tr("Model packs and device"), facts, width)
    if not inspection.model_packs:
        return [*blocks, write(tr("No model pack was used."), NOTE)]
    rows = [
        [str(pack.get("name", "")), str(pack.get("version", "")), write(str(pack.get("sha256", "")), HASH)]
        for pack in inspection.model_packs
    ]
    hashes = 107 * mm
    widths = [(width - hashes) * 0.62, (width - hashes) * 0.38, hashes]
    head = [tr("Model pack"), tr("Version"), tr("SHA-256 of its weights")]
    return [*blocks, Spacer(1, 2.5 * mm), rule_table(head, rows, widths)]


def show_record(contents: ReportContents, width: float, *more: Flowable) -> list[Flowable]:
    """What an auditor needs to find and check the record; what is said at its end stays on its page."""
    inspection, issue = contents.inspection, contents.issue
    recorded = format_moment(inspection.recorded_at, inspection.local_offset)
    issued = format_moment(issue.issued_at, issue.local_offset)
    facts: list[Fact] = [
        (
            tr("Record"),
            tr("{number} (event {event} of the audit chain)", number=inspection.id, event=inspection.event_seq),
        ),
        (
            tr("Recorded"),
            tr("{when}, with {program} {version}", when=recorded, program=PROGRAM, version=inspection.application),
        ),
        (tr("Recorded by"), write_name(name_actor(inspection.recorded_by))),
        (tr("Record hash"), write(inspection.record_hash, HASH)),
        (tr("Report made"), write_name(_tell_when_and_who(issued, issue.issued_by))),
        (tr("Chain head then"), write(issue.chain_head or tr("none"), HASH)),
        (tr("Events then"), str(issue.chain_seq)),
    ]
    return _list_under(tr("Record"), facts, width, *more)


def _tell_when_and_who(when: str, actor: Actor) -> str:
    return tr("{when}, by {name}", when=when, name=name_actor(actor))


def _list_under(title: str, facts: Sequence[Fact], width: float, *more: Flowable) -> list[Flowable]:
    return [KeepTogether([write(title, HEADING), list_facts(facts, width), *more])]

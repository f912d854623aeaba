"""The section on what people added to the machine's result: decisions, corrected masks, remarks, signatures, in order.

Nothing here changes what the machine found: its mask is shown beside the one that a person drew.
"""

from __future__ import annotations

from collections.abc import Callable

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from storage.records import Comment, CorrectedMask, Disposition, Signature
from storage.reports.anchoring import tell_missing
from storage.reports.blocks import open_section, put_beside, write
from storage.reports.contents import ReportContents
from storage.reports.language import tell_recorded, tr
from storage.reports.pictures import fit_picture
from storage.reports.theme import NOTE, VALUE
from storage.reports.wording import (
    format_moment,
    format_number,
    name_actor,
    name_meaning,
    name_severity,
    shorten_middle,
    tell_decision,
)
from storage.sequence import Step, list_steps

_GAP = 5 * mm
_LONGEST_LINE = 400


def show_additions(contents: ReportContents, width: float) -> list[Flowable]:
    """Everything that people added, oldest first, and below it the two masks where one was corrected."""
    steps = [step for step in list_steps(contents.inspection, contents.signatures) if type(step.what) in _TELL]
    if not steps:
        return []
    note = tr("In the order in which it was added. The machine's result above stays as it was.")
    blocks = [*open_section(tr("Added by people")), write(note, NOTE)]
    for step in steps:
        blocks += _tell_step(step, contents)
    return [*blocks, *_show_masks(contents, width)]


def _tell_step(step: Step, contents: ReportContents) -> list[Flowable]:
    when = format_moment(step.recorded_at, contents.inspection.local_offset)
    line, words = _TELL[type(step.what)](step.what, name_actor(step.recorded_by), when)
    said = [write(words)] if words else []
    return [write(shorten_middle(line, _LONGEST_LINE), VALUE), *said]


def _tell_disposition(made: Disposition, name: str, when: str) -> tuple[str, str]:
    word = tell_decision(made.decision)
    if made.code:
        word = tr("{decision}, code {code}", decision=word, code=tell_recorded(made.code))
    if made.severity:
        word = tr("{decision}, severity {severity}", decision=word, severity=name_severity(made.severity))
    return tr("{decision}, by {name}, {when}", decision=word, name=name, when=when), made.reason


def _tell_mask(made: CorrectedMask, name: str, when: str) -> tuple[str, str]:
    area = format_number(made.area_px)
    return tr("Mask corrected to {area} px, by {name}, {when}", area=area, name=name, when=when), made.reason


def _tell_comment(made: Comment, name: str, when: str) -> tuple[str, str]:
    return tr("Comment, by {name}, {when}", name=name, when=when), made.text


def _tell_signature(made: Signature, name: str, when: str) -> tuple[str, str]:
    return tr("{meaning}, signed by {name}, {when}", meaning=name_meaning(made.meaning), name=name, when=when), ""


_TELL: dict[type, Callable[..., tuple[str, str]]] = {
    Disposition: _tell_disposition,
    CorrectedMask: _tell_mask,
    Comment: _tell_comment,
    Signature: _tell_signature,
}


def _show_masks(contents: ReportContents, width: float) -> list[Flowable]:
    """The outline of the machine's mask and, beside it, of the newest one that a person drew."""
    masks = contents.inspection.corrected_masks
    if not masks:
        return []
    column = (width - _GAP) / 2
    missing = tell_missing(contents.purged)
    area = format_number(masks[-1].area_px)
    columns = [
        _caption(fit_picture(contents.pictures.machine_mask, (column, 80 * mm), missing), tr("Mask of the machine")),
        _caption(
            fit_picture(contents.pictures.corrected_mask, (column, 80 * mm), missing),
            tr("Mask corrected by {name}, {area} px", name=shorten_middle(masks[-1].drawn_by.name, 80), area=area),
        ),
    ]
    return [Spacer(1, 2 * mm), KeepTogether([put_beside(columns, [column, column], _GAP)])]


def _caption(picture: Flowable, words: str) -> list[Flowable]:
    picture.hAlign = "LEFT"
    return [picture, write(words, NOTE)]

"""The sections on what was found and said: pictures, regions, doubts, query, conversation.

Each is a function from the contents and the width to a list of blocks; nothing to say is an empty list. What the record
holds is printed as it is; sentences only connect it.
"""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer

from storage.records import NewRegion, RecordedTurn
from storage.reports.anchoring import tell_missing
from storage.reports.blocks import open_section, put_beside, rule_table, write
from storage.reports.contents import ReportContents
from storage.reports.language import mark, tell_recorded, tr, trn
from storage.reports.pictures import fit_picture, measure_shape
from storage.reports.theme import NOTE, TURN
from storage.reports.wording import (
    NO_REGIONS_SENTENCE,
    count_regions,
    format_moment,
    format_number,
    shorten_middle,
)

_GAP = 5 * mm
_ROLES = {"user": mark("Question"), "assistant": mark("Answer"), "system": mark("Instruction to the model")}


def show_pictures(contents: ReportContents, width: float) -> list[Flowable]:
    """Photo and overlay side by side, one above the other when they are very wide, the legend below the overlay."""
    inspection, pictures = contents.inspection, contents.pictures
    stacked = inspection.width > 2.4 * inspection.height
    column = width if stacked else (width - _GAP) / 2
    box = (column, 62 * mm if stacked else 88 * mm)
    photo = _caption(
        fit_picture(pictures.photo, box, tell_missing(contents.purged)),
        tr("Photo, {width} × {height} px", width=inspection.width, height=inspection.height),
    )
    overlay = _caption(
        fit_picture(
            pictures.overlay,
            box,
            tell_missing(contents.purged) if contents.purged else tr("There is no overlay for this inspection."),
        ),
        tr("Overlay: where the part differs from its references; regions as numbered below")
        if pictures.overlay
        else "",
    )
    overlay += _fit_legend(pictures.legend, column)
    if stacked:
        return [Spacer(1, 4 * mm), KeepTogether(photo), Spacer(1, 2 * mm), KeepTogether(overlay)]
    return [Spacer(1, 4 * mm), put_beside([photo, overlay], [column, column], _GAP)]


def _caption(picture: Flowable, words: str) -> list[Flowable]:
    picture.hAlign = "LEFT"
    return [picture, write(words, NOTE)] if words else [picture]


def _fit_legend(legend: bytes | None, width: float) -> list[Flowable]:
    if legend is None:
        return []
    height = 12 * mm if measure_shape(legend) > 1 else 32 * mm
    picture = fit_picture(legend, (min(width, 82 * mm), height), "")
    picture.hAlign = "LEFT"
    return [Spacer(1, 1 * mm), picture]


def show_regions(contents: ReportContents, width: float) -> list[Flowable]:
    """The table of regions, or one calm sentence when there is none."""
    regions = contents.inspection.regions
    if not regions:
        judged = contents.inspection.verdict is not None
        calm = tr(NO_REGIONS_SENTENCE) if judged else tr("Without a product no regions are looked for.")
        return [*open_section(tr("Regions")), write(calm)]
    note = tr(
        "Boxes are in pixels of the upright photo, counted from its top left corner."
        " Peak and mean are in units of the limit: {one} is where a region begins.",
        one=format_number(1.0),
    )
    title = trn("{count} region above the limit", "{count} regions above the limit", len(regions))
    return [*open_section(title), tabulate_regions(regions, width), write(note, NOTE)]


def tabulate_regions(regions: Sequence[NewRegion], width: float) -> Flowable:
    """Number, place in words, kind where one is known, box, area, peak and mean of each region."""
    named = any(region.label for region in regions)
    numbers = ("x", "y", tr("width"), tr("height"), tr("area px"), tr("peak"), tr("mean"))
    head = [tr("No."), tr("Place"), *([tr("Kind")] if named else []), *(f">{name}" for name in numbers)]
    shares = [
        0.06,
        *([0.15, 0.13] if named else [0.22]),
        0.075,
        0.075,
        0.08,
        0.085,
        0.105,
        *([0.12, 0.12] if named else [0.15, 0.15]),
    ]
    rows = [
        [
            str(number),
            tell_recorded(region.place),
            *([region.label] if named else []),
            *map(format_number, _measure_region(region)),
        ]
        for number, region in enumerate(regions, start=1)
    ]
    return rule_table(head, rows, [share * width for share in shares])


def _measure_region(region: NewRegion) -> tuple[float, ...]:
    return (region.x, region.y, region.width, region.height, region.area_px, region.peak, region.mean)


def show_doubts(contents: ReportContents, width: float) -> list[Flowable]:
    """What the gates found and what else was noticed, in the reader's language."""
    inspection = contents.inspection
    gates = [str(gate.get("sentence") or gate.get("code") or dict(gate)) for gate in inspection.gates]
    doubts = _list_sentences(tr("Doubts about the photo"), gates)
    return doubts + _list_sentences(tr("Remarks"), inspection.warnings)


def _list_sentences(title: str, sentences: Sequence[str]) -> list[Flowable]:
    if not sentences:
        return []
    return [*open_section(title), *(write(f"•  {tell_recorded(sentence)}") for sentence in sentences)]


def show_query(contents: ReportContents, width: float) -> list[Flowable]:
    """What was asked to be highlighted and what was found."""
    query = contents.inspection.query
    if query is None:
        return []
    line = tr("“{text}”: nothing was found.", text=query.text)
    if query.regions:
        line = tr("“{text}”: {regions} found.", text=query.text, regions=count_regions(len(query.regions)))
    room = 34 * mm if contents.pictures.query is None else 100 * mm
    blocks = [*open_section(tr("Query"), room), write(line)]
    if contents.pictures.query is not None:
        picture = fit_picture(contents.pictures.query, ((width - _GAP) / 2, 70 * mm), "")
        picture.hAlign = "LEFT"
        blocks += [picture, Spacer(1, 2 * mm)]
    if query.regions:
        blocks.append(tabulate_regions(query.regions, width))
    return blocks


def show_turns(contents: ReportContents, width: float) -> list[Flowable]:
    """The conversation, word for word, replaced turns included and marked."""
    turns = contents.inspection.turns
    if not turns:
        return []
    return [*open_section(tr("Conversation")), *(block for turn in turns for block in _show_turn(contents, turn))]


def _show_turn(contents: ReportContents, turn: RecordedTurn) -> list[Flowable]:
    marks = [
        tr(_ROLES[turn.role]),
        tr("turn {number}", number=turn.id),
        *([turn.provider] if turn.provider else []),
        *([tr("replaces turn {number}", number=turn.replaces_turn_id)] if turn.replaces_turn_id is not None else []),
        *([tr("broken off")] if turn.stop_cause in ("stopped", "length", "failed") else []),
        format_moment(turn.recorded_at, contents.inspection.local_offset),
    ]
    return [write(shorten_middle(" · ".join(marks), 300), TURN), write(turn.text or tr("(empty)"))]

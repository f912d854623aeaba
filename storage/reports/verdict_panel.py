"""The panel a reader sees first: mark, word, sentence, and the score against its limit."""

from __future__ import annotations

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Table, TableStyle

from storage.records import RecordedInspection
from storage.reports.blocks import write
from storage.reports.drawings import draw_badge, draw_gauge, draw_mark
from storage.reports.language import tr
from storage.reports.theme import LABEL, TEXT, VERDICT_COLOURS, verdict_word_style
from storage.reports.wording import explain_verdict, format_p_value, name_decision, shorten_middle, tell_verdict

_MARK = 21 * mm
_MARK_COLUMN = 31 * mm
_GAUGE = 56 * mm
_GAUGE_COLUMN = 60 * mm


def show_verdict(inspection: RecordedInspection, width: float) -> Table:
    """Return the panel. The large word is the machine's; a person's decision is named below it in small type."""
    cells = [draw_mark(inspection.verdict, _MARK), _write_verdict(inspection), _show_score(inspection)]
    table = Table([cells], colWidths=[_MARK_COLUMN, width - _MARK_COLUMN - _GAUGE_COLUMN, _GAUGE_COLUMN])
    colours = VERDICT_COLOURS[inspection.verdict]
    whole = (0, 0), (-1, -1)
    padding = [(f"{side}PADDING", *whole, 4 * mm) for side in ("TOP", "BOTTOM")]
    inner = [("LEFTPADDING", (1, 0), (1, 0), 0), ("LEFTPADDING", (2, 0), (2, 0), 0), ("RIGHTPADDING", *whole, 4 * mm)]
    table.setStyle(
        TableStyle(
            [
                *padding,
                *inner,
                ("LEFTPADDING", (0, 0), (0, 0), 4.5 * mm),
                ("VALIGN", *whole, "MIDDLE"),
                ("BACKGROUND", *whole, colours.tint),
                ("LINEBEFORE", (0, 0), (0, -1), 2.4, colours.mark),
            ]
        )
    )
    return table


def _write_verdict(inspection: RecordedInspection) -> list[Flowable]:
    sentence = explain_verdict(inspection.verdict, len(inspection.gates), len(inspection.regions))
    word = write(tell_verdict(inspection.verdict), verdict_word_style(inspection.verdict))
    blocks: list[Flowable] = [word, write(sentence, TEXT)]
    if inspection.calibration.get("provisional"):
        blocks.append(draw_badge(tr("PROVISIONAL")))
    if inspection.dispositions:
        last = inspection.dispositions[-1]
        decided = tr(
            "{name} decided: {decision}. The machine's verdict stays as it is.",
            name=last.decided_by.name,
            decision=name_decision(last.decision),
        )
        blocks.append(write(shorten_middle(decided, 160), LABEL))
    return blocks


def _show_score(inspection: RecordedInspection) -> list[Flowable]:
    if inspection.score is None or inspection.limit is None:
        return []
    gauge = draw_gauge(inspection.verdict, inspection.score, inspection.limit, _GAUGE)
    parts = inspection.calibration.get("parts")
    words = [tr("p-value {value}", value=format_p_value(inspection.p_value))]
    if parts is not None:
        words.append(tr("good parts {count}", count=parts))
    return [gauge, write(" · ".join(words), LABEL)]

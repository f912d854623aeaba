"""Everything on an inspection, oldest first, with who and when; long and strange texts stay texts."""

from dataclasses import replace

import pytest

from gui.record_timeline import LONGEST_TEXT, RecordTimeline
from storage.records import (
    Actor,
    BlobRef,
    Comment,
    CorrectedMask,
    Disposition,
    NewRegion,
    RecordedQuery,
    RecordedTurn,
    Signature,
)

ADA = Actor("Ada")
AT = "2026-03-01T14:0{}:00.000000Z"


def tell(number):
    return {"recorded_at": AT.format(number), "recorded_by": ADA, "event_seq": 900 + number}


@pytest.fixture
def record(opened):
    region = NewRegion(1, 2, 3, 4, 5, 1.0, 1.0, "center")
    return replace(
        opened.record,
        queries=(RecordedQuery("crack", (region,), outcome="found", sentence="Looks like crack.", id=1, **tell(1)),),
        turns=(
            RecordedTurn("user", "Is it cracked?", id=1, **tell(2)),
            RecordedTurn("assistant", "Yes, " + "very " * 100, id=2, **tell(3)),
        ),
        dispositions=(
            Disposition(1, 1, "scrap", "crack", "it goes right through", ADA, AT.format(4), "critical", 904),
            Disposition(2, 1, "rework", "", "it can be welded", ADA, AT.format(5), "minor", 905),
            Disposition(3, 1, "accept", "dent", "the customer takes it", ADA, AT.format(6), None, 906),
            Disposition(4, 1, "return", "", "the customer does not", ADA, AT.format(7), None, 907),
        ),
        corrected_masks=(
            CorrectedMask(1, 1, BlobRef("ab" * 32, 9), 12345, "it runs on to the rim", ADA, AT.format(8), 908),
        ),
        comments=(Comment(1, 1, "<i>the lamp</i> & more\nflickered", ADA, AT.format(9), 909),),
    )


@pytest.fixture
def timeline(qtbot):
    timeline = RecordTimeline()
    qtbot.addWidget(timeline)
    return timeline


def test_every_kind_of_step_is_told_in_the_order_in_which_it_came(timeline, record):
    signatures = (
        Signature(1, 1, 7, "Eva", "approved", "ab" * 32, "as agreed", AT.format(5), 905),
        Signature(2, 1, 8, "Boss", "rejected", "ab" * 32, "", AT.format(9), 910),
    )
    timeline.show_record(record, signatures)
    told = (
        "Machine: Verdict Reject",
        "Highlighted: crack",
        "Looks like crack.",
        "Question",
        "Is it cracked?",
        "Answer",
        "Decision: Scrap (crack, critical)",
        "it goes right through",
        "Decision: Rework (minor)",
        "Signed: approved (before later additions)",
        "as agreed",
        "Decision: Accepted (dent)",
        "Decision: Return to supplier",
        "Mask corrected: 12,345 px",
        "Comment",
        "<i>the lamp</i> & more\nflickered",
        "Signed: rejected",
    )
    text = timeline.toPlainText()
    places = [text.find(words) for words in told]

    assert -1 not in places, told[places.index(-1)]
    assert places == sorted(places)
    assert text.count("Ada, ") >= 9


def test_a_long_text_is_cut_and_an_answer_sooner(timeline, record):
    long = replace(record.comments[0], text="x" * (LONGEST_TEXT + 500))
    timeline.show_record(replace(record, comments=(long,)))
    text = timeline.toPlainText()

    assert "x" * LONGEST_TEXT + "…" in text
    assert text.count("very") < 50


def test_it_cannot_be_written_into_and_has_a_name(timeline, record):
    timeline.show_record(record)

    assert timeline.isReadOnly()
    assert timeline.accessibleName()

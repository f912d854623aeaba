"""The summary of a lot counts what the records hold, shows the worst parts first and says which pages are left out."""

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image
from pypdf import PdfReader

from storage.records import Actor, BlobRef, Disposition, NewRegion, RecordedInspection
from storage.reports.contents import PLAIN, ReportContents, ReportIssue, ReportPictures
from storage.reports.inspection_report import compose_report
from storage.reports.lot_report import WORST, choose_worst

ANNA = Actor("Anna Meier")
ISSUE = ReportIssue("2026-03-02T08:15:00Z", ANNA, "0.1.0", "f00dbabe" * 8, 188)
MOMENT = "2026-03-01T13:{:02}:07.120000Z"


def _draw():
    target = BytesIO()
    Image.linear_gradient("L").resize((120, 90)).convert("RGB").save(target, "PNG")
    return target.getvalue()


PICTURE = _draw()


def make_part(number, verdict, score, **changes):
    values = {
        "photo": BlobRef(f"{number:064x}", 9),
        "file_name": f"part-{number}.png",
        "width": 120,
        "height": 90,
        "verdict": verdict,
        "score": score,
        "limit": 50.0,
        "regions": (NewRegion(1, 2, 3, 4, 12, 2.0, 1.5, "top left"),),
        "device": "cpu",
        "serial": f"SN-{number}",
        "id": number,
        "record_hash": f"{number:064x}",
        "event_seq": number,
        "recorded_at": MOMENT.format(number % 60),
        "local_offset": "+01:00",
        "recorded_by": ANNA,
        "application": "0.1.0",
        "product": "Bolt",
        "product_version": 2,
    }
    return ReportContents(RecordedInspection(**(values | changes)), ISSUE, ReportPictures(PICTURE, PICTURE))


LOT = [
    make_part(1, "accept", 12.0),
    make_part(2, "reject", 61.0),
    make_part(3, "review", 49.0),
    make_part(4, "reject", 88.8, dispositions=(Disposition(1, 4, "scrap", "", "broken in two", ANNA, MOMENT),)),
]


def read_pages(contents, **options):
    return [page.extract_text() for page in PdfReader(BytesIO(compose_report(contents, **options))).pages]


def test_the_worst_parts_are_rejected_ones_by_score_and_then_those_to_review():
    assert choose_worst([each.inspection for each in LOT]) == [3, 1, 2]


def test_no_more_than_a_few_parts_are_shown_large():
    many = [make_part(n, "reject", 50.0 + n).inspection for n in range(1, 20)]
    assert len(choose_worst(many)) == WORST
    assert "The 4 worst of 19 parts" in read_pages([replace(LOT[1], inspection=each) for each in many])[0]


def test_counts_decisions_and_what_waits_are_those_of_the_records():
    text = " ".join(read_pages(LOT)[0].split())
    assert "4 inspections, recorded 2026-03-01 13:01:07 UTC to 2026-03-01 13:04:07 UTC" in text
    for words in ("1 accept", "1 review", "2 reject", "1 scrap", "2 of 3 parts that were not accepted", "Bolt v2"):
        assert words in text


def test_of_many_products_and_people_some_are_named_and_the_rest_counted():
    lot = [make_part(n, "accept", 10.0, product=f"Bolt {n}", recorded_by=Actor(f"P{n % 7}")) for n in range(8)]
    text = " ".join(read_pages(lot, details="none")[0].split())
    assert "Bolt 5 v2 and 2 more" in text
    assert "P0, P1, P2, P3, P4, P5 and 1 more" in text


def test_every_part_has_a_row_with_its_number_serial_file_and_score():
    text = "\n".join(read_pages(LOT, details="none"))
    for each in LOT:
        record = each.inspection
        assert all(word in text for word in (record.serial, record.file_name, f"{record.score:.1f}"))


@pytest.mark.parametrize(("details", "told"), [("all", 4), ("not accepted", 3), ("none", 0)])
def test_single_pages_follow_for_the_parts_they_are_wanted_for(details, told):
    reader = PdfReader(BytesIO(compose_report(LOT, details=details)))
    text = "".join(page.extract_text() for page in reader.pages)
    assert len(reader.outline) == told + 1
    left_out = 4 - told
    words = "pages of its own" if left_out == 1 else "pages of their own"
    assert (words in text) == bool(left_out)


def test_a_lot_of_good_parts_shows_none_large():
    first = read_pages([make_part(n, "accept", 10.0) for n in (1, 2)])[0]
    assert "not accepted" not in first
    assert "Without a decision" not in first


def test_one_inspection_has_its_pages_whatever_is_wanted():
    assert read_pages(LOT[:1], details="none") == read_pages(LOT[:1])


def test_a_long_lot_runs_over_pages_that_repeat_the_head_of_the_table():
    pages = read_pages([make_part(n, "accept", 10.0) for n in range(1, 60)], details="none")
    assert len(pages) >= 3
    assert all("Recorded" in page and "Decision" in page for page in pages)


def test_long_names_and_lots_without_pictures_or_products_stay_on_their_pages():
    bare = make_part(7, None, None, serial="S" * 150, file_name="n" * 200 + ".png", product=None, limit=None)
    lot = [replace(bare, pictures=ReportPictures()), make_part(8, "reject", 60.0, product="P" * 190)]
    pages = read_pages(lot, branding=replace(PLAIN, company="C" * 200))
    assert "references without a product" in pages[0]

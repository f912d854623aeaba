import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from time import perf_counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from pypdf import PdfReader

from storage.records import (
    Actor,
    BlobRef,
    Comment,
    CorrectedMask,
    Disposition,
    NewQuery,
    NewRegion,
    ProductVersion,
    RecordedInspection,
    RecordedTurn,
    ReferenceRow,
    Signature,
)
from storage.reports.contents import PLAIN, Branding, ReportContents, ReportIssue, ReportPictures
from storage.reports.inspection_report import compose_report, write_report
from storage.reports.language import ReportLanguage
from storage.reports.wording import ADVISORY_SENTENCE, NO_REGIONS_SENTENCE

ANNA = Actor("Anna Meier")
REGIONS = (
    NewRegion(120, 205, 64, 22, 871, 2.345678901672363, 1.612, "center"),
    NewRegion(300, 44, 40, 38, 1022, 1.871, 1.33, "top right", "scratch"),
)
PACKS = ({"name": "encoder-small", "version": "1.2.0", "sha256": "9fa0" * 16},)
PROMISE = "At most 5 % of good parts are rejected, with 95 % certainty (12 good parts)."
CALIBRATION = {"rule": "student-t bound", "parts": 12, "alpha": 0.05, "promise": PROMISE, "provisional": False}
ISSUE = ReportIssue("2026-03-02T08:15:00Z", ANNA, "0.1.0", "f00dbabe" * 8, 188, "+01:00")
REFERENCES = tuple(ReferenceRow(i, BlobRef(f"{i:064x}"[::-1], 9), f"good-{i}.png", "approved") for i in range(1, 4))
PRODUCT = ProductVersion(3, 1, "Leather", 3, {}, REFERENCES, "2026-02-11T09:00:00Z", ANNA, "first set-up")


def draw_png(width=96, height=64):
    picture = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    ImageDraw.Draw(picture).rectangle([width // 4, height // 4, width // 2, height // 2], outline="red")
    target = BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


def make_inspection(**changes):
    values = {
        "photo": BlobRef("3b1f" * 16, 412345),
        "file_name": "plate-000815.png",
        "width": 96,
        "height": 64,
        "verdict": "reject",
        "score": 71.23456,
        "limit": 50.0,
        "p_value": 0.000412,
        "raw_score": 1.937,
        "calibration": CALIBRATION,
        "regions": REGIONS,
        "model_packs": PACKS,
        "device": "cpu (OpenVINO, bfloat16)",
        "seconds": {"decode": 0.012, "features": 0.201, "score": 0.034, "total": 0.247},
        "serial": "LS-2026-000815",
        "nearest_reference": 1,
        "id": 42,
        "record_hash": "a1b2c3d4" * 8,
        "event_seq": 131,
        "recorded_at": "2026-03-01T13:03:07.120000Z",
        "local_offset": "+01:00",
        "recorded_by": Actor("station-4", "agent"),
        "application": "0.1.0",
        "product": "Leather",
        "product_version": 3,
    }
    return RecordedInspection(**(values | changes))


def make_contents(version=PRODUCT, **changes):
    thumbnails = {REFERENCES[0].photo.sha256: draw_png()}
    pictures = ReportPictures(draw_png(), draw_png(), draw_png(200, 30), references=thumbnails)
    return ReportContents(make_inspection(**changes), ISSUE, pictures, version)


def read_text(data):
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages)


def read_flowing_text(data):
    return " ".join(read_text(data).split())


def test_every_number_of_the_record_is_printed_as_the_record_has_it():
    words = read_text(compose_report([make_contents()])).split()
    inspection = make_inspection()
    recorded = [inspection.score, inspection.limit, inspection.p_value, inspection.raw_score, 12, 0.05, 42, 131, 188]
    boxes = [n for r in REGIONS for n in (r.x, r.y, r.width, r.height, r.area_px, r.peak, r.mean)]
    seconds = list(inspection.seconds.values())
    missing = [n for n in (*recorded, *boxes, *seconds) if json.dumps(n) not in {word.strip(",;()") for word in words}]
    assert missing == []


def test_hashes_stand_whole_on_one_line():
    text = read_text(compose_report([make_contents()]))
    for digest in ("3b1f" * 16, "9fa0" * 16, "a1b2c3d4" * 8, "f00dbabe" * 8):
        assert digest in text.splitlines() or any(line.endswith(digest) for line in text.splitlines())


def test_everything_an_auditor_asks_for_is_in_the_report():
    text = read_flowing_text(compose_report([make_contents()]))
    for words in ("plate-000815.png", "LS-2026-000815", "96 × 64 px", "station-4 (agent)", "encoder-small", "1.2.0"):
        assert words in text
    for words in ("REJECT", PROMISE, "student-t bound", "cpu (OpenVINO, bfloat16)", "top right", "scratch", "Leather"):
        assert words in text
    assert ADVISORY_SENTENCE in text


def test_times_are_given_in_utc_and_in_the_time_of_the_place():
    text = read_flowing_text(compose_report([make_contents()]))
    assert "2026-03-01 13:03:07 UTC (local 2026-03-01 14:03:07 +01:00)" in text
    assert "2026-03-02 08:15:00 UTC (local 2026-03-02 09:15:00 +01:00)" in text


def test_references_are_named_with_short_hashes_and_the_most_similar_is_marked():
    text = read_text(compose_report([make_contents()]))
    for reference in REFERENCES:
        assert reference.file_name in text
        assert reference.photo.sha256[:12] in text
    assert text.count("most similar") == 1


def test_many_references_beyond_the_thumbnails_are_still_named():
    rows = tuple(ReferenceRow(i, BlobRef(f"{i:064x}"[::-1], 9), f"good-{i}.png", "approved") for i in range(30))
    text = read_flowing_text(compose_report([make_contents(version=replace(PRODUCT, references=rows))]))
    assert all(f"good-{i}.png" in text for i in range(30))


def test_references_without_a_product_are_shown_too():
    contents = make_contents(version=None, references=REFERENCES, product=None, product_version=None)
    assert "3 photos of good parts" in read_text(compose_report([contents]))


@pytest.mark.parametrize(("verdict", "word"), [("accept", "ACCEPT"), ("review", "REVIEW"), ("reject", "REJECT")])
def test_the_verdict_is_a_word_and_not_only_a_colour(verdict, word):
    assert word in read_text(compose_report([make_contents(verdict=verdict)]))


def test_an_inspection_without_product_has_no_verdict_and_no_score():
    nothing = dict.fromkeys(("verdict", "score", "limit", "p_value", "raw_score", "product", "product_version"))
    text = read_text(compose_report([make_contents(version=None, regions=(), calibration={}, **nothing)]))
    assert "NO VERDICT" in text
    assert "p-value" not in text


def test_no_regions_give_a_calm_sentence():
    text = read_flowing_text(compose_report([make_contents(verdict="accept", score=12.5, regions=())]))
    assert NO_REGIONS_SENTENCE in text


def test_a_provisional_calibration_wears_a_badge():
    provisional = make_contents(calibration={**CALIBRATION, "provisional": True})
    assert "PROVISIONAL" in read_text(compose_report([provisional]))
    assert "PROVISIONAL" not in read_text(compose_report([make_contents()]))


def test_gates_and_warnings_appear_in_their_own_words():
    gates = ({"code": "blurred", "sentence": "The photo is less sharp than its references."},)
    contents = make_contents(verdict="review", gates=gates, warnings=("EXIF data is damaged and was ignored.",))
    text = read_flowing_text(compose_report([contents]))
    assert gates[0]["sentence"] in text
    assert "EXIF data is damaged and was ignored." in text


def test_a_persons_decision_stands_beside_the_verdict_and_does_not_replace_it():
    decision = Disposition(1, 42, "use-as-is", "D-12", "Only dust under the microscope.", ANNA, "2026-03-01T14:00:00Z")
    text = read_flowing_text(compose_report([make_contents(dispositions=(decision,))]))
    assert "REJECT" in text
    assert "USE-AS-IS, code D-12, by Anna Meier (person), 2026-03-01 14:00:00 UTC" in text
    assert "Only dust under the microscope." in text


def test_query_and_conversation_are_printed_word_for_word():
    turns = (
        RecordedTurn("user", "Where is it?", id=5, recorded_at="2026-03-01T13:05:00Z"),
        RecordedTurn(
            "assistant", "In the center.\n\nIt is small.", "facts", stop_cause="stopped", id=6, recorded_at="x"
        ),
    )
    text = read_flowing_text(compose_report([make_contents(turns=turns, query=NewQuery("crack", REGIONS[:1]))]))
    for words in ("“crack”: 1 region found.", "Where is it?", "In the center.", "It is small.", "facts", "broken off"):
        assert words in text


def list_pictures(data):
    return [picture.data for page in PdfReader(BytesIO(data)).pages for picture in page.images]


def test_the_picture_of_a_query_is_printed_where_there_is_one():
    contents = make_contents(query=NewQuery("crack", REGIONS[:1]))
    pictures = replace(contents.pictures, query=draw_png(300, 200))
    without, beside = (
        list_pictures(compose_report([each])) for each in (contents, replace(contents, pictures=pictures))
    )
    assert len(beside) == len(without) + 1


def test_chinese_lines_end_between_any_two_characters():
    sentence = "零件表面有划痕需要复检" * 40
    contents = make_contents(warnings=(sentence,))
    chinese = ReportLanguage("zh-CN", breaks_anywhere=True)
    text = read_text(compose_report([contents], language=chinese))
    lines = [line for line in text.splitlines() if "零件" in line]
    assert len(lines) > 4
    assert "".join(text.split()).count("零件表面有划痕需要复检") == 40


def test_sixty_regions_run_over_pages_that_repeat_the_head_of_the_table():
    regions = tuple(replace(REGIONS[0], x=1000 + i) for i in range(60))
    pages = [page.extract_text() for page in PdfReader(BytesIO(compose_report([make_contents(regions=regions)]))).pages]
    holding = [page for page in pages if any(str(1000 + i) in page for i in range(60))]
    assert len(holding) >= 2
    assert all("area px" in page for page in holding)
    assert all(str(1000 + i) in "".join(pages) for i in range(60))


def test_every_page_says_which_record_which_program_and_which_of_how_many_pages():
    regions = tuple(replace(REGIONS[0], x=1000 + i) for i in range(60))
    pages = PdfReader(BytesIO(compose_report([make_contents(regions=regions)]))).pages
    for number, page in enumerate(pages, start=1):
        text = page.extract_text()
        assert f"Page {number} of {len(pages)}" in text
        assert "Record 42 · hash a1b2c3d4a1b2 · AnomalyGPT Inspector 0.1.0" in text


def test_several_inspections_follow_a_summary_page():
    contents = [make_contents(id=i, verdict=v) for i, v in ((7, "accept"), (8, "review"), (9, "reject"))]
    reader = PdfReader(BytesIO(compose_report(contents)))
    first, *others = [page.extract_text() for page in reader.pages]
    assert "3 inspections" in first
    assert all(word in first for word in ("accept", "review", "reject"))
    assert [entry["/Title"] for entry in reader.outline] == ["Summary", "Record 7", "Record 8", "Record 9"]
    starts = [reader.get_destination_page_number(entry) for entry in reader.outline]
    assert starts == sorted(set(starts))
    assert all(f"Record {i} · hash" in "".join(others) for i in (7, 8, 9))


def test_a_single_inspection_has_no_summary_page():
    assert "Summary" not in read_text(compose_report([make_contents()]))


def test_equal_contents_give_equal_bytes_in_any_thread(monkeypatch):
    contents = [make_contents(), make_contents(file_name="齿轮 ☺.png", id=43)]
    expected = compose_report(contents)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    with ThreadPoolExecutor(3) as threads:
        assert set(threads.map(compose_report, [contents] * 4)) == {expected}


def test_the_date_inside_the_file_comes_from_the_contents():
    metadata = PdfReader(BytesIO(compose_report([make_contents()]))).metadata
    assert metadata.creation_date.isoformat() == "2026-03-02T08:15:00+00:00"
    assert metadata.title == "Inspection report, record 42"


def test_an_issue_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        ReportIssue("2026-03-02T08:15:00", ANNA, "0.1.0", "", 0)


def test_a_report_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        compose_report([])


@pytest.mark.parametrize("size", [(1, 1), (9, 7), (60, 1200), (3000, 200), (2, 900)])
def test_photos_of_any_shape_fit(size):
    pictures = ReportPictures(draw_png(*size), draw_png(*size), draw_png(30, 300))
    contents = replace(make_contents(width=size[0], height=size[1]), pictures=pictures)
    assert f"{size[0]} × {size[1]} px" in read_text(compose_report([contents]))


def test_missing_and_damaged_pictures_leave_a_sentence_instead():
    contents = replace(make_contents(), pictures=ReportPictures(photo=draw_png()[:60], overlay=None))
    text = read_text(compose_report([contents]))
    assert "The photo is not available." in text
    assert "There is no overlay for this inspection." in text


def test_a_large_photo_makes_a_small_file_soon():
    noise = Image.effect_noise((3000, 2000), 12).convert("RGB")
    target = BytesIO()
    noise.save(target, "PNG", compress_level=1)
    contents = replace(make_contents(), pictures=ReportPictures(target.getvalue(), target.getvalue()))
    begin = perf_counter()
    assert len(compose_report([contents])) < 2_000_000
    assert perf_counter() - begin < 20


def test_company_logo_and_foot_line_appear_on_every_page():
    branding = Branding("Lederwerke Süd GmbH", None, "Gerberstraße 4, Stuttgart", "Letter", signature_line=True)
    reader = PdfReader(BytesIO(compose_report([make_contents()], branding)))
    for page in reader.pages:
        assert "Lederwerke Süd GmbH" in page.extract_text()
        assert "Gerberstraße 4, Stuttgart" in page.extract_text()
    assert [float(edge) for edge in reader.pages[0].mediabox[2:]] == [612, 792]
    assert "Signature" in reader.pages[-1].extract_text()
    with_logo = PdfReader(BytesIO(compose_report([make_contents()], replace(branding, logo=draw_png(80, 20)))))
    assert all(len(page.images) >= 1 for page in with_logo.pages)


def test_a_very_long_name_stays_inside_the_page_and_keeps_both_ends():
    name = "begin_" + "x" * 400 + "_end_0815.png"
    text = "".join(read_text(compose_report([make_contents(file_name=name, product="p" * 300)])).split())
    assert "begin_" in text
    assert "_end_0815.png" in text
    assert "…" in text


def test_long_texts_run_over_as_many_pages_as_they_need():
    turn = RecordedTurn("assistant", "word " * 5000, id=1, recorded_at="2026-03-01T13:05:00Z")
    calibration = {**CALIBRATION, "promise": "so " * 4000}
    contents = make_contents(turns=(turn,), warnings=("w" * 8000,), calibration=calibration)
    text = read_text(compose_report([contents]))
    assert text.split().count("word") == 5000
    assert text.split().count("so") == 4000
    assert "".join(text.split()).count("w" * 60) > 100


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(), min_size=1, max_size=60).filter(str.strip), st.integers(1, 6))
def test_no_text_of_any_kind_breaks_a_report(text, repeats):
    turn = RecordedTurn("user", text * repeats, text, id=1, recorded_at=text)
    decision = Disposition(1, 1, "scrap", text, text, Actor(text), "2026-03-01T14:00:00Z", "major", 5)
    remark = Comment(1, 1, text * repeats, Actor(text), text, 6)
    mask = CorrectedMask(1, 1, BlobRef("ab" * 32, 9), 7, text, Actor(text), text, 7)
    added = {"dispositions": (decision,), "comments": (remark,), "corrected_masks": (mask,)}
    everywhere = {"file_name": text, "serial": text, "product": text * repeats, "device": text, "warnings": (text,)}
    contents = make_contents(**everywhere, turns=(turn,), **added, query=NewQuery(text), regions=())
    data = compose_report([contents, contents], replace(PLAIN, company=text, foot_line=text))
    assert len(PdfReader(BytesIO(data)).pages) >= 3


def test_writing_puts_the_composed_bytes_where_they_were_asked_for(tmp_path):
    path = tmp_path / "report.pdf"
    write_report([make_contents()], path)
    assert path.read_bytes() == compose_report([make_contents()])
    assert [file.name for file in tmp_path.iterdir()] == ["report.pdf"]


def test_d18_signatures_are_printed_with_meaning_time_and_the_hash_that_was_signed():
    signature = Signature(1, 42, 7, "Eva Meier", "approved", "a1b2c3d4" * 8, "as agreed", "2026-03-02T08:00:00Z")
    contents = replace(make_contents(), signatures=(signature,))
    text = read_flowing_text(compose_report([contents]))

    assert "Approved, signed by Eva Meier, 2026-03-02" in text
    assert "as agreed" in text
    assert "Record signed: " + "a1b2c3d4" * 8 in text
    assert "Signatures" not in read_flowing_text(compose_report([make_contents()]))


WHEN = "2026-03-01T1{}:00:00.000000Z"
ADDED = {
    "comments": (Comment(1, 42, "the lamp flickered", ANNA, WHEN.format(4), 200),),
    "dispositions": (
        Disposition(1, 42, "scrap", "crack", "it goes right through", ANNA, WHEN.format(5), "critical", 201),
        Disposition(2, 42, "rework", "", "it can be welded", Actor("Ben Ode"), WHEN.format(8), None, 204),
    ),
    "corrected_masks": (
        CorrectedMask(1, 42, BlobRef("ab" * 32, 9), 1234, "it runs on to the rim", ANNA, WHEN.format(6), 202),
    ),
}
SIGNED = Signature(1, 42, 7, "Eva Meier", "approved", "a1b2c3d4" * 8, "", WHEN.format(7), 203)


def test_d15_the_report_prints_the_machines_result_and_then_what_people_added_in_order():
    contents = replace(make_contents(**ADDED), signatures=(SIGNED,))
    text = read_flowing_text(compose_report([contents]))
    told = (
        "REJECT",
        "Added by people",
        "Comment, by Anna Meier (person), 2026-03-01 14:00:00",
        "the lamp flickered",
        "Scrap, code crack, severity critical, by Anna Meier (person)",
        "it goes right through",
        "Mask corrected to 1234 px, by Anna Meier (person)",
        "it runs on to the rim",
        "Approved, signed by Eva Meier",
        "Rework, by Ben Ode (person)",
        "it can be welded",
        "Mask of the machine",
        "Mask corrected by Anna Meier, 1234 px",
    )
    places = [text.lower().find(words.lower()) for words in told]

    assert -1 not in places, told[places.index(-1)]
    assert places == sorted(places)
    assert "71.23456" in text


def test_d15_the_two_masks_are_shown_beside_each_other_only_where_one_was_corrected():
    pictures = ReportPictures(draw_png(), draw_png(), machine_mask=draw_png(), corrected_mask=draw_png(90))
    with_masks = replace(make_contents(**ADDED), pictures=pictures)
    without = replace(with_masks, inspection=replace(with_masks.inspection, corrected_masks=()))

    assert count_pictures(compose_report([with_masks])) == count_pictures(compose_report([without])) + 2


def count_pictures(data):
    return sum(len(page.images) for page in PdfReader(BytesIO(data)).pages)


def test_d18_a_signature_that_later_additions_overtook_says_so():
    late = replace(make_contents(**ADDED), signatures=(SIGNED,))
    early = replace(make_contents(**ADDED), signatures=(replace(SIGNED, event_seq=205),))

    assert "Signed before later additions" in read_flowing_text(compose_report([late]))
    assert "Signed before later additions" not in read_flowing_text(compose_report([early]))


def test_t15_equal_additions_give_equal_bytes():
    contents = replace(make_contents(**ADDED), signatures=(SIGNED,))

    assert compose_report([contents]) == compose_report([contents])


def test_a_lot_says_the_severity_of_the_newest_decision():
    inspection = make_contents(**{**ADDED, "dispositions": ADDED["dispositions"][:1]})

    assert "critical" in read_flowing_text(compose_report([inspection, make_contents()], details="none"))

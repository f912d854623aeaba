"""What people add on review stands beside the machine's result in order, and nothing is ever overwritten (D14, D15)."""

import io
import sqlite3
from contextlib import closing

import numpy as np
import pytest
from PIL import Image

from storage.errors import DamagedBlob, InvalidRecord, MissingBlob, UnknownInspection
from storage.records import (
    MAX_COMMENT,
    Actor,
    BlobRef,
    FailedInspection,
    InspectionFilter,
    NewQuery,
    NewTurn,
)
from storage.sequence import find_current, is_overtaken, list_steps

REASON = "can be polished away"
GRACE = Actor("Grace")
STRANGE = {
    "SQL text": "'); DROP TABLE comments; -- \" OR 1=1",
    "a path trick": "../../../etc/passwd\\..\\C:\\Windows",
    "emoji": "a crack \U0001f9d0 at the rim",
    "right-to-left text": "\u202eالخدش صغير\u202c והשריטה קטנה",
    "lines and tabs": "\r\n\tfirst\r\n\tsecond\n\n",
    "half of everything": "\u0301\ufffe\U0010ffff and more",
    "a formula": "=cmd|' /C calc'!A0",
    "one megabyte": "x" * 1_000_000,
}


def draw(width=640, height=480, box=(10, 20, 30, 40), values=(0, 255), kind="PNG", mode="L"):
    """A mask as bytes of a picture file."""
    pixels = np.full((height, width), values[0], np.uint8)
    x, y, right, bottom = box
    pixels[y:bottom, x:right] = values[1]
    buffer = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(buffer, kind)
    return buffer.getvalue()


@pytest.fixture
def recorded(store, make_inspection, ada):
    turns = (NewTurn("user", "Is it cracked?"), NewTurn("assistant", "Yes.", "facts", stop_cause="end"))
    store.record_inspection(make_inspection(store, query=NewQuery("crack"), turns=turns), ada)
    return store


@pytest.fixture
def eva(store, ada):
    return store.add_account("Eva", "engineer", "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA", ada, REASON)


def add_everything(store, eva):
    """One of each, in an order that is not that of the tables."""
    store.add_comment(1, "the lamp flickered", GRACE)
    store.add_disposition(1, "scrap", "crack", REASON, GRACE, "critical")
    store.add_corrected_mask(1, store.put_blob(draw()), "the machine missed the rim", GRACE)
    store.add_signature(1, eva, "reviewed", "", Actor("Eva"))
    store.add_query(1, NewQuery("stain", outcome="not found"), GRACE)
    store.add_disposition(1, "rework", "scratch", REASON, GRACE, "minor")


def read_table(home, table):
    with closing(sqlite3.connect(home / "audit.sqlite")) as connection:
        return connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall()


@pytest.mark.parametrize("table", ["inspections", "regions"])
def test_d14_the_machines_columns_are_identical_before_and_after_everything_people_add(recorded, eva, table):
    before, files = read_table(recorded.home, table), recorded.get_inspection(1)
    add_everything(recorded, eva)

    assert read_table(recorded.home, table) == before
    assert recorded.read_blob(files.mask) == b"mask part.png"
    assert recorded.verify().ok


def test_d14_time_spent_and_warnings_are_kept(recorded):
    inspection = recorded.get_inspection(1)

    assert inspection.seconds == {"total": 0.25}
    assert inspection.warnings == ("EXIF data is damaged and was ignored",)


def test_d14_a_failed_inspection_leaves_a_row_with_its_sentence_and_the_time_it_took(store, ada):
    details = {"seconds": {"total": 0.5}, "warnings": ["the EXIF data is damaged"]}
    failure = FailedInspection("a.png", "The memory was full; close other programs.", details=details)
    store.record_failure(failure, ada)

    [kept] = store.list_failures()
    assert (kept.sentence, kept.details) == (failure.sentence, details)


@pytest.mark.parametrize("column", ["verdict", "score", "mask_sha256", "warnings", "seconds"])
def test_d14_no_client_alters_the_machines_result(recorded, run_sql, column):
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        run_sql(recorded.home, f"UPDATE inspections SET {column} = NULL")


def test_d15_everything_on_an_inspection_comes_back_in_the_order_in_which_it_was_added(recorded, eva):
    add_everything(recorded, eva)
    steps = list_steps(recorded.get_inspection(1), recorded.list_signatures(1))

    assert [step.kind for step in steps] == [
        "machine result", "query", "turn", "turn", "comment", "disposition", "corrected mask", "signature", "query",
        "disposition",
    ]  # fmt: skip
    assert [step.event_seq for step in steps] == sorted(step.event_seq for step in steps)
    assert [step.recorded_by.name for step in steps][4:8] == ["Grace", "Grace", "Grace", "Eva"]
    events = {event.seq: event for event in recorded.list_events(limit=100)}
    assert all(step.recorded_at == events[step.event_seq].recorded_at for step in steps)


def test_d15_the_newest_decision_and_mask_count_and_the_earlier_ones_stay(recorded, eva):
    add_everything(recorded, eva)
    second = recorded.add_corrected_mask(1, recorded.put_blob(draw(box=(0, 0, 2, 3))), "only the corner is bad", GRACE)
    inspection = recorded.get_inspection(1)
    current = find_current(inspection, recorded.list_signatures(1))

    assert (current.disposition.decision, current.disposition.severity) == ("rework", "minor")
    assert (current.corrected_mask, second.area_px) == (second, 6)
    assert [each.decision for each in inspection.dispositions] == ["scrap", "rework"]
    assert [each.area_px for each in inspection.corrected_masks] == [400, 6]
    assert inspection.verdict == "reject"


def test_d15_nothing_counts_where_nobody_added_anything(recorded):
    current = find_current(recorded.get_inspection(1))

    assert (current.disposition, current.corrected_mask, current.signatures, current.overtaken) == (None, None, (), ())


def test_d15_a_corrected_mask_is_kept_without_loss_beside_the_machines(recorded):
    data = draw(box=(3, 5, 100, 77))
    kept = recorded.add_corrected_mask(1, recorded.put_blob(data), "the edge runs further down", GRACE)

    assert recorded.read_blob(kept.mask) == data
    assert kept.area_px == (100 - 3) * (77 - 5)
    event = recorded.list_events(limit=1)[0]
    machine = recorded.get_inspection(1).mask.sha256
    assert event.payload == {"old": machine, "new": kept.mask.sha256, "area_px": kept.area_px}
    assert (event.action, event.reason, event.actor) == ("mask.corrected", "the edge runs further down", GRACE)


def test_d15_an_empty_mask_says_that_there_is_no_defect(recorded):
    assert recorded.add_corrected_mask(1, recorded.put_blob(draw(values=(0, 0))), REASON, GRACE).area_px == 0


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (draw(kind="BMP"), "kept as PNG"),
        (draw(kind="JPEG"), "kept as PNG"),
        (draw(width=639), "639 × 480 pixels, the photo 640 × 480"),
        (draw(width=480, height=640), "full size"),
        (draw(values=(0, 254)), "only the values 0"),
        (draw(values=(1, 255)), "only the values 0"),
        (draw(mode="RGB"), "one channel"),
        (draw(mode="1"), "one channel"),
        (draw()[:200], "cannot be read"),
        (draw()[:9], "cannot be read"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 500, "cannot be read"),
        (b"", "kept as PNG"),
    ],
)
def test_d15_what_is_no_mask_of_the_photo_is_refused_with_a_sentence(recorded, data, sentence):
    with pytest.raises(InvalidRecord, match=sentence):
        recorded.add_corrected_mask(1, recorded.put_blob(data), REASON, GRACE)

    assert recorded.get_inspection(1).corrected_masks == ()


def test_d15_a_mask_that_was_not_kept_or_is_not_what_was_kept_cannot_be_cited(recorded):
    with pytest.raises(MissingBlob):
        recorded.add_corrected_mask(1, BlobRef("ab" * 32, 3), REASON, GRACE)
    kept = recorded.put_blob(draw())
    recorded.blob_path(kept.sha256).write_bytes(draw(box=(1, 1, 2, 2)))
    with pytest.raises(DamagedBlob):
        recorded.add_corrected_mask(1, kept, REASON, GRACE)


def test_d15_each_addition_is_one_link_of_the_chain_and_names_who_added_it(recorded, eva):
    before = len(recorded.list_events(limit=100))
    add_everything(recorded, eva)
    events = recorded.list_events(limit=100)[: len(recorded.list_events(limit=100)) - before][::-1]

    assert [event.action for event in events] == [
        "comment.added", "disposition.added", "mask.corrected", "inspection.signed", "query.recorded",
        "disposition.added",
    ]  # fmt: skip
    assert {event.object_id for event in events} == {"1"}
    assert events[-1].payload == {"old": "scrap", "new": "rework", "code": "scratch", "severity": "minor"}


@pytest.mark.parametrize("table", ["comments", "corrected_masks", "dispositions"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = 7", "DELETE FROM {}", "REPLACE INTO {} SELECT * FROM {}"])
def test_d15_no_client_overwrites_what_people_added(recorded, eva, run_sql, table, statement):
    add_everything(recorded, eva)

    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        run_sql(recorded.home, statement.format(table, table))


@pytest.mark.parametrize(
    ("table", "column", "place"),
    [
        ("comments", "text", "comment 1, column text"),
        ("corrected_masks", "area_px", "corrected mask 1, column area_px"),
        ("corrected_masks", "reason", "corrected mask 1, column reason"),
        ("dispositions", "severity", "disposition 1, column severity"),
    ],
)
def test_d15_what_was_altered_behind_the_triggers_is_named(recorded, run_sql, table, column, place):
    recorded.add_comment(1, "the lamp flickered", GRACE)
    recorded.add_disposition(1, "scrap", "crack", REASON, GRACE, "critical")
    recorded.add_corrected_mask(1, recorded.put_blob(draw()), REASON, GRACE)
    assert recorded.verify().ok
    for (name,) in run_sql(
        recorded.home, f"SELECT name FROM sqlite_master WHERE tbl_name = '{table}' AND type = 'trigger'"
    ):
        run_sql(recorded.home, f"DROP TRIGGER {name}")
    altered = {"area_px": "7", "severity": "'minor'"}.get(column, "'quite another text'")
    run_sql(recorded.home, f"UPDATE {table} SET {column} = {altered}")

    assert place in [problem.place for problem in recorded.verify().problems]


def test_d15_a_corrected_mask_that_was_taken_away_is_named(recorded):
    kept = recorded.add_corrected_mask(1, recorded.put_blob(draw()), REASON, GRACE)
    recorded.blob_path(kept.mask.sha256).unlink()

    [problem] = recorded.verify().problems
    assert "corrected mask 1 (mask)" in problem.place


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE.keys())
def test_d15_any_text_is_kept_verbatim_or_refused_with_a_sentence(recorded, text):
    recorded.add_disposition(1, "scrap", text, REASON, GRACE)
    if len(text) > MAX_COMMENT:
        for add in (
            lambda: recorded.add_comment(1, text, GRACE),
            lambda: recorded.add_disposition(1, "scrap", "", text, GRACE),
            lambda: recorded.add_corrected_mask(1, recorded.put_blob(draw()), text, GRACE),
        ):
            with pytest.raises(InvalidRecord, match=r"has 1000000 characters; at most 1\d+ can be kept"):
                add()
    else:
        recorded.add_comment(1, text, GRACE)
        recorded.add_disposition(1, "scrap", "", f"because {text.strip()}", GRACE)
        recorded.add_corrected_mask(1, recorded.put_blob(draw()), f"because {text.strip()}", GRACE)
        inspection = recorded.get_inspection(1)
        assert [comment.text for comment in inspection.comments] == [text]
        assert inspection.dispositions[1].reason == f"because {text.strip()}" == inspection.corrected_masks[0].reason

    assert recorded.get_inspection(1).dispositions[0].code == text
    assert recorded.verify().ok


@pytest.mark.parametrize(
    "add",
    [
        lambda store, text: store.add_comment(1, text, GRACE),
        lambda store, text: store.add_disposition(1, "scrap", "", text, GRACE),
        lambda store, text: store.add_disposition(1, "scrap", text, REASON, GRACE),
        lambda store, text: store.add_corrected_mask(1, store.put_blob(draw()), text, GRACE),
    ],
)
@pytest.mark.parametrize("text", ["before the zero\0and behind it", "\0 a zero byte first", "x" * 1_000_000 + "\0"])
def test_d15_a_zero_byte_is_refused_in_every_field_with_a_short_sentence(recorded, add, text):
    with pytest.raises(InvalidRecord, match="zero byte") as refused:
        add(recorded, text)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    "add",
    [
        lambda store, text: store.add_comment(1, text, GRACE),
        lambda store, text: store.add_disposition(1, "scrap", "", f"a good reason {text}", GRACE),
        lambda store, text: store.add_corrected_mask(1, store.put_blob(draw()), f"a good reason {text}", GRACE),
    ],
)
def test_d15_what_is_no_text_is_refused_and_nothing_half_recorded(recorded, add):
    events = len(recorded.list_events(limit=100))
    with pytest.raises(InvalidRecord, match="half a surrogate pair"):
        add(recorded, "bad \udcff text")

    assert len(recorded.list_events(limit=100)) == events


@pytest.mark.parametrize(
    ("add", "sentence"),
    [
        (lambda store: store.add_comment(1, " \n\t ", GRACE), "comment is empty"),
        (lambda store: store.add_comment(1, "", GRACE), "comment is empty"),
        (lambda store: store.add_disposition(1, "scrap", "", "no", GRACE), "at least 10 characters"),
        (lambda store: store.add_disposition(1, "scrap", "", REASON, GRACE, "awful"), "minor, major, critical"),
        (lambda store: store.add_corrected_mask(1, store.put_blob(draw()), "no", GRACE), "at least 10 characters"),
    ],
)
def test_what_says_too_little_is_refused(recorded, add, sentence):
    with pytest.raises(InvalidRecord, match=sentence):
        add(recorded)


@pytest.mark.parametrize(
    "add",
    [
        lambda store: store.add_comment(9, "a remark", GRACE),
        lambda store: store.add_corrected_mask(9, store.put_blob(draw()), REASON, GRACE),
    ],
)
def test_nothing_is_added_to_an_inspection_that_there_is_not(recorded, add):
    with pytest.raises(UnknownInspection, match="no inspection 9"):
        add(recorded)


def test_d18_a_signature_is_overtaken_by_what_is_decided_drawn_or_remarked_later(recorded, eva, ada):
    recorded.add_comment(1, "seen before signing", GRACE)
    recorded.add_signature(1, eva, "approved", "", Actor("Eva"))
    recorded.add_query(1, NewQuery("stain", outcome="not found"), GRACE)
    recorded.add_turn(1, NewTurn("user", "And now?"), GRACE)
    [signature] = recorded.list_signatures(1)

    assert not is_overtaken(signature, recorded.get_inspection(1))
    recorded.add_comment(1, "seen after signing", GRACE)
    assert is_overtaken(signature, recorded.get_inspection(1))
    boss = recorded.add_account("Boss", "administrator", eva.password_hash, ada, REASON)
    recorded.add_signature(1, boss, "approved", "", Actor("Boss"))
    current = find_current(recorded.get_inspection(1), recorded.list_signatures(1))
    assert [each.printed_name for each in current.signatures] == ["Boss"]
    assert [each.printed_name for each in current.overtaken] == ["Eva"]


def test_the_history_says_code_severity_corrected_area_and_comments(recorded, eva, make_inspection, ada):
    recorded.record_inspection(make_inspection(recorded, "other.png"), ada)
    add_everything(recorded, eva)
    other, line = recorded.list_inspections()

    assert (line.disposition, line.code, line.severity, line.corrected_area_px, line.comments) == (
        "rework", "scratch", "minor", 400, 1,
    )  # fmt: skip
    assert (other.disposition, other.code, other.severity, other.corrected_area_px, other.comments) == (
        None, "", None, None, 0,
    )  # fmt: skip


def test_the_history_is_narrowed_by_the_severity_of_the_newest_decision(recorded, eva):
    add_everything(recorded, eva)

    def count(severity):
        return recorded.count_inspections(InspectionFilter(severity=severity))

    assert [count(each) for each in ("minor", "major", "critical", None)] == [1, 0, 0, 1]


def test_d18_what_the_signer_had_in_view_is_bound_by_the_chain(recorded, eva, run_sql):
    """The signature names the record; the comment before it stands in an event that the signature's event covers."""
    recorded.add_comment(1, "seen before signing", GRACE)
    recorded.add_signature(1, eva, "approved", "", Actor("Eva"))
    signed, commented, *_ = recorded.list_events(limit=2)
    assert (signed.action, commented.action, signed.seq) == ("inspection.signed", "comment.added", commented.seq + 1)
    assert signed.payload == {
        "meaning": "approved", "record_hash": recorded.get_inspection(1).record_hash, "signer": "Eva",
    }  # fmt: skip
    for (name,) in run_sql(recorded.home, TRIGGERS):
        run_sql(recorded.home, f"DROP TRIGGER {name}")
    run_sql(recorded.home, "UPDATE comments SET text = 'quite another text'")

    assert "comment 1, column text" in [problem.place for problem in recorded.verify().problems]


TRIGGERS = "SELECT name FROM sqlite_master WHERE tbl_name = 'comments' AND type = 'trigger'"


def test_d18_a_signature_has_the_printed_name_the_time_and_the_meaning(recorded, eva):
    made = recorded.add_signature(1, eva, "rejected", "the rim is open", Actor("Eva"))
    event = recorded.list_events(limit=1)[0]

    assert (made.printed_name, made.meaning, made.comment) == ("Eva", "rejected", "the rim is open")
    assert (made.recorded_at, made.event_seq) == (event.recorded_at, event.seq)
    assert made.record_hash == recorded.get_inspection(1).record_hash


@pytest.mark.parametrize("text", STRANGE.values(), ids=STRANGE.keys())
def test_d18_any_remark_beside_a_signature_is_kept_verbatim_or_refused(recorded, eva, text):
    if len(text) > MAX_COMMENT:
        with pytest.raises(InvalidRecord, match="at most 100000 can be kept"):
            recorded.add_signature(1, eva, "approved", text, Actor("Eva"))
        return
    recorded.add_signature(1, eva, "approved", text, Actor("Eva"))

    assert recorded.list_signatures(1)[0].comment == text
    assert recorded.verify().ok

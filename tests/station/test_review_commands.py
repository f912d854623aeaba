"""Review on the command line: decisions with severity, remarks, corrected masks, the queue; what `show` tells (D15)."""

import hashlib
import json
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from station.commands import app
from station.people import add_account, log_on, sign
from storage.exports.evidence import VERIFIER
from storage.records import Actor, NewInspection
from tests.station.test_people import PASSWORD, quick_hashes  # noqa: F401 - a fixture

REASON = "the stain can be wiped off"


@pytest.fixture(autouse=True)
def waiting(station):
    """Three inspections: rejected, accepted, to be reviewed."""
    for number, (verdict, score) in enumerate((("reject", 80.0), ("accept", 10.0), ("review", 45.0)), start=1):
        photo = station.store.put_blob(f"photo {number}".encode())
        inspection = NewInspection(
            photo=photo, file_name=f"{number}.png", width=9, height=7, device="cpu", verdict=verdict, score=score,
            limit=50.0,
        )  # fmt: skip
        station.store.record_inspection(inspection, Actor("line", "agent"))


def run(own_home, *words):
    result = CliRunner().invoke(app, [*words, "--home", str(own_home), "--user", "Ada", "--json"])
    return result.exit_code, json.loads(result.stdout)


@pytest.fixture
def mask(tmp_path):
    pixels = np.zeros((7, 9), np.uint8)
    pixels[2:4, 1:6] = 255
    Image.fromarray(pixels).save(tmp_path / "mask.png")
    return tmp_path / "mask.png"


def test_d15_show_tells_the_machines_result_what_was_added_in_order_and_what_counts(own_home, mask):
    run(own_home, "comment", "1", "the lamp flickered")
    run(own_home, "review", "1", "--decision", "scrap", "--reason", REASON, "--code", "crack", "--severity", "critical")
    run(own_home, "correct-mask", "1", str(mask), "--reason", "the machine missed the rim")
    run(own_home, "review", "1", "--decision", "rework", "--reason", REASON, "--severity", "minor")
    status, told = run(own_home, "show", "1")
    [inspection] = told["inspections"]

    assert (status, inspection["verdict"], inspection["mask"]) == (0, "reject", None)
    assert [each["what"] for each in inspection["sequence"]] == [
        "machine result", "comment", "disposition", "corrected mask", "disposition",
    ]  # fmt: skip
    assert [each["recorded_by"] for each in inspection["sequence"]] == ["line", "Ada", "Ada", "Ada", "Ada"]
    assert [each["severity"] for each in inspection["dispositions"]] == ["critical", "minor"]
    assert inspection["comments"][0]["text"] == "the lamp flickered"
    assert (inspection["corrected_masks"][0]["area_px"], inspection["corrected_masks"][0]["number"]) == (10, 1)
    current = inspection["current"]
    assert (current["disposition"], current["severity"], current["mask"]) == ("rework", "minor", "corrected")


def test_each_command_answers_with_the_inspection_as_it_is_now(own_home, mask):
    for words in (
        ("comment", "1", "the lamp flickered"),
        ("review", "1", "--decision", "scrap", "--reason", REASON),
        ("correct-mask", "1", str(mask), "--reason", REASON),
    ):
        status, told = run(own_home, *words)
        assert (status, told["inspections"][0]["id"]) == (0, 1)


def test_in_words_the_additions_stand_in_the_order_in_which_they_came(own_home, mask):
    run(own_home, "comment", "1", "the lamp flickered")
    run(own_home, "review", "1", "--decision", "scrap", "--reason", REASON, "--code", "crack", "--severity", "major")
    run(own_home, "correct-mask", "1", str(mask), "--reason", REASON)
    lines = CliRunner().invoke(app, ["show", "1", "--home", str(own_home)]).stdout.splitlines()

    told = [line for line in lines if line.startswith(("comment", "disposition", "corrected mask"))]
    assert [line.split(" by ")[0] for line in told] == [
        "comment", "disposition: scrap crack (major)", "corrected mask: 10 px",
    ]  # fmt: skip


def test_the_queue_counts_and_lists_what_waits(own_home):
    assert [each["id"] for each in run(own_home, "queue")[1]["inspections"]] == [3, 1]
    status, told = run(own_home, "queue", "--what", "review")
    assert (status, told["waiting"], [each["id"] for each in told["inspections"]]) == (0, 1, [3])
    status, told = run(own_home, "queue", "--what", "unreviewed", "--limit", "1", "--before", "3")
    assert (told["waiting"], [each["id"] for each in told["inspections"]]) == (3, [2])


def test_an_empty_queue_says_so(own_home):
    for number in ("1", "3"):
        run(own_home, "review", number, "--decision", "accept", "--reason", REASON)

    assert "Nothing waits" in CliRunner().invoke(app, ["queue", "--home", str(own_home)]).stdout


def test_the_history_is_narrowed_by_severity(own_home):
    run(own_home, "review", "1", "--decision", "scrap", "--reason", REASON, "--severity", "critical")

    assert [each["id"] for each in run(own_home, "history", "--severity", "critical")[1]["inspections"]] == [1]
    assert run(own_home, "history", "--severity", "minor")[1]["inspections"] == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("comment", "99", "a remark"), "no inspection 99"),
        (("comment", "1", "  "), "comment is empty"),
        (("comment", "1", "x" * 100_001), "at most 100000"),
        (("correct-mask", "1", "missing.png", "--reason", REASON), "There is no file missing.png"),
        (("correct-mask", "1", "pyproject.toml", "--reason", REASON), "cannot be read as a picture"),
        (("review", "1", "--decision", "scrap", "--reason", REASON, "--code", "gremlins"), "not in the catalogue"),
    ],
)
def test_bad_input_is_one_sentence_and_status_2(own_home, words, sentence):
    status, told = run(own_home, *words)

    assert status == 2
    assert sentence in told["errors"][0]["sentence"]


def test_an_unknown_severity_is_refused_before_anything_is_opened(own_home):
    words = ["review", "1", "--decision", "scrap", "--reason", REASON, "--severity", "awful", "--home", str(own_home)]
    assert CliRunner().invoke(app, words).exit_code == 2


def test_d18_show_says_which_signature_was_made_before_later_additions(station, own_home):
    add_account(station, "Boss", "administrator", PASSWORD, "works at this station now")
    log_on(station, "Boss", PASSWORD)
    sign(station, 1, PASSWORD, "approved")

    def read():
        told = CliRunner().invoke(app, ["show", "1", "--home", str(own_home), "--json"]).stdout
        return json.loads(told)["inspections"][0]["signatures"][0]

    assert read()["signed_before_later_additions"] is False
    station.store.add_comment(1, "seen afterwards", Actor("Boss"))
    assert read()["signed_before_later_additions"] is True
    words = CliRunner().invoke(app, ["show", "1", "--home", str(own_home)]).stdout
    assert "signed before later additions" in words


def test_d15_a_data_set_holds_the_corrected_masks_where_they_are_asked_for(own_home, mask, tmp_path):
    run(own_home, "correct-mask", "1", str(mask), "--reason", REASON)
    target = tmp_path / "set" / "coco.json"
    for wanted, annotations in (("machine", 0), ("corrected", 1)):
        words = ("export", "--format", "coco", "--id", "1", "--masks", wanted, "-o", str(target))
        status, told = run(own_home, *words)
        assert (status, told["masks"], told["annotations"]) == (0, wanted, annotations)
        assert json.loads(target.read_text())["info"]["masks"] == wanted


def test_d15_a_bundle_tells_what_was_added_in_words_and_is_accepted_by_its_verifier(own_home, mask, tmp_path):
    run(own_home, "comment", "1", "the lamp flickered")
    run(own_home, "review", "1", "--decision", "scrap", "--reason", REASON, "--severity", "major")
    run(own_home, "correct-mask", "1", str(mask), "--reason", REASON)
    run(own_home, "export", "--format", "bundle", "--id", "1", "-o", str(tmp_path / "proof.zip"))
    with zipfile.ZipFile(tmp_path / "proof.zip") as bundle:
        told = json.loads(bundle.read("inspections/000001/inspection.json"))
        kept = bundle.read("inspections/000001/corrected-mask-1.png")
    command = [sys.executable, "-I", "-S", str(VERIFIER), str(tmp_path / "proof.zip")]
    verified = subprocess.run(command, capture_output=True, text=True, check=False)

    assert [each["what"] for each in told["sequence"]] == [
        "machine result", "comment", "disposition", "corrected mask",
    ]  # fmt: skip
    assert hashlib.sha256(kept).hexdigest() == told["corrected_masks"][0]["sha256"] == told["current"]["mask_sha256"]
    assert verified.returncode == 0, verified.stdout

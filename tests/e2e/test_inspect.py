"""`inspect` from one photo of a good part to verdict, files, record and report."""

import csv
import hashlib
import json
from pathlib import Path

import numpy as np
import pypdf
import tifffile
from PIL import Image

from storage.store import Store

KEYS = {
    "id", "image", "sha256", "width", "height", "product", "product_version", "verdict", "score", "limit", "p_value",
    "calibration", "regions", "map", "mask", "overlay", "query", "turns", "model_packs", "device", "seconds",
    "record_hash", "warnings",
}  # fmt: skip


def test_a_defective_part_is_rejected_and_the_mask_overlaps_the_defect(photos, inspect, tmp_path):
    document = inspect(photos / "spot.png", "--reference", photos / "reference.png", "--output", tmp_path / "out")

    [inspection] = document["inspections"]
    mask = np.asarray(Image.open(inspection["mask"]))
    assert inspection["verdict"] == "reject"
    assert mask[20:62, 25:67].mean() > 127
    assert document["errors"] == []


def test_a_good_part_is_not_rejected(photos, run):
    result = run("inspect", photos / "good.png", "--reference", photos / "reference.png")

    assert result.exit_code in {0, 3}


def test_the_document_has_every_promised_key_with_a_value_of_its_kind(photos, inspect):
    [inspection] = inspect(photos / "spot.png", "--reference", photos / "reference.png")["inspections"]

    assert set(inspection) == KEYS
    assert {"rule", "parts", "alpha", "promise"} <= set(inspection["calibration"])
    assert set(inspection["seconds"]) == {"decode", "features", "score", "total"}
    assert set(inspection["regions"][0]) == {
        "x", "y", "width", "height", "area_px", "peak", "mean", "place", "label"
    }  # fmt: skip
    assert set(inspection["model_packs"][0]) == {"name", "version", "sha256"}
    assert (inspection["query"], inspection["turns"], inspection["limit"]) == (None, [], 50)
    assert 50 <= inspection["score"] <= 100
    assert inspection["sha256"] == hashlib.sha256((photos / "spot.png").read_bytes()).hexdigest()


def test_results_without_a_model_say_so(photos, inspect):
    [inspection] = inspect(photos / "good.png", "--reference", photos / "reference.png")["inspections"]

    assert "dummy" in inspection["device"]
    assert any("dummy" in warning for warning in inspection["warnings"])


def test_the_files_have_the_photos_size_and_kind(photos, inspect, tmp_path):
    inspect(photos / "spot.png", "--reference", photos / "reference.png", "--output", tmp_path / "out")

    anomaly_map = tifffile.imread(tmp_path / "out" / "spot.map.tiff")
    mask = np.asarray(Image.open(tmp_path / "out" / "spot.mask.png"))
    with Image.open(tmp_path / "out" / "spot.overlay.png") as overlay:
        assert overlay.size == (168, 168)
    assert (anomaly_map.dtype, anomaly_map.shape) == (np.float32, (168, 168))
    assert (mask.dtype, mask.shape, set(np.unique(mask))) == (np.uint8, (168, 168), {0, 255})


def test_two_photos_of_one_name_do_not_overwrite_each_others_files(photos, inspect, tmp_path):
    (photos / "b").mkdir()
    (photos / "b" / "good.png").write_bytes((photos / "another.png").read_bytes())

    document = inspect(
        photos / "good.png", photos / "b" / "good.png", "--reference", photos / "reference.png",
        "--output", tmp_path / "out",
    )  # fmt: skip

    names = [Path(inspection["map"]).name for inspection in document["inspections"]]
    assert names == ["good.map.tiff", "good-2.map.tiff"]


def test_files_of_an_earlier_run_are_replaced(photos, inspect, tmp_path):
    for name in ("good", "good"):
        inspect(photos / f"{name}.png", "--reference", photos / "reference.png", "--output", tmp_path / "out")

    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "good.map.tiff", "good.mask.png", "good.overlay.png"
    ]  # fmt: skip


def test_everything_is_in_the_audit_database_when_the_command_ends(photos, inspect, own_home):
    [inspection] = inspect(photos / "spot.png", "--reference", photos / "reference.png")["inspections"]

    with Store.open(own_home, application_version="test") as store:
        record = store.get_inspection(inspection["id"])
        assert record.record_hash == inspection["record_hash"]
        assert record.recorded_by.name == "Ada Lovelace"
        assert store.read_blob(record.photo) == (photos / "spot.png").read_bytes()
        assert [reference.file_name for reference in record.references] == ["reference.png"]
        assert store.verify().ok


def test_the_report_has_a_page_for_the_inspection(photos, run, tmp_path):
    report = tmp_path / "new" / "report.pdf"

    run("inspect", photos / "spot.png", "--reference", photos / "reference.png", "--report", report)

    text = "".join(page.extract_text() for page in pypdf.PdfReader(report).pages)
    assert "spot.png" in text
    assert "Ada Lovelace" in text


def test_the_same_photo_gives_the_same_score_and_mask_every_time(photos, inspect):
    words = [photos / "spot.png"] * 5

    inspections = inspect(*words, "--reference", photos / "reference.png")["inspections"]

    assert len({(inspection["score"], inspection["mask"]) for inspection in inspections}) == 1


def test_a_folder_is_inspected_when_it_is_asked_for(photos, inspect):
    document = inspect("--folder", photos, "--reference", photos / "reference.png")

    assert [Path(inspection["image"]).stem for inspection in document["inspections"]] == [
        "another", "good", "reference", "spot"
    ]  # fmt: skip


def test_a_reference_that_is_the_photo_itself_is_warned_of(photos, inspect):
    [inspection] = inspect(photos / "good.png", "--reference", photos / "good.png")["inspections"]

    assert any("reference" in warning for warning in inspection["warnings"])
    assert inspection["verdict"] != "reject"


def test_without_json_a_person_reads_verdict_and_number(photos, run):
    result = run("inspect", photos / "spot.png", photos / "good.png", "--reference", photos / "reference.png")

    assert "REJECT" in result.stdout
    assert "spot.png" in result.stdout
    assert "inspection 1" in result.stdout
    assert "2 inspected" in result.stdout


def test_what_was_learned_is_kept_and_a_damaged_cache_is_learned_again(photos, inspect, own_home):
    first = inspect(photos / "spot.png", "--reference", photos / "reference.png")["inspections"][0]
    [cached] = (own_home / "cache" / "products").iterdir()
    cached.write_bytes(b"damaged")

    second = inspect(photos / "spot.png", "--reference", photos / "reference.png")["inspections"][0]

    assert second["score"] == first["score"]
    assert cached.stat().st_size > 100


def test_history_show_report_review_and_export_find_the_inspection(photos, run, tmp_path):
    run("inspect", photos / "spot.png", "--reference", photos / "reference.png", "--serial", "=12")

    assert json.loads(run("history", "--json").stdout)["inspections"][0]["serial"] == "=12"
    assert "spot.png" in run("history").stdout
    assert "Ada Lovelace" in run("show", 1).stdout
    review = run("review", 1, "--decision", "rework", "--reason", "the stain can be wiped off", "--json")
    assert json.loads(review.stdout)["inspections"][0]["dispositions"][0]["decision"] == "rework"
    assert run("report", 1, "-o", tmp_path / "one.pdf").exit_code == 0
    assert (tmp_path / "one.pdf").read_bytes().startswith(b"%PDF")
    assert run("export", "--format", "csv", "-o", tmp_path / "all.csv").exit_code == 0
    [row] = csv.DictReader((tmp_path / "all.csv").read_text(encoding="utf-8-sig").splitlines())
    assert (row["image"], row["serial"], row["disposition"]) == ("spot.png", "'=12", "rework")

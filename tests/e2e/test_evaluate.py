"""`evaluate` prints what its own files prove, for folders laid out like MVTec AD."""

import csv
import json
import shutil

import numpy as np
import pytest
import tifffile
from PIL import Image
from sklearn.metrics import average_precision_score, roc_auc_score

from storage.store import Store


@pytest.fixture
def evaluate(run, data, tmp_path):
    def run_evaluate(*words):
        return json.loads(run("evaluate", data, "--output", tmp_path / "out", *words, "--json").stdout)

    return run_evaluate


def _read_scores(folder):
    return list(csv.DictReader((folder / "scores.csv").read_text(encoding="utf-8").splitlines()))


def test_image_auroc_recomputed_from_scores_is_the_one_printed(evaluate, tmp_path):
    [category] = evaluate()["categories"]

    rows = _read_scores(tmp_path / "out")
    auroc = roc_auc_score([row["label"] != "good" for row in rows], [float(row["score"]) for row in rows])
    assert category["draws"][0]["image_auroc"] == pytest.approx(auroc, abs=1e-12)


def test_pixel_measures_recomputed_from_the_maps_are_those_printed(evaluate, data, tmp_path):
    [category] = evaluate()["categories"]

    values, truth = [], []
    for row in _read_scores(tmp_path / "out"):
        stem = row["file"].rpartition("/")[2].partition(".")[0]
        anomaly_map = tifffile.imread(tmp_path / "out" / "maps" / row["category"] / row["label"] / f"{stem}.tiff")
        mask = np.zeros(anomaly_map.shape, bool)
        if row["label"] != "good":
            mask = np.asarray(Image.open(data / "plate" / "ground_truth" / "spot" / f"{stem}_mask.png")) > 0
        values.append(anomaly_map.ravel())
        truth.append(mask.ravel())
    values, truth = np.concatenate(values), np.concatenate(truth)
    assert category["draws"][0]["pixel_auroc"] == pytest.approx(roc_auc_score(truth, values), abs=1e-6)
    assert category["draws"][0]["pixel_ap"] == pytest.approx(average_precision_score(truth, values), abs=1e-6)


def test_scores_have_the_promised_columns_and_every_test_photo(evaluate, tmp_path):
    evaluate()

    rows = _read_scores(tmp_path / "out")
    assert list(rows[0]) == ["category", "file", "label", "score", "verdict", "p_value", "seconds"]
    assert [row["file"] for row in rows] == [
        f"plate/test/{label}/00{number}.png" for label in ("good", "spot") for number in range(3)
    ]
    assert len(list((tmp_path / "out" / "maps").rglob("*.tiff"))) == 6


def test_shares_of_the_verdict_come_with_counts_and_bounds(evaluate, tmp_path):
    [category] = evaluate()["categories"]

    rows = _read_scores(tmp_path / "out")
    rejected = sum(row["label"] == "good" and row["verdict"] == "reject" for row in rows)
    shares = category["draws"][0]
    assert (shares["false_rejects"]["count"], shares["false_rejects"]["of"]) == (rejected, 3)
    assert shares["misses"]["of"] == 3
    assert shares["reviews"]["of"] == 6
    assert shares["false_rejects"]["low"] <= shares["false_rejects"]["share"] <= shares["false_rejects"]["high"]


def test_each_draw_has_its_own_seed_references_and_scores(evaluate, tmp_path):
    [category] = evaluate("--draws", 3, "--seed", 4)["categories"]

    assert [draw["seed"] for draw in category["draws"]] == [4, 5, 6]
    assert all(len(_read_scores(tmp_path / "out" / f"seed-{seed}")) == 6 for seed in (4, 5, 6))
    means = [draw["image_auroc"] for draw in category["draws"]]
    assert category["mean"]["image_auroc"] == pytest.approx(sum(means) / 3)


def test_the_same_seed_draws_the_same_references_and_more_shots_contain_fewer(evaluate):
    one, again, two = (
        evaluate("--seed", 3, "--shots", shots)["categories"][0]["draws"][0]["references"] for shots in (1, 1, 2)
    )

    assert one == again
    assert two[:1] == one
    assert len(set(two)) == 2


def test_a_category_without_good_photos_reports_what_it_can(evaluate, data):
    shutil.rmtree(data / "plate" / "test" / "good")

    [category] = evaluate()["categories"]

    assert (category["good"], category["defective"]) == (0, 3)
    assert category["mean"]["image_auroc"] is None
    assert category["mean"]["false_rejects"] is None
    assert category["mean"]["pixel_auroc"] > 0.5


def test_defective_photos_without_a_mask_count_for_images_and_are_told(run, data):
    (data / "plate" / "ground_truth" / "spot" / "001_mask.png").unlink()

    result = run("evaluate", data)

    assert result.exit_code == 0
    assert "001.png" in result.stderr
    assert "plate, seed 0" in result.stdout


def test_a_category_without_references_is_left_out_and_told(run, data):
    shutil.copytree(data / "plate" / "test", data / "bare" / "test")

    result = run("evaluate", data, "--json")

    assert [category["category"] for category in json.loads(result.stdout)["categories"]] == ["plate"]
    assert "bare is left out" in result.stderr


def test_in_the_paired_protocol_each_photo_has_its_own_template(run, data):
    result = run("evaluate", data, "--paired", "--json")

    document = json.loads(result.stdout)
    assert "paired" in document["protocol"]["words"]
    assert document["categories"][0]["mean"]["image_auroc"] > 0.9


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["--category", "wood"], "plate"),
        (["--shots", 9], "3 photos in train/good"),
    ],
)
def test_what_cannot_be_measured_is_one_sentence(run, data, words, hint):
    result = run("evaluate", data, *words)

    assert result.exit_code == 2
    assert hint in result.stderr
    assert "unexpectedly" not in result.stderr


def test_a_measurement_leaves_no_inspection_in_the_audit_database(evaluate, own_home):
    evaluate()

    with Store.open(own_home, application_version="test") as store:
        assert store.list_inspections() == []

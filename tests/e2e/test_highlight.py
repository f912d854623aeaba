"""`highlight`, `inspect --query` and `evaluate --query`: what is named in words, in files and in the document."""

import csv
import json

import cv2
import numpy as np
import pytest
import tifffile
from PIL import Image

from storage.store import Store


def draw_crack(seed, *, cracked=True):
    """A grey surface, with a crack or without, and the crack's mask."""
    random = np.random.default_rng(seed)
    pixels = np.clip(random.normal(150, 6, (240, 240, 1)) + np.zeros(3), 0, 255).astype(np.uint8)
    mask = np.zeros((240, 240), np.uint8)
    if cracked:
        x = np.arange(20, 220, 6)
        y = np.clip(120 + np.cumsum(random.normal(0, 4, len(x))), 20, 220)
        path = np.stack([x, y], axis=1).astype(np.int32)
        cv2.polylines(pixels, [path], isClosed=False, color=(70, 70, 70), thickness=2)
        cv2.polylines(mask, [path], isClosed=False, color=255, thickness=2)
    return Image.fromarray(pixels), Image.fromarray(mask)


@pytest.fixture
def cracked(tmp_path):
    draw_crack(3)[0].save(tmp_path / "casting.png")
    return tmp_path / "casting.png"


@pytest.fixture
def highlight(run):
    def run_highlight(*words):
        result = run("highlight", *words, "--json")
        return result.exit_code, json.loads(result.stdout)

    return run_highlight


def test_a_crack_is_written_as_mask_cut_out_and_overlay_and_recorded(cracked, highlight, tmp_path, own_home):
    status, document = highlight(cracked, "crack", "--output", tmp_path / "out")

    [inspection] = document["inspections"]
    query = inspection["query"]
    assert (status, document["errors"]) == (0, [])
    assert (query["text"], query["found"], inspection["verdict"]) == ("crack", True, None)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "casting.cutout.png", "casting.mask.png", "casting.overlay.png",
    ]  # fmt: skip
    mask = cv2.imread(query["mask"], cv2.IMREAD_UNCHANGED)
    assert mask.shape == (240, 240)
    assert set(np.unique(mask)) == {0, 255}
    assert np.array_equal(cv2.imread(query["cutout"], cv2.IMREAD_UNCHANGED)[:, :, 3], mask)
    assert cv2.imread(query["overlay"]).shape == (240, 240, 3)
    assert sum(region["area_px"] for region in query["regions"]) == np.count_nonzero(mask)
    with Store.open(own_home, application_version="0") as store:
        assert store.get_inspection(inspection["id"]).queries[0].outcome == "found"
        assert store.verify().ok


def test_without_an_output_folder_the_recorded_mask_is_named(cracked, highlight):
    _, document = highlight(cracked, "裂纹")

    assert cv2.imread(document["inspections"][0]["query"]["mask"], cv2.IMREAD_UNCHANGED).any()


def test_what_is_not_there_is_not_found_and_no_error(cracked, highlight, tmp_path):
    status, document = highlight(cracked, "rust", "--output", tmp_path / "out")

    query = document["inspections"][0]["query"]
    assert (status, query["found"], query["outcome"], query["regions"]) == (0, False, "not found", [])
    assert not cv2.imread(query["mask"], cv2.IMREAD_UNCHANGED).any()


def test_several_queries_at_once_each_have_their_files(cracked, highlight, tmp_path):
    status, document = highlight(cracked, "crack, rust", "--output", tmp_path / "out")

    newest = document["inspections"][0]["query"]
    assert status == 0
    assert [newest["text"], *(query["text"] for query in newest["earlier"])] == ["rust", "crack"]
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "casting.overlay.png", "casting.crack.mask.png", "casting.crack.cutout.png",
        "casting.rust.mask.png", "casting.rust.cutout.png",
    }  # fmt: skip


def test_a_known_word_is_answered_beside_an_unknown_one_that_is_an_error(cracked, highlight):
    status, document = highlight(cracked, "crack, dog")

    assert status == 2
    assert "“dog” is not known" in document["errors"][0]["sentence"]
    assert document["inspections"][0]["query"]["earlier"][0]["found"] is True


@pytest.mark.parametrize("query", ["", "dog", "?!", "🤔", "Is there a crack?", "crack " * 2000])
def test_words_that_name_nothing_known_are_a_sentence_before_anything_is_recorded(cracked, highlight, own_home, query):
    status, document = highlight(cracked, query)

    assert status == 2
    assert document["inspections"] == []
    assert document["errors"][0]["sentence"].endswith(".")
    assert not (own_home / "audit.sqlite").exists()


def test_a_file_that_is_no_photo_is_a_sentence(tmp_path, run):
    (tmp_path / "no.png").write_text("no photo")

    result = run("highlight", tmp_path / "no.png", "crack")

    assert (result.exit_code, "no.png" in result.stderr, "Traceback" in result.output) == (2, True, False)


def test_with_a_reference_there_is_a_verdict_and_the_query_looks_where_the_part_differs(photos, highlight):
    _, document = highlight(photos / "spot.png", "missing part", "--reference", photos / "reference.png")

    [inspection] = document["inspections"]
    assert inspection["verdict"] == "reject"
    assert inspection["query"]["found"] is True
    assert "differs from good ones" in inspection["query"]["sentence"]


def test_a_person_reads_what_was_found(cracked, run):
    result = run("highlight", cracked, "crack")

    assert result.stdout.startswith("crack: Looks like crack in ")


def test_inspect_highlights_and_asks_on_each_photo(photos, inspect, tmp_path):
    [first, second] = inspect(
        photos / "spot.png", photos / "good.png", "--reference", photos / "reference.png",
        "--query", "missing part", "--ask", "Where?", "--output", tmp_path / "out",
    )["inspections"]  # fmt: skip

    assert (first["query"]["found"], second["query"]["found"]) == (True, False)
    assert len(first["turns"]) == len(second["turns"]) == 2
    assert {path.name for path in (tmp_path / "out").glob("spot*")} == {
        "spot.map.tiff", "spot.mask.png", "spot.overlay.png", "spot.query.overlay.png",
        "spot.missing-part.mask.png", "spot.missing-part.cutout.png",
    }  # fmt: skip


def test_inspect_refuses_an_unknown_query_before_the_first_photo(photos, run, own_home):
    result = run("inspect", photos / "spot.png", "--reference", photos / "reference.png", "--query", "dog")

    assert (result.exit_code, "“dog” is not known" in result.stderr) == (2, True)
    assert not (own_home / "audit.sqlite").exists()


@pytest.fixture
def cracks(tmp_path):
    """A category without any photo of train/good."""
    folder = tmp_path / "data" / "wall"
    for name in ("test/crack", "test/good", "ground_truth/crack"):
        (folder / name).mkdir(parents=True)
    for number in range(3):
        pixels, mask = draw_crack(number)
        pixels.save(folder / "test/crack" / f"{number:03}.png")
        mask.save(folder / "ground_truth/crack" / f"{number:03}_mask.png")
        draw_crack(number + 10, cracked=False)[0].save(folder / "test/good" / f"{number:03}.png")
    return folder.parent


def test_evaluate_measures_a_query_without_any_good_photo(cracks, run, tmp_path, own_home):
    result = run("evaluate", cracks, "--category", "wall", "--query", "crack", "--output", tmp_path / "out", "--json")

    [measured] = json.loads(result.stdout)["categories"]
    assert result.exit_code == 0
    assert (measured["photos_with_mask"], measured["photos_without_mask"]) == (3, 3)
    assert measured["hit_rate"] == 1.0
    assert measured["not_found_without_mask"] == 1.0
    assert measured["pixel_ap_per_photo"] > 0.7
    assert 0.5 < measured["pixel_auroc"] <= 1.0
    rows = list(csv.DictReader((tmp_path / "out" / "scores.csv").read_text(encoding="utf-8").splitlines()))
    assert list(rows[0]) == ["category", "file", "label", "query", "score", "found", "seconds"]
    assert [(row["file"], row["found"]) for row in rows[::3]] == [
        ("wall/test/crack/000.png", "found"), ("wall/test/good/000.png", "not found"),
    ]  # fmt: skip
    soft_map = tifffile.imread(tmp_path / "out" / "maps" / "wall" / "crack" / "000.tiff")
    assert (soft_map.dtype, soft_map.shape) == (np.float32, (240, 240))
    assert not (own_home / "audit.sqlite").exists()


def test_evaluate_prints_a_table_for_a_person(cracks, run):
    result = run("evaluate", cracks, "--query", "crack")

    assert "pixel AP per photo" in result.stdout
    assert "wall" in result.stdout


def test_evaluate_compares_with_references_where_it_is_told_to(data, run):
    result = run("evaluate", data, "--query", "missing part", "--compared", "--json")

    [measured] = json.loads(result.stdout)["categories"]
    assert measured["hit_rate"] == 1.0


@pytest.mark.parametrize(("query", "sentence"), [("dog", "not known"), ("crack, stain", "one query at a time")])
def test_evaluate_refuses_what_it_cannot_measure(cracks, run, query, sentence):
    result = run("evaluate", cracks, "--query", query)

    assert (result.exit_code, sentence in result.stderr) == (2, True)

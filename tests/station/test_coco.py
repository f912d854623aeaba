"""A COCO export loads in pycocotools and gives back every region pixel by pixel."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pycocotools import mask as coco_mask
from pycocotools.coco import COCO

from station.coco import count_runs, export_coco, split_mask
from station.inspecting import inspect_photo
from station.mask_correcting import correct_mask
from station.opening import open_inspection
from station.products import prepare_references
from station.reviewing import dispose
from storage.records import NewRegion

# pycocotools' own compiled code is behind NumPy's present way.
pytestmark = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning:pycocotools.*", "ignore:.*pycocotools.*", "ignore:.*__array__.*"
)


@pytest.fixture
def rejected(station, parts):
    """The number of an inspection with at least one region."""
    product = prepare_references(station, [parts / "good.png"])
    record = inspect_photo(station, parts / "spot.png", product).record
    assert record.regions
    return record.id


def test_pycocotools_loads_the_export_and_gives_back_the_masks(station, rejected, tmp_path):
    count = export_coco(station, [rejected], tmp_path / "set" / "coco.json")
    opened = open_inspection(station, rejected)

    coco = COCO(tmp_path / "set" / "coco.json")
    together = np.zeros_like(opened.mask)
    for annotation in coco.loadAnns(coco.getAnnIds(imgIds=[rejected])):
        pixels = coco.annToMask(annotation)
        assert pixels.sum() == annotation["area"]
        together |= pixels

    assert count == len(opened.record.regions)
    assert np.array_equal(together, (opened.mask > 0).astype(np.uint8))


def test_the_photo_lies_beside_it_byte_for_byte(station, rejected, parts, tmp_path):
    export_coco(station, [rejected], tmp_path / "coco.json")
    [image] = json.loads((tmp_path / "coco.json").read_text())["images"]

    assert (tmp_path / image["file_name"]).read_bytes() == (parts / "spot.png").read_bytes()
    assert (image["verdict"], image["disposition"]) == (station.store.get_inspection(rejected).verdict, None)


def test_the_export_leaves_an_event(station, rejected, tmp_path):
    export_coco(station, [rejected], tmp_path / "coco.json")

    assert station.store.list_events()[0].payload["format"] == "coco"


@given(arrays(np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 12)), elements=st.sampled_from([0, 1, 255])))
def test_run_lengths_are_those_of_coco(pixels):
    counts = count_runs(pixels)
    back = coco_mask.decode(coco_mask.frPyObjects({"size": list(pixels.shape), "counts": counts}, *pixels.shape))

    assert sum(counts) == pixels.size
    assert np.array_equal(back, (pixels > 0).astype(np.uint8))


def test_a_region_whose_box_is_no_part_of_the_mask_gets_what_lies_in_its_box():
    mask = np.zeros((10, 10), np.uint8)
    mask[2:5, 2:8] = 255
    [pixels] = split_mask(mask, [NewRegion(0, 0, 4, 4, 6, 1.0, 1.0, "top left")])

    assert pixels.sum() == 4


@pytest.fixture
def corrected(station, rejected):
    """The same inspection with a mask of two pieces that a person drew."""
    mask = np.zeros((168, 168), np.uint8)
    mask[10:20, 30:70], mask[100:140, 5:50] = 255, 255
    correct_mask(station, rejected, mask, "the machine missed the rim")
    return mask


def test_the_machines_masks_are_exported_unless_the_corrected_ones_are_asked_for(
    station, rejected, corrected, tmp_path
):
    count = export_coco(station, [rejected], tmp_path / "coco.json")
    data = json.loads((tmp_path / "coco.json").read_text())

    assert count == len(station.store.get_inspection(rejected).regions)
    assert (data["info"]["masks"], data["images"][0]["mask"]) == ("machine", "machine")


def test_a_corrected_mask_comes_back_pixel_by_pixel_piece_by_piece(station, rejected, corrected, tmp_path):
    dispose(station, rejected, "scrap", "crack", "it goes right through")
    count = export_coco(station, [rejected], tmp_path / "coco.json", masks="corrected")
    coco = COCO(tmp_path / "coco.json")
    annotations = coco.loadAnns(coco.getAnnIds(imgIds=[rejected]))
    together = sum(coco.annToMask(annotation) for annotation in annotations)

    assert count == 2
    assert [annotation["bbox"] for annotation in annotations] == [[5, 100, 45, 40], [30, 10, 40, 10]]
    assert np.array_equal(together * 255, corrected)
    assert [each["name"] for each in coco.loadCats(coco.getCatIds())] == ["crack"]
    assert (coco.dataset["info"]["masks"], coco.dataset["images"][0]["mask"]) == ("corrected", "corrected")


def test_where_nobody_corrected_the_machines_mask_is_taken_and_the_image_says_so(station, rejected, tmp_path):
    export_coco(station, [rejected], tmp_path / "coco.json", masks="corrected")
    data = json.loads((tmp_path / "coco.json").read_text())

    assert (data["info"]["masks"], data["images"][0]["mask"]) == ("corrected", "machine")
    assert station.store.list_events()[0].payload["masks"] == "corrected"

"""Folders of labelled photos are found as MVTec AD lays them out, and what is missing is named."""

import numpy as np
import pytest
from PIL import Image

from station.errors import DataError
from station.evaluation_data import find_categories, read_mask


@pytest.fixture
def root(tmp_path):
    for name in ("train/good/2.png", "train/good/10.png", "test/good/0.png", "test/cut/0.png", "test/cut/1.png"):
        _save(tmp_path / "leather" / name)
    _save(tmp_path / "leather" / "ground_truth" / "cut" / "0_mask.png")
    _save(tmp_path / "tile" / "test" / "crack" / "0.jpg")
    (tmp_path / "notes").mkdir()
    return tmp_path


def _save(path, size=(40, 50), colour=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("L", size, colour).save(path)


def test_every_folder_with_tests_is_a_category(root):
    assert [category.name for category in find_categories(root)] == ["leather", "tile"]


def test_photos_come_with_label_and_mask_in_natural_order(root):
    [leather] = find_categories(root, ["leather"])

    assert [path.name for path in leather.references] == ["2.png", "10.png"]
    assert [(test.label, test.path.name, test.mask is not None) for test in leather.tests] == [
        ("cut", "0.png", True),
        ("cut", "1.png", False),
        ("good", "0.png", False),
    ]


def test_a_category_may_lack_good_photos(root):
    [tile] = find_categories(root, ["tile"])

    assert tile.references == ()
    assert len(tile.tests) == 1


def test_a_category_itself_may_be_named(root):
    assert [category.name for category in find_categories(root / "leather")] == ["leather"]


def test_an_unknown_category_is_named_with_those_there_are(root):
    with pytest.raises(DataError, match=r'no category "wood".*leather, tile'):
        find_categories(root, ["wood"])


@pytest.mark.parametrize("place", ["notes", "missing"])
def test_a_folder_without_categories_is_a_sentence(root, place):
    with pytest.raises(DataError, match=place):
        find_categories(root / place)


def test_a_mask_is_true_where_it_is_white(tmp_path):
    _save(tmp_path / "mask.png", colour=255)

    assert np.array_equal(read_mask(tmp_path / "mask.png", 50, 40), np.ones((50, 40), bool))


def test_a_mask_of_another_size_is_refused_with_both_sizes(tmp_path):
    _save(tmp_path / "mask.png")

    with pytest.raises(DataError, match="40 x 50 pixels, its photo 64 x 64"):
        read_mask(tmp_path / "mask.png", 64, 64)

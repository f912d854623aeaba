"""Regions describe the mask exactly, the mask describes the map exactly, and places are named as a person would."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy
from scipy import ndimage

from inference.regions import PLACES, keep_cores, name_place, outline_regions

sizes = st_numpy.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=24)
maps = st_numpy.arrays(np.float32, sizes, elements=st.sampled_from([0.0, 0.5, 0.999, 1.0, 1.5, 2.0, 7.0]))


def blank(height=90, width=120):
    return np.zeros((height, width), np.float32)


def test_a_map_below_the_level_has_no_region_and_an_empty_mask():
    mask, regions = outline_regions(blank() + np.float32(0.999), 1.0, 1)
    assert mask.dtype == np.uint8
    assert not mask.any()
    assert regions == ()


def test_a_pixel_at_the_level_belongs_to_the_mask():
    mask, regions = outline_regions(blank() + np.float32(1.0), 1.0, 1)
    assert (mask == 255).all()
    assert regions[0].area_px == mask.size


def test_a_region_is_measured():
    anomaly_map = blank()
    anomaly_map[10:14, 20:26] = 2.0
    anomaly_map[12, 22] = 5.0
    _, (region,) = outline_regions(anomaly_map, 1.0, 1)
    assert (region.x, region.y, region.width, region.height, region.area_px) == (20, 10, 6, 4, 24)
    assert region.peak == 5.0
    assert region.mean == pytest.approx((23 * 2 + 5) / 24)
    assert region.place == "top left"


def test_regions_come_with_the_largest_peak_first():
    anomaly_map = blank()
    anomaly_map[5, 5:50], anomaly_map[40, 60], anomaly_map[80, 100] = 1.2, 9.0, 3.0
    _, regions = outline_regions(anomaly_map, 1.0, 1)
    assert [region.peak for region in regions] == pytest.approx([9.0, 3.0, 1.2])


def test_equal_peaks_are_ordered_from_the_top():
    anomaly_map = blank()
    for y, x in ((70, 5), (20, 80), (20, 10)):
        anomaly_map[y, x] = 2.0
    _, regions = outline_regions(anomaly_map, 1.0, 1)
    assert [(region.y, region.x) for region in regions] == [(20, 10), (20, 80), (70, 5)]


def test_a_diagonal_crack_one_pixel_wide_is_one_region():
    _, regions = outline_regions(np.eye(50, dtype=np.float32) * 2, 1.0, 1)
    assert len(regions) == 1
    assert regions[0].area_px == 50


def test_components_smaller_than_the_least_area_vanish_from_mask_and_regions():
    anomaly_map = blank()
    anomaly_map[5, 5:9], anomaly_map[50, 50:55] = 9.0, 2.0
    mask, regions = outline_regions(anomaly_map, 1.0, 5)
    assert [region.peak for region in regions] == [2.0]
    assert mask.sum() == 5 * 255
    assert not mask[5].any()


def test_when_every_component_is_too_small_nothing_is_left():
    anomaly_map = blank()
    anomaly_map[5, 5] = 9.0
    mask, regions = outline_regions(anomaly_map, 1.0, 2)
    assert not mask.any()
    assert regions == ()


def test_the_place_follows_the_weight_of_the_anomaly_and_not_the_box():
    anomaly_map = blank()
    anomaly_map[45, 5:115] = 1.0
    anomaly_map[40:50, 108:116] = 50.0
    _, (region,) = outline_regions(anomaly_map, 1.0, 1)
    assert region.place == "right"


def test_a_level_of_zero_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="not above 0"):
        outline_regions(blank(), 0.0, 1)


@pytest.mark.parametrize("row", range(3))
@pytest.mark.parametrize("column", range(3))
def test_the_middle_of_each_grid_cell_has_its_word(row, column):
    assert name_place(column * 100 + 49.5, row * 200 + 99.5, 300, 600) == PLACES[row][column]


def test_the_nine_words_are_those_of_the_paper():
    words = "top left, top, top right, left, center, right, bottom left, bottom, bottom right"
    assert ", ".join(word for row in PLACES for word in row) == words


@given(st.integers(1, 999), st.integers(1, 999), st.floats(0, 1), st.floats(0, 1))
def test_every_point_of_a_photo_has_a_place(width, height, x, y):
    place = name_place(x * (width - 1), y * (height - 1), width, height)
    assert any(place in row for row in PLACES)


@settings(deadline=None)
@given(maps, st.sampled_from([0.5, 1.0, 2.0]), st.integers(0, 9))
def test_the_mask_is_the_map_at_the_level_without_small_components(anomaly_map, level, min_area_px):
    mask, regions = outline_regions(anomaly_map, level, min_area_px)
    labels, count = ndimage.label(anomaly_map >= level, np.ones((3, 3)))
    areas = np.bincount(labels.ravel(), minlength=count + 1)
    expected = (labels > 0) & (areas[labels] >= min_area_px)
    assert np.array_equal(mask, expected.astype(np.uint8) * 255)
    assert sum(region.area_px for region in regions) == expected.sum()


@settings(deadline=None)
@given(maps)
def test_boxes_are_tight_and_peaks_and_means_are_those_of_the_pixels_inside(anomaly_map):
    _, regions = outline_regions(anomaly_map, 1.0, 1)
    labels, _ = ndimage.label(anomaly_map >= 1.0, np.ones((3, 3)))
    found = []
    for label, (rows, columns) in enumerate(ndimage.find_objects(labels), start=1):
        values = anomaly_map[labels == label]
        box = (columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start)
        found.append((*box, len(values), float(values.max()), float(values.mean(dtype=np.float64))))
    outlined = [(r.x, r.y, r.width, r.height, r.area_px, r.peak, r.mean) for r in regions]
    for seen, true in zip(sorted(outlined), sorted(found), strict=True):
        assert seen == pytest.approx(true, abs=6e-5)


@settings(deadline=None)
@given(maps)
def test_regions_come_in_the_same_order_every_time(anomaly_map):
    assert outline_regions(anomaly_map, 1.0, 1)[1] == outline_regions(anomaly_map.copy(), 1.0, 1)[1]
    peaks = [region.peak for region in outline_regions(anomaly_map, 1.0, 1)[1]]
    assert peaks == sorted(peaks, reverse=True)


def test_cores_keep_what_is_at_least_half_of_its_own_regions_peak():
    anomaly_map = np.zeros((8, 20), np.float32)
    anomaly_map[4, 2:7] = (1.0, 1.9, 4.0, 2.0, 1.5)
    anomaly_map[4, 12:15] = (1.0, 1.2, 1.1)

    cores = keep_cores(anomaly_map, 1.0)

    assert cores[4, 2:7].tolist() == pytest.approx([0.0, 0.0, 4.0, 2.0, 0.0])
    assert cores[4, 12:15].tolist() == pytest.approx([1.0, 1.2, 1.1])


@settings(deadline=None)
@given(maps)
def test_cores_lie_inside_the_regions_and_keep_each_peak(anomaly_map):
    cores = keep_cores(anomaly_map, 1.0)
    above = np.where(anomaly_map >= 1.0, anomaly_map, 0.0)
    labels, count = ndimage.label(above > 0, np.ones((3, 3)))
    inside = np.where(anomaly_map >= 1.0, cores, 0.0)

    assert np.all((inside == 0) | (inside == anomaly_map))
    assert ndimage.maximum(inside, labels, range(1, count + 1)) == pytest.approx(
        ndimage.maximum(above, labels, range(1, count + 1))
    )

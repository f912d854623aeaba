"""Overlays show where the limit is passed and nothing else; their files lose nothing."""

import io
from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from inference.regions import outline_regions
from inference.rendering import (
    NUMBERED_REGIONS,
    compose_overlay_with_legend,
    encode_map_tiff,
    encode_png,
    render_legend,
    render_overlay,
)
from inference.results import Verdict

LEATHER = Path(__file__).parents[2].parent / "shared/data/leather"


def photo(height=200, width=300, value=120):
    noise = np.random.default_rng(0).integers(-20, 20, (height, width, 3))
    return np.clip(value + noise, 0, 255).astype(np.uint8)


def spot(height=200, width=300, x=150, y=100, radius=15, peak=2.5):
    anomaly_map = np.zeros((height, width), np.float32)
    cv2.circle(anomaly_map, (x, y), radius, peak, -1)
    return anomaly_map


def overlay(pixels, anomaly_map, least=1):
    mask, regions = outline_regions(anomaly_map, 1.0, least)
    return render_overlay(pixels, anomaly_map, mask, regions)


def changed(before, after):
    return (before != after).any(axis=-1)


def luminance(picture):
    return picture @ np.array([0.2126, 0.7152, 0.0722])


def test_a_good_part_stays_blank():
    pixels = photo()
    assert np.array_equal(overlay(pixels, np.full((200, 300), 0.99, np.float32)), pixels)


def test_the_photo_given_in_is_not_drawn_on():
    pixels = photo()
    before = pixels.copy()
    overlay(pixels, spot())
    assert np.array_equal(pixels, before)


def test_nothing_is_drawn_far_from_a_region():
    pixels = photo()
    drawn = changed(pixels, overlay(pixels, spot()))
    assert drawn[100, 150]
    assert not drawn[:50].any()
    assert not drawn[:, :90].any()


def test_values_under_seven_tenths_of_the_limit_leave_the_photo_alone():
    anomaly_map = spot()
    anomaly_map[:20] = 0.69
    assert not changed(photo(), overlay(photo(), anomaly_map))[:20].any()


def test_heat_between_the_start_of_the_scale_and_the_limit_is_faint():
    anomaly_map = spot()
    anomaly_map[5:10, :40], anomaly_map[15:20, :40] = 0.75, 0.99
    difference = np.abs(overlay(photo(), anomaly_map).astype(int) - photo()).mean(axis=-1)
    assert 0 < difference[5:10, :40].mean() < difference[15:20, :40].mean() < 60


def test_the_defect_itself_is_seen_through_the_heat():
    pixels = photo()
    pixels[95:105, 145:155] //= 4
    shown = luminance(overlay(pixels, spot()))
    assert shown[95:105, 145:155].mean() < shown[88:93, 145:155].mean() - 25


def test_equal_values_have_equal_colours_in_every_picture():
    pixels = np.full((200, 300, 3), 100, np.uint8)
    weak = overlay(pixels, spot(peak=1.5))
    beside = spot(peak=1.5)
    beside[20:60, 20:60] = 9.0
    assert np.array_equal(weak[100, 150], overlay(pixels, beside)[100, 150])


def test_heat_darkens_steadily_so_that_its_order_is_seen_without_colour():
    bar = luminance(render_legend(640)[20, 40:600].astype(float))
    limit = int(0.3 / 1.3 * len(bar))
    rising = bar[limit + 10 :]
    assert (np.diff(rising) <= 1.0).all()
    assert rising[0] - rising[-1] > 50


@pytest.mark.parametrize("background", [0, 128, 255])
def test_the_contour_stands_out_on_every_background(background):
    pixels = np.full((200, 300, 3), background, np.uint8)
    row = luminance(overlay(pixels, spot(radius=30)))[100, 100:150]
    assert row.max() > 200
    assert row.min() < 60


@pytest.mark.parametrize("size", [1, 5, 10])
def test_the_contour_hides_no_pixel_of_the_mask(size):
    pixels = np.full((200 * size, 300 * size, 3), 120, np.uint8)
    anomaly_map = spot(*pixels.shape[:2], 150 * size, 100 * size, 20 * size)
    inside = overlay(pixels, anomaly_map)[anomaly_map >= 1.0]
    assert len(np.unique(inside, axis=0)) == 1


@settings(deadline=None, max_examples=30)
@given(st.integers(32, 120), st.integers(32, 120), st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=8))
def test_overlays_have_the_size_of_the_photo_wherever_the_regions_lie(height, width, centres):
    anomaly_map = np.zeros((height, width), np.float32)
    for x, y in centres:
        anomaly_map[int(y * (height - 1)), int(x * (width - 1))] = 1.5
    picture = overlay(photo(height, width), anomaly_map)
    assert picture.shape == (height, width, 3)
    assert picture.dtype == np.uint8


@pytest.mark.parametrize(("x", "y"), [(0, 0), (299, 0), (0, 199), (299, 199)])
def test_number_tags_stay_whole_in_the_corners_of_the_photo(x, y):
    corner = changed(photo(), overlay(photo(), spot(x=x, y=y)))
    middle = changed(photo(), overlay(photo(), spot()))
    assert 0 < corner.sum() < middle.sum()
    tag_colour = (overlay(np.full((200, 300, 3), 120, np.uint8), spot(x=x, y=y)) == (20, 20, 24)).all(axis=-1)
    assert tag_colour.sum() > 60


def test_tags_of_neighbouring_regions_do_not_cover_each_other():
    pixels = np.full((200, 300, 3), 120, np.uint8)
    apart, close = np.zeros((2, 200, 300), np.float32)
    for picture, second in ((apart, 250), (close, 62)):
        picture[100:104, 50:54] = picture[100:104, second : second + 4] = 2.0
    plates = [(overlay(pixels, drawn) == (86, 220, 255)).all(axis=-1).sum() for drawn in (apart, close)]
    assert plates[1] > plates[0] * 0.8


def test_beyond_thirty_regions_only_contours_are_drawn():
    pixels = np.full((600, 600, 3), 120, np.uint8)
    anomaly_map = np.zeros((600, 600), np.float32)
    for i in range(49):
        anomaly_map[40 + i // 7 * 80 : 44 + i // 7 * 80, 40 + i % 7 * 80 : 44 + i % 7 * 80] = 3.0 - i * 0.01
    drawn = overlay(pixels, anomaly_map)
    boxed = [
        (drawn[y - 15 : y + 19, x - 15 : x + 19] == (86, 220, 255)).all(axis=-1).any()
        for y in range(40, 600, 80)
        for x in range(40, 600, 80)
    ]
    assert boxed == [True] * NUMBERED_REGIONS + [False] * (49 - NUMBERED_REGIONS)


def test_lines_and_numbers_grow_with_the_photo():
    small, large = photo(200, 300), photo(2000, 3000)
    share = [
        changed(pixels, overlay(pixels, spot(*pixels.shape[:2], 1500 * k // 10, 1000 * k // 10, 15 * k))).mean()
        for pixels, k in ((small, 1), (large, 10))
    ]
    assert share[1] > share[0] * 0.3


@pytest.mark.parametrize("width", [200, 640, 3000])
def test_the_legend_has_the_asked_width_and_shows_the_limit(width):
    legend = render_legend(width)
    assert legend.shape[1] == width
    assert legend.dtype == np.uint8
    assert (legend[0] == 255).all()
    assert (luminance(legend) < 60).any()


def test_the_legend_leaves_its_margin_free():
    legend = render_legend(640)
    assert (legend[:, -6:] == 255).all()
    assert (legend[:, :6] == 255).all()


@pytest.mark.parametrize("shape", [(64, 64), (231, 231), (400, 900)])
@pytest.mark.parametrize("verdict", Verdict)
def test_the_sheet_keeps_the_overlay_pixel_for_pixel(shape, verdict):
    picture = photo(*shape)
    sheet = compose_overlay_with_legend(picture, "part.png", verdict)
    left = (sheet.shape[1] - shape[1]) // 2
    assert np.array_equal(sheet[: shape[0], left : left + shape[1]], picture)
    assert sheet.shape[0] > shape[0]
    assert sheet.shape[1] >= 480


def test_verdicts_differ_in_shape_and_not_only_in_colour():
    sheets = [luminance(compose_overlay_with_legend(photo(64, 64), "a.png", verdict)) > 180 for verdict in Verdict]
    assert (sheets[0] != sheets[1]).sum() > 100
    assert (sheets[1] != sheets[2]).sum() > 100


def test_a_long_name_is_shortened_in_the_middle_and_not_over_the_verdict():
    strip = compose_overlay_with_legend(photo(64, 64), "x" * 300 + ".png", Verdict.REJECT)[64:100]
    ink = (luminance(strip) < 120).any(axis=0)
    assert not ink[-8:].any()
    assert np.diff(np.flatnonzero(ink)).max() >= 6


@pytest.mark.parametrize("shape", [(33, 57, 3), (33, 57)])
def test_png_keeps_every_pixel(shape):
    pixels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(encode_png(pixels)))), pixels)


@pytest.mark.parametrize("shape", [(33, 57), (129, 64)])
def test_map_tiff_keeps_every_value(shape):
    anomaly_map = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    data = encode_map_tiff(anomaly_map)
    for read in (tifffile.imread(io.BytesIO(data)), np.asarray(Image.open(io.BytesIO(data)))):
        assert read.dtype == np.float32
        assert np.array_equal(read, anomaly_map)


def test_equal_judgements_give_equal_bytes():
    first, second = (overlay(photo(), spot()) for _ in range(2))
    assert encode_png(first) == encode_png(second)
    assert encode_map_tiff(spot()) == encode_map_tiff(spot())


@pytest.mark.development_data
@pytest.mark.skipif(not LEATHER.is_dir(), reason="development photos are not here")
def test_a_real_cut_is_outlined_where_it_is():
    path = sorted((LEATHER / "test/cut").iterdir())[0]
    pixels = np.asarray(Image.open(path).convert("RGB"))
    true = np.asarray(Image.open(LEATHER / "ground_truth/cut" / f"{path.stem}_mask.png").convert("L")) > 0
    anomaly_map = cv2.GaussianBlur(true.astype(np.float32), (0, 0), 4) * 2.5
    drawn = changed(pixels, overlay(pixels, anomaly_map))
    assert drawn[true].mean() > 0.95
    assert drawn[~true].mean() < 0.1

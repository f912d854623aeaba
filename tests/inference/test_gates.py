"""Gates speak up, in words, about photos that cannot be judged, and stay silent about those that can."""

import cv2
import numpy as np
import pytest

from inference.gates import (
    BLUR_RATIO,
    DIFFERENT_SHARE,
    EXPOSURE_STOPS,
    RESOLUTION_FACTOR,
    SAME_PRODUCT_SIMILARITY,
    PhotoTraits,
    find_faults,
    find_other_product,
    measure_traits,
)
from inference.images import read_photo
from resources import locate

REFERENCE = PhotoTraits(height=600, width=800, sharpness=1.0, brightness=100.0, clipped=0.05)


@pytest.fixture(scope="module")
def flange():
    return read_photo(locate("samples", "flange", "train", "good", "000.jpg")).pixels


def change(**traits):
    return PhotoTraits(**{**vars(REFERENCE), **traits})


def codes(photo, *references):
    return [finding.code for finding in find_faults(photo, references or (REFERENCE,))]


def codes_of_pixels(pixels, reference):
    return codes(measure_traits(pixels), measure_traits(reference))


def test_a_photo_like_its_reference_has_no_fault():
    assert find_faults(REFERENCE, [REFERENCE]) == []


@pytest.mark.parametrize(
    "name", ["good/000.jpg", "good/001.jpg", "good/002.jpg", "crack/000.jpg", "rust/000.jpg", "scratch/000.jpg"]
)
def test_photos_from_the_same_camera_have_no_fault(flange, name):
    assert codes_of_pixels(read_photo(locate("samples", "flange", "test", *name.split("/"))).pixels, flange) == []


def test_a_photo_out_of_focus_is_blurred(flange):
    assert codes_of_pixels(cv2.GaussianBlur(flange, (0, 0), 6.0), flange) == ["blurred"]


def test_a_shaken_photo_is_blurred(flange):
    assert codes_of_pixels(cv2.blur(flange, (15, 15)), flange) == ["blurred"]


@pytest.mark.parametrize(("factor", "word"), [(0.3, "darker"), (0.45, "darker")])
def test_a_photo_taken_in_the_dark_is_badly_exposed(flange, factor, word):
    findings = find_faults(measure_traits((flange * factor).astype(np.uint8)), [measure_traits(flange)])
    assert [finding.code for finding in findings] == ["exposure"]
    assert f"times {word} than the references" in findings[0].sentence


@pytest.mark.parametrize("factor", [0.75, 0.9, 1.1])
def test_a_little_more_or_less_light_is_no_fault(flange, factor):
    assert codes_of_pixels(cv2.convertScaleAbs(flange, alpha=factor), flange) == []


@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_a_photo_of_another_size_is_of_another_resolution(flange, scale):
    assert "resolution" in codes_of_pixels(cv2.resize(flange, None, fx=scale, fy=scale), flange)


def test_less_contrast_is_no_blur(flange):
    assert codes_of_pixels((flange * 0.7 + 30).astype(np.uint8), flange) == []


@pytest.mark.parametrize(
    ("traits", "code"),
    [
        ({"sharpness": BLUR_RATIO - 0.01}, "blurred"),
        ({"brightness": 101 * 2 ** (EXPOSURE_STOPS + 0.02) - 1}, "exposure"),
        ({"brightness": 101 * 2 ** -(EXPOSURE_STOPS + 0.02) - 1}, "exposure"),
        ({"clipped": 0.31}, "exposure"),
        ({"height": 600 * RESOLUTION_FACTOR + 1, "width": 1300}, "resolution"),
        ({"height": 600 / RESOLUTION_FACTOR - 1, "width": 500}, "resolution"),
    ],
)
def test_traits_just_out_of_line_are_a_fault(traits, code):
    assert codes(change(**traits)) == [code]


@pytest.mark.parametrize(
    "traits",
    [
        {"sharpness": BLUR_RATIO},
        {"sharpness": 5.0},
        {"brightness": 101 * 2 ** (EXPOSURE_STOPS - 0.02) - 1},
        {"clipped": 0.29},
        {"height": 600 * RESOLUTION_FACTOR, "width": 5000},
    ],
)
def test_traits_just_in_line_are_none(traits):
    assert codes(change(**traits)) == []


def test_one_reference_that_is_alike_is_enough():
    small, dark = change(height=100, width=100), change(brightness=10.0, sharpness=0.1)
    photo = change(height=100, width=100, brightness=10.0, sharpness=0.1)
    assert codes(photo, REFERENCE, small, dark) == []


def test_every_fault_is_told():
    assert codes(change(sharpness=0.1, brightness=10.0, height=50)) == ["blurred", "exposure", "resolution"]


def test_the_sentences_say_how_much_and_what_to_do():
    photo = PhotoTraits(height=150, width=200, sharpness=0.1, brightness=402.0 / 2 - 1, clipped=0.0)
    blurred, resolution = find_faults(photo, [REFERENCE])
    assert blurred.sentence == ("The photo is blurred: it has 10% of the references' fine detail; check the focus.")
    assert resolution.sentence == (
        "The photo has 200 x 150 pixels, the references 800 x 600; take it with the same camera and distance."
    )


def test_a_photo_full_of_white_is_told_as_such():
    (finding,) = find_faults(change(clipped=0.5), [REFERENCE])
    assert finding.sentence == "50% of the photo is pure black or white; check the light and the exposure."


def test_an_even_reference_cannot_make_photos_look_blurred():
    even = measure_traits(np.full((100, 100, 3), 128, np.uint8))
    assert even.sharpness == pytest.approx(0.0, abs=1e-3)
    assert codes(even, even) == []


@pytest.mark.parametrize("size", [(1, 1), (32, 32), (32, 20000), (3000, 40)])
def test_photos_of_every_shape_have_traits(size):
    pixels = np.random.default_rng(0).integers(0, 256, (*size, 3), np.uint8)
    traits = measure_traits(pixels)
    assert (traits.height, traits.width) == size
    assert 0 <= traits.clipped <= 1
    assert 0 <= traits.brightness <= 255


def test_clipped_pixels_are_counted_at_both_ends():
    pixels = np.full((40, 40, 3), 128, np.uint8)
    pixels[:10], pixels[30:] = 0, 255
    assert measure_traits(pixels).clipped == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("similarity", "share", "code"),
    [
        (0.9, 0.1, None),
        (SAME_PRODUCT_SIMILARITY, DIFFERENT_SHARE, None),
        (SAME_PRODUCT_SIMILARITY - 0.01, 0.0, "other-product"),
        (0.99, DIFFERENT_SHARE + 0.01, "other-product"),
    ],
)
def test_another_product_differs_as_a_whole_or_nearly_everywhere(similarity, share, code):
    finding = find_other_product(similarity, share)
    assert (finding.code if finding else None) == code

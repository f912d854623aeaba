"""The detector as a whole, on the dummy backbone: what it says is consistent, repeatable, and never silently wrong."""

import hashlib
import json
from dataclasses import replace

import cv2
import numpy as np
import pytest

from inference.backbones import DummyBackbone
from inference.calibration import PROVISIONAL_BELOW
from inference.detector import DUMMY_WARNING, Detector, LearnedProduct
from inference.errors import Cancelled, ReferencesError
from inference.images import Photo
from inference.profiles import Profile, WholeView
from inference.results import LIMIT, Verdict

HEIGHT, WIDTH = 160, 200
VIEW = WholeView("dummy", (1,), smallest=112, largest=168, contrast=1.0)
PROFILE = Profile("default", (VIEW,), 0, 600, "float32", alignment=True, within=True)


def make_detector(**changes):
    return Detector([DummyBackbone()], replace(PROFILE, **changes))


def make_photo(pixels, name="part.png"):
    return Photo(pixels, name, hashlib.sha256(pixels.tobytes()).hexdigest(), 8)


def draw_texture(seed, height=HEIGHT, width=WIDTH):
    """An even surface: blotches of brownish grey, another piece of it for every seed."""
    noise = np.random.default_rng(seed).normal(size=(height, width, 3)).astype(np.float32)
    blotches = cv2.GaussianBlur(noise, (0, 0), 2.0) * 60
    return np.clip(blotches + noise * 4 + (130, 110, 90), 0, 255).astype(np.uint8)


def draw_part(seed, height=HEIGHT, width=WIDTH):
    """A part with a shape of its own: fields of different colour that always lie alike, scribed, seen by a camera."""
    fields = np.random.default_rng(77).uniform(-70, 70, (5, 6, 3)).astype(np.float32)
    colours = cv2.resize(fields, (width, height), interpolation=cv2.INTER_CUBIC) + np.float32([170, 120, 70])
    y, x = np.mgrid[:height, :width]
    lines = -40 * ((x + 2 * y) % 11 == 0)
    noise = np.random.default_rng(seed).normal(size=(height, width, 3)) * 2
    return np.clip(colours + lines[..., None] + noise, 0, 255).astype(np.uint8)


def damage(pixels, size=44, at=(60, 80), colour=(250, 20, 20)):
    damaged = pixels.copy()
    damaged[at[0] : at[0] + size, at[1] : at[1] + size] = colour
    return damaged


DRAW = {"texture": draw_texture, "part": draw_part}


@pytest.fixture(scope="module", params=DRAW)
def draw(request):
    return DRAW[request.param]


@pytest.fixture(scope="module")
def detector():
    return make_detector()


@pytest.fixture(scope="module")
def product(detector, draw):
    return learn(detector, draw, 3)


def learn(detector, draw, count):
    return detector.learn([make_photo(draw(seed), f"good {seed}.png") for seed in range(count)])


def assert_same(one, other):
    """Equal to the last bit, save for the time it took."""
    assert np.array_equal(one.anomaly_map, other.anomaly_map)
    assert np.array_equal(one.mask, other.mask)
    blank = {"anomaly_map": one.anomaly_map, "mask": one.mask, "seconds": one.seconds}
    assert replace(one, **blank).__dict__ == replace(other, **blank).__dict__


def codes(judgement):
    return {finding.code for finding in judgement.gates}


# Verdicts


def test_a_good_part_is_accepted_and_a_damaged_one_is_not(detector, product, draw):
    good = detector.inspect(make_photo(draw(50)), product)
    bad = detector.inspect(make_photo(damage(draw(50))), product)
    assert good.verdict is not Verdict.REJECT
    assert bad.verdict is Verdict.REJECT
    assert good.score < LIMIT < bad.score
    assert good.p_value > bad.p_value


def test_the_region_lies_where_the_damage_is(detector, product, draw):
    judgement = detector.inspect(make_photo(damage(draw(50), at=(20, 140))), product)
    region = judgement.regions[0]
    assert abs(region.x + region.width / 2 - 162) < 20
    assert abs(region.y + region.height / 2 - 42) < 20
    assert region.place == "top right"


@pytest.mark.parametrize("size", [0, 6, 14, 30, 60])
@pytest.mark.parametrize("strength", [0.15, 0.4, 1.0])
def test_accepted_parts_have_no_region_and_rejected_ones_have_one(detector, product, draw, size, strength):
    pixels = draw(60 + size)
    mixed = cv2.addWeighted(pixels, 1 - strength, damage(pixels, size), strength, 0)
    judgement = detector.inspect(make_photo(mixed), product)
    if judgement.verdict is Verdict.ACCEPT:
        assert not judgement.regions
        assert not judgement.mask.any()
    if judgement.verdict is Verdict.REJECT:
        assert judgement.regions
        assert judgement.score >= LIMIT
    assert bool(judgement.regions) == judgement.mask.any()
    assert sum(region.area_px for region in judgement.regions) == np.count_nonzero(judgement.mask)


def test_a_defect_too_small_for_the_smoothed_map_is_still_outlined_when_it_rejects(detector, draw):
    product = learn(detector, draw, 8)
    verdicts = set()
    for size in range(2, 16):
        judgement = detector.inspect(make_photo(damage(draw(70), size, at=(63, 91))), product)
        verdicts.add(judgement.verdict)
        assert (judgement.verdict is not Verdict.REJECT) or judgement.regions
    assert Verdict.REJECT in verdicts


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda pixels: (pixels * 0.3).astype(np.uint8), "exposure"),
        (lambda pixels: cv2.GaussianBlur(pixels, (0, 0), 5), "blurred"),
        (lambda pixels: cv2.resize(pixels, None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST), "resolution"),
        (lambda pixels: np.full_like(pixels, (0, 0, 255)), "other-product"),
    ],
    ids=["dark", "blurred", "large", "another product"],
)
def test_a_photo_that_cannot_be_judged_is_reviewed_damaged_or_not(detector, product, draw, spoil, code):
    for pixels in (draw(50), damage(draw(50))):
        judgement = detector.inspect(make_photo(spoil(pixels)), product)
        assert code in codes(judgement)
        assert judgement.verdict is Verdict.REVIEW


# Maps


@pytest.mark.parametrize("size", [(32, 32), (32, 45), (33, 700), (700, 33), (601, 799)])
def test_map_and_mask_have_the_size_of_the_photo(detector, product, draw, size):
    judgement = detector.inspect(make_photo(draw(9, *size)), product)
    assert judgement.anomaly_map.shape == judgement.mask.shape == size
    assert (judgement.anomaly_map.dtype, judgement.mask.dtype) == (np.float32, np.uint8)
    assert np.isfinite(judgement.anomaly_map).all()
    assert set(np.unique(judgement.mask)) <= {0, 255}


@pytest.mark.parametrize("size", [(32, 32), (40, 900), (900, 40)])
def test_products_of_any_shape_can_be_learned(detector, draw, size):
    product = detector.learn([make_photo(draw(seed, *size)) for seed in range(2)])
    judgement = detector.inspect(make_photo(draw(9, *size)), product)
    assert judgement.anomaly_map.shape == size
    assert judgement.mask.shape == size


def test_a_photo_a_few_pixels_larger_than_its_reference_is_judged_all_the_same(detector):
    product = detector.learn([make_photo(draw_part(0, 300, 381))])
    assert product.recipe.aligned
    for width in range(378, 392):
        judgement = detector.inspect(make_photo(draw_part(5, 300, width)), product)
        assert judgement.anomaly_map.shape == (300, width)


def test_a_large_photo_is_also_seen_at_its_native_size():
    detector = make_detector(detail_tiles=24)
    product = detector.learn([make_photo(draw_texture(0, 700, 800))])
    judgement = detector.inspect(make_photo(damage(draw_texture(9, 700, 800))), product)
    assert [scale.detail for scale in product.recipe.scales] == [False, True]
    assert judgement.verdict is Verdict.REJECT
    assert judgement.anomaly_map.shape == (700, 800)


# The same every time


def test_judging_is_the_same_every_time_and_with_every_detector(detector, product, draw):
    photo = make_photo(damage(draw(50), 20))
    first = detector.inspect(photo, product)
    assert_same(detector.inspect(photo, product), first)
    assert_same(make_detector().inspect(photo, learn(make_detector(), draw, 3)), first)


@pytest.mark.parametrize("count", [1, 3])
def test_a_product_that_was_saved_judges_as_before_to_the_last_bit(detector, draw, count, tmp_path):
    product = learn(detector, draw, count)
    product.save(tmp_path / "product.safetensors")
    loaded = LearnedProduct.load(tmp_path / "product.safetensors")
    for pixels in (draw(50), damage(draw(50)), draw(50, 100, 120)):
        assert_same(detector.inspect(make_photo(pixels), loaded), detector.inspect(make_photo(pixels), product))


# What is said with it


def test_a_judgement_says_what_it_rests_on(detector, product, draw):
    judgement = detector.inspect(make_photo(draw(50)), product)
    assert judgement.calibration.parts == 3
    assert judgement.calibration.provisional
    assert [pack.name for pack in judgement.model_packs] == ["dummy"]
    assert judgement.device == detector.device == "cpu (dummy)"
    assert judgement.configuration["references"] == [reference.sha256 for reference in product.references]
    assert 0 <= judgement.nearest_reference < 3
    assert judgement.seconds.total >= judgement.seconds.features > 0


def test_eight_parts_end_the_provisional_time(detector, draw):
    product = learn(detector, draw, PROVISIONAL_BELOW)
    assert not detector.inspect(make_photo(draw(50)), product).calibration.provisional


def test_the_dummy_backbone_is_always_owned_up_to(detector, product, draw):
    assert detector.inspect(make_photo(draw(50)), product).warnings == (DUMMY_WARNING,)


def test_a_photo_that_is_a_reference_is_named(detector, product, draw):
    judgement = detector.inspect(make_photo(draw(1), "again.png"), product)
    assert judgement.warnings[1:] == (
        "The photo is the reference good 1.png itself; its score says nothing about a new part.",
    )


def test_a_reference_of_another_product_is_warned_of(detector, draw):
    others = [make_photo(draw(seed), f"good {seed}.png") for seed in range(3)]
    stranger = make_photo(np.full((HEIGHT, WIDTH, 3), (0, 0, 250), np.uint8), "stranger.png")
    warnings = [*detector.learn(others).warnings, *detector.learn([*others, stranger]).warnings]
    assert warnings == ["Reference stranger.png seems to show another product than the others; check it."]


def test_a_reference_that_looks_defective_is_warned_of(detector, draw):
    photos = [make_photo(draw(seed), f"good {seed}.png") for seed in range(5)]
    photos[2] = make_photo(damage(draw(2)), "cut.png")
    assert "Reference cut.png looks defective beside the others; check it." in detector.learn(photos).warnings


def test_a_product_without_references_is_refused_in_a_sentence(detector):
    with pytest.raises(ReferencesError, match="has no reference; add a photo of a good part"):
        detector.learn([])


def test_a_detector_without_backbones_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="at least one backbone"):
        Detector([], PROFILE)


def test_the_description_is_plain_json_and_names_the_profile(detector, product):
    described = {**detector.describe(), **product.configuration}
    assert json.loads(json.dumps(described))["profile"]["name"] == "default"


# Progress and cancel


def ask_until(calls):
    """Return a question that is answered with yes from the given call on."""
    answers = iter([False] * calls)
    return lambda: next(answers, True)


@pytest.mark.parametrize("calls", range(3))
def test_learning_stops_when_it_is_asked_to(detector, draw, calls):
    with pytest.raises(Cancelled):
        detector.learn([make_photo(draw(0)), make_photo(draw(1))], is_cancelled=ask_until(calls))


def test_inspecting_stops_when_it_is_asked_to(detector, product, draw):
    with pytest.raises(Cancelled):
        detector.inspect(make_photo(draw(50)), product, is_cancelled=ask_until(0))


def test_progress_only_ever_grows(detector, draw):
    seen = []
    product = detector.learn([make_photo(draw(seed)) for seed in range(3)], on_progress=lambda *at: seen.append(at))
    shares = [share for share, _ in seen]
    assert shares == sorted(shares)
    assert 0 <= shares[0] < shares[-1] <= 1
    inspecting = []
    detector.inspect(make_photo(draw(50)), product, on_progress=lambda *at: inspecting.append(at))
    assert [text for _, text in inspecting] == ["Looking at the photo", "Comparing with the references"]

"""Simulated photos: the same seed gives the same picture, and a defect's mask is where the picture changed."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from inference.errors import KnownError
from inference.synthesis import Defect, DefectKind, SampleProduct, list_defects, render_part
from inference.synthesis.__main__ import main
from inference.synthesis.camera import Handling, add_sensor_noise, develop, frame_part, shade_corners
from inference.synthesis.lighting import Illumination, Light, cast_shadows, light_surface, measure_occlusion
from inference.synthesis.noise import draw_fractal_noise, draw_noise, open_stream, step_smoothly
from inference.synthesis.photographs import find_box
from inference.synthesis.samples import SAMPLE_SIZE, SAMPLES, Sample, encode_photo, render_sample, write_samples
from inference.synthesis.strokes import Stroke, draw_patch, draw_strokes, taper
from inference.synthesis.surfaces import Material, coat, spread

SMALL = (160, 192)
SHIPPED = Path(__file__).parents[2] / "resources" / "samples" / "flange"
EVERY_DEFECT = [(product, kind) for product in SampleProduct for kind in list_defects(product)]
GRAIN = 4
"""Grey levels by which two photos of the same thing may differ: the sensor's noise follows the light a little."""


def widen(mask: np.ndarray, pixels: int) -> np.ndarray:
    size = 2 * pixels + 1
    return cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))) > 0


def measure_change(product: SampleProduct, seed: int, defect: Defect, size=SMALL):
    good, bad = render_part(product, seed, None, size), render_part(product, seed, defect, size)
    change = np.abs(good.pixels.astype(int) - bad.pixels.astype(int)).max(axis=2)
    return change, bad.mask


@pytest.mark.parametrize("product", list(SampleProduct))
def test_a_photo_has_the_size_and_type_asked_for(product):
    rendered = render_part(product, 1, None, SMALL)
    assert rendered.pixels.shape == (*SMALL, 3)
    assert rendered.pixels.dtype == np.uint8
    assert rendered.mask.shape == SMALL
    assert not rendered.mask.any()
    assert rendered.defect is None
    assert rendered.box is None


@pytest.mark.parametrize("product", list(SampleProduct))
def test_the_same_seed_gives_the_same_photo_and_another_seed_another(product):
    first, again, other = (render_part(product, seed, None, SMALL).pixels for seed in (5, 5, 6))
    assert np.array_equal(first, again)
    assert np.mean(first != other) > 0.5


@pytest.mark.parametrize("product", list(SampleProduct))
def test_a_photo_is_well_exposed(product):
    grey = render_part(product, 2, None, SMALL).pixels.mean(axis=2)
    assert 40 < grey.mean() < 215
    assert np.mean(grey > 253) < 0.05
    assert grey.std() > 8


@pytest.mark.parametrize(("product", "kind"), EVERY_DEFECT)
def test_each_defect_a_product_can_have_is_visible_inside_its_mask_and_nowhere_else(product, kind):
    change, mask = measure_change(product, 3, Defect(kind, 0.9))
    assert (mask > 0).sum() >= 10
    # The lens blurs, and shadow and mirrored light reach a little further than what was damaged.
    outside = change[~widen(mask, 9)]
    assert np.percentile(change[mask > 0], 75) >= 12
    assert np.percentile(outside, 99.9) <= GRAIN
    assert outside.mean() < 0.3


@pytest.mark.parametrize(("product", "kind"), EVERY_DEFECT)
def test_a_mask_holds_0_and_255_only_and_fills_its_box(product, kind):
    rendered = render_part(product, 4, Defect(kind, 0.6), SMALL)
    assert rendered.defect is kind
    assert set(np.unique(rendered.mask)) == {0, 255}
    x, y, width, height = rendered.box
    inside = rendered.mask[y : y + height, x : x + width]
    assert inside.sum() == rendered.mask.sum()
    assert inside[0].any()
    assert inside[-1].any()
    assert inside[:, 0].any()
    assert inside[:, -1].any()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 2**40),
    defect=st.sampled_from(EVERY_DEFECT),
    severity=st.floats(0.0, 1.0),
    size=st.tuples(st.integers(64, 150), st.integers(64, 150)),
)
@example(seed=0, defect=(SampleProduct.LEATHER, DefectKind.CRACK), severity=0.0, size=(64, 65))
def test_any_seed_severity_and_size_can_be_rendered(seed, defect, severity, size):
    product, kind = defect
    rendered = render_part(product, seed, Defect(kind, severity), size)
    assert rendered.pixels.shape == (*size, 3)
    assert rendered.mask.shape == size
    assert rendered.mask.any()


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 2**40))
def test_a_seed_repeats_its_photo_and_its_mask_exactly(seed):
    first, again = (render_part(SampleProduct.SHEET, seed, Defect(DefectKind.CRACK), (96, 96)) for _ in range(2))
    assert np.array_equal(first.pixels, again.pixels)
    assert np.array_equal(first.mask, again.mask)


def test_a_severer_stain_is_larger():
    areas = [
        (render_part(SampleProduct.LEATHER, 7, Defect(DefectKind.STAIN, severity), SMALL).mask > 0).sum()
        for severity in (0.1, 0.5, 1.0)
    ]
    assert areas == sorted(areas)
    assert areas[2] > 3 * areas[0]


def test_more_pits_than_one_cluster_cover_more():
    one, three = (
        render_part(SampleProduct.SHEET, 8, Defect(DefectKind.POROSITY, 0.7, count), (256, 256)).mask
        for count in (1, 3)
    )
    assert (three > 0).sum() > (one > 0).sum()
    assert not (one & ~three).any()


def test_a_missing_hole_is_masked_where_the_good_part_shows_the_belt():
    change, mask = measure_change(SampleProduct.FLANGE, 9, Defect(DefectKind.MISSING_FEATURE), (300, 300))
    count, _ = cv2.connectedComponents(mask)
    assert count == 2
    assert np.mean(change[mask > 0] > 25) > 0.3


def test_parts_of_one_product_are_shifted_turned_and_lit_a_little_differently():
    photos = [render_part(SampleProduct.FLANGE, seed, None, (240, 300)).pixels for seed in range(6)]
    brightness = [photo.mean() for photo in photos]
    assert 0.005 < np.std(brightness) / np.mean(brightness) < 0.15


def test_a_defect_a_product_cannot_have_is_refused_with_the_ones_it_can():
    with pytest.raises(ValueError, match=r"leather cannot have the defect rust: choose from crack"):
        render_part(SampleProduct.LEATHER, 0, Defect(DefectKind.RUST))


@pytest.mark.parametrize(
    ("arguments", "sentence"), [((1.5, 1), "severity 1.5"), ((-0.1, 1), "severity"), ((0.5, 0), "count 0")]
)
def test_a_defect_outside_its_ranges_is_refused(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        Defect(DefectKind.CRACK, *arguments)


def test_a_photo_too_small_to_show_a_part_is_refused():
    with pytest.raises(ValueError, match="too small"):
        render_part(SampleProduct.CAP, 0, None, (20, 300))


@settings(max_examples=20, deadline=None)
@given(height=st.integers(2, 90), width=st.integers(2, 90), cell=st.floats(0.3, 60.0), seed=st.integers(0, 2**32))
def test_noise_has_the_shape_asked_for_whatever_its_cell(height, width, cell, seed):
    noise = draw_noise((height, width), cell, np.random.default_rng(seed))
    assert noise.shape == (height, width)
    assert np.isfinite(noise).all()


def test_fractal_noise_is_about_zero_with_about_unit_spread():
    noise = draw_fractal_noise((400, 400), 20, np.random.default_rng(0))
    assert abs(noise.mean()) < 0.2
    assert 0.5 < noise.std() < 1.3


def test_streams_of_two_stages_are_independent_and_repeatable():
    first, again, other = (open_stream(1, name).random(4) for name in ("belt", "belt", "lathe"))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@given(low=st.floats(-5, 5), width=st.floats(0.1, 5))
def test_a_smooth_step_rises_from_0_to_1_and_falls_when_its_ends_are_swapped(low, width):
    values = np.linspace(-20, 20, 200, dtype=np.float32)
    rising, falling = step_smoothly(values, low, low + width), step_smoothly(values, low + width, low)
    assert rising[0] == 0
    assert rising[-1] == 1
    assert (np.diff(rising) >= 0).all()
    assert np.allclose(rising + falling, 1, atol=1e-4)


def test_a_stroke_covers_as_much_as_its_length_times_its_width():
    line = Stroke(np.array([[10.0, 30.0], [70.0, 30.0]]), np.array([2.0, 2.0]))
    share = draw_strokes((60, 80), [line])
    assert share.sum() == pytest.approx(60 * 4, rel=0.15)
    assert share.max() == 1.0
    assert share[:20].sum() == 0


def test_a_stroke_that_leaves_the_photo_is_cut_at_its_border():
    line = Stroke(np.array([[-50.0, 20.0], [200.0, 20.0]]), np.array([1.0, 1.0]))
    share = draw_strokes((40, 60), [line])
    assert share[20].min() > 0.4
    assert share[:10].sum() == 0


def test_the_width_of_a_crack_runs_out_at_its_tip():
    half_widths = taper(50, 2.0, np.random.default_rng(1))
    assert half_widths[-1] == 0
    assert half_widths.max() > 1.0


def test_a_patch_without_raggedness_is_a_disc():
    patch = draw_patch((80, 80), np.array([40.0, 40.0]), 20, 0.0, np.random.default_rng(0))
    assert (patch > 0.5).sum() == pytest.approx(np.pi * 20**2, rel=0.05)


def test_the_box_of_an_empty_mask_is_none():
    assert find_box(np.zeros((5, 5), dtype=np.uint8)) is None


def test_the_samples_are_one_reference_three_good_parts_and_six_different_defects():
    paths = [sample.path for sample in SAMPLES]
    assert sum(path.startswith("train/good/") for path in paths) == 1
    assert sum(path.startswith("test/good/") for path in paths) == 3
    assert len({sample.defect.kind for sample in SAMPLES if sample.defect}) == 6
    assert len({sample.seed for sample in SAMPLES}) == len(SAMPLES) == 10


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.path)
def test_every_sample_is_shipped_with_a_mask_of_its_size_if_it_is_defective(sample):
    photo = cv2.imread(str(SHIPPED / sample.path))
    assert photo.shape == (*SAMPLE_SIZE, 3)
    if sample.mask_path:
        mask = cv2.imread(str(SHIPPED / sample.mask_path), cv2.IMREAD_UNCHANGED)
        assert mask.shape == SAMPLE_SIZE
        assert set(np.unique(mask)) == {0, 255}


def test_the_shipped_samples_are_small_enough_to_ship():
    assert sum(path.stat().st_size for path in SHIPPED.rglob("*") if path.is_file()) < 4_000_000


def test_rendering_a_shipped_sample_again_gives_the_shipped_picture():
    sample = next(sample for sample in SAMPLES if sample.defect and sample.defect.kind is DefectKind.CRACK)
    rendered = render_sample(sample)
    shipped = cv2.imread(str(SHIPPED / sample.path))[..., ::-1]
    again = cv2.imdecode(np.frombuffer(encode_photo(rendered), np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    # Another processor may round the last bit of a sine differently, which JPEG can turn into a few grey levels.
    difference = np.abs(shipped.astype(int) - again.astype(int))
    assert difference.mean() < 0.1
    assert np.mean(difference > 8) < 0.001
    mask = cv2.imread(str(SHIPPED / sample.mask_path), cv2.IMREAD_UNCHANGED)
    assert np.mean(mask != rendered.mask) < 1e-4


@pytest.fixture
def two_tiny_samples(monkeypatch):
    tiny = (Sample("train/good/000.jpg", 1), Sample("test/crack/000.jpg", 2, Defect(DefectKind.CRACK)))
    monkeypatch.setattr("inference.synthesis.samples.SAMPLES", tiny)
    monkeypatch.setattr("inference.synthesis.samples.SAMPLE_SIZE", SMALL)


@pytest.mark.usefixtures("two_tiny_samples")
def test_the_command_writes_folders_that_evaluate_reads_and_lists_its_files(tmp_path, capsys):
    assert main(["--output", str(tmp_path)]) == 0
    written = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.*"))
    assert written == [
        "flange/ground_truth/crack/000_mask.png",
        "flange/test/crack/000.jpg",
        "flange/train/good/000.jpg",
    ]
    assert len(capsys.readouterr().out.splitlines()) == 3


@pytest.mark.usefixtures("two_tiny_samples")
def test_writing_the_samples_twice_gives_the_same_bytes(tmp_path):
    first, second = ([path.read_bytes() for path in write_samples(tmp_path / name)] for name in ("a", "b"))
    assert first == second


@pytest.mark.usefixtures("two_tiny_samples")
def test_a_folder_that_cannot_be_written_is_one_sentence_and_exit_status_2(tmp_path, capsys):
    (tmp_path / "flange").write_text("a file where the folder should be")
    assert main(["--output", str(tmp_path)]) == 2
    sentence = capsys.readouterr().err
    assert "cannot be written" in sentence
    assert "choose a folder" in sentence
    with pytest.raises(KnownError):
        list(write_samples(tmp_path))


LAMP_AT_THE_LEFT = Light(azimuth=np.pi, elevation=np.pi / 4, power=1.0, size=0.05, casts_shadow=True)
PLASTER = Material(diffuse=(0.5, 0.5, 0.5), gloss=0.0, along=0.3, across=0.3)
BRUSHED = Material(diffuse=(0.0, 0.0, 0.0), gloss=0.5, along=0.05, across=0.4)


def light_alone(surface):
    open_sky = np.ones_like(surface.height)
    return light_surface(surface, Illumination((LAMP_AT_THE_LEFT,), dome=0.0), open_sky, open_sky)[..., 0]


def test_a_slope_towards_the_lamp_is_brighter_than_one_away_from_it():
    hill = spread(PLASTER, (40, 80))
    hill.height[:] = 20 - np.abs(np.arange(80) - 40) * 0.5
    lit = light_alone(hill)
    assert lit[20, 20] > 1.5 * lit[20, 60]


def test_brushed_metal_shines_when_its_grain_runs_across_the_direction_of_the_lamp():
    across, along = spread(BRUSHED, (40, 40)), spread(BRUSHED, (40, 40))
    across.grain[:] = np.pi / 2
    assert light_alone(across)[20, 20] > 10 * light_alone(along)[20, 20]


def test_a_wall_casts_its_shadow_away_from_the_lamp_and_no_farther_than_it_is_high():
    ground = np.zeros((60, 120), dtype=np.float32)
    ground[:, 50:54] = 20.0
    lit = cast_shadows(ground, Illumination((LAMP_AT_THE_LEFT,), dome=0.0))[30]
    assert lit[20] == pytest.approx(1.0, abs=0.05)
    assert lit[62] < 0.1
    assert lit[95] == pytest.approx(1.0, abs=0.05)


def test_a_pit_sees_less_of_the_sky_than_the_face_around_it():
    face = np.zeros((100, 100), dtype=np.float32)
    face[45:55, 45:55] = -10.0
    open_share = measure_occlusion(face, 200.0)
    assert open_share[50, 50] < 0.7
    assert open_share[10, 10] == pytest.approx(1.0, abs=0.01)


def test_a_coat_replaces_the_material_only_where_it_lies():
    half = np.zeros((4, 4), dtype=np.float32)
    half[:, 2:] = 1.0
    coated = coat(spread(PLASTER, (4, 4)), BRUSHED, half)
    assert coated.gloss[0].tolist() == pytest.approx([0, 0, 0.5, 0.5])
    assert coated.diffuse[0, :, 0].tolist() == pytest.approx([0.5, 0.5, 0, 0])


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_a_part_stays_within_the_handling_of_its_station(seed):
    handling = Handling(shift=0.02, rotation=0.05, zoom=0.01)
    view = frame_part((100, 140), 0.8, handling, np.random.default_rng(seed))
    assert abs(view.angle) <= 0.05
    assert view.scale == pytest.approx(40.0, rel=0.011)
    row, column = np.unravel_index(np.argmin(np.hypot(view.u, view.v)), view.shape)
    assert abs(row - 49.5) <= 3
    assert abs(column - 69.5) <= 3


def test_distances_in_the_photo_are_the_scale_times_those_on_the_part():
    view = frame_part((101, 101), 1.0, Handling(0.0, 0.0, 0.0), np.random.default_rng(0))
    assert view.u[50, 70] * view.scale == pytest.approx(20.0, rel=0.01)
    assert view.v[70, 50] * view.scale == pytest.approx(20.0, rel=0.01)


def test_bright_pixels_are_noisier_than_dark_ones_in_linear_light():
    dark, bright = np.full((200, 200, 3), 0.02, np.float32), np.full((200, 200, 3), 0.8, np.float32)
    noise = [add_sensor_noise(flat, np.random.default_rng(1)).std() for flat in (dark, bright)]
    assert noise[1] > 2 * noise[0]


def test_the_tone_curve_never_falls_and_saturates_at_white():
    light = np.repeat(np.linspace(0, 4, 500, dtype=np.float32)[None, :, None], 3, axis=2)
    levels = develop(light)[0, :, 0].astype(int)
    assert levels[0] == 0
    assert levels[-1] == 255
    assert (np.diff(levels) >= 0).all()


def test_the_corners_of_a_photo_are_darker_than_its_middle():
    falloff = shade_corners((51, 51))
    assert falloff[25, 25] == pytest.approx(1.0)
    assert falloff.min() == pytest.approx(falloff[0, 0])
    assert 0.7 < falloff[0, 0] < 0.95

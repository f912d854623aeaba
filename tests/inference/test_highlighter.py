"""Lines, spots and areas are found where they are drawn, edges and texture are not, and nothing is ever forced."""

import cv2
import numpy as np
import pytest

from inference.errors import Cancelled
from inference.highlighter.areas import find_areas, shows_several_surfaces
from inference.highlighter.classical import WORKING_PIXELS, ClassicalProvider
from inference.highlighter.concepts import Concept
from inference.highlighter.fusion import add_log_odds, weigh_by_map
from inference.highlighter.highlighting import highlight_photo
from inference.highlighter.lines import find_lines
from inference.highlighter.pictures import cut_out, encode_transparent_png, render_highlights
from inference.highlighter.presence import PresenceRule, is_two_toned, judge_presence
from inference.highlighter.provider import Scene
from inference.highlighter.results import LIMIT, QueryResult, make_empty_result
from inference.highlighter.spots import find_spots
from inference.highlighter.traces import Shape, Traces, trace_pieces

SIZE = 240


def make_surface(seed=0, size=SIZE, noise=6.0):
    values = np.random.default_rng(seed).normal(150.0, noise, (size, size, 1))
    return np.clip(values + np.zeros(3), 0, 255).astype(np.uint8)


def make_crack_path(seed=3, size=SIZE):
    """A walk from left to right that changes direction at every step."""
    random = np.random.default_rng(seed)
    x = np.arange(20, size - 20, 6)
    y = size / 2 + np.cumsum(random.normal(0, 4.0, len(x)))
    return np.stack([x, np.clip(y, 20, size - 20)], axis=1).astype(np.int32)


def make_cracked(seed=0, size=SIZE):
    """A surface with a crack two pixels wide, and the crack's mask."""
    pixels, mask = make_surface(seed, size), np.zeros((size, size), np.uint8)
    path = make_crack_path(size=size)
    cv2.polylines(pixels, [path], isClosed=False, color=(70, 70, 70), thickness=2)
    cv2.polylines(mask, [path], isClosed=False, color=255, thickness=2)
    return pixels, mask


def grey_of(pixels):
    return cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY).astype(np.float32)


def ask(pixels, query, anomaly_map=None):
    [result] = highlight_photo(pixels, query, anomaly_map)
    return result


def test_a_crack_is_found_where_it_is():
    pixels, mask = make_cracked()
    result = ask(pixels, "crack")

    near = cv2.dilate(mask, np.ones((11, 11), np.uint8)) > 0
    assert (result.outcome, result.concept, result.provider) == ("found", "crack", "classical")
    assert ((result.mask > 0) & near).sum() > 0.9 * (result.mask > 0).sum()
    assert ((result.mask > 0) & (mask > 0)).sum() > 0.7 * (mask > 0).sum()
    assert {region.label for region in result.regions} == {"crack"}
    assert "compared with no good part" in result.sentence


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("query", ["crack", "scratch", "hole", "stain", "rust", "bubble"])
def test_nothing_is_found_on_an_even_surface(seed, query):
    result = ask(make_surface(seed), query)

    assert (result.outcome, result.regions, result.mask.any()) == ("not found", (), False)
    assert result.soft_map.max() < LIMIT
    assert result.score < 1.0


def test_a_perfectly_even_photo_is_not_found_either():
    assert ask(np.full((64, 64, 3), 128, np.uint8), "crack").outcome == "not found"


def test_the_edge_of_a_part_is_no_crack():
    pixels = make_surface()
    pixels[:, SIZE // 2 :] //= 2

    assert ask(pixels, "crack").outcome == "not found"
    assert ask(pixels, "scratch").outcome == "not found"


def test_a_straight_groove_is_a_scratch():
    pixels = make_surface()
    cv2.line(pixels, (20, 100), (220, 120), (70, 70, 70), 2)

    assert ask(pixels, "scratch").outcome == "found"


def test_a_line_is_marked_no_wider_than_it_is():
    pixels, mask = make_cracked()
    found, true = ask(pixels, "crack").mask > 0, mask > 0

    assert (found & true).sum() / (found | true).sum() > 0.4


def test_many_alike_lines_are_the_products_own_pattern():
    pixels = make_surface()
    for top in range(12, SIZE, 24):
        cv2.line(pixels, (5, top), (SIZE - 5, top), (70, 70, 70), 2)

    assert ask(pixels, "scratch").outcome == "not found"


def test_a_round_blot_is_no_crack():
    pixels = make_surface()
    cv2.circle(pixels, (120, 120), 9, (60, 60, 60), -1)

    assert ask(pixels, "crack").outcome == "not found"


def test_a_hole_is_found_and_a_bright_spot_is_none():
    dark, bright = make_surface(), make_surface()
    cv2.circle(dark, (90, 150), 5, (30, 30, 30), -1)
    cv2.circle(bright, (90, 150), 5, (250, 250, 250), -1)

    [region] = ask(dark, "hole").regions
    assert (region.x < 90 < region.x + region.width, region.place) == (True, "center")
    assert ask(bright, "hole").outcome == "not found"
    assert ask(bright, "bubble").outcome == "found"


def test_a_patch_of_another_colour_is_found_by_its_colour():
    pixels = make_surface(noise=4)
    cv2.ellipse(pixels, (80, 80), (26, 20), 0, 0, 360, (190, 110, 70), -1)

    for query in ("stain", "rust", "wrong colour"):
        result = ask(pixels, query)
        assert result.outcome == "found", query
        assert result.mask[80, 80] == 255
    assert ask(pixels, "dent").outcome == "not found"


def test_rust_is_warm_and_not_blue():
    pixels = make_surface(noise=4)
    cv2.ellipse(pixels, (80, 80), (26, 20), 0, 0, 360, (70, 110, 190), -1)

    assert ask(pixels, "rust").outcome == "not found"
    assert ask(pixels, "wrong colour").outcome == "found"


def test_a_drawing_of_two_tones_shows_no_crack():
    pixels = np.zeros((SIZE, SIZE, 3), np.uint8)
    cv2.polylines(pixels, [make_crack_path()], isClosed=False, color=(255, 255, 255), thickness=5)

    assert is_two_toned(255 - pixels)
    assert ask(255 - pixels, "crack").outcome == "not found"


def test_a_part_on_its_table_needs_a_reference_for_stains():
    pixels = make_surface()
    pixels[:, :100] = (40, 60, 160)

    assert shows_several_surfaces(pixels)
    assert not shows_several_surfaces(make_surface())
    assert ask(pixels, "stain").outcome == "not found"


def test_a_missing_part_needs_a_comparison_and_says_so():
    result = ask(make_surface(), "missing part")

    assert result.outcome == "failed"
    assert "choose a product" in result.sentence


def test_with_a_map_only_what_differs_from_good_parts_counts():
    pixels, mask = make_cracked()
    quiet = np.zeros(mask.shape, np.float32)
    loud = np.asarray(cv2.GaussianBlur(mask, (0, 0), 4), np.float32) / 20

    assert ask(pixels, "crack", quiet).outcome == "not found"
    found = ask(pixels, "crack", loud)
    assert found.outcome == "found"
    assert "differs from good ones" in found.sentence
    assert ask(make_surface(), "crack", loud).outcome == "not found"


def test_with_a_map_a_missing_part_is_what_differs():
    anomaly_map = np.zeros((SIZE, SIZE), np.float32)
    anomaly_map[40:80, 40:80] = 3.0

    result = ask(make_surface(), "missing part", anomaly_map)

    assert result.outcome == "found"
    assert result.mask[60, 60] == 255
    assert ask(make_surface(), "missing part", np.zeros_like(anomaly_map)).outcome == "not found"


def test_several_queries_are_answered_in_order_and_unknown_ones_with_a_sentence():
    results = highlight_photo(make_cracked()[0], "Rost, dog, 裂纹")

    assert [result.outcome for result in results] == ["not found", "failed", "found"]
    assert "“dog” is not known" in results[1].sentence


def test_the_same_photo_gives_the_same_answer():
    pixels = make_cracked()[0]
    first, again = ask(pixels, "crack"), ask(pixels, "crack")

    assert np.array_equal(first.soft_map, again.soft_map)
    assert (first.score, first.regions) == (again.score, again.regions)


def test_progress_is_told_and_cancelling_ends_it():
    told = []
    highlight_photo(make_surface(), "crack, hole", on_progress=lambda share, words: told.append(share))
    assert told == [0.0, 0.5, 1.0]
    with pytest.raises(Cancelled):
        highlight_photo(make_surface(), "crack", is_cancelled=lambda: True)


def test_a_large_photo_is_searched_at_reduced_size_and_answered_at_its_own(monkeypatch):
    monkeypatch.setattr("inference.highlighter.classical.WORKING_PIXELS", WORKING_PIXELS // 400)
    pixels = make_cracked(size=400)[0]

    result = ClassicalProvider().highlight(Scene(pixels, np.ones((400, 400), np.float32)), "crack", Concept.CRACK)

    assert result.mask.shape == result.soft_map.shape == (400, 400)
    assert result.outcome == "found"


@pytest.mark.parametrize("shape", [(32, 32), (32, 500), (50, 33)])
def test_the_smallest_photos_are_answered_too(shape):
    pixels = np.random.default_rng(0).integers(0, 255, (*shape, 3), np.uint8)
    for query in ("crack", "hole", "stain"):
        assert ask(pixels, query).mask.shape == shape


def test_evidence_is_the_same_at_any_brightness_and_grows_with_contrast():
    faint, strong = make_surface(), make_surface()
    path = make_crack_path()
    cv2.polylines(faint, [path], isClosed=False, color=(120, 120, 120), thickness=2)
    cv2.polylines(strong, [path], isClosed=False, color=(60, 60, 60), thickness=2)
    on_path = tuple(path[len(path) // 2][::-1])

    assert find_lines(grey_of(strong)).dark[on_path] > find_lines(grey_of(faint)).dark[on_path]
    brighter = find_lines(grey_of(faint) + 40).dark
    assert np.allclose(brighter, find_lines(grey_of(faint)).dark, atol=0.02)


def test_dark_and_bright_change_places_in_the_negative():
    grey = grey_of(make_cracked()[0])
    for find in (find_lines, find_spots):
        positive, negative = find(grey), find(255 - grey)
        assert np.allclose(positive.dark, negative.bright, atol=0.02)
        assert np.allclose(positive.bright, negative.dark, atol=0.02)


def test_an_areas_distance_is_zero_for_the_photos_own_colour():
    assert find_areas(make_surface(noise=0), Concept.STAIN).max() == pytest.approx(0.0, abs=0.2)


def test_pieces_come_strongest_first_and_round_ones_count_less_as_lines():
    evidence = np.zeros((60, 120), np.float32)
    evidence[10, 5:110] = 6.0
    evidence[30:44, 50:64] = 6.0

    assert trace_pieces(evidence, 3.0).numbers != ()
    lines = trace_pieces(evidence, 3.0, Shape.LINE)
    assert lines.strength(1) > 10 * lines.strength(2)
    assert lines.strength(9) == 0.0
    assert trace_pieces(np.zeros((9, 9), np.float32), 3.0).strengths == ()


def test_the_opposite_sign_is_taken_for_texture():
    labels = np.zeros((2, 2), np.int32)
    pieces, rule = Traces(labels, (1,), (150.0,)), PresenceRule(75.0, 2.0)

    assert judge_presence(pieces, Traces(labels, (), ()), rule).found
    assert not judge_presence(pieces, Traces(labels, (1, 2), (200.0, 100.0)), rule).found


def test_a_map_vouches_for_what_lies_close_to_it():
    evidence, anomaly_map = np.full((40, 40), 5.0, np.float32), np.zeros((40, 40), np.float32)
    anomaly_map[20, 20] = 1.0
    fused = weigh_by_map(evidence, anomaly_map)

    assert fused[20, 23] == 5.0
    assert fused[5, 5] == 0.0


def test_a_result_that_contradicts_itself_is_refused():
    empty = np.zeros((4, 4), np.uint8)
    with pytest.raises(ValueError, match="differ in size"):
        QueryResult("crack", "not found", "", (), empty, np.zeros((5, 5), np.float32), "classical")
    with pytest.raises(ValueError, match="0 regions"):
        QueryResult("crack", "found", "", (), empty, np.zeros((4, 4), np.float32), "classical")


def test_pictures_show_what_was_found_and_cut_it_out():
    pixels = make_cracked()[0]
    results = highlight_photo(pixels, "crack, hole")
    overlay, cutout = render_highlights(pixels, results), cut_out(pixels, results[0].mask)

    assert overlay.shape == pixels.shape
    assert (overlay[results[0].mask > 0] != pixels[results[0].mask > 0]).any(axis=1).mean() > 0.9
    decoded = cv2.imdecode(np.frombuffer(encode_transparent_png(cutout), np.uint8), cv2.IMREAD_UNCHANGED)
    assert np.array_equal(decoded[:, :, 3], results[0].mask)
    assert np.array_equal(decoded[:, :, 2::-1], pixels)


def test_without_a_find_the_photo_stays_but_for_the_name_of_the_query():
    pixels = make_surface()
    overlay = render_highlights(pixels, [make_empty_result("crack", "not found", "", (SIZE, SIZE), "classical")])

    assert np.array_equal(overlay[60:], pixels[60:])


def test_at_the_limit_a_map_changes_nothing_above_it_adds_and_below_it_takes_away():
    logits = np.full((40, 40), 1.5, np.float32)
    at_limit, over, under = (
        add_log_odds(logits, np.full((40, 40), anomaly, np.float32)) for anomaly in (1.0, 1.5, 0.5)
    )

    assert np.array_equal(at_limit, logits)
    assert (over > logits).all()
    assert (under < logits).all()
    assert np.isfinite(add_log_odds(logits, np.zeros((40, 40), np.float32))).all()

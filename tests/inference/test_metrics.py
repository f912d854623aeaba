"""Every measure agrees with scikit-learn or with its definition written out slowly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage, stats
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score

from inference.metrics import PixelRanking, aupro, auroc, average_precision, clopper_pearson, f1_max, rank

scores = st.lists(st.sampled_from([-2.0, 0.0, 0.25, 0.5, 0.75, 1.0, 3.0, 1e6]), min_size=2, max_size=60)
cases = scores.flatmap(
    lambda values: st.tuples(
        st.lists(st.booleans(), min_size=len(values), max_size=len(values)).filter(
            lambda labels: len(set(labels)) == 2
        ),
        st.just(values),
    )
)


def some_maps(count=6, shape=(40, 50), seed=0):
    rng = np.random.default_rng(seed)
    masks = np.zeros((count, *shape), np.uint8)
    for mask in masks[1:]:
        y, x = rng.integers(0, 25, 2)
        mask[y : y + 12, x : x + 9] = 255
        mask[38:, 45:48] = 255
    maps = ndimage.gaussian_filter(masks / 255.0, (0, 3, 3)) + rng.random(masks.shape) * 0.5
    return maps.astype(np.float32), masks


def gather(maps, masks, **options):
    ranking = PixelRanking(**options)
    for anomaly_map, mask in zip(maps, masks, strict=True):
        ranking.add(anomaly_map, mask)
    return ranking.rank()


def aupro_by_definition(maps, masks, fpr_limit):
    regions = []
    for i, mask in enumerate(masks):
        labels, count = ndimage.label(mask, np.ones((3, 3)))
        regions += [maps[i][labels == label] for label in range(1, count + 1)]
    good = maps[masks == 0]
    curve = [(0.0, 0.0)]
    for level in sorted(set(maps.ravel().tolist()), reverse=True):
        curve.append(((good >= level).mean(), np.mean([(values >= level).mean() for values in regions])))
    rates, overlaps = map(np.array, zip(*curve, strict=True))
    end = np.interp(fpr_limit, rates, overlaps)
    keep = rates < fpr_limit
    area = np.trapezoid(np.append(overlaps[keep], end), np.append(rates[keep], fpr_limit))
    return area / fpr_limit


@given(cases)
def test_auroc_and_average_precision_agree_with_scikit_learn(case):
    labels, values = case
    assert auroc(labels, values) == pytest.approx(roc_auc_score(labels, values), abs=1e-9)
    assert average_precision(labels, values) == pytest.approx(average_precision_score(labels, values), abs=1e-9)


@given(cases)
def test_f1_max_agrees_with_scikit_learn_and_its_threshold_reaches_it(case):
    labels, values = np.array(case[0]), np.array(case[1])
    precision, recall, _ = precision_recall_curve(labels, values)
    best, threshold = f1_max(labels, values)
    assert best == pytest.approx(np.max(2 * precision * recall / np.maximum(precision + recall, 1e-12)), abs=1e-9)
    found = values >= threshold
    assert best == pytest.approx(2 * (found & labels).sum() / (found.sum() + labels.sum()))


@given(cases)
def test_turning_the_scores_round_turns_auroc_round(case):
    labels, values = case
    assert auroc(labels, [-value for value in values]) == pytest.approx(1 - auroc(labels, values))


def test_a_perfect_detector_scores_one():
    labels, values = [0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9]
    assert auroc(labels, values) == 1.0
    assert average_precision(labels, values) == 1.0
    assert f1_max(labels, values) == (1.0, 0.8)


def test_a_detector_that_says_the_same_of_all_is_a_coin():
    assert auroc([0, 1, 0, 1], [5, 5, 5, 5]) == 0.5
    assert average_precision([0, 1, 0, 1], [5, 5, 5, 5]) == 0.5


@pytest.mark.parametrize("labels", [[0, 0], []])
def test_measures_without_a_defect_are_not_numbers(labels):
    values = [1.0] * len(labels)
    assert np.isnan([auroc(labels, values), average_precision(labels, values), *f1_max(labels, values)]).all()


def test_auroc_without_a_good_part_is_not_a_number():
    assert np.isnan(auroc([1, 1], [0.0, 1.0]))


def test_unequal_lengths_and_scores_that_are_no_numbers_are_refused():
    with pytest.raises(ValueError, match="2 labels for 1 scores"):
        rank([0, 1], [0.5])
    with pytest.raises(ValueError, match="nan"):
        rank([0, 1], [0.5, float("nan")])


def test_pixel_measures_agree_with_scikit_learn():
    maps, masks = some_maps()
    ranking = gather(maps, masks)
    labels, values = (masks > 0).ravel(), maps.ravel()
    assert ranking.auroc() == pytest.approx(roc_auc_score(labels, values), abs=1e-9)
    assert ranking.average_precision() == pytest.approx(average_precision_score(labels, values), abs=1e-9)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**31), st.floats(0.05, 1.0), st.integers(2, 40))
def test_aupro_is_what_its_definition_says(seed, fpr_limit, steps):
    maps, masks = some_maps(3, (24, 50), seed)
    masks[1:, :3, :3] = 1
    maps = np.round(maps * steps).astype(np.float32) / np.float32(steps)
    expected = aupro_by_definition(maps, masks, fpr_limit)
    assert aupro(maps, masks, fpr_limit) == pytest.approx(expected, abs=1e-9)


def test_aupro_counts_a_small_region_as_much_as_a_large_one():
    mask = np.zeros((1, 60, 60), np.uint8)
    mask[0, :20, :20], mask[0, 50, 50] = 255, 255
    large, small = np.zeros((2, 1, 60, 60), np.float32)
    large[0, :20, :20], small[0, 50, 50] = 1, 1
    assert aupro(large, mask) == pytest.approx(aupro(small, mask))


def test_aupro_of_a_perfect_map_is_one_and_without_regions_not_a_number():
    _, masks = some_maps()
    assert aupro(masks.astype(np.float32), masks) == pytest.approx(1.0)
    assert np.isnan(aupro(masks.astype(np.float32), masks * 0))


def test_many_pixels_are_ranked_in_bounded_memory_and_nearly_exactly():
    maps, masks = some_maps(40)
    exact, coarse = gather(maps, masks), gather(maps, masks, exact_pixels=10_000)
    assert len(coarse.values) < len(exact.values) / 2
    assert coarse.auroc() == pytest.approx(exact.auroc(), abs=1e-6)
    assert coarse.average_precision() == pytest.approx(exact.average_precision(), abs=1e-4)
    assert coarse.aupro() == pytest.approx(exact.aupro(), abs=1e-5)
    assert coarse.f1_max() == pytest.approx(exact.f1_max(), rel=2e-4)


@settings(deadline=None)
@given(st.lists(st.floats(width=32, allow_nan=False), min_size=1, max_size=50))
def test_float_values_of_any_sign_keep_their_order_and_value(values):
    pixels = np.array([values], np.float32)
    ranking = gather([pixels], [np.zeros_like(pixels, np.uint8)])
    assert ranking.values.tolist() == sorted({value + 0.0 for value in pixels[0].tolist()}, reverse=True)


def test_no_map_at_all_gives_no_number():
    assert np.isnan(PixelRanking().rank().auroc())


def test_maps_can_be_added_after_a_first_look():
    maps, masks = some_maps()
    ranking = PixelRanking()
    for anomaly_map, mask in zip(maps, masks, strict=True):
        ranking.add(anomaly_map, mask)
        ranking.rank()
    assert ranking.rank().auroc() == gather(maps, masks).auroc()


def test_a_mask_of_another_size_and_maps_with_nan_are_refused():
    with pytest.raises(ValueError, match="differ in size"):
        PixelRanking().add(np.zeros((4, 4), np.float32), np.zeros((4, 5), np.uint8))
    with pytest.raises(ValueError, match="nan"):
        PixelRanking().add(np.full((4, 4), np.nan, np.float32), np.zeros((4, 4), np.uint8))


@given(st.integers(1, 400), st.floats(0, 1), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_clopper_pearson_agrees_with_scipy(total, share, confidence):
    count = round(total * share)
    expected = stats.binomtest(count, total).proportion_ci(confidence, method="exact")
    assert clopper_pearson(count, total, confidence) == pytest.approx((expected.low, expected.high), abs=1e-9)


@pytest.mark.parametrize(("count", "total"), [(-1, 5), (6, 5), (0, 0)])
def test_shares_that_cannot_be_are_refused(count, total):
    with pytest.raises(ValueError, match="is no share"):
        clopper_pearson(count, total)

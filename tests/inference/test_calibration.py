"""The calibrator keeps its promise: few good parts are rejected from the first one on, and scores say how sure it is.

The simulation repeats the comparison of rules that the constants were chosen by: the share of good parts rejected,
averaged over many draws of the calibration parts, and how far the median limit lies beyond the true 99 % point.
"""

from dataclasses import replace
from functools import cache
from math import ceil, exp, isfinite, log
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from inference import calibration
from inference.calibration import (
    PRIOR_SPREAD,
    PRIOR_SPREAD_WEIGHT,
    PROVISIONAL_BELOW,
    REJECT_RATE,
    REVIEW_FACTOR,
    CentrePrior,
    conformal_floor,
    decide,
    describe_calibration,
    false_rejects_at_most,
    predict_good_parts,
    score_part,
)
from inference.results import LIMIT, Verdict

DRAWS = 2000
PARTS = (1, 2, 4, 8, 16, 32, 128)
NOTHING_KNOWN = CentrePrior(0.0, 0.0)
EVEN, VARIED = 2 / 3 * PRIOR_SPREAD, 4 / 3 * PRIOR_SPREAD
"""Spreads of products that vary by a third less, and by a third more, than is assumed of a product."""

POPULATIONS = {
    "even log-normal": stats.norm(0, EVEN),
    "varied log-normal": stats.norm(0, VARIED),
    "gamma": stats.loggamma(20),
    "even heavy-tailed": stats.t(5, scale=EVEN * 0.6**0.5),
    "varied heavy-tailed": stats.t(5, scale=VARIED * 0.6**0.5),
}
"""Laws of log scores."""

BAYES_T = {
    1: (0.0, 1.96, 0.3, 1.46),
    2: (0.0, 1.51, 0.8, 1.21),
    4: (0.0, 1.27, 1.3, 1.11),
    8: (0.1, 1.14, 1.4, 1.05),
    16: (0.3, None, 1.3, None),
    32: (0.6, None, 1.2, None),
    128: (0.9, None, 1.0, None),
}
"""The published simulation (target 1 %, prior spread 0.18): by number of parts, the per cent of good parts rejected and
the median limit over the true 99 % point, for scores of spread 0.12, then the same for 0.25."""


@cache
def draw_parts(population, n):
    return POPULATIONS[population].rvs((DRAWS, n), random_state=np.random.default_rng(7))


@cache
def fit_laws(population, n):
    return [predict_good_parts(scores, NOTHING_KNOWN) for scores in draw_parts(population, n)]


@cache
def find_published_limits(spread, n):
    """Limits as in the published simulation, whatever the constants are now."""
    draws = np.random.default_rng(7).normal(0, spread, (DRAWS, n))
    prior = CentrePrior(0.0, 0.0, 0.18)
    with patch.object(calibration, "PRIOR_SPREAD_WEIGHT", 4.0):
        return np.array([predict_good_parts(scores, prior).limit(0.01) for scores in draws])


def share_rejected(population, limits):
    return float(np.mean(POPULATIONS[population].sf(limits)))


log_scores = st.lists(st.floats(-3, 3), min_size=1, max_size=40)
priors = st.builds(CentrePrior, st.floats(-3, 3), st.sampled_from([0.0, 0.35, 0.5, 2.0]))
laws = st.builds(predict_good_parts, log_scores, priors)
floors = st.sampled_from([float("-inf"), -1.0, 0.0, 2.0, 9.0])
laws_with_floors = st.builds(lambda law, floor: replace(law, reject_floor=law.centre + floor), laws, floors)


# The promise


@pytest.mark.parametrize("n", PARTS)
@pytest.mark.parametrize("population", POPULATIONS)
def test_hardly_more_good_parts_are_rejected_than_promised(population, n):
    limits = [law.reject_limit for law in fit_laws(population, n)]
    assert share_rejected(population, limits) <= 1.5 * REJECT_RATE


@pytest.mark.parametrize("n", PARTS)
@pytest.mark.parametrize("population", POPULATIONS)
def test_hardly_more_good_parts_are_reviewed_than_promised(population, n):
    limits = [law.review_limit for law in fit_laws(population, n)]
    assert share_rejected(population, limits) <= 1.75 * REVIEW_FACTOR * REJECT_RATE


@pytest.mark.parametrize("n", PARTS)
@pytest.mark.parametrize(("spread", "column"), [(0.12, 0), (0.25, 2)])
def test_the_rule_rejects_as_many_good_parts_as_in_the_published_simulation(spread, column, n):
    rejected = stats.norm(0, spread).sf(find_published_limits(spread, n)).mean()
    assert 100 * rejected == pytest.approx(BAYES_T[n][column], abs=0.2)


@pytest.mark.parametrize("n", [1, 2, 4, 8])
@pytest.mark.parametrize(("spread", "column"), [(0.12, 1), (0.25, 3)])
def test_the_limit_is_as_wide_as_in_the_published_simulation(spread, column, n):
    median = float(np.median(find_published_limits(spread, n)))
    assert exp(median - stats.norm(0, spread).ppf(0.99)) == pytest.approx(BAYES_T[n][column], rel=0.03)


@pytest.mark.parametrize("population", ["even log-normal", "even heavy-tailed", "varied log-normal"])
def test_the_limit_tightens_with_every_doubling_of_the_parts(population):
    medians = [float(np.median([law.limit(REJECT_RATE) for law in fit_laws(population, n)])) for n in PARTS]
    assert medians == sorted(medians, reverse=True)


@pytest.mark.parametrize("population", POPULATIONS)
def test_the_largest_score_seen_is_no_limit_while_parts_are_few(population):
    """Why this rule is not used: it rejects 1 / (n + 1) of all good parts, whatever they are like."""
    for n in (1, 2, 4, 8):
        limits = draw_parts(population, n).max(axis=1)
        assert share_rejected(population, limits) == pytest.approx(1 / (n + 1), rel=0.1)


@pytest.mark.parametrize("population", POPULATIONS)
def test_three_standard_deviations_above_the_mean_are_no_limit_while_parts_are_few(population):
    """Why this rule is not used: a spread estimated from a few parts is often far too small."""
    for n, at_least in ((2, 0.12), (4, 0.04), (6, 0.02)):
        scores = np.exp(draw_parts(population, n))
        limits = np.log(scores.mean(axis=1) + 3 * scores.std(axis=1, ddof=1))
        assert share_rejected(population, limits) > at_least


@pytest.mark.parametrize("weight", [0.0, 0.35, 2.0])
@pytest.mark.parametrize("n", [1, 3, 12])
def test_p_values_of_good_parts_are_uniform_when_products_vary_as_assumed(weight, n):
    rng = np.random.default_rng(3)
    spreads = PRIOR_SPREAD * np.sqrt(PRIOR_SPREAD_WEIGHT / rng.chisquare(PRIOR_SPREAD_WEIGHT, DRAWS))
    centres = 0.4 + spreads * rng.normal(size=DRAWS) / (weight or 1) ** 0.5
    parts = centres[:, None] + spreads[:, None] * rng.normal(size=(DRAWS, n + 1))
    prior = CentrePrior(0.4, weight)
    p_values = [predict_good_parts(scores[:-1], prior).p_value(scores[-1]) for scores in parts]
    assert stats.kstest(p_values, "uniform").pvalue > 0.01


def test_p_values_of_good_parts_are_uniform_once_many_parts_are_known():
    rng = np.random.default_rng(4)
    law = predict_good_parts(rng.normal(-1.0, 0.4, 3000), NOTHING_KNOWN)
    p_values = [law.p_value(score) for score in rng.normal(-1.0, 0.4, DRAWS)]
    assert stats.kstest(p_values, "uniform").pvalue > 0.01


# The law


def test_without_parts_the_prior_alone_predicts():
    law = predict_good_parts([], CentrePrior(-0.3, 0.5))
    assert (law.centre, law.parts, law.freedom) == (-0.3, 0, PRIOR_SPREAD_WEIGHT)
    assert law.reject_limit > law.review_limit > law.centre


def test_without_parts_and_without_prior_nothing_can_be_predicted():
    with pytest.raises(ValueError, match="nothing can be predicted"):
        predict_good_parts([], NOTHING_KNOWN)


@given(st.floats(-3, 3), st.integers(1, 150))
def test_one_more_part_like_the_others_never_widens_the_limit(score, n):
    fewer, more = (predict_good_parts([score] * count, NOTHING_KNOWN) for count in (n, n + 1))
    assert more.reject_limit <= fewer.reject_limit + 1e-12
    assert more.review_limit <= fewer.review_limit + 1e-12


@given(laws_with_floors)
def test_the_limits_are_ordered(law):
    assert law.centre < law.review_limit <= law.reject_limit


@given(log_scores, st.floats(-5, 5), st.sampled_from([0.0, 0.5]))
def test_brighter_units_move_the_limits_and_nothing_else(scores, shift, weight):
    law = predict_good_parts(scores, CentrePrior(0.2, weight))
    moved = predict_good_parts([score + shift for score in scores], CentrePrior(0.2 + shift, weight))
    assert moved.reject_limit == pytest.approx(law.reject_limit + shift, abs=1e-9)
    assert moved.p_value(1.0 + shift) == pytest.approx(law.p_value(1.0), rel=1e-6)


@given(laws, st.floats(0.001, 0.5))
def test_a_limit_is_passed_with_the_probability_it_was_made_for(law, rate):
    assert law.p_value(law.limit(rate)) == pytest.approx(rate, rel=1e-6)


# The floor


@pytest.mark.parametrize(("n", "rate"), [(19, 0.05), (39, 0.05), (99, 0.01), (150, 0.01)])
def test_the_floor_is_passed_exactly_as_often_as_exchangeable_parts_must(n, rate):
    """For uniform scores the share of parts beyond a floor is one minus the floor."""
    draws = np.random.default_rng(5).uniform(size=(4000, n))
    beyond = np.mean([1 - conformal_floor(scores, rate) for scores in draws])
    expected = (n + 1 - ceil((n + 1) * (1 - rate) - 1e-9)) / (n + 1)
    assert expected <= rate
    assert beyond == pytest.approx(expected, rel=0.07)


@pytest.mark.parametrize(("n", "rate"), [(0, 0.01), (1, 0.05), (18, 0.05), (98, 0.01)])
def test_too_few_parts_support_no_floor(n, rate):
    assert conformal_floor(list(range(n)), rate) == float("-inf")


@pytest.mark.parametrize(("n", "rate"), [(19, 0.05), (99, 0.01)])
def test_the_first_floor_is_the_largest_score(n, rate):
    assert conformal_floor(list(range(n)), rate) == n - 1


def test_heavy_tails_push_the_limit_up_to_the_floor():
    scores = [0.0] * 98 + [3.0, 3.0]
    law = predict_good_parts(scores, NOTHING_KNOWN)
    assert law.reject_limit == 3.0 > law.limit(REJECT_RATE)
    assert score_part(3.0, law) == LIMIT


# The score


@given(laws_with_floors)
def test_a_part_at_the_limit_scores_exactly_50_and_is_rejected(law):
    assert score_part(law.reject_limit, law) == LIMIT
    assert decide(law.reject_limit, law) is Verdict.REJECT


@given(laws_with_floors, st.floats(-50, 1e6), st.floats(1e-3, 10))
def test_a_worse_part_always_scores_higher(law, t, step):
    worse = t + step * max(1.0, abs(t))
    scores = [score_part(law.centre + law.scale * at, law) for at in (t, worse)]
    assert scores[0] < scores[1]


@given(laws_with_floors, st.floats(-1e9, 1e9))
def test_every_score_is_finite_and_below_100(law, log_score):
    score = score_part(log_score, law)
    assert isfinite(score)
    assert 0.0 <= score < 100.0


@settings(max_examples=300)
@given(laws_with_floors, st.floats(-12, 12))
def test_a_part_is_rejected_exactly_when_its_score_reaches_50(law, offset):
    log_score = law.centre + offset
    assume(abs(log_score - law.reject_limit) > 1e-9)
    assert (decide(log_score, law) is Verdict.REJECT) == (score_part(log_score, law) >= LIMIT)


@given(laws_with_floors, st.floats(-12, 12), st.floats(0, 5))
def test_a_worse_part_never_gets_a_milder_verdict(law, offset, further):
    severity = [Verdict.ACCEPT, Verdict.REVIEW, Verdict.REJECT].index
    log_score = law.centre + offset
    assert severity(decide(log_score, law)) <= severity(decide(log_score + further, law))


def test_the_three_verdicts_lie_between_the_limits():
    law = predict_good_parts([0.0, 0.1, -0.1], NOTHING_KNOWN)
    between = (law.review_limit + law.reject_limit) / 2
    scores = (law.centre, law.review_limit, between, law.reject_limit)
    assert [str(decide(score, law)) for score in scores] == ["accept", "review", "review", "reject"]


@pytest.mark.parametrize("n", [1, 9, 60])
def test_the_score_far_out_follows_the_p_value_as_long_as_that_has_digits(n):
    law = predict_good_parts([0.0] * n, NOTHING_KNOWN)
    for p in (1e-240, 1e-249, 1e-251, 1e-290):
        log_score = law.centre - law.scale * float(stats.t(law.freedom).ppf(p))
        r = log(law.p_value(log_score)) / log(law.p_value(law.reject_limit))
        assert score_part(log_score, law) == pytest.approx(100 * r / (1 + r), rel=1e-12)


def test_two_hopeless_parts_can_still_be_told_apart():
    law = predict_good_parts([0.0] * 200, NOTHING_KNOWN)
    p_values, scores = zip(*[(law.p_value(at), score_part(at, law)) for at in (20.0, 40.0)], strict=True)
    assert p_values == (0.0, 0.0)
    assert LIMIT < scores[0] < scores[1] < 100


# What is said about it


@given(st.integers(1, 400), st.data())
def test_the_bound_on_false_rejects_is_that_of_clopper_and_pearson(parts, data):
    exceeded = data.draw(st.integers(0, parts))
    interval = stats.binomtest(exceeded, parts, alternative="less").proportion_ci(0.95, method="exact")
    assert false_rejects_at_most(exceeded, parts) == pytest.approx(interval.high, abs=1e-9)


@pytest.mark.parametrize(("parts", "bound"), [(1, 0.95), (4, 0.527), (10, 0.259), (30, 0.095), (100, 0.030)])
def test_parts_none_of_which_was_rejected_support_the_known_bounds(parts, bound):
    assert false_rejects_at_most(0, parts) == pytest.approx(bound, abs=5e-4)


def test_no_parts_support_no_bound():
    assert false_rejects_at_most(0, 0) == 1.0


AIM = f"{100 * REJECT_RATE:g} %"


def describe(parts):
    scores = [] if parts == 1 else [0.01 * index for index in range(parts)]
    law = predict_good_parts(scores, CentrePrior(0.0, 0.5))
    return describe_calibration(law, parts, scores)


def test_one_part_makes_a_provisional_promise():
    described = describe(1)
    assert (described.rule, described.parts, described.alpha) == ("bayes-t", 1, REJECT_RATE)
    assert described.provisional
    assert described.promise == f"Provisional: aims to reject at most {AIM} of good parts; rests on 1 good part."


def test_the_promise_stops_being_provisional_at_eight_parts():
    assert [describe(parts).provisional for parts in (PROVISIONAL_BELOW - 1, PROVISIONAL_BELOW)] == [True, False]


def test_enough_parts_make_a_promise_with_its_certainty():
    assert describe(12).promise == (
        f"This limit aims to reject at most {AIM} of good parts; at most 22% are, 95% sure (12 good parts)."
    )


def test_the_rule_is_named_with_its_floor_as_soon_as_there_is_one():
    first = round(1 / REJECT_RATE) - 1
    assert [describe(parts).rule for parts in (first - 1, first)] == ["bayes-t", "bayes-t with conformal floor"]


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=30), st.sampled_from([0.005, 0.01, 0.05, 0.1]))
def test_a_product_that_may_reject_more_good_parts_has_a_lower_limit(scores, rate):
    usual = predict_good_parts(scores, CentrePrior(0.0, 0.5))
    chosen = predict_good_parts(scores, CentrePrior(0.0, 0.5), rate)
    lower, higher = sorted((chosen, usual), key=lambda law: -law.reject_rate)
    assert lower.reject_limit <= higher.reject_limit
    assert chosen.review_limit <= chosen.reject_limit
    assert describe_calibration(chosen, len(scores) + 1, scores).alpha == rate

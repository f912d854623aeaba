"""What is counted of judged photos: measures by label, verdicts as shares with bounds, means over what is known."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta
from sklearn.metrics import roc_auc_score

from inference.metrics import PixelRanking
from inference.results import Verdict
from station.evaluating import JudgedPhoto
from station.evaluation_data import LabelledPhoto
from station.measuring import (
    MEASURES,
    Measurement,
    Share,
    average,
    average_known,
    count_verdicts,
    find_median_seconds,
    measure_photos,
)


def _judged(label, score=10.0, verdict="accept", seconds=0.1):
    return JudgedPhoto(LabelledPhoto(Path("0.png"), label), score, verdict, 0.5, seconds)


def _measured(auroc, reviews=None):
    measures = dict.fromkeys(MEASURES) | {"image_auroc": auroc}
    shares = {"false_rejects": None, "misses": None, "reviews": reviews}
    return Measurement("leather", 0, (), 1, 1, measures, shares, 0.2)


labels_and_scores = st.lists(
    st.tuples(st.sampled_from(["good", "cut"]), st.integers(0, 100)), min_size=2, max_size=20
).filter(lambda pairs: len({label for label, _ in pairs}) == 2)


@given(labels_and_scores)
def test_image_auroc_agrees_with_scikit_learn(pairs):
    measures = measure_photos([_judged(label, float(score)) for label, score in pairs], None)

    expected = roc_auc_score([label != "good" for label, _ in pairs], [score for _, score in pairs])
    assert measures["image_auroc"] == pytest.approx(expected)
    assert measures["pixel_auroc"] is None


def test_every_measure_is_perfect_where_defects_stand_out_everywhere():
    pixels, mask = PixelRanking(), np.zeros((8, 8), np.uint8)
    mask[:2, :2] = 255
    pixels.add(mask.astype(np.float32), mask)

    measures = measure_photos([_judged("good", 1.0), _judged("cut", 9.0)], pixels)

    assert measures == pytest.approx(dict.fromkeys(MEASURES, 1.0))


def test_measures_that_need_both_kinds_are_none_with_one():
    measures = measure_photos([_judged("cut", 1.0), _judged("cut", 9.0)], None)

    assert measures["image_auroc"] is None
    assert measures["image_f1_max"] == 1.0


def test_shares_count_the_photos_they_are_about():
    shares = count_verdicts(
        [
            _judged("good", verdict="accept"),
            _judged("good", verdict="reject"),
            _judged("cut", verdict="accept"),
            _judged("cut", verdict="review"),
            _judged("cut", verdict="reject"),
        ]
    )

    assert (shares["false_rejects"].count, shares["false_rejects"].of) == (1, 2)
    assert (shares["misses"].count, shares["misses"].of) == (1, 3)
    assert (shares["reviews"].count, shares["reviews"].of) == (1, 5)


@given(st.integers(1, 30), st.data())
def test_bounds_of_a_share_leave_five_percent_outside(of, data):
    count = data.draw(st.integers(0, of))
    photos = [_judged("good", verdict="reject" if number < count else "accept") for number in range(of)]

    share = Share.of_photos(photos, Verdict.REJECT)

    assert share.low == pytest.approx(beta.ppf(0.025, count, of - count + 1) if count else 0.0)
    assert share.high == pytest.approx(beta.ppf(0.975, count + 1, of - count) if count < of else 1.0)


def test_a_share_of_nothing_is_none():
    assert Share.of_photos([], Verdict.REJECT) is None


def test_a_share_reads_as_percent_bounds_and_counts():
    assert Share(1, 4, 0.25, 0.006, 0.806).describe() == "25.0% [0.6%, 80.6%] 1/4"


def test_means_leave_out_what_is_not_defined():
    mean = average([_measured(0.5), _measured(None), _measured(1.0, Share(1, 2, 0.5, 0.0, 1.0))])

    assert mean["image_auroc"] == 0.75
    assert mean["reviews"] == 0.5
    assert mean["pixel_ap"] is None
    assert mean["seconds_per_photo"] == pytest.approx(0.2)


def test_the_mean_of_nothing_known_is_none():
    assert average_known([None, None]) is None


def test_the_time_of_a_photo_is_the_median():
    assert find_median_seconds([_judged("good", seconds=seconds) for seconds in (0.1, 0.2, 9.0)]) == 0.2

"""Tables of an evaluation hide nothing: every draw has a line, means come last, what is not defined is a dash."""

from station.evaluation_tables import tabulate
from station.measuring import MEASURES, Measurement, Share, average_categories


def _measurement(category, seed, auroc, rejected=0):
    measures = dict.fromkeys(MEASURES) | {"image_auroc": auroc}
    shares = {"false_rejects": Share(rejected, 4, rejected / 4, 0.0, 0.6), "misses": None, "reviews": None}
    return Measurement(category, seed, (), 4, 0, measures, shares, 0.125)


def _first_column(measurements):
    (_, rows), _ = tabulate(measurements)
    return [row[0] for row in rows]


def test_one_draw_of_one_category_is_one_line():
    (_, [quality]), (_, [cost]) = tabulate([_measurement("leather", 0, 0.98765, 1)])

    assert quality == ["leather, seed 0", "0.9877", "-", "-", "-", "-", "-"]
    assert cost == ["leather, seed 0", "25.0% [0.0%, 60.0%] 1/4", "-", "-", "0.1250"]


def test_draws_are_followed_by_their_mean():
    assert _first_column([_measurement("leather", 0, 0.9), _measurement("leather", 1, 1.0)]) == [
        "leather, seed 0",
        "leather, seed 1",
        "leather, mean of draws",
    ]


def test_categories_are_followed_by_the_mean_of_all():
    (_, quality), (_, cost) = tabulate([_measurement("leather", 0, 0.8), _measurement("tile", 0, 1.0, 2)])

    assert quality[-1][:2] == ["mean of categories", "0.9000"]
    assert cost[-1][:2] == ["mean of categories", "25.0%"]


def test_every_category_counts_the_same_however_many_draws_it_has():
    measurements = [_measurement("leather", seed, 1.0) for seed in range(3)] + [_measurement("tile", 0, 0.5)]

    assert average_categories(measurements)["image_auroc"] == 0.75

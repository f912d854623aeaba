"""Lessons say what is so: of good parts nothing, of damaged ones place, number and size as they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inference.dialogue.correcting import AnswerCheck
from inference.mini.lessons import (
    QUESTIONS,
    Topic,
    draw_lesson,
    say_score,
    say_share,
    say_size,
    tell_from_facts,
    tell_from_truth,
)
from inference.mini.subjects import Spot, Subject
from tests.inference.mini.conftest import make_subject


@pytest.mark.parametrize("topic", list(Topic))
def test_every_topic_has_questions_and_an_answer_for_every_kind_of_part(topic: Topic):
    assert QUESTIONS[topic]
    for seed in range(6):
        subject = make_subject(seed)
        assert tell_from_truth(topic, subject).endswith(".")
        assert tell_from_facts(topic, subject).endswith(".")


def test_presence_begins_with_yes_or_no():
    assert tell_from_truth(Topic.PRESENCE, make_subject(1)).startswith("Yes, there is an anomaly")
    assert tell_from_truth(Topic.PRESENCE, make_subject(2)).startswith("No, there is no anomaly")


def test_several_defects_are_counted_and_told_apart():
    subject = make_subject(1)
    second = Spot("top left", "hole", 0.2, 1.1)
    both = Subject(subject.glimpse, (*subject.spots, second), subject.facts)

    assert tell_from_truth(Topic.COUNT, both) == "There are 2."
    assert tell_from_truth(Topic.SECOND, both) == "The second one is at the top left."
    assert tell_from_truth(Topic.SECOND, subject) == "There is only one."


def test_sizes_are_told_in_the_unit_that_is_known():
    region = make_subject(1).facts.regions[0]

    assert say_size(region, None) == "120 x 100 px"
    assert say_size(region, 0.05) == "6.0 x 5.0 mm"
    assert [say_share(share) for share in (0.001, 0.013, 0.04, 0.6)] == [
        "less than 1 %",
        "about 1 %",
        "about 5 %",
        "about 80 %",
    ]


@pytest.mark.parametrize(
    ("score", "said"),
    [
        (49.98, "49.98"),
        (49.9996, "49.9996"),
        (50.0, "50"),
        (50.04, "50.04"),
        (49.9, "49.9"),
        (72.31, "72.3"),
        (72.0, "72"),
    ],
)
def test_a_score_next_to_the_limit_says_on_which_side_it_lies(score: float, said: str):
    assert say_score(replace(make_subject(1).facts, score=score, limit=50.0)) == said


def test_a_doubtful_part_without_a_region_is_neither_good_nor_bad():
    subject = make_subject(2)
    doubtful = replace(subject, facts=replace(subject.facts, verdict="review"))

    assert tell_from_facts(Topic.PRESENCE, doubtful).startswith("Perhaps")
    assert tell_from_facts(Topic.PRESENCE, subject).startswith("No")


def test_the_same_seed_draws_the_same_lesson():
    draws = [draw_lesson(make_subject(1), np.random.default_rng(seed), with_facts=False) for seed in (5, 5, 6)]

    assert draws[0] == draws[1]
    assert draws[0] != draws[2]
    assert all(1 <= len(draw) <= 3 for draw in draws)


@pytest.mark.parametrize("verdict", ["review", "reject"])
@pytest.mark.parametrize("topic", [topic for topic in Topic if topic is not Topic.KIND])
def test_what_is_taught_with_facts_stands_the_check_of_claims(topic: Topic, verdict: str):
    for seed in range(8):
        subject = make_subject(seed)
        keeps = verdict == "reject" and not subject.is_defective
        facts = subject.facts if keeps else replace(subject.facts, verdict=verdict)
        told = tell_from_facts(topic, replace(subject, facts=facts))
        for question in QUESTIONS[topic]:
            check = AnswerCheck(facts, (), question, "en")
            assert "".join(check.check([told])) == told
            assert not check.corrections

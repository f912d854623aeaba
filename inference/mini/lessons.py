"""Questions and answers that mini learns from: templates, filled from what is truly wrong or from the record.

Two ways of asking are taught. Without facts only the photo and the map can answer; with facts the answer repeats the
numbers of the record. Nothing here is used while people talk with mini.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from math import log

import numpy as np

from inference.dialogue.facts import Facts, RegionFact
from inference.mini.subjects import Spot, Subject

MOST_EXCHANGES = 3
_ROUND_PERCENTS = (1, 2, 3, 5, 10, 20, 40, 80)
CLEAR = 1.5
"""A peak this many times the limit leaves no doubt."""


class Topic(StrEnum):
    """What a question asks for."""

    PRESENCE = "presence"
    GOOD = "good"
    COUNT = "count"
    WHERE = "where"
    SIZE = "size"
    KIND = "kind"
    SURE = "sure"
    WHY = "why"
    NEXT = "next"
    SUMMARY = "summary"
    SECOND = "second"


QUESTIONS: Mapping[Topic, tuple[str, ...]] = {
    Topic.PRESENCE: (
        "Is there any anomaly?",
        "Is there any anomaly in the image?",
        "Is there a defect?",
        "Do you see any damage on this part?",
        "Is anything wrong with it?",
        "Can you find a flaw?",
        "Does this photo show a defect?",
        "Are there any anomalies?",
    ),
    Topic.GOOD: (
        "Is the part good?",
        "Is this part ok?",
        "Can this part be accepted?",
        "Is it all right?",
        "Does the part look as it should?",
    ),
    Topic.COUNT: (
        "How many defects are there?",
        "How many anomalies do you see?",
        "How many regions are there?",
        "Count the defects.",
    ),
    Topic.WHERE: (
        "Where is it?",
        "Where is the defect?",
        "Where?",
        "In which part of the photo is the anomaly?",
        "Where is the strongest one?",
        "Show me where it is.",
    ),
    Topic.SIZE: ("How large is it?", "How big is the defect?", "What is its size?", "How large is the strongest one?"),
    Topic.KIND: (
        "What is it?",
        "What kind of defect is it?",
        "What does it look like?",
        "Which type of damage is this?",
    ),
    Topic.SURE: ("How sure are you?", "How certain is that?", "What is the score?", "Can I rely on that?"),
    Topic.WHY: ("Why?", "Why is that so?", "What is the reason?", "Why do you say so?"),
    Topic.NEXT: ("What should I do now?", "What next?", "What do you recommend?", "What shall I do with the part?"),
    Topic.SUMMARY: ("Describe the part.", "What do you see?", "Summarise the findings.", "Tell me about this part."),
    Topic.SECOND: ("And the second one?", "Where is the second one?", "What about the other one?"),
}


def draw_lesson(subject: Subject, rng: np.random.Generator, *, with_facts: bool) -> tuple[tuple[str, str], ...]:
    """Draw one to three questions about a subject with their answers, the first mostly whether or where."""
    drawn = float(rng.random())
    topics = [Topic.PRESENCE if drawn < 0.45 else Topic.WHERE if drawn < 0.8 else Topic(str(rng.choice(list(Topic))))]
    others = [topic for topic in Topic if topic not in topics]
    count = int(rng.integers(1, MOST_EXCHANGES + 1)) - 1
    topics += [Topic(str(topic)) for topic in rng.choice(others, count, replace=False)]
    tell = tell_from_facts if with_facts else tell_from_truth
    return tuple((str(rng.choice(QUESTIONS[topic])), tell(topic, subject)) for topic in topics)


# Without facts: what is truly wrong


def tell_from_truth(topic: Topic, subject: Subject) -> str:
    """Return the answer that only the photo and its map can give."""
    if not subject.spots:
        return _OF_GOOD_PARTS[topic]
    return _FROM_SPOTS[topic](subject.spots)


_OF_GOOD_PARTS: Mapping[Topic, str] = {
    Topic.PRESENCE: "No, there is no anomaly; the part looks as it should.",
    Topic.GOOD: "Yes, the part looks as it should.",
    Topic.COUNT: "There is none.",
    Topic.WHERE: "Nowhere; there is no anomaly.",
    Topic.SIZE: "There is no anomaly that could be measured.",
    Topic.KIND: "There is no defect.",
    Topic.SURE: "The map stays below the limit everywhere.",
    Topic.WHY: "The part does not differ from its references.",
    Topic.NEXT: "Nothing; the part can go on.",
    Topic.SUMMARY: "The part looks as it should; there is no anomaly.",
    Topic.SECOND: "There is none.",
}


def _tell_found_spots(spots: Sequence[Spot]) -> str:
    if len(spots) == 1:
        return f"there is an anomaly {say_place(spots[0].place)}."
    return f"there are {len(spots)} anomalies; the strongest is {say_place(spots[0].place)}."


def _tell_second(spots: Sequence[Spot]) -> str:
    if len(spots) < 2:
        return "There is only one."
    return f"The second one is {say_place(spots[1].place)}."


def _tell_doubt(spots: Sequence[Spot]) -> str:
    how = "clearly" if spots[0].peak >= CLEAR else "slightly"
    return f"The map is {how} beyond the limit {say_place(spots[0].place)}."


_FROM_SPOTS: Mapping[Topic, Callable[[Sequence[Spot]], str]] = {
    Topic.PRESENCE: lambda spots: f"Yes, {_tell_found_spots(spots)}",
    Topic.GOOD: lambda spots: f"No, the part differs {say_place(spots[0].place)}.",
    Topic.COUNT: lambda spots: "There is 1." if len(spots) == 1 else f"There are {len(spots)}.",
    Topic.WHERE: lambda spots: f"It is {say_place(spots[0].place)}.",
    Topic.SIZE: lambda spots: f"It covers {say_share(spots[0].share)} of the photo.",
    Topic.KIND: lambda spots: f"It looks like {say_kind(spots[0].kind)}.",
    Topic.SURE: _tell_doubt,
    Topic.WHY: lambda spots: f"The part differs from its references {say_place(spots[0].place)}.",
    Topic.NEXT: lambda spots: "Set the part aside and let a person decide.",
    Topic.SUMMARY: lambda spots: f"{_tell_found_spots(spots).capitalize()} It looks like {say_kind(spots[0].kind)}.",
    Topic.SECOND: _tell_second,
}


# With facts: what the record says


def tell_from_facts(topic: Topic, subject: Subject) -> str:
    """Return the answer that repeats what the record says."""
    facts = subject.facts
    if topic is Topic.KIND and facts.regions and subject.spots:
        return f"It looks like {say_kind(subject.spots[0].kind)}."
    if facts.regions:
        return _FROM_REGIONS[topic](facts)
    if topic in _OF_NO_REGIONS:
        return _OF_NO_REGIONS[topic](facts)
    if facts.verdict == "review":
        return _OF_DOUBT[topic](facts)
    return _OF_GOOD_PARTS[topic]


def _tell_score(facts: Facts) -> str:
    return f"The score is {say_score(facts)}; the limit is {say_number(facts.limit)}."


def _tell_verdict(facts: Facts) -> str:
    return {
        "accept": "Yes, the part was accepted.",
        "review": "That is not sure; the part is to be reviewed by a person.",
        "reject": "No, the part was rejected.",
    }[facts.verdict or "review"]


def _tell_reason(facts: Facts) -> str:
    place = f" The part differs {say_place(facts.regions[0].place)}." if facts.regions else ""
    return f"The verdict is {facts.verdict}.{place} {_tell_score(facts)}"


def _tell_next(facts: Facts) -> str:
    return {
        "accept": "Nothing; the part can go on.",
        "review": "Let a person look at the part and decide.",
        "reject": "Set the part aside and let a person decide.",
    }[facts.verdict or "review"]


_OF_NO_REGIONS: Mapping[Topic, Callable[[Facts], str]] = {
    Topic.GOOD: _tell_verdict,
    Topic.SURE: _tell_score,
    Topic.WHY: _tell_reason,
    Topic.NEXT: _tell_next,
}


_OF_DOUBT: Mapping[Topic, Callable[[Facts], str]] = {
    Topic.PRESENCE: lambda facts: "Perhaps; no region stands out, but a person has to look at the part.",
    Topic.COUNT: lambda facts: "No region stands out.",
    Topic.WHERE: lambda facts: "Nowhere; no region stands out.",
    Topic.SIZE: lambda facts: "There is no region that could be measured.",
    Topic.KIND: lambda facts: "I cannot say; no region stands out.",
    Topic.SUMMARY: lambda facts: f"The verdict is review. No region stands out. {_tell_score(facts)}",
    Topic.SECOND: lambda facts: "No region stands out.",
}
"""Where a person has to decide about a part without a region."""


def _tell_found(facts: Facts) -> str:
    regions = facts.regions
    if len(regions) == 1:
        return f"there is an anomaly {say_place(regions[0].place)}."
    return f"there are {len(regions)} anomalies; the strongest is {say_place(regions[0].place)}."


def _tell_second_region(facts: Facts) -> str:
    if len(facts.regions) < 2:
        return "There is only one."
    second = facts.regions[1]
    return f"The second one is {say_place(second.place)}; it measures {say_size(second, facts.mm_per_px)}."


_FROM_REGIONS: Mapping[Topic, Callable[[Facts], str]] = {
    Topic.PRESENCE: lambda facts: f"Yes, {_tell_found(facts)}",
    Topic.GOOD: _tell_verdict,
    Topic.COUNT: lambda facts: "There is 1." if len(facts.regions) == 1 else f"There are {len(facts.regions)}.",
    Topic.WHERE: lambda facts: f"It is {say_place(facts.regions[0].place)}.",
    Topic.SIZE: lambda facts: f"It measures {say_size(facts.regions[0], facts.mm_per_px)}.",
    Topic.KIND: lambda facts: "I cannot say what it is.",
    Topic.SURE: _tell_score,
    Topic.WHY: _tell_reason,
    Topic.NEXT: _tell_next,
    Topic.SUMMARY: lambda facts: f"The verdict is {facts.verdict}; {_tell_found(facts)} {_tell_score(facts)}",
    Topic.SECOND: _tell_second_region,
}


# Words and numbers


def say_place(place: str) -> str:
    """ "at the top left", but "in the center"."""
    return "in the center" if place == "center" else f"at the {place}"


def say_kind(kind: str) -> str:
    """ "a scratch", but "an air bubble" and "rust"."""
    if kind in ("rust", "porosity", "contamination", "wrong colour"):
        return kind
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def say_share(share: float) -> str:
    """A share of the photo as roughly as it can be seen."""
    percent = 100 * share
    if percent < 0.75:
        return "less than 1 %"
    nearest = min(_ROUND_PERCENTS, key=lambda round_one: abs(log(percent / round_one)))
    return f"about {nearest} %"


def say_size(region: RegionFact, mm_per_px: float | None) -> str:
    """Width and height in the unit that is known."""
    if mm_per_px is None:
        return f"{region.width_px} x {region.height_px} px"
    return f"{region.width_px * mm_per_px:.1f} x {region.height_px * mm_per_px:.1f} mm"


def say_score(facts: Facts) -> str:
    """The score with as many decimals, up to six, as show on which side of the limit it lies."""
    if facts.score is None or facts.limit is None or facts.score == facts.limit:
        return say_number(facts.score)
    for decimals in range(1, 7):
        if round(facts.score, decimals) != round(facts.limit, decimals):
            break
    return f"{facts.score:.{decimals}f}".removesuffix(".0")


def say_number(value: float | None) -> str:
    """One decimal, none where it is nought."""
    return "not known" if value is None else f"{value:.1f}".removesuffix(".0")

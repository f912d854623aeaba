"""Made-up inspections, and a language model so small that it learns them in seconds."""

from __future__ import annotations

import numpy as np
import pytest

from inference.dialogue.facts import Facts, RegionFact
from inference.language.models import LanguageModel
from inference.mini.looking import MAP_SIDE, Glimpse
from inference.mini.subjects import Spot, Subject
from inference.regions import name_place
from tests.inference.language.tiny import make_language_model


@pytest.fixture
def language() -> LanguageModel:
    return make_language_model()


@pytest.fixture
def subjects() -> list[Subject]:
    return [make_subject(seed) for seed in range(12)]


def make_subject(seed: int, *, is_defective: bool | None = None) -> Subject:
    """An inspection with a bright square on its map, or without."""
    rng = np.random.default_rng(seed)
    anomaly = rng.uniform(0, 0.1, (MAP_SIDE, MAP_SIDE)).astype(np.float32)
    views = rng.normal(size=(2, 384)).astype(np.float32)
    if not (seed % 2 if is_defective is None else is_defective):
        return Subject(Glimpse(views, anomaly), (), make_facts("accept", ()))
    left, top = (int(at) for at in rng.integers(0, MAP_SIDE - 12, 2))
    anomaly[top : top + 10, left : left + 12] = 0.8
    place = name_place(left + 5.5, top + 4.5, MAP_SIDE, MAP_SIDE)
    region = RegionFact(1, place, 120, 100, 9000, 3.2)
    return Subject(Glimpse(views, anomaly), (Spot(place, "scratch", 0.013, 3.2),), make_facts("reject", (region,)))


def make_facts(verdict: str, regions: tuple[RegionFact, ...]) -> Facts:
    return Facts(verdict=verdict, score=71.3 if regions else 12.0, limit=50.0, regions=regions, parts=1, references=1)

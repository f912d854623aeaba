"""What mini says before its claims are checked, on products it never saw, and what each of its senses contributes.

    python -m tests.benchmarks.bench_mini MODELS_FOLDER [FOLDER ...] [--most 25] [--weights FOLDER]

One reference for each product. Asked: is there any anomaly, and where; as people talk with it, with the facts in view,
and without facts, when only photo and map can tell. "Without map" sets the map to
nothing, "other photo" gives it the views of another photo of the category. Beside it the templates, which repeat the
verdict (review counts as yes), and SmolLM2 as it came, with the facts written in its prompt. A place is counted where
one defect makes up most of the true mask.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import cv2
import numpy as np
import torch

from inference.backbones.base import Backbone
from inference.dialogue.facts import Facts
from inference.images import read_photo
from inference.language.generating import Decoding, Generation
from inference.language.models import TURN_BEGIN, TURN_END, LanguageModel, open_language_model
from inference.mini.looking import Glimpse, look
from inference.mini.model import Mini, read_weights
from inference.mini.scripts import describe_facts, write_answer, write_opening, write_question
from inference.mini.shipped import LANGUAGE_PACK, WEIGHTS_FOLDER
from inference.mini.simulated_inspections import state_facts
from inference.mini.teaching import open_eye
from inference.profiles import PROFILES
from inference.regions import name_place
from station.evaluating import draw_references
from station.evaluation_data import Category, LabelledPhoto, read_mask
from tests.benchmarks.bench_common import (
    Workshop,
    average,
    describe_photos,
    find_measured,
    format_percent,
    print_load,
    print_table,
    read_load,
)

PRESENCE, WHERE = "Is there any anomaly in the image?", "Where is it?"
DOMINATING = 0.6
"""Share of the true mask that one defect has to have for its place to be the place."""
PLACES = ("top left", "top right", "bottom left", "bottom right", "top", "bottom", "left", "right", "center")
"""Longer names first, since "top" is a part of "top left"."""


@dataclass(frozen=True)
class Asked:
    """One photo of which the truth is known."""

    glimpse: Glimpse
    facts: Facts
    is_defective: bool
    place: str
    """Where the defect truly is; "" where that is not one place, or not known."""


Answerer = Callable[[Asked], tuple[str, str]]
"""Returns what is answered to whether there is an anomaly, and to where it is."""


class Talk:
    """Mini, asked with or without facts."""

    def __init__(self, mini: Mini) -> None:
        self._mini = mini

    def ask(self, glimpse: Glimpse, facts: Facts | None = None) -> tuple[str, str]:
        first = self._answer(glimpse, facts, [], PRESENCE)
        return first, self._answer(glimpse, facts, [(PRESENCE, first)], WHERE)

    @torch.inference_mode()
    def _answer(self, glimpse: Glimpse, facts: Facts | None, before: list[tuple[str, str]], question: str) -> str:
        language = self._mini.language
        script = write_opening(language, facts)
        for asked, said in before:
            script += [*write_question(language, asked), *write_answer(language, said)]
        embedded = self._mini.embed([*script, *write_question(language, question)], glimpse)
        return generate(language, embedded)


class Untaught:
    """SmolLM2 as it came, told the facts in its prompt."""

    def __init__(self, language: LanguageModel) -> None:
        self._language = language

    def ask(self, asked: Asked) -> tuple[str, str]:
        first = self._answer(asked.facts, PRESENCE)
        return first, self._answer(asked.facts, WHERE)

    def _answer(self, facts: Facts, question: str) -> str:
        told = f"You inspect parts. An inspection found: {describe_facts(facts)} Answer briefly."
        text = f"{TURN_BEGIN}system\n{told}{TURN_END}\n{TURN_BEGIN}user\n{question}{TURN_END}\n{TURN_BEGIN}assistant\n"
        ids = torch.tensor([self._language.encode(text)])
        return generate(self._language, self._language.network.get_input_embeddings()(ids))


def generate(language: LanguageModel, embedded: torch.Tensor) -> str:
    generation = Generation(language.network, embedded, Decoding(most_tokens=40), stop_ids=(language.end_id,))
    return language.decode(list(generation)).strip()


def main() -> None:
    """Print one table of answers and one of speed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models_folder", type=Path)
    parser.add_argument("folders", type=Path, nargs="*", help="more categories, laid out like MVTec AD")
    parser.add_argument("--only", nargs="+", help="names of the categories to measure; else all")
    parser.add_argument("--most", type=int, default=25, help="at most so many good and so many defective photos each")
    parser.add_argument("--weights", type=Path, default=WEIGHTS_FOLDER)
    arguments = parser.parse_args()
    load = read_load()
    mini = Mini(open_language_model(LANGUAGE_PACK, arguments.models_folder), read_weights(arguments.weights))
    untaught = Untaught(open_language_model(LANGUAGE_PACK, arguments.models_folder))
    eye, workshop = open_eye(arguments.models_folder), Workshop(arguments.models_folder, remembering=False)
    rows, counted = [], dict[str, list[tuple[float | None, float | None]]]()
    for category in find_measured(arguments):
        asked = inspect_category(category, workshop, eye)
        for name, answerer in list_answerers(Talk(mini), untaught, asked).items():
            scores = score_answers(asked, [answerer(each) for each in asked])
            counted.setdefault(name, []).append(scores)
            rows.append([describe_photos(category), name, *map(format_percent, scores)])
            print(" ".join(rows[-1]), flush=True)
    rows += [
        ["**mean**", name, *map(format_percent, map(average, zip(*all_of, strict=True)))]
        for name, all_of in counted.items()
    ]
    print()
    print_table(["category", "who answers", "yes or no, balanced", "place right"], rows)
    print_load(load)
    print_speed(mini)


def list_answerers(talk: Talk, untaught: Untaught, asked: Sequence[Asked]) -> dict[str, Answerer]:
    """Mini whole and without each sense, the templates, and SmolLM2 as it came."""
    others = {id(each): asked[place - len(asked) // 2].glimpse for place, each in enumerate(asked)}
    return {
        "mini with facts": lambda each: talk.ask(each.glimpse, each.facts),
        "mini": lambda each: talk.ask(each.glimpse),
        "mini without map": lambda each: talk.ask(replace(each.glimpse, anomaly=np.zeros_like(each.glimpse.anomaly))),
        "mini, other photo": lambda each: talk.ask(replace(each.glimpse, views=others[id(each)].views)),
        "templates": lambda each: answer_by_templates(each.facts),
        "SmolLM2 with facts": untaught.ask,
    }


def inspect_category(category: Category, workshop: Workshop, eye: Backbone) -> list[Asked]:
    """Inspect the photos of a category against one reference."""
    detector = workshop.build(PROFILES["default"])
    product = detector.learn([read_photo(path) for path in draw_references(category, 1, 0)])
    asked = []
    for test in category.tests:
        photo = read_photo(test.path)
        judgement = detector.inspect(photo, product)
        glimpse = look(eye, photo.pixels, judgement.anomaly_map)
        place = find_place(test, photo.height, photo.width)
        asked.append(Asked(glimpse, state_facts(judgement, None), not test.is_good, place))
    return asked


def find_place(test: LabelledPhoto, height: int, width: int) -> str:
    """Where the one defect that makes up most of the true mask lies."""
    if test.mask is None or test.is_good:
        return ""
    mask = read_mask(test.mask, height, width).astype(np.uint8)
    _, _, stats, centres = cv2.connectedComponentsWithStats(mask)
    areas = stats[1:, cv2.CC_STAT_AREA]
    if not len(areas) or areas.max() < DOMINATING * areas.sum():
        return ""
    x, y = centres[1 + int(areas.argmax())]
    return name_place(float(x), float(y), width, height)


def answer_by_templates(facts: Facts) -> tuple[str, str]:
    place = facts.regions[0].place if facts.regions else "nowhere"
    return ("no" if facts.verdict == "accept" else "yes"), place


def score_answers(asked: Sequence[Asked], answers: Sequence[tuple[str, str]]) -> tuple[float | None, float | None]:
    """Mean of the shares of good and of defective photos answered rightly, and the share of right places."""
    right: dict[bool, list[float]] = {True: [], False: []}
    places = []
    for each, (presence, where) in zip(asked, answers, strict=True):
        said = presence.lower()[:3].strip(" .,")
        right[each.is_defective].append(float(said == ("yes" if each.is_defective else "no")))
        if each.place:
            named = next((place for place in PLACES if place in where.lower()), "")
            places.append(float(named == each.place))
    return average([average(right[True]), average(right[False])]), average(places)


def print_speed(mini: Mini) -> None:
    """Tokens a second after the first, in float32 and eager."""
    language = mini.language
    ids = torch.tensor([write_question(language, "Describe the part.")])
    embedded = language.network.get_input_embeddings()(ids)
    begin = perf_counter()
    generation = iter(Generation(language.network, embedded, Decoding(most_tokens=64), stop_ids=()))
    next(generation)
    first = perf_counter() - begin
    begin = perf_counter()
    count = sum(1 for _ in generation)
    print(f"first token {first:.2f} s, then {count / (perf_counter() - begin):.1f} tokens a second (float32, eager)")


if __name__ == "__main__":
    main()

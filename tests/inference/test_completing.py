"""What was asked and a model left unsaid is added from the record; what it said is not said twice."""

from __future__ import annotations

import pytest

from inference.dialogue.correcting import AnswerCheck, Correction
from inference.dialogue.facts import Facts
from inference.dialogue.facts_provider import FactsProvider
from inference.dialogue.provider import AnswerControl, EarlierTurn
from tests.inference.test_claims import ACCEPTED, BLURRED, LABELLED, NOTHING, ONE_MM, QUERIED, REJECTED, REVIEWED

EVERYTHING = [REJECTED, ONE_MM, ACCEPTED, REVIEWED, BLURRED, LABELLED, QUERIED]

QUESTIONS = (
    "Is there any anomaly?",
    "How many?",
    "Where is it?",
    "How large is it?",
    "How sure is that?",
    "Is it good?",
    "Why?",
)


def answer(facts: Facts, question: str, said: str, language: str = "en", turns: tuple[EarlierTurn, ...] = ()):
    """Return all that is shown of an answer that came to its end, and what was changed or added."""
    check = AnswerCheck(facts, turns, question, language)
    return "".join([*check.check([said]), *check.complete()]), check.corrections


def test_the_half_of_a_question_that_a_model_forgot_is_told_from_the_record():
    shown, corrections = answer(ONE_MM, "How large is it, and how sure is that?", "It measures 1.7 x 1.0 mm.")

    first, added = shown.split("\n")
    assert first == "It measures 1.7 x 1.0 mm."
    assert added.startswith("From the record: ")
    assert "0.1 %" in added
    assert "mm" not in added
    assert corrections == [Correction("", added, ("sure",))]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Is there any anomaly?", "Yes, there are 3 anomalies; the strongest is at the top left."),
        ("Where is the strongest one?", "It is at the top left."),
        ("How many defects are there?", "There are 3."),
        ("How large is the strongest one?", "It measures 34 x 20 px."),
        ("Is the part good?", "No, the part was rejected."),
        ("What is the score?", "The score is 71.4; the limit is 50."),
        ("Tell me a story.", "I only speak of this part."),
        ("What next?", "Set the part aside and let a person decide."),
    ],
)
def test_what_was_said_is_not_said_again(question: str, said: str):
    assert answer(REJECTED, question, said) == (said, [])


def test_where_nothing_was_found_no_size_is_missed():
    said = "There is no anomaly that could be measured."

    assert answer(ACCEPTED, "How large is it?", said) == (said, [])


def test_what_was_put_right_is_not_added_as_well():
    shown, corrections = answer(REJECTED, "Where is the strongest one?", "It is at the bottom left.")

    assert shown.startswith("Corrected from the record")
    assert [correction.said for correction in corrections] == ["It is at the bottom left."]


def test_an_addition_speaks_of_the_region_that_the_conversation_is_about():
    turns = (EarlierTurn("user", "Where is the second one?"), EarlierTurn("assistant", "It is at the bottom."))
    shown, _ = answer(REJECTED, "How large is it?", "It is large enough to see.", turns=turns)

    assert "60" in shown
    assert "34" not in shown


@pytest.mark.parametrize(
    ("language", "question", "mark"),
    [("de", "Wie groß ist der Fehler?", "Aus dem Protokoll: "), ("zh_CN", "有多大？", "据记录：")],
)
def test_it_is_added_in_the_language_of_the_question(language: str, question: str, mark: str):
    shown, _ = answer(ONE_MM, question, "", language)

    assert shown.startswith(mark)


@pytest.mark.parametrize("facts", EVERYTHING)
@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_added_is_what_the_templates_say(facts: Facts, question: str):
    added, [addition] = answer(facts, question, "")

    assert (addition.said, addition.shown) == ("", added)
    assert added == "From the record: " + "".join(FactsProvider().answer(facts, (), question, AnswerControl()))


def test_of_a_photo_that_was_compared_with_nothing_it_says_so():
    shown, _ = answer(NOTHING, "Is it good?", "")

    assert shown == "From the record: There is no verdict, because the photo was compared with nothing."


@pytest.mark.parametrize("facts", [*EVERYTHING, NOTHING])
@pytest.mark.parametrize(
    ("language", "question"),
    [
        *(("en", question) for question in QUESTIONS),
        ("en", "How large is region 9?"),
        ("en", "And the second one?"),
        ("de", "Gibt es einen Fehler?"),
        ("de", "Wie sicher ist das?"),
        ("de", "Wo ist der zweite?"),
        ("zh_CN", "有多大？"),
        ("zh_CN", "零件合格吗？"),
    ],
)
def test_to_what_the_templates_say_nothing_is_added(facts: Facts, language: str, question: str):
    said = "".join(FactsProvider().answer(facts, (), question, AnswerControl(language=language)))

    assert answer(facts, question, said, language) == (said, [])

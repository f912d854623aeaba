"""Words become concepts in seven languages, typing errors are forgiven, and what is not known is never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.highlighter.concepts import LOOKS, Concept
from inference.highlighter.dictionary import WORDS
from inference.highlighter.words import (
    LONGEST_TEXT,
    MOST_QUERIES,
    count_errors,
    list_known_words,
    load_dictionary,
    normalise,
    understand,
)


def concept_of(text):
    [understood] = understand(text)
    return understood.concept


def problem_of(text):
    [understood] = understand(text)
    assert understood.concept is None
    return understood.problem


def test_every_concept_has_words_in_seven_languages_and_a_look():
    for concept in Concept:
        assert set(WORDS[concept]) == {"en", "de", "fr", "es", "zh", "ja", "ko"}
        assert concept in LOOKS
        assert concept_of(str(concept)) is concept


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "zh", "ja", "ko"])
def test_the_first_word_of_a_concept_means_that_concept_in_every_language(language):
    assert [concept_of(word) for word in list_known_words(language)] == list(Concept)


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("crack", Concept.CRACK),
        ("CRACKS", Concept.CRACK),
        ("  the   crack!! ", Concept.CRACK),
        ("hairline crack", Concept.CRACK),
        ("Haarriß", Concept.CRACK),
        ("裂纹", Concept.CRACK),
        ("ひび割れ", Concept.CRACK),
        ("균열", Concept.CRACK),
        ("Kratzer", Concept.SCRATCH),
        ("arañazo", Concept.SCRATCH),
        ("aranazo", Concept.SCRATCH),
        ("éraflure", Concept.SCRATCH),
        ("バリ", Concept.BURR),
        ("ﾊﾞﾘ", Concept.BURR),
        ("foreign body", Concept.CONTAMINATION),
        ("please highlight the rust", Concept.RUST),
    ],
)
def test_a_word_is_known_whatever_its_case_signs_and_accents(text, concept):
    assert concept_of(text) is concept


@pytest.mark.parametrize(
    ("typed", "concept"),
    [
        ("crakc", Concept.CRACK),
        ("scrach", Concept.SCRATCH),
        ("contaminaton", Concept.CONTAMINATION),
        ("Verunreiningung", Concept.CONTAMINATION),
        ("porositty", Concept.POROSITY),
    ],
)
def test_a_typing_error_is_forgiven_and_said(typed, concept):
    [understood] = understand(typed)

    assert understood.concept is concept
    assert understood.corrected in load_dictionary()


@pytest.mark.parametrize("typed", ["dog", "rush", "hale", "chop", "dust bin", "M6 bolt", "track", "defekt"])
def test_another_word_is_not_taken_for_a_typing_error(typed):
    assert "is not known" in problem_of(typed)


def test_an_unknown_word_is_told_what_is_known_and_what_would_be_needed():
    problem = problem_of("dog")

    assert "crack, scratch, fibre" in problem
    assert "needs a model" in problem


def test_a_known_word_among_others_is_offered_and_not_guessed():
    assert "“crack” is; write it alone" in problem_of("purple crack")


@pytest.mark.parametrize(
    "text", ["Is there a crack?", "Where is the crack", "有裂纹吗？", "I think there may be a crack here"]
)
def test_a_question_or_a_sentence_is_told_what_to_write(text):
    problem = problem_of(text)

    assert "write" in problem
    assert problem.endswith(".")


@pytest.mark.parametrize("text", ["", "   ", ",", ", ;, ", "?!...", "🤔🤔", "\0\x1b", "\udcff"])
def test_nothing_named_is_a_sentence(text):
    assert "what to highlight" in problem_of(text) or "not known" in problem_of(text)


def test_ten_thousand_characters_are_a_sentence_that_does_not_repeat_them():
    problem = problem_of("crack " * 2000)

    assert len(problem) < 200
    assert "12000 characters" in problem
    assert len(understand("x" * (LONGEST_TEXT + 1))[0].query) <= 40


@pytest.mark.parametrize("separator", [", ", "，", "、", "; ", "\n", " / "])
def test_several_queries_are_told_apart(separator):
    understood = understand(separator.join(["crack", "stain", "dog"]))

    assert [each.concept for each in understood] == [Concept.CRACK, Concept.STAIN, None]


def test_several_languages_at_once_and_the_same_twice():
    assert [each.query for each in understand("crack, Fleck, 裂纹, Riss")] == ["crack", "Fleck"]


def test_there_are_no_more_queries_than_colours_can_tell_apart():
    assert len(understand(",".join(f"word{number}" for number in range(30)))) == MOST_QUERIES


@given(st.text(max_size=300))
def test_any_text_is_understood_or_answered_with_a_sentence(text):
    for each in understand(text):
        assert (each.concept is None) == bool(each.problem)
        assert each.query.isprintable()
        assert each.problem in ("", each.problem.strip())


@given(st.text(max_size=60))
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize(
    ("typed", "word", "errors"),
    [("crack", "crack", 0), ("crakc", "crack", 1), ("crck", "crack", 1), ("crackk", "crack", 1), ("cxyck", "crack", 2)],
)
def test_errors_are_counted_with_neighbours_swapped_as_one(typed, word, errors):
    assert count_errors(typed, word, 2) == errors
    assert count_errors(typed, word, errors - 1) is None or errors == 0


def test_a_short_word_has_to_be_written_right():
    assert count_errors("hoe", "hole", 0) is None
    assert concept_of("rust") is Concept.RUST
    assert concept_of("rusd") is None

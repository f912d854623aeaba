"""Sentences of the rooms that know no language are told in the person's, and unknown ones as they are."""

import pytest
from PIL import Image

from inference.errors import PhotoError
from inference.images import read_photo
from station.language import use_language
from station.sentences import tell
from tests.translations.catalogues import PROJECT, read_catalogue
from tests.translations.sentences import INNER, list_sentences


@pytest.fixture
def speak():
    """Switch the language for one test."""
    yield use_language
    use_language("en")


def make_empty(path):
    path.write_bytes(b"")


def make_text(path):
    path.write_text("no photo", encoding="utf-8")


def make_truncated(path):
    Image.effect_noise((300, 300), 50).save(path)
    path.write_bytes(path.read_bytes()[:4000])


def make_tiny(path):
    Image.new("L", (3, 3)).save(path)


@pytest.mark.parametrize("make", [make_empty, make_text, make_truncated, make_tiny, lambda path: None])
def test_why_a_photo_cannot_be_read_is_told_in_the_language_in_use(speak, tmp_path, make):
    path = tmp_path / "part.png"
    make(path)
    with pytest.raises(PhotoError) as caught:
        read_photo(path)
    english = str(caught.value)

    for code in ("de", "zh_CN"):
        speak(code)
        assert tell(english) != english
        assert "part.png" in tell(english)
    speak("pseudo")
    assert tell(english).startswith("⟦")
    speak("en")
    assert tell(english) == english


def test_a_kind_of_file_inside_a_sentence_is_translated_too(speak):
    speak("de")
    told = tell("notes.png is not a photo but a text file; give a PNG or JPEG file.")
    assert told == "notes.png ist kein Foto, sondern eine Textdatei; geben Sie eine Datei im Format PNG or JPEG."


def test_what_is_not_known_is_told_as_it_is(speak):
    speak("de")
    for text in ("", "Nobody wrote this sentence here.", "{0}", "a {name} with braces {}"):
        assert tell(text) == text


def test_a_name_that_looks_like_a_field_stays_as_it_is(speak):
    speak("de")
    assert tell("{0}.png is an empty file; copy it again or take a new photo.").startswith("{0}.png ist eine leere")


def test_every_inner_word_still_stands_where_it_is_said_to_stand():
    found = {(name, text) for name, text in list_sentences(PROJECT)}
    assert {(name, text) for name, texts in INNER.items() for text in texts} <= found


def test_no_sentence_is_so_general_that_it_takes_others():
    """A sentence of the catalogue, filled, is recognised as itself."""
    from station.sentences import _recognise

    texts = frozenset(message.id for message in read_catalogue("de") if isinstance(message.id, str) and message.id)
    for text in texts:
        if "{0}" in text and "\n" not in text:
            filled = text.format(*(f"value{number}" for number in range(9)))
            assert _recognise(filled, texts)[0] == text

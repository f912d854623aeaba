"""The catalogues say everything the program says, with the same fields, and nothing else."""

import re
from string import Formatter

import pytest

from station import language
from tests.translations.catalogues import (
    CODES,
    extract_texts,
    find_catalogue,
    is_translated,
    list_untranslated,
    read_catalogue,
    update_catalogue,
)

LANGUAGES = pytest.mark.parametrize("code", CODES)


def forms(message, texts):
    return (texts,) if isinstance(texts, str) else tuple(texts)


def fields(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@LANGUAGES
def test_every_text_of_the_program_is_translated(code):
    assert [message.id for message in list_untranslated(code)] == []


@LANGUAGES
def test_a_translation_has_the_fields_of_its_text(code):
    for message in read_catalogue(code):
        if message.id:
            # A plural's singular may spell its number out.
            allowed = set().union(*map(fields, forms(message, message.id)))
            needed = set.intersection(*map(fields, forms(message, message.id)))
            for said in forms(message, message.string):
                assert needed <= fields(said) <= allowed, (message.id, said)


@LANGUAGES
def test_a_translation_keeps_the_space_and_the_ends_of_its_text(code):
    for message in read_catalogue(code):
        if isinstance(message.id, str) and message.id:
            assert message.string.strip() == message.string or message.id.strip() != message.id, message.id
            assert message.id.endswith("…") == message.string.endswith("…"), message.id


@LANGUAGES
def test_the_catalogue_holds_what_the_program_says_and_nothing_else(code):
    assert find_catalogue(code).read_text(encoding="utf-8") == update_catalogue(code), (
        "run: python -m tests.translations"
    )


@LANGUAGES
def test_a_language_of_the_program_has_a_catalogue_that_it_loads(code):
    assert code in language.LANGUAGES
    [text] = [message.id for message in extract_texts() if message.id == "Reject"]
    assert language.load_catalogue(code).gettext(text) != text


def test_chinese_is_written_in_chinese():
    said = [message for message in read_catalogue("zh_CN") if message.id and is_translated(message)]
    untouched = [
        message.id for message in said
        if not re.search("[\u4e00-\u9fff]", "".join(forms(message, message.string)))
        and re.search("[A-Za-z]{3}", re.sub(r"\\{\\w*\\}", "", str(message.id)))
    ]  # fmt: skip

    assert len(untouched) < 0.06 * len(said), untouched

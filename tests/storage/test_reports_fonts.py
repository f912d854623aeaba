import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.platypus import Paragraph

from storage.reports import fonts
from storage.reports.fonts import BOLD, MONO, REGULAR, make_visible, mark_up, mark_up_lines, register_text_fonts
from storage.reports.right_to_left import cut_long_line, join_letters, order_for_display

TAG = re.compile(r"<[^>]*>")


def plain(markup):
    return TAG.sub("", markup).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def test_plain_latin_text_stays_as_it_is():
    assert mark_up("Größe 2.1 mm, é ñ Ж") == "Größe 2.1 mm, é ñ Ж"


def test_markup_in_a_name_is_not_obeyed():
    assert mark_up("<b>R&D</b>") == "&lt;b&gt;R&amp;D&lt;/b&gt;"


@pytest.mark.parametrize(
    ("text", "font"),
    [
        ("齿轮检查", "DroidSansFallback"),
        ("ギア", "DroidSansFallback"),
        ("기어", "DroidSansFallback"),
        ("★☺", "DejaVuSans"),
    ],
)
def test_other_scripts_name_the_font_that_has_them(text, font):
    assert mark_up(f"Teil {text} 7") == f'Teil <font name="{font}">{text}</font> 7'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\U0001f529", "[U+1F529]"),
        ("ไ", "[U+0E44]"),
        ("gpj.\u202eexe", "gpj.[U+202E]exe"),
        ("a\u200bb", "a[U+200B]b"),
        ("a\x07b", "a[U+0007]b"),
        ("a\nb", "a[U+000A]b"),
        ("bad\udc80byte", "bad[U+DC80]byte"),
    ],
)
def test_what_no_font_shows_appears_as_its_code(text, shown):
    assert mark_up(text) == shown


def test_a_variation_selector_leaves_the_sign_it_belongs_to():
    assert plain(mark_up("⚠\ufe0f")) == "⚠"


def test_decomposed_letters_are_composed():
    assert mark_up(unicodedata.normalize("NFD", "Müller")) == "Müller"


def test_several_blanks_in_a_name_stay_several():
    assert plain(mark_up("a   b")).replace("\u00a0", " ") == "a   b"


def test_line_ends_of_longer_texts_are_kept():
    assert mark_up_lines("one\r\ntwo\n\nthree") == "one<br/>two<br/><br/>three"


def split_runs(markup, font):
    for name, inside, outside in re.findall(r'<font name="([^"]+)">([^<]*)</font>|([^<]+)', markup):
        yield name or font, plain(inside or outside)


@pytest.mark.parametrize("font", [REGULAR, BOLD, MONO])
@given(text=st.text(st.characters(), max_size=60))
def test_every_character_is_set_in_a_font_that_has_it(font, text):
    for name, run in split_runs(mark_up(text, font), font):
        assert all(ord(char) in pdfmetrics.getFont(name).face.charToGlyph for char in run)


@given(st.text(st.characters(exclude_characters="\ufe0e\ufe0f"), max_size=40))
def test_no_character_is_lost(text):
    shown = re.sub(r"\[U\+([0-9A-F]{4,6})\]", lambda code: chr(int(code[1], 16)), make_visible(text))
    literal = re.sub(r"\[U\+([0-9A-F]{4,6})\]", lambda code: chr(int(code[1], 16)), unicodedata.normalize("NFC", text))
    assert shown == literal


@given(st.text(st.characters(), max_size=60), st.floats(20, 400))
def test_any_text_makes_a_paragraph_as_narrow_as_asked(text, width):
    register_text_fonts()
    paragraph = Paragraph(mark_up_lines(text), ParagraphStyle("any", fontName=REGULAR, fontSize=9))
    assert paragraph.wrap(width, 10_000)[0] <= width


def test_reports_made_at_once_share_a_font_that_is_read_once():
    """The threads that come late find the font that the first has made known."""
    fonts._load_font.cache_clear()
    with ThreadPoolExecutor(8) as threads:
        loaded = list(threads.map(fonts._load_font, [REGULAR] * 8))
    assert all(font is pdfmetrics.getFont(REGULAR) for font in loaded)


def test_arabic_letters_are_joined_and_run_from_the_right():
    assert join_letters("قطعة") == "\ufed7\ufec4\ufecc\ufe94"
    assert order_for_display("قطعة") == "\ufe94\ufecc\ufec4\ufed7"


def test_lam_and_alef_become_one_sign():
    assert join_letters("لا") == "\ufefb"
    assert join_letters("سلا") == "\ufeb3\ufefc"


def test_marks_above_letters_do_not_keep_them_from_joining():
    assert join_letters("بَب") == "\ufe91\u064e\ufe90"


def test_the_long_stroke_between_letters_joins_them():
    assert join_letters("ب\u0640ب") == "\ufe91\u0640\ufe90"
    assert join_letters("ب\u0640") == "\ufe91\u0640"


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Teil אבג rot", "Teil גבא rot"),
        ("אבג 12.5.png", "12.5 גבא.png"),
        ("12 אב", "12 בא"),
        ("אב 12.5 (גד)", "(דג) 12.5 בא"),
        ("Teil (אב) rot", "Teil (בא) rot"),
    ],
)
def test_hebrew_is_turned_round_but_not_the_numbers_in_it_nor_the_latin_around_it(text, drawn):
    assert order_for_display(text) == drawn


@given(st.text(st.characters(categories=["L", "Nd", "P", "Z"]), max_size=60))
def test_ordering_moves_letters_and_loses_none(text):
    kept = sorted(unicodedata.normalize("NFKC", order_for_display(text)))
    assert kept == sorted(unicodedata.normalize("NFKC", text)) or any(bracket in text for bracket in "()[]{}<>«»")


def test_long_right_to_left_text_is_cut_into_lines_before_it_is_turned_round():
    lines = cut_long_line("אבג " * 60)
    assert len(lines) >= 3
    assert "".join(lines).split() == ["אבג"] * 60
    assert cut_long_line("word " * 60) == ["word " * 60]
    assert cut_long_line("word אבג " * 60) == ["word אבג " * 60]

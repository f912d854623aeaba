"""The language of the window as a language of reports: the same catalogue, dates as they are written there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import cache

from babel.dates import format_datetime
from babel.numbers import get_decimal_symbol

from station.language import current_language, load_catalogue
from station.sentences import translate_sentence
from storage.reports.language import ENGLISH, ReportLanguage


def find_report_language() -> ReportLanguage:
    """Return the language in use for a report; English keeps its ISO dates."""
    code = current_language()
    return ENGLISH if code == "en" else _make_language(code)


@cache
def _make_language(code: str) -> ReportLanguage:
    catalogue = load_catalogue(code)
    translate = _translate_with(catalogue.gettext)
    return ReportLanguage(
        code=code.replace("_", "-"),
        translate=translate,
        translate_plural=catalogue.ngettext,
        translate_recorded=lambda text: translate_sentence(text, catalogue),
        format_time=lambda moment: _format_time(moment, code),
        decimal_mark=str(get_decimal_symbol(code)),
        breaks_anywhere=code.startswith("zh"),
    )


def _translate_with(look_up: Callable[[str], str]) -> Callable[[str], str]:
    """A catalogue answers "" with its own head, which is no text for anybody."""
    return lambda text: look_up(text) if text else text


def _format_time(moment: datetime, code: str) -> str:
    return str(format_datetime(moment, "medium", tzinfo=moment.tzinfo, locale=code))

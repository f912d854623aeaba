"""The language a report is written in: words, dates and the decimal mark, handed in by whoever asks for the report.

It holds while `speaking` is entered, for this thread only, so that two reports in two languages can be made at once.
Without it a report is English, with dates as the record writes them. Where translations come from is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime


def _leave(text: str) -> str:
    return text


def _choose_english(singular: str, plural: str, count: int) -> str:
    return singular if count == 1 else plural


def _write_iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


@dataclass(frozen=True)
class ReportLanguage:
    """What makes a language; the defaults are English. Equal languages write equal bytes."""

    code: str = "en"
    """As PDF readers know it: "de", "zh-CN"."""
    translate: Callable[[str], str] = _leave
    """From the program's own English texts."""
    translate_plural: Callable[[str, str, int], str] = _choose_english
    translate_recorded: Callable[[str], str] = _leave
    """From words and sentences that records keep in English; unknown ones come back as they are."""
    format_time: Callable[[datetime], str] = _write_iso
    """Date and time of day, to the second; the zone is written by the report."""
    decimal_mark: str = "."
    breaks_anywhere: bool = False
    """Whether a line may end between any two characters, as in Chinese."""


ENGLISH = ReportLanguage()
_spoken: ContextVar[ReportLanguage] = ContextVar("report_language", default=ENGLISH)


@contextmanager
def speaking(language: ReportLanguage) -> Iterator[None]:
    """Write in this language until the block ends."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def spoken_language() -> ReportLanguage:
    """Return the language in force."""
    return _spoken.get()


def tr(text: str, /, **values: object) -> str:
    """Translate an English text, then fill its `{name}` fields. `text` must be a literal, or marked with `mark`."""
    translated = _spoken.get().translate(text)
    return translated.format(**values) if values else translated


def trn(singular: str, plural: str, count: int, /, **values: object) -> str:
    """Translate a text that depends on a number, which fills its `{count}` field."""
    return _spoken.get().translate_plural(singular, plural, count).format(count=count, **values)


def mark(text: str) -> str:
    """Mark a text of a table for translation; `tr` shows it later."""
    return text


def tell_recorded(text: str) -> str:
    """Return a word or sentence of a record in the reader's language."""
    return _spoken.get().translate_recorded(text)

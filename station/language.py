"""Words, numbers and dates in the person's language: gettext catalogues in `resources/translations`, formats by Babel.

`tr` marks and translates a text in one; texts that live in tables are marked with `mark` and translated when they are
shown. Records always keep the English original; what is translated is only what a person looks at.
"""

from __future__ import annotations

import gettext
import locale
import os
from datetime import UTC, datetime
from pathlib import Path

import babel.numbers
from babel import Locale
from babel.dates import format_datetime, format_time, get_timezone

TRANSLATIONS = Path(__file__).resolve().parents[1] / "resources" / "translations"
DOMAIN = "anomalygpt"
LANGUAGES = {"en": "English", "de": "Deutsch", "zh_CN": "简体中文"}
"""Language codes and their own names, in the order in which they are offered."""
PSEUDO = "pseudo"
"""A language for tests: every translated text stands between ⟦ and ⟧, so that an untranslated one is seen."""


class Catalogue(gettext.GNUTranslations):
    """A language's texts, and which there are."""

    texts: frozenset[str] = frozenset()


class _PseudoTranslations(gettext.NullTranslations):
    def __init__(self, texts: frozenset[str]) -> None:
        super().__init__()
        self.texts = texts

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


class _Current:
    """The language in use. One per process: a window speaks one language."""

    code = "en"
    catalogue: gettext.NullTranslations = gettext.NullTranslations()


def use_language(code: str = "system") -> str:
    """Switch to a language code, "system" or `PSEUDO`; return the code that is used. Unknown ones become English."""
    chosen = find_system_language() if code == "system" else code
    if chosen == PSEUDO:
        _Current.code, _Current.catalogue = "en", _PseudoTranslations(find_texts(load_catalogue("de")))
        return PSEUDO
    _Current.code = chosen if chosen in LANGUAGES else "en"
    _Current.catalogue = load_catalogue(_Current.code)
    return _Current.code


def load_catalogue(code: str) -> gettext.NullTranslations:
    """Return the catalogue of a language; English needs none. Reads the `.po` file itself, so nothing is compiled."""
    path = TRANSLATIONS / code / f"{DOMAIN}.po"
    if code == "en" or not path.is_file():
        return gettext.NullTranslations()
    import io  # noqa: PLC0415 - only for other languages

    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with path.open("rb") as file:
        catalogue = read_po(file, locale=code)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    translations = Catalogue(compiled)
    translations.texts = frozenset(message.id for message in catalogue if isinstance(message.id, str) and message.id)
    return translations


def find_texts(catalogue: gettext.NullTranslations) -> frozenset[str]:
    """Return the English texts of a catalogue; none for English itself."""
    return getattr(catalogue, "texts", frozenset())


def current_catalogue() -> gettext.NullTranslations:
    """Return the catalogue of the language in use."""
    return _Current.catalogue


def find_system_language() -> str:
    """Return the supported language nearest to the operating system's."""
    name = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or "en"
    language = name.split(".")[0].split("_")[0].lower()
    return {"de": "de", "zh": "zh_CN"}.get(language, "en")


def current_language() -> str:
    """Return the code of the language in use."""
    return _Current.code


def tr(text: str, /, **values: object) -> str:
    """Translate an English text and put values into its `{name}` fields. `text` must be a literal, for extraction."""
    translated = _Current.catalogue.gettext(text)
    return translated.format(**values) if values else translated


def trn(singular: str, plural: str, count: int, /, **values: object) -> str:
    """Translate a text that depends on a number; `{count}` is filled in, in the language's own digits."""
    translated = _Current.catalogue.ngettext(singular, plural, count)
    return translated.format(count=format_number(count), **values)


def mark(text: str) -> str:
    """Mark a text in a table for translation; show it with `tr` later."""
    return text


def format_number(value: float, decimals: int = 0) -> str:
    """Return a number as this language writes it, such as 1,234.5 or 1.234,5."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(babel.numbers.format_decimal(value, format=pattern, locale=_Current.code))


def format_share(value: float, decimals: int = 0) -> str:
    """Return a share of 0 to 1 as a percentage."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "") + " %"
    return str(babel.numbers.format_percent(value, format=pattern, locale=_Current.code))


def format_moment(recorded_at: str, style: str = "medium") -> str:
    """Return a recorded moment (UTC, ISO 8601) in local time, in this language's way; style short, medium, long."""
    moment = datetime.fromisoformat(recorded_at.replace("Z", "+00:00")).astimezone(UTC)
    return str(format_datetime(moment, style, tzinfo=get_timezone(), locale=_Current.code))


def format_clock(recorded_at: str) -> str:
    """Return the time of day of a recorded moment (UTC, ISO 8601), local, to the minute."""
    moment = datetime.fromisoformat(recorded_at.replace("Z", "+00:00"))
    return str(format_time(moment, "short", tzinfo=get_timezone(), locale=_Current.code))


def language_locale() -> Locale:
    """Return Babel's locale of the language in use, for what the functions above do not offer."""
    return Locale.parse(_Current.code)

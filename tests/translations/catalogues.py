"""Keeps the translation catalogues in step with the program's texts: `python -m tests.translations`.

Every text inside `tr`, `trn` or `mark`, and every sentence of the rooms that know no language, is taken from the source
into each language's `.po` file; what is translated there stays, what the program no longer says goes. Translating is
people's work, in any editor for `.po` files.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from tests.translations.sentences import list_sentences

PROJECT = Path(__file__).resolve().parents[2]
TRANSLATIONS = PROJECT / "resources" / "translations"
DOMAIN = "anomalygpt"
ROOMS = ("gui", "station", "storage", "inference")
CODES = ("de", "zh_CN")
_CHANGING = (
    '"POT-Creation-Date',
    '"PO-Revision-Date',
    '"Last-Translator',
    '"Language-Team',
    '"Report-Msgid',
    '"Generated-By',
)
"""Lines of a catalogue's head that would change without any text having changed, or that name nobody."""
KEYWORDS: dict[str, tuple[int, ...] | None] = {"tr": None, "trn": (1, 2), "mark": None}


def find_catalogue(code: str) -> Path:
    """Return the path of a language's catalogue."""
    return TRANSLATIONS / code / f"{DOMAIN}.po"


def extract_texts() -> Catalog:
    """Return a catalogue of all texts that the program may show, without translations."""
    texts = Catalog(fuzzy=False)
    for path in _find_sources():
        name = path.relative_to(PROJECT).as_posix()
        for _, found, comments, _ in extract_from_file("python", str(path), keywords=KEYWORDS):
            texts.add(found, None, [(name, 0)], auto_comments=comments)
    for name, sentence in list_sentences(PROJECT):
        texts.add(sentence, None, [(name, 0)])
    return texts


def read_catalogue(code: str) -> Catalog:
    """Return a language's catalogue as it is on disk, empty where there is none."""
    path = find_catalogue(code)
    if not path.is_file():
        return Catalog(locale=code, domain=DOMAIN, project="AnomalyGPT Inspector", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=code, domain=DOMAIN)


def list_untranslated(code: str) -> list[Message]:
    """Return the texts of the program that a language does not say yet, in the order of the source."""
    known = read_catalogue(code)
    return [message for message in extract_texts() if message.id and not is_translated(known.get(message.id))]


def update_catalogue(code: str) -> str:
    """Return a language's catalogue as a `.po` file with exactly the program's texts."""
    catalogue = read_catalogue(code)
    catalogue.update(extract_texts(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.fuzzy = False
    catalogue.header_comment = f"# {catalogue.locale.get_display_name('en')} texts of AnomalyGPT Inspector, Apache-2.0."
    written = io.BytesIO()
    write_po(written, catalogue, width=110, no_location=True, sort_output=True)
    lines = written.getvalue().decode("utf-8").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(_CHANGING))


def main() -> int:
    """Write the catalogues anew and say how much is still to be translated."""
    for code in CODES:
        path = find_catalogue(code)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(update_catalogue(code), encoding="utf-8")
        sys.stdout.write(f"{path.relative_to(PROJECT)}: {len(list_untranslated(code))} texts to translate\n")
    return 0


def _find_sources() -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((PROJECT / room).rglob("*.py"))


def is_translated(message: Message | None) -> bool:
    """Return whether every form of a text is translated."""
    if message is None or message.fuzzy:
        return False
    said = (message.string,) if isinstance(message.string, str) else message.string
    return all(said)

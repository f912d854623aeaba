"""The pages of help that come with the program: Markdown files of `docs`, in the language in use where there is one.

They lie beside the program, or where an installation from a wheel puts its shared files. How they look is the window's
affair.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from station.language import current_language, tr

PAGES = (
    "tutorial",
    "window",
    "reports",
    "keeping-records",
    "archive",
    "troubles",
    "calibration",
    "command-line",
    "samples",
)
"""The pages in the order in which they are offered."""
SHARED = Path("share") / "anomalygpt-inspector" / "docs"
_AROUND = 60
"""Characters shown on each side of what was found."""


@dataclass(frozen=True)
class HelpPage:
    """One page."""

    name: str
    """File name without suffix, as links between pages use it."""
    title: str
    text: str
    """Markdown."""
    folder: Path
    """Where pictures are looked for."""


@dataclass(frozen=True)
class Found:
    """A place in a page where all words that were searched for stand near."""

    page: HelpPage
    excerpt: str


def find_docs() -> Path | None:
    """Return the folder with the pages; None in an installation without them."""
    beside = Path(__file__).resolve().parents[1] / "docs"
    places = (beside, Path(sys.prefix) / SHARED)
    return next((place for place in places if (place / f"{PAGES[0]}.md").is_file()), None)


def read_pages() -> tuple[HelpPage, ...]:
    """Return all pages that there are, in the language in use where they are translated, else in English."""
    docs = find_docs()
    if docs is None:
        return ()
    pages = (_read(docs, name) for name in PAGES)
    return tuple(page for page in pages if page is not None)


def search_pages(pages: tuple[HelpPage, ...], text: str) -> tuple[Found, ...]:
    """Return the pages that hold every word, those with a word in their title first."""
    words = text.casefold().split()
    if not words:
        return ()
    holding = [page for page in pages if all(word in page.text.casefold() for word in words)]
    holding.sort(key=lambda page: not any(word in page.title.casefold() for word in words))
    return tuple(Found(page, _excerpt(page.text, words[0])) for page in holding)


def missing_sentence() -> str:
    """Return what to say in an installation without pages."""
    return tr("The help pages did not come with this installation; install the program again to get them.")


def _read(docs: Path, name: str) -> HelpPage | None:
    for path in (docs / current_language() / f"{name}.md", docs / f"{name}.md"):
        try:
            text = path.read_text(encoding="utf-8")
        except OSError:
            continue
        return HelpPage(name, _find_title(text, name), text, docs)
    return None


def _find_title(text: str, name: str) -> str:
    headings = (line.removeprefix("# ").strip() for line in text.splitlines() if line.startswith("# "))
    return next(headings, name)


def _excerpt(text: str, word: str) -> str:
    """Return the words around the first place of a word, in one line without marks of Markdown."""
    plain = " ".join(text.replace("*", "").replace("`", "").replace("#", "").replace("|", " ").split())
    at = max(plain.casefold().find(word), 0)
    start, end = max(at - _AROUND, 0), at + len(word) + _AROUND
    return ("…" if start else "") + plain[start:end].strip() + ("…" if end < len(plain) else "")

"""The glyphs of the Material Design icons: the font that the package `qtawesome` carries, without the package's code.

Importing it takes a tenth of the time in which the window starts, and reads eleven fonts more.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase


def glyph(name: str) -> str:
    """Return the character of an icon, such as "history". Raises KeyError for one that is not there."""
    return _read_characters()[name]


def glyph_font(size: int) -> QFont:
    """Return the font of the icons, so many pixels high."""
    font = QFont(_load_family())
    font.setPixelSize(size)
    return font


@lru_cache(maxsize=1)
def _read_characters() -> dict[str, str]:
    codes: dict[str, str] = json.loads(_find_file("materialdesignicons6-webfont-charmap-*.json").read_text("utf-8"))
    return {name: chr(int(code, 16)) for name, code in codes.items()}


@lru_cache(maxsize=1)
def _load_family() -> str:
    number = QFontDatabase.addApplicationFont(str(_find_file("materialdesignicons6-webfont-*.ttf")))
    return QFontDatabase.applicationFontFamilies(number)[0]


def _find_file(pattern: str) -> Path:
    """Find a file of the package. Raises FileNotFoundError when the installation is incomplete."""
    spec = find_spec("qtawesome")
    folders = spec.submodule_search_locations if spec is not None else None
    found = [path for folder in folders or () for path in Path(folder, "fonts").glob(pattern)]
    if not found:
        raise FileNotFoundError(2, "the font of the icons is missing; install the program again", pattern)
    return found[0]

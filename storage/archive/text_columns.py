"""Text as PostgreSQL can hold it: a NUL character, which it refuses, becomes two others, and comes back as it was.

The escape is exact for every text: U+001A stands before "0" for a NUL and before "1" for itself.
"""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.types.string import StrDumper, TextLoader

_ESCAPE = "\x1a"


class ArchivedTextDumper(StrDumper):
    """Writes text escaped."""

    def dump(self, obj: str) -> Any:
        """Return the bytes of escaped text."""
        return super().dump(escape_text(obj))


class ArchivedTextLoader(TextLoader):
    """Reads text as it was before it was escaped."""

    def load(self, data: Any) -> Any:
        """Return the text that was written."""
        text = super().load(data)
        return restore_text(text) if isinstance(text, str) else text


def escape_text(text: str) -> str:
    """Return text without NUL characters that `restore_text` turns back."""
    return text.replace(_ESCAPE, f"{_ESCAPE}1").replace("\0", f"{_ESCAPE}0")


def restore_text(text: str) -> str:
    """Return the text that was escaped."""
    return text.replace(f"{_ESCAPE}0", "\0").replace(f"{_ESCAPE}1", _ESCAPE)


def register_text(connection: psycopg.Connection[Any]) -> None:
    """Let a connection escape and restore all text."""
    connection.adapters.register_dumper(str, ArchivedTextDumper)
    for kind in ("text", "varchar"):
        connection.adapters.register_loader(kind, ArchivedTextLoader)

"""Finds the sentences of the rooms that know no language: whole sentences in `inference`, `storage` and `station`.

An f-string becomes a text with numbered fields, `{0} is an empty file; …`, which is how `station.sentences` recognises
it when it is shown. Help of commands, headings and what is inside `tr` are not sentences of this kind.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOMS = ("inference", "storage", "station")
LEFT_OUT = (
    "inference/anomalygpt/",
    "inference/dialogue/phrases/",
    "inference/mini/lessons.py",
    "inference/mini/teaching.py",
    "inference/highlighter/bridge/teaching.py",
    "inference/synthesis/",
    "inference/textbook/",
    "station/chat_run.py",
    "station/coco.py",
    "station/command",
    "station/evaluat",
    "station/samples.py",
    "station/window_command.py",
    "storage/exports/",
    "storage/migrations/",
    "storage/reports/inspection_report.py",
    "storage/searching.py",
)
"""Other languages, SQL, files that leave the program, and what is only said at the command line."""
WORDS = ("inference/file_kinds.py",)
"""Files whose words with an article stand inside sentences: what a file is."""
LEAST_LETTERS = 8
"""Fewer would be recognised in any sentence."""
INNER = {
    "inference/calibration.py": ("aims to reject at most {0} % of good parts", "1 good part", "{0} good parts"),
    "inference/gates.py": ("brighter", "darker"),
    "inference/decoding.py": (
        "is a damaged or truncated {0} file",
        "does not fit into the memory of this computer",
    ),
    "inference/tiff_decoding.py": (
        "is a TIFF with {0} colours, which cannot be read",
        "is a TIFF with YCbCr colours but no JPEG compression, which cannot be read",
        "is a TIFF with {0} compression, which cannot be read",
        "is a TIFF volume, not a photo",
    ),
    "inference/images.py": (
        "{0} MB, over the limit of {1} MB",
        "{0} x {1} are {2} pixels, the limit is {3}",
    ),
    "inference/highlighter/classical.py": (
        "one place",
        "{0} places",
        "by filters, where the part differs from good ones",
        "by filters alone, compared with no good part: check it by eye",
    ),
    "inference/highlighter/bridge/provider.py": (
        "by the trained highlighter, where the part differs from good ones",
        "by the trained highlighter alone, compared with no good part: check it by eye",
    ),
    "inference/highlighter/words.py": ("such as “{0}”", "such as “crack”"),
    "inference/highlighter/concepts.py": (
        *("crack", "scratch", "fibre", "hole", "porosity", "bubble", "stain", "rust", "contamination"),
        *("wrong colour", "dent", "chip", "burr", "missing part", "misprint"),
    ),
}
"""Words that stand inside sentences, by the file that says them."""
_MARKED = ("tr", "trn", "mark")


def list_sentences(project: Path) -> Iterator[tuple[str, str]]:
    """Yield (file, text) of every sentence, and of the words that stand inside some."""
    for room in ROOMS:
        for path in sorted((project / room).rglob("*.py")):
            name = path.relative_to(project).as_posix()
            if not name.startswith(LEFT_OUT) and "_commands" not in name:
                tree = ast.parse(path.read_text(encoding="utf-8"))
                wanted = _is_kind if name in WORDS else _is_sentence
                said = set(_list_texts(tree))
                yield from ((name, text) for text in sorted(said) if wanted(text) or text in INNER.get(name, ()))


def _list_texts(tree: ast.Module) -> Iterator[str]:
    passed_over = {*_find_docstrings(tree), *_find_marked(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            passed_over |= {id(part) for part in ast.walk(node) if part is not node}
    for node in ast.walk(tree):
        if id(node) in passed_over:
            continue
        if isinstance(node, ast.JoinedStr):
            yield _number_fields(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _number_fields(node: ast.JoinedStr) -> str:
    text, count = "", 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            text += str(part.value).replace("{", "{{").replace("}", "}}")
        else:
            text += f"{{{count}}}"
            count += 1
    return text


def _is_sentence(text: str) -> bool:
    begins = text[:1].isupper() or text.startswith(("{", "“"))
    tells = len(re.findall(r"[a-z]", text)) >= LEAST_LETTERS
    return begins and tells and " " in text and "\n" not in text and (text.endswith(".") or "; " in text)


def _is_kind(text: str) -> bool:
    return text.startswith(("a ", "an "))


def _find_docstrings(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        for statement in getattr(node, "body", []) if not isinstance(node, ast.Lambda | ast.IfExp) else []:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                yield id(statement.value)


def _find_marked(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _MARKED:
            yield from (id(inner) for inner in ast.walk(node))

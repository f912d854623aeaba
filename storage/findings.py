"""Collecting what verification finds, and saying in words where a row of the database is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from storage.errors import DamagedDatabase
from storage.faults import explain_faults
from storage.records import Problem

Key = tuple[object, ...]

_PLACES = {
    "blobs": "blob {0:.12}",
    "products": "product {0}",
    "product_states": "product state {0}",
    "product_references": "reference {0}",
    "reference_states": "reference state {0}",
    "product_versions": "product version {0}",
    "version_references": "product version {0}, reference at {1}",
    "inspections": "inspection {0}",
    "inspection_references": "inspection {0}, reference at {1}",
    "regions": "inspection {0}, region at {1}",
    "queries": "query {0}",
    "turns": "turn {0}",
    "dispositions": "disposition {0}",
    "comments": "comment {0}",
    "corrected_masks": "corrected mask {0}",
    "retention_rules": "retention rule {0}",
    "legal_holds": "legal hold {0}",
    "purges": "purge {0}",
    "purge_states": "purge state {0}",
    "tombstones": "tombstone {0:.12}",
    "failures": "failure {0}",
    "accounts": "account {0}",
    "account_states": "account state {0}",
    "signatures": "signature {0}",
}
"""How each table's rows are called, from their primary keys; positions count from 0."""


class Findings:
    """The problems and warnings found so far, in the order in which they were found, each once."""

    def __init__(self) -> None:
        self._problems: dict[Problem, None] = {}
        self._warnings: dict[Problem, None] = {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What makes the database untrustworthy."""
        return tuple(self._problems)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is left over but harmless."""
        return tuple(self._warnings)

    def add(self, place: str, what: str) -> None:
        """Note a problem; `what` completes the sentence that begins with the place."""
        place = _make_printable(place)
        self._problems[Problem(place, _make_printable(f"{place} {what}."))] = None

    def warn(self, place: str, what: str) -> None:
        """Note something harmless."""
        self._warnings[Problem(place, f"{place} {what}.")] = None

    @contextmanager
    def survive(self, path: Path) -> Iterator[None]:
        """Turn a database that cannot be read any further into a problem, so that what else can be looked at is."""
        try:
            with explain_faults(path):
                yield
        except DamagedDatabase as error:
            self._problems[Problem(path.name, str(error))] = None


def _make_printable(text: str) -> str:
    """Damaged text may hold half surrogate pairs, which cannot be shown or stored."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def name_row(table: str, key: Sequence[object]) -> str:
    """A row's place in words, such as "inspection 12, region at 0"."""
    try:
        return _PLACES[table].format(*map(str, key))
    except (KeyError, IndexError):
        return f"row {list(key)} of {table}"

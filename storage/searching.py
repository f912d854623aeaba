"""Finding inspections by words in their conversations, comments and queries, through SQLite's full-text index.

The index is kept by triggers, in the transaction that adds the row. It proves nothing and is not part of the chain: it
can be compared with the rows it was made from, and made anew. What a person types is one phrase and never a query
language: quotes, stars and NOT are letters like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, column, literal, select, table
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType

from storage.audit_chain import Change, Ledger
from storage.records import Actor

SEARCH = "search"
INDEXED = ("turns", "comments", "queries")
"""Tables whose column `text` is indexed."""
LEAST_LETTERS = 3
"""What the trigram tokenizer can look up; shorter texts, common in Chinese, are sought in what the index keeps."""

_search = table(SEARCH, column("inspection_id"), column("text"))


def keep_triggers(source: str) -> str:
    """SQL of the trigger that puts each new row of a table into the index."""
    return (
        f"CREATE TRIGGER {source}_search AFTER INSERT ON {source} BEGIN"
        f" INSERT INTO {SEARCH} (text, source, row_id, inspection_id)"
        f" VALUES (NEW.text, '{source}', NEW.id, NEW.inspection_id); END"
    )


def fill_statements() -> Iterator[str]:
    """SQL that puts every row there is into the index."""
    for source in INDEXED:
        yield (
            f"INSERT INTO {SEARCH} (text, source, row_id, inspection_id)"
            f" SELECT text, '{source}', id, inspection_id FROM {source}"
        )


def select_holding(words: str) -> Select[Any]:
    """Numbers of the inspections about which these words were said, written or sought, whatever their case."""
    words = words.replace("\0", "")
    return select(_search.c.inspection_id).where(_match(words) if len(words) >= LEAST_LETTERS else _contain(words))


def rebuild(connection: Connection) -> int:
    """Make the index anew from the rows, within the caller's transaction; return how many rows it holds."""
    connection.exec_driver_sql(f"DELETE FROM {SEARCH}")
    for statement in fill_statements():
        connection.exec_driver_sql(statement)
    return int(connection.exec_driver_sql(f"SELECT count(*) FROM {SEARCH}").scalar() or 0)


def rebuild_index(ledger: Ledger, actor: Actor) -> int:
    """Make the index anew and note it in the chain; return how many rows it holds."""
    with ledger.entry() as entry:
        rows = rebuild(entry.session.connection())
        entry.seal(Change(actor, "search.rebuilt", "database", "audit.sqlite", payload={"rows": rows}))
        return rows


def count_differences(connection: Connection) -> int:
    """How many rows the index lacks, has too many of, or holds with another text."""
    kept = f"SELECT source, row_id, inspection_id, text FROM {SEARCH}"
    wanted = " UNION ALL ".join(f"SELECT '{source}', id, inspection_id, text FROM {source}" for source in INDEXED)
    return sum(
        int(connection.exec_driver_sql(f"SELECT count(*) FROM (SELECT * FROM ({one}) EXCEPT {other})").scalar() or 0)
        for one, other in ((wanted, kept), (kept, f"SELECT * FROM ({wanted})"))
    )


class _Matches(FunctionElement[Any]):
    """Whether a line of the index holds a phrase; the archive, which has no such index, looks through the texts."""

    type = NullType()
    """A truth value would be compared with 1, and SQLite's MATCH stands only alone."""
    inherit_cache = True


@compiles(_Matches)
def _match_index(element: _Matches, compiler: SQLCompiler, **options: Any) -> str:
    phrase, _ = element.clauses
    return f"{SEARCH} MATCH {compiler.process(phrase, **options)}"


@compiles(_Matches, "postgresql")
def _look_through(element: _Matches, compiler: SQLCompiler, **options: Any) -> str:
    _, pattern = element.clauses
    return f"{SEARCH}.text ILIKE {compiler.process(pattern, **options)} ESCAPE '/'"


def _match(words: str) -> _Matches:
    pattern = words.replace("/", "//").replace("%", "/%").replace("_", "/_")
    return _Matches(literal('"' + words.replace('"', '""') + '"'), literal(f"%{pattern}%"))


def _contain(words: str) -> Any:
    return _search.c.text.icontains(words, autoescape=True)

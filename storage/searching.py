"""Finding inspections by words in their conversations, comments and queries, through SQLite's full-text index.

The index is kept by triggers, in the transaction that adds the row. It proves nothing and is not part of the chain: it
can be compared with the rows it was made from, and made anew. What a person types is one phrase and never a query
language: quotes, stars and NOT are letters like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Select, TextClause, bindparam, column, select, table, text

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


def _match(words: str) -> TextClause:
    phrase = '"' + words.replace('"', '""') + '"'
    return text(f"{SEARCH} MATCH :phrase").bindparams(bindparam("phrase", phrase, unique=True))


def _contain(words: str) -> Any:
    return _search.c.text.icontains(words, autoescape=True)

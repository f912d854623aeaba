"""An index of the words in conversations, comments and queries, so that text is found without reading every row.

It is derived: what it holds can be made again from the rows (`storage.searching`), and it is no part of the chain. The
trigram tokenizer finds any three letters of any script in a row, whatever their case, without knowing words.
"""

from __future__ import annotations

from alembic import op

from storage.searching import INDEXED, SEARCH, fill_statements, keep_triggers

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        f"CREATE VIRTUAL TABLE {SEARCH}"
        " USING fts5(text, source UNINDEXED, row_id UNINDEXED, inspection_id UNINDEXED, tokenize = 'trigram')"
    )
    for source in INDEXED:
        op.execute(keep_triggers(source))
    for statement in fill_statements():
        op.execute(statement)

"""What came of a query: its outcome, the sentence that was shown, and its soft map.

Plain SQL, because SQLite can only add a column with its foreign key written beside it. Rows are not touched: those of
before have no outcome, and their digests stay valid. The table's append-only triggers stay as they are.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE queries ADD COLUMN outcome TEXT")
    op.execute("ALTER TABLE queries ADD COLUMN sentence TEXT")
    op.execute(
        "ALTER TABLE queries ADD COLUMN soft_map_sha256 TEXT"
        " CONSTRAINT fk_queries_soft_map_sha256 REFERENCES blobs (sha256)"
    )

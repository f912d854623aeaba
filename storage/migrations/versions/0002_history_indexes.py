"""Indexes by which the history is narrowed, sorted and searched quickly at a hundred thousand inspections."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

HISTORY = ["file_name", "serial", "verdict", "score", "product_version_id", "event_seq"]


def upgrade() -> None:
    op.create_index("ix_inspections_history", "inspections", HISTORY)
    op.create_index("ix_events_actor", "events", ["actor"])

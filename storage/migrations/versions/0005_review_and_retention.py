"""What people add on review (severity, comments, corrected masks), and how long records are kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.append_only import append_only_triggers

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

REASON = "length(trim(reason)) >= 10"
UNIQUE_KEYS = {
    "comments": [["id"]],
    "corrected_masks": [["id"]],
    "retention_rules": [["id"]],
    "legal_holds": [["id"]],
    "purges": [["id"]],
    "purge_states": [["id"], ["purge_id", "state"]],
    "tombstones": [["sha256"]],
}
INDEXES = (
    ("comments", "event_seq"),
    ("comments", "inspection_id"),
    ("corrected_masks", "event_seq"),
    ("corrected_masks", "inspection_id"),
    ("retention_rules", "event_seq"),
    ("retention_rules", "product_id"),
    ("legal_holds", "event_seq"),
    ("legal_holds", "product_id"),
    ("legal_holds", "inspection_id"),
    ("purges", "event_seq"),
    ("purge_states", "event_seq"),
    ("tombstones", "event_seq"),
    ("tombstones", "purge_id"),
)


def upgrade() -> None:
    _add_severity()
    _make_review_tables()
    _make_rules_and_holds()
    _make_purges()
    for table, column in INDEXES:
        op.create_index(f"ix_{table}_{column}", table, [column])
    for table, unique_keys in UNIQUE_KEYS.items():
        for trigger in append_only_triggers(table, unique_keys):
            op.execute(trigger)


def _add_severity() -> None:
    """Plain SQL: SQLite adds a column only with its check written beside it. Rows of before have no severity."""
    op.execute(
        "ALTER TABLE dispositions ADD COLUMN severity TEXT"
        " CONSTRAINT ck_dispositions_severity CHECK (severity IN ('minor', 'major', 'critical'))"
    )


def _make_review_tables() -> None:
    op.create_table(
        "comments",
        *_counted("comments"),
        _points_to("comments", "inspection_id", "inspections.id"),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("length(trim(text)) > 0", name=op.f("ck_comments_text")),
        sqlite_strict=True,
    )
    op.create_table(
        "corrected_masks",
        *_counted("corrected_masks"),
        _points_to("corrected_masks", "inspection_id", "inspections.id"),
        _points_to("corrected_masks", "mask_sha256", "blobs.sha256"),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("mask_sha256", sa.Text(), nullable=False),
        sa.Column("area_px", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(REASON, name=op.f("ck_corrected_masks_reason")),
        sqlite_strict=True,
    )


def _make_rules_and_holds() -> None:
    op.create_table(
        "retention_rules",
        *_counted("retention_rules"),
        _points_to("retention_rules", "product_id", "products.id"),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("keep", sa.Text(), nullable=False),
        sa.Column("years", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("keep IN ('for-ever', 'years', 'life-and-years')", name=op.f("ck_retention_rules_keep")),
        sa.CheckConstraint("years BETWEEN 0 AND 200", name=op.f("ck_retention_rules_years")),
        sa.CheckConstraint(REASON, name=op.f("ck_retention_rules_reason")),
        sqlite_strict=True,
    )
    op.create_table(
        "legal_holds",
        *_counted("legal_holds"),
        _points_to("legal_holds", "product_id", "products.id"),
        _points_to("legal_holds", "inspection_id", "inspections.id"),
        sa.Column("product_id", sa.Integer(), nullable=True),
        sa.Column("inspection_id", sa.Integer(), nullable=True),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("held IN (0, 1)", name=op.f("ck_legal_holds_held")),
        sa.CheckConstraint("product_id IS NULL OR inspection_id IS NULL", name=op.f("ck_legal_holds_scope")),
        sa.CheckConstraint(REASON, name=op.f("ck_legal_holds_reason")),
        sqlite_strict=True,
    )


def _make_purges() -> None:
    op.create_table(
        "purges",
        *_counted("purges"),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(REASON, name=op.f("ck_purges_reason")),
        sqlite_strict=True,
    )
    op.create_table(
        "purge_states",
        *_counted("purge_states"),
        _points_to("purge_states", "purge_id", "purges.id"),
        sa.Column("purge_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.UniqueConstraint("purge_id", "state", name="uq_purge_states_purge_id_state"),
        sa.CheckConstraint("state IN ('approved', 'withdrawn', 'done')", name=op.f("ck_purge_states_state")),
        sa.CheckConstraint(REASON, name=op.f("ck_purge_states_reason")),
        sqlite_strict=True,
    )
    op.create_table(
        "tombstones",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("purge_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_tombstones"),
        _points_to("tombstones", "sha256", "blobs.sha256"),
        _points_to("tombstones", "event_seq", "events.seq"),
        _points_to("tombstones", "purge_id", "purges.id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )


def _counted(table: str) -> tuple[sa.Column[int] | sa.Constraint, ...]:
    """The key and the event that nearly every table begins with."""
    return (
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        _points_to(table, "event_seq", "events.seq"),
    )


def _points_to(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}")

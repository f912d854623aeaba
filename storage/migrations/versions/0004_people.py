"""People: accounts with their roles, and signatures under inspections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.append_only import append_only_triggers

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

UNIQUE_KEYS = {
    "accounts": [["id"], ["folded_name"]],
    "account_states": [["id"]],
    "signatures": [["id"], ["inspection_id", "account_id"]],
}


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("folded_name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("folded_name", name="uq_accounts_folded_name"),
        sa.ForeignKeyConstraint(["event_seq"], ["events.seq"], name="fk_accounts_event_seq"),
        sqlite_strict=True,
    )
    op.create_table(
        "account_states",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account_states"),
        sa.ForeignKeyConstraint(["event_seq"], ["events.seq"], name="fk_account_states_event_seq"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_account_states_account_id"),
        sa.CheckConstraint(
            "role IN ('operator', 'engineer', 'auditor', 'administrator')", name=op.f("ck_account_states_role")
        ),
        sa.CheckConstraint("active IN (0, 1)", name=op.f("ck_account_states_active")),
        sa.CheckConstraint("length(trim(reason)) >= 10", name=op.f("ck_account_states_reason")),
        sqlite_strict=True,
    )
    op.create_table(
        "signatures",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event_seq", sa.Integer(), nullable=False),
        sa.Column("inspection_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("printed_name", sa.Text(), nullable=False),
        sa.Column("meaning", sa.Text(), nullable=False),
        sa.Column("record_hash", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_signatures"),
        sa.UniqueConstraint("inspection_id", "account_id", name="uq_signatures_inspection_id_account_id"),
        sa.ForeignKeyConstraint(["event_seq"], ["events.seq"], name="fk_signatures_event_seq"),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspections.id"], name="fk_signatures_inspection_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_signatures_account_id"),
        sa.CheckConstraint("meaning IN ('reviewed', 'approved', 'rejected')", name=op.f("ck_signatures_meaning")),
        sqlite_strict=True,
    )
    for table, column in (
        ("accounts", "event_seq"),
        ("account_states", "event_seq"),
        ("account_states", "account_id"),
        ("signatures", "event_seq"),
        ("signatures", "account_id"),
    ):
        op.create_index(f"ix_{table}_{column}", table, [column])
    for table, unique_keys in UNIQUE_KEYS.items():
        for trigger in append_only_triggers(table, unique_keys):
            op.execute(trigger)

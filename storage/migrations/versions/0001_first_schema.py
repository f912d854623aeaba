"""The first schema: the event chain, blobs, products, inspections and what people add to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.migrations.append_only import append_only_triggers

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

UNIQUE_KEYS = {
    "events": [["seq"], ["hash"], ["previous_hash"]],
    "blobs": [["sha256"]],
    "products": [["id"], ["folded_name"]],
    "product_references": [["id"]],
    "product_states": [["id"]],
    "product_versions": [["id"], ["product_id", "version"]],
    "failures": [["id"]],
    "inspections": [["id"]],
    "reference_states": [["id"]],
    "version_references": [["product_version_id", "position"]],
    "dispositions": [["id"]],
    "inspection_references": [["inspection_id", "position"]],
    "queries": [["id"]],
    "regions": [["inspection_id", "position"]],
    "turns": [["id"]],
}
"""Every table, and the keys by which INSERT OR REPLACE could find a row to delete."""


def upgrade() -> None:
    _create_events()
    _create_blobs()
    _create_products()
    _create_product_references()
    _create_product_states()
    _create_product_versions()
    _create_failures()
    _create_inspections()
    _create_reference_states()
    _create_version_references()
    _create_dispositions()
    _create_inspection_references()
    _create_queries()
    _create_regions()
    _create_turns()
    for table, unique_keys in UNIQUE_KEYS.items():
        for trigger in append_only_triggers(table, unique_keys):
            op.execute(trigger)


def _text(name: str, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _whole(name: str, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=nullable)


def _real(name: str, nullable: bool = False) -> sa.Column[float]:
    return sa.Column(name, sa.REAL(), nullable=nullable)


def _points(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}")


def _create_events() -> None:
    op.create_table(
        "events",
        _whole("seq"),
        _text("recipe"),
        _text("recorded_at"),
        _text("local_offset"),
        _text("zone"),
        _text("application"),
        _text("actor"),
        _text("actor_kind"),
        _text("action"),
        _text("object_type"),
        _text("object_id"),
        _text("reason"),
        _text("payload"),
        _text("rows"),
        _text("blobs"),
        _text("previous_hash"),
        _text("hash"),
        sa.PrimaryKeyConstraint("seq", name="pk_events"),
        sa.CheckConstraint("actor_kind IN ('person', 'agent')", name="ck_events_actor_kind"),
        sa.CheckConstraint("length(trim(actor)) > 0", name="ck_events_actor"),
        sa.CheckConstraint("seq > 0", name="ck_events_seq"),
        sa.UniqueConstraint("hash", name="uq_events_hash"),
        sa.UniqueConstraint("previous_hash", name="uq_events_previous_hash"),
        sqlite_strict=True,
    )
    op.create_index("ix_events_recorded_at", "events", ["recorded_at"])


def _create_blobs() -> None:
    op.create_table(
        "blobs",
        _text("sha256"),
        _whole("event_seq"),
        _whole("size"),
        sa.PrimaryKeyConstraint("sha256", name="pk_blobs"),
        _points("blobs", "event_seq", "events.seq"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_blobs_event_seq", "blobs", ["event_seq"])


def _create_products() -> None:
    op.create_table(
        "products",
        _whole("id"),
        _whole("event_seq"),
        _text("name"),
        _text("folded_name"),
        sa.PrimaryKeyConstraint("id", name="pk_products"),
        _points("products", "event_seq", "events.seq"),
        sa.UniqueConstraint("folded_name", name="uq_products_folded_name"),
        sqlite_strict=True,
    )
    op.create_index("ix_products_event_seq", "products", ["event_seq"])


def _create_product_references() -> None:
    op.create_table(
        "product_references",
        _whole("id"),
        _whole("event_seq"),
        _whole("product_id"),
        _text("photo_sha256"),
        _text("file_name"),
        sa.PrimaryKeyConstraint("id", name="pk_product_references"),
        _points("product_references", "event_seq", "events.seq"),
        _points("product_references", "product_id", "products.id"),
        _points("product_references", "photo_sha256", "blobs.sha256"),
        sqlite_strict=True,
    )
    op.create_index("ix_product_references_event_seq", "product_references", ["event_seq"])
    op.create_index("ix_product_references_product_id", "product_references", ["product_id"])


def _create_product_states() -> None:
    op.create_table(
        "product_states",
        _whole("id"),
        _whole("event_seq"),
        _whole("product_id"),
        _whole("retired"),
        _text("reason"),
        sa.PrimaryKeyConstraint("id", name="pk_product_states"),
        _points("product_states", "event_seq", "events.seq"),
        _points("product_states", "product_id", "products.id"),
        sa.CheckConstraint("length(trim(reason)) >= 10", name="ck_product_states_reason"),
        sqlite_strict=True,
    )
    op.create_index("ix_product_states_event_seq", "product_states", ["event_seq"])
    op.create_index("ix_product_states_product_id", "product_states", ["product_id"])


def _create_product_versions() -> None:
    op.create_table(
        "product_versions",
        _whole("id"),
        _whole("event_seq"),
        _whole("product_id"),
        _whole("version"),
        _text("settings"),
        sa.PrimaryKeyConstraint("id", name="pk_product_versions"),
        _points("product_versions", "event_seq", "events.seq"),
        _points("product_versions", "product_id", "products.id"),
        sa.UniqueConstraint("product_id", "version", name="uq_product_versions_product_id_version"),
        sqlite_strict=True,
    )
    op.create_index("ix_product_versions_event_seq", "product_versions", ["event_seq"])


def _create_failures() -> None:
    op.create_table(
        "failures",
        _whole("id"),
        _whole("event_seq"),
        _text("file_name"),
        _text("sentence"),
        _text("photo_sha256", nullable=True),
        _whole("product_version_id", nullable=True),
        _text("details"),
        sa.PrimaryKeyConstraint("id", name="pk_failures"),
        _points("failures", "event_seq", "events.seq"),
        _points("failures", "photo_sha256", "blobs.sha256"),
        _points("failures", "product_version_id", "product_versions.id"),
        sqlite_strict=True,
    )
    op.create_index("ix_failures_event_seq", "failures", ["event_seq"])


def _create_inspections() -> None:
    op.create_table(
        "inspections",
        _whole("id"),
        _whole("event_seq"),
        _whole("product_version_id", nullable=True),
        _text("serial"),
        _text("photo_sha256"),
        _text("file_name"),
        _whole("width"),
        _whole("height"),
        _text("verdict", nullable=True),
        _real("score", nullable=True),
        _real("score_limit", nullable=True),
        _real("p_value", nullable=True),
        _real("raw_score", nullable=True),
        _text("calibration"),
        _text("map_sha256", nullable=True),
        _text("mask_sha256", nullable=True),
        _text("overlay_sha256", nullable=True),
        _whole("nearest_reference", nullable=True),
        _text("gates"),
        _text("model_packs"),
        _text("device"),
        _text("seconds"),
        _text("configuration"),
        _text("warnings"),
        sa.PrimaryKeyConstraint("id", name="pk_inspections"),
        _points("inspections", "event_seq", "events.seq"),
        _points("inspections", "product_version_id", "product_versions.id"),
        _points("inspections", "photo_sha256", "blobs.sha256"),
        _points("inspections", "map_sha256", "blobs.sha256"),
        _points("inspections", "mask_sha256", "blobs.sha256"),
        _points("inspections", "overlay_sha256", "blobs.sha256"),
        sa.CheckConstraint("(verdict IS NULL) = (score IS NULL)", name="ck_inspections_judged"),
        sa.CheckConstraint("verdict IN ('accept', 'review', 'reject')", name="ck_inspections_verdict"),
        sqlite_strict=True,
    )
    op.create_index("ix_inspections_event_seq", "inspections", ["event_seq"])
    op.create_index("ix_inspections_product_version_id", "inspections", ["product_version_id"])
    op.create_index("ix_inspections_serial", "inspections", ["serial"])
    op.create_index("ix_inspections_photo_sha256", "inspections", ["photo_sha256"])
    op.create_index("ix_inspections_verdict", "inspections", ["verdict"])


def _create_reference_states() -> None:
    op.create_table(
        "reference_states",
        _whole("id"),
        _whole("event_seq"),
        _whole("reference_id"),
        _text("state"),
        _text("reason"),
        sa.PrimaryKeyConstraint("id", name="pk_reference_states"),
        _points("reference_states", "event_seq", "events.seq"),
        _points("reference_states", "reference_id", "product_references.id"),
        sa.CheckConstraint("state <> 'retired' OR length(trim(reason)) >= 10", name="ck_reference_states_reason"),
        sa.CheckConstraint("state IN ('proposed', 'approved', 'retired')", name="ck_reference_states_state"),
        sqlite_strict=True,
    )
    op.create_index("ix_reference_states_event_seq", "reference_states", ["event_seq"])
    op.create_index("ix_reference_states_reference_id", "reference_states", ["reference_id"])


def _create_version_references() -> None:
    op.create_table(
        "version_references",
        _whole("product_version_id"),
        _whole("position"),
        _whole("event_seq"),
        _whole("reference_id"),
        _text("state"),
        sa.PrimaryKeyConstraint("product_version_id", "position", name="pk_version_references"),
        _points("version_references", "product_version_id", "product_versions.id"),
        _points("version_references", "event_seq", "events.seq"),
        _points("version_references", "reference_id", "product_references.id"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_version_references_event_seq", "version_references", ["event_seq"])


def _create_dispositions() -> None:
    op.create_table(
        "dispositions",
        _whole("id"),
        _whole("event_seq"),
        _whole("inspection_id"),
        _text("decision"),
        _text("code"),
        _text("reason"),
        sa.PrimaryKeyConstraint("id", name="pk_dispositions"),
        _points("dispositions", "event_seq", "events.seq"),
        _points("dispositions", "inspection_id", "inspections.id"),
        sa.CheckConstraint(
            "decision IN ('accept', 'use-as-is', 'rework', 'scrap', 'return')", name="ck_dispositions_decision"
        ),
        sa.CheckConstraint("length(trim(reason)) >= 10", name="ck_dispositions_reason"),
        sqlite_strict=True,
    )
    op.create_index("ix_dispositions_event_seq", "dispositions", ["event_seq"])
    op.create_index("ix_dispositions_inspection_id", "dispositions", ["inspection_id"])


def _create_inspection_references() -> None:
    op.create_table(
        "inspection_references",
        _whole("inspection_id"),
        _whole("position"),
        _whole("event_seq"),
        _text("photo_sha256"),
        _text("file_name"),
        sa.PrimaryKeyConstraint("inspection_id", "position", name="pk_inspection_references"),
        _points("inspection_references", "inspection_id", "inspections.id"),
        _points("inspection_references", "event_seq", "events.seq"),
        _points("inspection_references", "photo_sha256", "blobs.sha256"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_inspection_references_event_seq", "inspection_references", ["event_seq"])


def _create_queries() -> None:
    op.create_table(
        "queries",
        _whole("id"),
        _whole("event_seq"),
        _whole("inspection_id"),
        _text("text"),
        _text("regions"),
        _text("mask_sha256", nullable=True),
        _text("details"),
        sa.PrimaryKeyConstraint("id", name="pk_queries"),
        _points("queries", "event_seq", "events.seq"),
        _points("queries", "inspection_id", "inspections.id"),
        _points("queries", "mask_sha256", "blobs.sha256"),
        sqlite_strict=True,
    )
    op.create_index("ix_queries_event_seq", "queries", ["event_seq"])
    op.create_index("ix_queries_inspection_id", "queries", ["inspection_id"])


def _create_regions() -> None:
    op.create_table(
        "regions",
        _whole("inspection_id"),
        _whole("position"),
        _whole("event_seq"),
        _whole("x"),
        _whole("y"),
        _whole("width"),
        _whole("height"),
        _whole("area_px"),
        _real("peak"),
        _real("mean"),
        _text("place"),
        _text("label"),
        sa.PrimaryKeyConstraint("inspection_id", "position", name="pk_regions"),
        _points("regions", "inspection_id", "inspections.id"),
        _points("regions", "event_seq", "events.seq"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_regions_event_seq", "regions", ["event_seq"])


def _create_turns() -> None:
    op.create_table(
        "turns",
        _whole("id"),
        _whole("event_seq"),
        _whole("inspection_id"),
        _text("role"),
        _text("text"),
        _text("provider"),
        _text("system_prompt"),
        _text("decoding"),
        _text("stop_cause"),
        _text("photo_sha256", nullable=True),
        _whole("replaces_turn_id", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_turns"),
        _points("turns", "event_seq", "events.seq"),
        _points("turns", "inspection_id", "inspections.id"),
        _points("turns", "photo_sha256", "blobs.sha256"),
        _points("turns", "replaces_turn_id", "turns.id"),
        sa.CheckConstraint("role IN ('system', 'user', 'assistant')", name="ck_turns_role"),
        sqlite_strict=True,
    )
    op.create_index("ix_turns_event_seq", "turns", ["event_seq"])
    op.create_index("ix_turns_inspection_id", "turns", ["inspection_id"])

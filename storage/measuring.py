"""How large the audit database is and how much it holds, for the diagnostics page. Only counts; nothing is checked."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, func, select

from storage import schema
from storage.database import read
from storage.records import DatabaseMeasure

_COUNTED = {
    "products": schema.Product,
    "inspections": schema.Inspection,
    "dispositions": schema.Disposition,
    "turns": schema.Turn,
    "events": schema.Event,
    "blobs": schema.StoredBlob,
}


def measure_database(engine: Engine, path: Path) -> DatabaseMeasure:
    """Return sizes in bytes and counts of rows."""
    with read(engine) as session:
        counts = {
            name: session.scalar(select(func.count()).select_from(table)) or 0 for name, table in _COUNTED.items()
        }
        blob_bytes = session.scalar(select(func.coalesce(func.sum(schema.StoredBlob.size), 0))) or 0
    files = (path, path.with_name(path.name + "-wal"))
    return DatabaseMeasure(sum(_size_of(file) for file in files), int(blob_bytes), counts)


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0

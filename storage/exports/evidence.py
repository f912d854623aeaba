"""The evidence bundle: a zip of inspections, their files, their rows and the chain that binds all of it.

Whoever has the zip and Python can check it with the `verify.py` inside, without this program and without our word for
it: every file is named by the manifest, the manifest's hash is in an event of the chain, every row's digest is in the
event that created it, every event holds the hash of the one before, and an anchor signs the end.
"""

from __future__ import annotations

import hashlib
import json
import uuid
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from sqlalchemy import Connection, Table, select
from sqlalchemy.orm import Session

from storage import schema
from storage.anchors import Anchor, sign_head
from storage.audit_chain import Change, Ledger
from storage.blobs import BlobFolder
from storage.canonical import canonical_json, canonical_text
from storage.database import read
from storage.durability import flush_file, flush_folder
from storage.errors import UnknownInspection
from storage.faults import explain_faults
from storage.kept_files import load_tombstoned
from storage.recording import record_event
from storage.records import Actor

FORMAT = "anomalygpt-evidence/1"
VERIFIER = Path(__file__).with_name("verify_evidence.py")
EXPORTED = "evidence.exported"
_INSPECTION_BLOBS = {"photo_sha256": "photo", "map_sha256": "map", "mask_sha256": "mask", "overlay_sha256": "overlay"}
_UNBOUND = frozenset({"manifest.json", "chain.jsonl", "anchors.jsonl"})
"""Files that the manifest cannot name: itself, and what is only known once its hash is recorded."""
_README = """Evidence of inspections by AnomalyGPT Inspector.

To check it, unpack it and run, with nothing but Python 3.8 or newer:

    python verify.py

inspections/   photos as received, the machine's maps, masks and overlays, masks that persons corrected, and each
               inspection in words with everything that persons added since (inspection.json)
references/    photos of good parts that the inspections were compared with
               (files that two persons agreed to purge, because their time was over, are not here: their hashes and
               sizes stay in rows.jsonl, among the tombstones)
rows.jsonl     the rows of the audit database, as they are hashed
chain.jsonl    the events of the audit chain from the first of these rows to the end
anchors.jsonl  the signed end of the chain; compare its public key with one you got from the station another way
manifest.json  every other file with its SHA-256; its own hash is in the chain
"""


@dataclass(frozen=True)
class TableRow:
    """A row of the audit database as it is hashed: without its empty columns."""

    table: str
    values: Mapping[str, Any]

    @property
    def event_seq(self) -> int:
        """The event that created it."""
        return int(self.values["event_seq"])


@dataclass(frozen=True)
class EvidenceParts:
    """What a bundle holds besides the chain: rows, and files by their path in the zip."""

    rows: tuple[TableRow, ...]
    blobs: Mapping[str, str]
    """Path in the zip to the SHA-256 of a kept blob."""
    texts: Mapping[str, bytes]
    """Path in the zip to bytes made for the bundle."""

    @property
    def first_seq(self) -> int:
        """The oldest event that any of it needs."""
        return min(row.event_seq for row in self.rows)


def export_evidence(
    ledger: Ledger, home: Path, inspection_ids: Sequence[int], path: Path, documents: Mapping[str, bytes], actor: Actor
) -> Anchor:
    """Write a bundle of inspections; return the signed end of the chain that binds it.

    `documents` are further files by their path in the zip, such as each inspection in words. The export is an event of
    the chain before the first byte is written. Raises `UnknownInspection` and the known errors of storage.
    """
    with read(ledger.engine) as session:
        rows = gather_rows(session.connection(), inspection_ids)
    _require_all(rows, inspection_ids)
    parts = EvidenceParts(rows, name_blobs(rows), add_fixed_texts(rows, documents))
    sizes = {row.values["sha256"]: int(row.values["size"]) for row in rows if row.table == "blobs"}
    about = {"inspections": list(inspection_ids), "exported_by": actor.name, "application": ledger.stamp.application}
    manifest = make_manifest(parts, sizes, about)
    payload = {"file": path.name, "manifest": _hash(manifest), "inspections": list(inspection_ids)}
    record_event(ledger, Change(actor, EXPORTED, "export", path.name, payload=payload))
    anchor = sign_head(ledger, home, "export")
    with read(ledger.engine) as session:
        chain = read_chain(session.connection(), parts.first_seq, anchor.seq)
        write_bundle(path, parts, manifest, chain, anchor, ledger.blobs)
    return anchor


def _require_all(rows: Sequence[TableRow], inspection_ids: Sequence[int]) -> None:
    found = {row.values["id"] for row in rows if row.table == "inspections"}
    if missing := sorted(set(inspection_ids) - found):
        raise UnknownInspection(f"There is no inspection {missing[0]}; 'history' shows those there are.")
    if not found:
        raise UnknownInspection("No inspection was named; give the number of at least one.")


def gather_rows(connection: Connection, inspection_ids: Sequence[int]) -> tuple[TableRow, ...]:
    """Return every row that belongs to inspections: their own, their products', and the blobs they cite."""
    rows = list(_select_rows(connection, schema.Inspection.__table__, "id", inspection_ids))  # type: ignore[arg-type]
    for table in schema.ROW_TABLES:
        if "inspection_id" in table.c:
            rows += _select_rows(connection, table, "inspection_id", inspection_ids)
    rows += _gather_product_rows(connection, [row.values.get("product_version_id") for row in rows])
    cited = {value for row in rows for name, value in row.values.items() if name.endswith("_sha256")}
    return (
        *rows,
        *_select_rows(connection, schema.ROW_TABLES[_BLOBS], "sha256", sorted(cited)),
        *_gather_purge_rows(connection, sorted(cited)),
    )


def name_blobs(rows: Iterable[TableRow]) -> dict[str, str]:
    """Return where in the zip each cited file goes: path to SHA-256. Purged files are nowhere."""
    places: dict[str, str] = {}
    purged = {row.values["sha256"] for row in rows if row.table == schema.Tombstone.__tablename__}
    for row in rows:
        for column, sha256 in row.values.items():
            if column.endswith("_sha256") and sha256 not in purged:
                places.setdefault(_place_blob(row, column, sha256), sha256)
    return places


def make_manifest(parts: EvidenceParts, sizes: Mapping[str, int], about: Mapping[str, Any]) -> bytes:
    """Return the manifest: what the bundle is, and every file with its hash and size."""
    files = {path: {"sha256": sha256, "size": sizes[sha256]} for path, sha256 in parts.blobs.items()}
    files |= {path: {"sha256": _hash(data), "size": len(data)} for path, data in parts.texts.items()}
    document = {"format": FORMAT, **about, "files": dict(sorted(files.items()))}
    return json.dumps(document, indent=1, ensure_ascii=False).encode("utf-8")


def add_fixed_texts(rows: Sequence[TableRow], documents: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files made for the bundle: words, rows, the verifier."""
    lines = (canonical_json({"table": row.table, "row": dict(row.values)}) for row in rows)
    return {
        **documents,
        "README.txt": _README.encode("utf-8"),
        "rows.jsonl": b"".join(line + b"\n" for line in lines),
        "verify.py": VERIFIER.read_bytes(),
    }


def read_chain(connection: Connection, first_seq: int, last_seq: int) -> Iterator[bytes]:
    """Yield the events of a stretch of the chain as lines of canonical JSON."""
    events = schema.EVENTS
    stretch = select(events).where(events.c.seq >= first_seq, events.c.seq <= last_seq).order_by(events.c.seq)
    for event in connection.execute(stretch, execution_options={"yield_per": 500}):
        yield canonical_json(dict(event._mapping)) + b"\n"


def write_bundle(
    path: Path, parts: EvidenceParts, manifest: bytes, chain: Iterable[bytes], anchor: Anchor, blobs: BlobFolder
) -> None:
    """Write the zip beside its place and give it its name when it is whole and on the disk."""
    with _whole_zip(path) as archive:
        for place, sha256 in sorted(parts.blobs.items()):
            archive.writestr(_entry(place), blobs.read(sha256), compress_type=zipfile.ZIP_STORED)
        for place, data in sorted(parts.texts.items()):
            archive.writestr(_entry(place), data)
        archive.writestr(_entry("manifest.json"), manifest)
        with archive.open(_entry("chain.jsonl"), "w", force_zip64=True) as file:
            for line in chain:
                file.write(line)
        archive.writestr(_entry("anchors.jsonl"), canonical_text(asdict(anchor)) + "\n")


@contextmanager
def _whole_zip(path: Path) -> Iterator[zipfile.ZipFile]:
    partial = path.with_name(f"{path.name}.{uuid.uuid4().hex}.partial")
    with explain_faults(path):
        try:
            with partial.open("xb") as file:
                with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                    yield archive
                flush_file(file)
            partial.replace(path)
            flush_folder(path.parent)
        finally:
            partial.unlink(missing_ok=True)


def _entry(place: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(place, date_time=(1980, 1, 1, 0, 0, 0))  # so that equal contents are equal bytes
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _gather_product_rows(connection: Connection, versions: Sequence[object]) -> list[TableRow]:
    """The versions that judged, the references in them, and how those came to be approved."""
    numbers = sorted({int(number) for number in versions if isinstance(number, int)})
    tables = {table.name: table for table in schema.ROW_TABLES}
    rows = list(_select_rows(connection, tables["product_versions"], "id", numbers))
    used = list(_select_rows(connection, tables["version_references"], "product_version_id", numbers))
    products = sorted({row.values["product_id"] for row in rows})
    references = sorted({row.values["reference_id"] for row in used})
    rows += used
    rows += _select_rows(connection, tables["products"], "id", products)
    rows += _select_rows(connection, tables["product_references"], "id", references)
    rows += _select_rows(connection, tables["reference_states"], "reference_id", references)
    return rows


def _gather_purge_rows(connection: Connection, hashes: Sequence[str]) -> list[TableRow]:
    """The tombstones of files that were purged, and the purges that two people agreed on."""
    with Session(connection) as session:
        purged = sorted(load_tombstoned(session).intersection(hashes))
    tables = {table.name: table for table in schema.ROW_TABLES}
    tombstones = list(_select_rows(connection, tables["tombstones"], "sha256", purged))
    purges = sorted({row.values["purge_id"] for row in tombstones})
    rows = tombstones + list(_select_rows(connection, tables["purges"], "id", purges))
    return rows + list(_select_rows(connection, tables["purge_states"], "purge_id", purges))


def _select_rows(connection: Connection, table: Table, column: str, keys: Sequence[Any]) -> Iterator[TableRow]:
    for start in range(0, len(keys), 500):
        chosen = select(table).where(table.c[column].in_(keys[start : start + 500])).order_by(*table.primary_key)
        for row in connection.execute(chosen):
            yield TableRow(table.name, {name: value for name, value in row._mapping.items() if value is not None})


def _place_blob(row: TableRow, column: str, sha256: str) -> str:
    values = row.values
    if row.table == "inspections":
        suffix = {"map_sha256": ".tiff", "mask_sha256": ".png", "overlay_sha256": ".png"}.get(column)
        suffix = suffix or PurePosixPath(str(values["file_name"]).replace("\\", "/")).suffix
        return f"inspections/{values['id']:06d}/{_INSPECTION_BLOBS[column]}{_keep_safe(suffix)}"
    if row.table == "corrected_masks":
        return f"inspections/{values['inspection_id']:06d}/corrected-mask-{values['id']}.png"
    if "file_name" in values:
        return f"references/{sha256[:16]}{_keep_safe(PurePosixPath(str(values['file_name'])).suffix)}"
    return f"inspections/{values.get('inspection_id', 0):06d}/{row.table}-{values.get('id', 0)}-{sha256[:16]}"


def _keep_safe(suffix: str) -> str:
    """A suffix of letters and digits only: names of strangers must not reach outside a folder."""
    return suffix if suffix[1:].isascii() and suffix[1:].isalnum() and len(suffix) <= 8 else ""


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


_BLOBS = [table.name for table in schema.ROW_TABLES].index("blobs")

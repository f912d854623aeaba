"""The bytes of a station's files in the archive: written in pieces, compared on the server, read back checked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select
from sqlalchemy.orm import Session

from storage.archive.errors import UnverifiedBatch
from storage.archive.tables import CHUNKS
from storage.blobs import CHUNK, BlobFolder
from storage.errors import DamagedBlob, MissingBlob
from storage.faults import explain_faults
from storage.kept_files import load_tombstoned
from storage.records import BlobRef

_AT_ONCE = 8 << 20
"""Bytes sent by one statement."""
_NAMED_AT_ONCE = 500


class FileSender:
    """Sends files piece by piece within one transaction and compares what arrived."""

    def __init__(self, connection: Connection, folder: BlobFolder) -> None:
        self._connection = connection
        self._folder = folder
        self._waiting: list[dict[str, Any]] = []
        self._size = 0
        self._digests: dict[tuple[str, int], str] = {}
        self._sent: list[str] = []

    def send(self, blobs: Iterable[BlobRef]) -> int:
        """Send what the archive does not hold yet and return how many files that were."""
        wanted = list(blobs)
        there = set(_find_archived(self._connection, [blob.sha256 for blob in wanted]))
        for blob in wanted:
            if blob.sha256 not in there:
                self._send_file(blob)
        self._flush()
        self._compare()
        return len(self._sent)

    def _send_file(self, blob: BlobRef) -> None:
        whole = hashlib.sha256()
        self._folder.require(blob)
        for position, data in enumerate(_read_pieces(self._folder, blob)):
            whole.update(data)
            self._digests[blob.sha256, position] = hashlib.sha256(data).hexdigest()
            self._waiting.append({"sha256": blob.sha256, "position": position, "data": data})
            self._size += len(data)
            if self._size >= _AT_ONCE:
                self._flush()
        if whole.hexdigest() != blob.sha256:
            path = self._folder.path(blob.sha256)
            raise DamagedBlob(f"The file {path} was altered; bring the original back from a backup, then sync again.")
        self._sent.append(blob.sha256)

    def _flush(self) -> None:
        if self._waiting:
            self._connection.execute(insert(CHUNKS), self._waiting)
        self._waiting, self._size = [], 0

    def _compare(self) -> None:
        """Let the server hash what it keeps, so that the bytes need not travel twice."""
        kept: dict[tuple[str, int], str] = {}
        hashed = select(CHUNKS.c.sha256, CHUNKS.c.position, func.encode(func.sha256(CHUNKS.c.data), "hex"))
        for names in _split(self._sent):
            found = self._connection.execute(hashed.where(CHUNKS.c.sha256.in_(names)))
            kept.update({(sha256, position): digest for sha256, position, digest in found})
        if kept != self._digests:
            raise UnverifiedBatch("The archive did not keep a file as it was sent; sync again.")


def delete_purged(connection: Connection) -> int:
    """Delete the bytes of files whose purge is recorded and that nothing cites again; return how many pieces."""
    with Session(connection) as session:
        purged = sorted(load_tombstoned(session))
    count = 0
    for names in _split(purged):
        count += connection.execute(delete(CHUNKS).where(CHUNKS.c.sha256.in_(names))).rowcount
    return count


def read_file(connection: Connection, sha256: str) -> bytes:
    """Return the bytes of a file, checked; `MissingBlob` or `DamagedBlob` when they are not there unchanged."""
    pieces = list(_iterate_pieces(connection, sha256))
    if not pieces:
        raise MissingBlob(f"The archive holds no file {sha256:.12}; sync the station again.")
    data = b"".join(pieces)
    if hashlib.sha256(data).hexdigest() != sha256:
        raise DamagedBlob(f"The file {sha256:.12} was altered in the archive; run 'audit verify --archive'.")
    return data


def measure_file(connection: Connection, sha256: str) -> BlobRef | None:
    """Return hash and size of what the archive really holds under a hash, or None when that is nothing."""
    digest, size, is_there = hashlib.sha256(), 0, False
    for data in _iterate_pieces(connection, sha256):
        is_there = True
        digest.update(data)
        size += len(data)
    return BlobRef(digest.hexdigest(), size) if is_there else None


def _iterate_pieces(connection: Connection, sha256: str) -> Iterator[bytes]:
    """Yield the pieces one after the other, so that a large file never lies in memory whole."""
    positions = select(CHUNKS.c.position).where(CHUNKS.c.sha256 == sha256).order_by(CHUNKS.c.position)
    for position in connection.scalars(positions).all():
        one = select(CHUNKS.c.data).where(CHUNKS.c.sha256 == sha256, CHUNKS.c.position == position)
        yield bytes(connection.scalar(one) or b"")


def _read_pieces(folder: BlobFolder, blob: BlobRef) -> Iterator[bytes]:
    """Yield a file in pieces; an empty file is one empty piece."""
    path = folder.path(blob.sha256)
    with explain_faults(path), path.open("rb") as source:
        yield source.read(CHUNK)
        while data := source.read(CHUNK):
            yield data


def _find_archived(connection: Connection, hashes: list[str]) -> Iterator[str]:
    for names in _split(hashes):
        yield from connection.scalars(select(CHUNKS.c.sha256).where(CHUNKS.c.position == 0, CHUNKS.c.sha256.in_(names)))


def _split(names: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(names), _NAMED_AT_ONCE):
        yield names[start : start + _NAMED_AT_ONCE]

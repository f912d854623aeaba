"""Files named by their own SHA-256: photos, maps, masks and overlays, kept byte for byte, the same bytes once.

A file is written whole in `incoming/`, flushed to the disk and renamed to `ab/cdef...`, and only then may a row cite
it; a crash in between leaves at most a left-over, never half a file under a valid name. Reading checks the hash. Which
files the database cites is not known here.
"""

from __future__ import annotations

import hashlib
import io
import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from storage.durability import flush_file, flush_folder
from storage.errors import DamagedBlob, InvalidRecord, MissingBlob, StorageFailed
from storage.faults import explain_faults
from storage.records import BlobRef

CHUNK = 1 << 20
"""Bytes read at a time, so that a large photo never lies in memory whole."""
LEFT_OVER_AGE = 3600.0
"""Seconds after which an unfinished file is nobody's any more; another process may be writing a younger one."""
_HEX = frozenset("0123456789abcdef")


class BlobFolder:
    """The `blobs` folder of a home folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._incoming = folder / "incoming"

    def create(self) -> None:
        """Make the folder where it is missing and clear what crashes left behind."""
        with explain_faults(self.folder):
            self._incoming.mkdir(parents=True, exist_ok=True)
            self._remove_left_overs()

    def put(self, data: bytes) -> BlobRef:
        """Keep bytes; durable when this returns."""
        with explain_faults(self.folder):
            return self._put_stream(io.BytesIO(data))

    def put_file(self, path: Path) -> BlobRef:
        """Keep a copy of a file, byte for byte; durable when this returns."""
        with explain_faults(path), path.open("rb") as source, explain_faults(self.folder):
            return self._put_stream(source)

    def read(self, sha256: str) -> bytes:
        """The bytes of this hash; `MissingBlob` or `DamagedBlob` when they are not there unchanged."""
        path = self.path(sha256)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            raise MissingBlob(f"The file {path} is missing; bring it back from a backup.") from None
        except OSError as error:
            raise DamagedBlob(
                f"The file {path} cannot be read ({error.strerror}); bring it back from a backup."
            ) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise DamagedBlob(f"The file {path} was altered; bring the original back from a backup.")
        return data

    def path(self, sha256: str) -> Path:
        """Where the bytes of this hash lie, whether they do or not."""
        if not is_hash(sha256):
            raise InvalidRecord(f"{sha256!r} is not the SHA-256 of a file; give 64 lower-case hexadecimal digits.")
        return self.folder / sha256[:2] / sha256[2:]

    def measure(self, sha256: str) -> BlobRef | None:
        """Hash and size of what really lies at this hash's place, or None when nothing does."""
        try:
            with self.path(sha256).open("rb") as source:
                return measure_stream(source)
        except FileNotFoundError:
            return None

    def require(self, blob: BlobRef) -> None:
        """Check, without reading it, that a file of this size lies here; else `MissingBlob` or `DamagedBlob`."""
        path = self.path(blob.sha256)
        if not path.is_file():
            raise MissingBlob(f"The file {path} is missing; keep its bytes before recording what cites them.")
        if path.stat().st_size != blob.size:
            raise DamagedBlob(f"The file {path} does not have {blob.size} bytes; bring it back from a backup.")

    def list_hashes(self) -> Iterator[str]:
        """Every hash a file lies here under, in order."""
        for folder in sorted(self.folder.glob("[0-9a-f][0-9a-f]")):
            yield from (folder.name + name for name in sorted(path.name for path in folder.iterdir()))

    def _put_stream(self, source: BinaryIO) -> BlobRef:
        self._require_folder()
        temporary = self._incoming / f"{os.getpid()}-{uuid.uuid4().hex}"
        try:
            with temporary.open("xb") as target:
                blob = measure_stream(source, target)
                flush_file(target)
            self._move_into_place(temporary, blob)
        finally:
            temporary.unlink(missing_ok=True)
        return blob

    def _require_folder(self) -> None:
        """Opening the store made the folder; when it is gone its disk was taken away, and none is made in its place."""
        if not self._incoming.is_dir():
            raise StorageFailed(
                f"The folder {self.folder} is not there any more; connect its disk or bring it back, then try again."
            )

    def _move_into_place(self, temporary: Path, blob: BlobRef) -> None:
        """Rename, unless the same bytes are there already; altered bytes under this name are healed."""
        path = self.path(blob.sha256)
        if not path.parent.exists():
            path.parent.mkdir(exist_ok=True)
            flush_folder(self.folder)
        if self.measure(blob.sha256) != blob:
            temporary.replace(path)
        flush_folder(path.parent)  # also when it was there: whoever renamed it may not have come this far

    def _remove_left_overs(self) -> None:
        oldest = time.time() - LEFT_OVER_AGE
        for path in self._incoming.iterdir():
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)


def is_hash(text: object) -> bool:
    """Whether this is a SHA-256 as we write it: 64 lower-case hexadecimal digits."""
    return isinstance(text, str) and len(text) == 64 and _HEX.issuperset(text)


def measure_stream(source: BinaryIO, target: BinaryIO | None = None) -> BlobRef:
    """Hash and size of all that is left in `source`, copied to `target` on the way."""
    sha256, size = hashlib.sha256(), 0
    while chunk := source.read(CHUNK):
        sha256.update(chunk)
        size += len(chunk)
        if target is not None:
            target.write(chunk)
    return BlobRef(sha256.hexdigest(), size)

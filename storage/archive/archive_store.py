"""What an archive holds of one station, read as a home folder is read; what leaves a record is noted in one's own.

Only reading goes to the archive, over a connection that cannot write. Who works here, and the event that an export or a
report leaves, are affairs of the home folder from which the archive is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Self

from sqlalchemy import Engine

from storage.anchors import Anchor
from storage.archive.archived_files import measure_file, read_file
from storage.archive.errors import ArchiveFailed
from storage.archive.proving import verify_station
from storage.archive.server import name_server, open_archive, read_address
from storage.archive.stations import ArchivedStation, find_station
from storage.audit_chain import Ledger, Stamp
from storage.blobs import BlobFolder
from storage.records import Account, Actor, BlobRef, Json, RecordedEvent, VerificationReport
from storage.store import Store
from storage.verify import Progress


class ArchiveStore(Store):
    """One station of an archive. Every method raises `KnownError` with a sentence when the world is in the way."""

    has_files = False

    def __init__(self, own: Store, station: ArchivedStation, engine: Engine, server: str) -> None:
        super().__init__(own.home, _ReadOnlyLedger(engine, _ArchivedFolder(engine), Stamp("archive")))
        self._own = own
        self._station = station
        self._server = server

    @classmethod
    def look_into(cls, address: str, name: str | None, own: Store) -> Self:
        """Read the station of a name, or the only one; `own` is the home folder of whoever reads."""
        shared = open_archive(address, is_reading=True)
        try:
            station = find_station(shared, name)
        finally:
            shared.dispose()
        engine = open_archive(address, station.namespace, is_reading=True)
        return cls(own, station, engine, name_server(read_address(address)))

    def verify(self, progress: Progress | None = None) -> VerificationReport:
        """Recompute every hash of events, rows, files and verified heads."""
        return verify_station(self._engine, self._station, progress)

    def has_accounts(self) -> bool:
        """Whether people have to log on at the home folder from which this is read."""
        return self._own.has_accounts()

    def get_account(self, name: str) -> Account:
        """An account of the home folder from which this is read."""
        return self._own.get_account(name)

    def record_event(
        self, action: str, object_type: str, object_id: str | int, payload: Json, actor: Actor, reason: str = ""
    ) -> RecordedEvent:
        """Note in the home folder from which this is read what was done with the archive's records."""
        source: dict[str, object] = {"server": self._server, "station": self._station.name}
        return self._own.record_event(action, object_type, object_id, {**payload, "archive": source}, actor, reason)

    def anchor(self, cause: str) -> NoReturn:
        """Refuse: only the station itself holds the key that signs its chain."""
        raise ArchiveFailed(
            f"Only the station {self._station.name} itself can sign the end of its chain; the report names the end that"
            " the archive verified."
        )

    def find_newest_anchor(self) -> Anchor | None:
        """None: anchors lie beside the station's own records."""
        return None

    def export_evidence(
        self, inspection_ids: Sequence[int], path: Path, documents: Mapping[str, bytes], actor: Actor
    ) -> NoReturn:
        """Refuse: a bundle is signed and noted by the station whose records it holds."""
        raise ArchiveFailed(
            f"An evidence bundle is signed by the station that recorded it; export it at {self._station.name}, or take"
            " a table, a data set or a report from the archive."
        )


@dataclass(frozen=True)
class _ReadOnlyLedger(Ledger):
    """Where nothing is ever written."""

    def entry(self) -> NoReturn:
        """Refuse."""
        _refuse_writing()


class _ArchivedFolder(BlobFolder):
    """The files of an archived station, read from the server and checked."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(Path())
        self._engine = engine

    def read(self, sha256: str) -> bytes:
        """The bytes of this hash; `MissingBlob` or `DamagedBlob` when they are not there unchanged."""
        with self._engine.connect() as connection:
            return read_file(connection, sha256)

    def measure(self, sha256: str) -> BlobRef | None:
        """Hash and size of what the archive really holds under this hash, or None when that is nothing."""
        with self._engine.connect() as connection:
            return measure_file(connection, sha256)

    def put(self, data: bytes) -> NoReturn:
        """Refuse."""
        _refuse_writing()

    def put_file(self, path: Path) -> NoReturn:
        """Refuse."""
        _refuse_writing()


def _refuse_writing() -> NoReturn:
    raise ArchiveFailed("The archive is only read; record this at the station, and sync it from there.")

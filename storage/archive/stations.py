"""Which stations an archive holds: their chains, names, PostgreSQL schemas and how far each was verified."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Connection, Engine, func, insert, select

from storage.anchors import read_chain_name
from storage.archive import tables
from storage.archive.errors import ArchiveFailed, UnknownStation
from storage.archive.server import open_archive
from storage.audit_chain import format_utc, local_time
from storage.errors import DamagedDatabase, InvalidRecord
from storage.records import MAX_NAME, refuse_zero_bytes
from storage.schema import EVENTS

_OLDEST_SERVER = 140_000
_SAFE = re.compile(r"[0-9a-f]{32,64}")


@dataclass(frozen=True)
class ArchivedStation:
    """One station as the archive knows it."""

    chain: str
    name: str
    namespace: str
    """The PostgreSQL schema that holds its records."""
    seq: int = 0
    """Number of the last event that was verified; 0 where there is none."""
    hash: str = ""
    verified_at: str = ""


def create_archive(address: str) -> None:
    """Make an archive in the database at an address, or leave the one there is as it is."""
    engine = open_archive(address)
    try:
        with engine.begin() as connection:
            _refuse_unfit_server(connection)
            tables.create_shared(connection)
    finally:
        engine.dispose()


def _refuse_unfit_server(connection: Connection) -> None:
    version = int(str(connection.exec_driver_sql("SHOW server_version_num").scalar()))
    encoding = str(connection.exec_driver_sql("SHOW server_encoding").scalar())
    if version < _OLDEST_SERVER:
        raise ArchiveFailed("The server is older than PostgreSQL 14, which an archive needs; ask for a newer one.")
    if encoding != "UTF8":
        raise ArchiveFailed(f"The database keeps text as {encoding}; an archive needs one made with --encoding UTF8.")


def load_stations(address: str) -> list[ArchivedStation]:
    """Return every station of the archive at an address, by name."""
    engine = open_archive(address, is_reading=True)
    try:
        return list_stations(engine)
    finally:
        engine.dispose()


def list_stations(engine: Engine) -> list[ArchivedStation]:
    """Return every station, by name."""
    heads = tables.HEADS
    newest = select(heads.c.chain, func.max(heads.c.seq).label("seq")).group_by(heads.c.chain).subquery()
    ends = select(heads).join(newest, (newest.c.chain == heads.c.chain) & (newest.c.seq == heads.c.seq)).subquery()
    listed = select(tables.STATIONS, ends.c.seq, ends.c.hash, ends.c.verified_at).outerjoin(
        ends, ends.c.chain == tables.STATIONS.c.chain
    )
    with engine.connect() as connection:
        rows = connection.execute(listed.order_by(tables.STATIONS.c.name)).all()
    return [
        ArchivedStation(row.chain, row.name, row.namespace, row.seq or 0, row.hash or "", row.verified_at or "")
        for row in rows
    ]


def find_station(engine: Engine, name: str | None) -> ArchivedStation:
    """Return the station of a name or, where the archive holds only one, that one; else `UnknownStation`."""
    stations = list_stations(engine)
    found = [station for station in stations if name in (None, station.name, station.chain)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(station.name for station in stations) or "none yet"
    if name is None:
        raise UnknownStation(f"Say with --station which station of the archive is meant; it holds: {names}.")
    raise UnknownStation(f"The archive holds no station named {name}; it holds: {names}.")


def identify_chain(connection: Connection) -> str:
    """Return the identity of a home folder's chain: what its first event names, else that event's hash."""
    chain = read_chain_name(connection)
    if not chain:
        chain = str(connection.scalar(select(EVENTS.c.hash).where(EVENTS.c.seq == 1)) or "")
    if not _SAFE.fullmatch(chain.replace("-", "")):
        raise DamagedDatabase("The first event of this home folder names no chain; run 'audit verify' to see why.")
    return chain


def add_station(engine: Engine, chain: str, name: str) -> ArchivedStation:
    """Return the station of a chain, listed and with its tables made where it is new."""
    _check_name(name)
    with engine.begin() as connection:
        tables.lock(connection, tables.SHARED)
        known = {each.chain: each for each in _load_listed(connection)}
        station = known.get(chain)
        if station is None:
            station = ArchivedStation(chain, name, f"station_{chain.replace('-', '')[:48]}")
            _refuse_taken_name(station, known)
            _list(connection, station)
        tables.create_station(connection, station.namespace)
    return station


def _check_name(name: str) -> None:
    refuse_zero_bytes("name of the station", name)
    if not name.strip() or len(name) > MAX_NAME:
        raise InvalidRecord(f"A station's name has 1 to {MAX_NAME} characters; give another with --name.")


def _refuse_taken_name(station: ArchivedStation, known: dict[str, ArchivedStation]) -> None:
    if any(station.name == other.name for other in known.values()):
        raise InvalidRecord(
            f"The archive already holds another station named {station.name}; give this one another with --name."
        )


def _load_listed(connection: Connection) -> list[ArchivedStation]:
    listed = tables.STATIONS.c
    rows = connection.execute(select(listed.chain, listed.name, listed.namespace))
    return [ArchivedStation(*cast(tuple[str, str, str], tuple(row))) for row in rows]


def _list(connection: Connection, station: ArchivedStation) -> None:
    values = {"chain": station.chain, "name": station.name, "namespace": station.namespace}
    connection.execute(insert(tables.STATIONS).values(**values, added_at=format_utc(local_time())))

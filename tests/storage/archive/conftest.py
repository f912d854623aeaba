"""An archive on a real PostgreSQL server."""

import tempfile
from pathlib import Path

import pytest

from storage.archive.proving import verify_station
from storage.archive.server import open_archive
from storage.archive.stations import create_archive, find_station
from tests.storage.archive.postgres_server import find_programs, find_runner, run_server


@pytest.fixture(scope="session")
def server():
    """A running server. Its folder lies outside pytest's own, which other users may not enter."""
    programs, (runner, _) = find_programs(), find_runner()
    if programs is None or runner is None:
        found = f"programs: {programs or 'none'}; user to run them: {'none' if runner is None else 'found'}"
        pytest.skip(f"A PostgreSQL server (Debian package postgresql) cannot be started on this machine; {found}.")
    with tempfile.TemporaryDirectory(prefix="anomalygpt-archive-") as folder, run_server(Path(folder)) as running:
        yield running


@pytest.fixture
def address(server):
    """The address of an archive with nothing in it."""
    made = server.make_database()
    create_archive(made)
    return made


def verify_archive(address, name=None):
    """Recompute everything that an archive holds of the station of a name, or of its only one."""
    shared = open_archive(address, is_reading=True)
    try:
        station = find_station(shared, name)
    finally:
        shared.dispose()
    engine = open_archive(address, station.namespace, is_reading=True)
    try:
        return verify_station(engine, station)
    finally:
        engine.dispose()

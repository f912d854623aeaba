"""The plant's archive as a station sees it: made, given what is new here, asked which stations it holds.

Whoever may write exports may copy records to it; reading it is free, as reading here is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from station.console import OnProgress, ignore_progress
from station.rights import Right

if TYPE_CHECKING:
    from station.station import Station
    from storage.archive.stations import ArchivedStation
    from storage.archive.syncing import SyncSummary


def make_archive(station: Station, address: str) -> str:
    """Make an archive in a database and return its name without user and password.

    Raises `NotAllowed` and the known errors of storage, as everything here does.
    """
    from storage.archive.server import name_server, read_address  # noqa: PLC0415 - brings the driver, rarely needed
    from storage.archive.stations import create_archive  # noqa: PLC0415

    station.acting(Right.EXPORT)
    create_archive(address)
    return name_server(read_address(address))


def copy_to_archive(
    station: Station, address: str, name: str | None = None, on_progress: OnProgress = ignore_progress
) -> SyncSummary:
    """Copy what is new here, proved batch by batch, and note it in this station's chain."""
    return station.store.sync(address, name, station.acting(Right.EXPORT), on_progress)


def read_stations(address: str) -> list[ArchivedStation]:
    """Return the stations of an archive, by name."""
    from storage.archive.stations import load_stations  # noqa: PLC0415 - brings the driver, rarely needed

    return load_stations(address)

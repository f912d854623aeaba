"""A home folder with the dummy backbone and operations on it, for tests of the window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gui.operations import Operations
from station.settings import Settings
from station.station import Station


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def operations(qapp: object, home: Path) -> Iterator[Operations]:
    """Operations on a home whose photos are judged by the dummy backbone."""
    settings = Settings(backbone="dummy", user="Ada")
    operations = Operations(lambda: Station(home, settings))
    yield operations
    assert operations.close()


@pytest.fixture
def station(home: Path) -> Iterator[Station]:
    with Station(home, Settings(backbone="dummy", user="Ada")) as station:
        yield station
